"""How fast a change is posted to a thousand connections, and what each post costs.

    relay_posts.py ours|boto3 <address> <seconds>      prints {"posts_per_second", "cpu_microseconds"}

boto3 posts from 50 threads over 50 kept connections, as its users do. The best broadcast counts, as noise only adds.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_CONNECTIONS = [f"L0SM9cOFvHcC{number:03}=" for number in range(1000)]
_THREADS = 50
_BODY = json.dumps(
    {
        "type": "playback",
        "timeline": {"revision": 12, "paused": False, "position": 1234.567, "rate": 1, "at": 1790000000250.5},
        "cause": "play",
        "by": "1300000000000000001",
        "waiting_for": ["1300000000000000002"] * 10,
    }
).encode()

Broadcast = Callable[[], None]


def _measure(broadcast: Broadcast, seconds: float) -> dict[str, float]:
    broadcast()
    rates: list[float] = []
    costs: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or not rates:
        processor_begun, begun = time.process_time(), time.perf_counter()
        broadcast()
        rates.append(len(_CONNECTIONS) / (time.perf_counter() - begun))
        costs.append((time.process_time() - processor_begun) / len(_CONNECTIONS) * 1e6)
    return {"posts_per_second": max(rates), "cpu_microseconds": min(costs)}


def _ours(address: str) -> Broadcast:
    from kaltura_discord.aws.socket_poster import SocketPoster

    loop = asyncio.new_event_loop()
    poster = SocketPoster(address, os.environ)

    def broadcast() -> None:
        posted = loop.run_until_complete(poster.post(_BODY, _CONNECTIONS))
        if posted.sent != len(_CONNECTIONS):
            sys.exit(f"not everybody was told: {posted}")

    return broadcast


def _boto3(address: str) -> Broadcast:
    import boto3
    from botocore.config import Config

    config = Config(max_pool_connections=_THREADS)
    client = boto3.client("apigatewaymanagementapi", endpoint_url=address, config=config)
    threads = ThreadPoolExecutor(_THREADS)

    def post(connection_id: str) -> None:
        client.post_to_connection(ConnectionId=connection_id, Data=_BODY)

    def broadcast() -> None:
        list(threads.map(post, _CONNECTIONS))

    return broadcast


def main() -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    make = _ours if sys.argv[1] == "ours" else _boto3
    print(json.dumps(_measure(make(sys.argv[2]), float(sys.argv[3]))))
    sys.stdout.flush()
    os._exit(0)


main()

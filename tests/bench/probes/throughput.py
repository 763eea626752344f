"""How many signed requests a peer answers in a second, warm, in one process, one after the other.

    throughput.py <peer module> <file: {"event", "expected_type"}> <seconds>      prints requests per second

Before that, the same request with a wrong signature must be refused: who does not verify is not measured.
"""

import json
import logging
import os
import sys
import time
from importlib import import_module
from typing import Any

_WARM_UP_REQUESTS = 50
_REQUESTS_BETWEEN_LOOKS_AT_THE_CLOCK = 20


def main() -> None:
    """Measure and print."""
    result = sys.stdout
    with open(os.devnull, "w") as sys.stdout, open(sys.argv[2]) as file:
        order = json.load(file)
        peer = import_module(sys.argv[1])
        _check(peer, order)
        rate = _requests_per_second(peer, order["event"], float(sys.argv[3]))
    print(rate, file=result)


def _check(peer: Any, order: dict[str, Any]) -> None:
    logging.disable()
    forged = {**order["event"], "headers": {**order["event"]["headers"], "x-signature-ed25519": "00" * 64}}
    if peer.answer(forged)["statusCode"] not in (400, 401):
        sys.exit(f"{sys.argv[1]} takes a wrong signature")
    logging.disable(logging.NOTSET)
    for _ in range(_WARM_UP_REQUESTS):
        response = peer.answer(order["event"])
        if response["statusCode"] != 200 or json.loads(response["body"])["type"] != order["expected_type"]:
            sys.exit(f"{sys.argv[1]} answered {response}")


def _requests_per_second(peer: Any, event: dict[str, Any], seconds: float) -> float:
    requests = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for _ in range(_REQUESTS_BETWEEN_LOOKS_AT_THE_CLOCK):
            peer.answer(event)
        requests += _REQUESTS_BETWEEN_LOOKS_AT_THE_CLOCK
    return requests / (time.perf_counter() - begun)


main()

"""A Discord that listens on a port and says where somebody stands: for doors that make their own connections."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass
class DiscordOnAPort:
    """Gives the answer set for a method and the end of a path; 404 for all others. Keeps the bodies it was sent."""

    port: int = 0
    answers: dict[tuple[str, str], tuple[int, Json]] = field(default_factory=dict)
    received: list[tuple[str, str, Json]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    def answer_to(self, method: str, path: str) -> tuple[int, Json]:
        for (known_method, end), answer in self.answers.items():
            if method == known_method and path.endswith(end):
                return answer
        return 404, {"message": "404: Not Found", "code": 0}


@contextmanager
def discord_on_a_port() -> Iterator[DiscordOnAPort]:
    discord = DiscordOnAPort()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            discord.received.append((self.command, self.path, body))
            status, answer = discord.answer_to(self.command, self.path)
            encoded = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        discord.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield discord
        finally:
            server.shutdown()
            thread.join()

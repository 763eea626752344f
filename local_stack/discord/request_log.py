"""What the product called, for tests that ask: the latest requests, without anything secret."""

from collections import deque
from dataclasses import dataclass, field

from local_stack.discord.wire import Clock, Json

KEPT = 2000
SECRET_FIELDS = frozenset({"token", "access_token", "refresh_token", "client_secret", "code", "code_verifier"})


@dataclass(slots=True)
class RequestLog:
    """The latest calls of the product's, oldest first."""

    now: Clock
    entries: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))

    def note(self, method: str, path: str, status: int, body: object) -> None:
        """Write one call down; `path` must come without tokens."""
        at_ms = int(self.now() * 1000)
        entry: Json = {"method": method, "path": path, "status": status, "at_ms": at_ms, "body": without_secrets(body)}
        self.entries.append(entry)

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()


def without_secrets(value: object) -> object:
    """A copy of a JSON value in which the values of secret fields are dots."""
    if isinstance(value, dict):
        return {key: "…" if key in SECRET_FIELDS else without_secrets(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value

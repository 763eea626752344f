"""How Discord refuses.

    Refusal                 an HTTP status, a code and a message: {"message", "code", "errors"?}
    ├── unauthorized()      401, code 0
    ├── unknown(...)        404, code 10003 and its neighbours
    ├── missing_access()    403, code 50001: the channel cannot be seen
    ├── missing_permissions()  403, code 50013
    ├── too_large()         413, code 40005
    └── invalid(...)        400, code 50035: a tree of Complaints under `errors`

Codes: Discord docs, Topics - Opcodes and Status Codes - JSON Error Codes.
"""

from dataclasses import dataclass, field

from local_stack.discord.wire import Json

Path = tuple[str | int, ...]
"""Where in a payload something is wrong, such as `("data", "embeds", 0, "title")`."""


class Refusal(Exception):
    """Discord says no."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def as_json(self) -> Json:
        """The body of the answer."""
        body: Json = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong with a payload."""

    path: Path
    code: str
    message: str

    def sentence(self) -> str:
        """The complaint for a person: where, and what."""
        where = ".".join(str(step) for step in self.path)
        return f"{where or 'body'}: {self.message} ({self.code})"


@dataclass(slots=True)
class Complaints:
    """All that is wrong with one payload, gathered by the rules."""

    found: list[Complaint] = field(default_factory=list)

    def add(self, path: Path, code: str, message: str) -> None:
        """Complain about the place `path`."""
        self.found.append(Complaint(path, code, message))

    def too_long(self, path: Path, text: object, most: int, least: int = 0) -> None:
        """Complain where a text is longer or shorter than Discord takes."""
        if isinstance(text, str) and not least <= len(text) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def as_json(self) -> Json:
        """Discord's nested `errors`: a tree of the path's steps, with `_errors` at its leaves."""
        tree: Json = {}
        for complaint in self.found:
            node = tree
            for step in complaint.path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": complaint.code, "message": complaint.message})
        return tree

    def raise_if_any(self) -> None:
        """Refuse the payload where anything is wrong with it.

        Raises:
            Refusal: 50035 with every complaint.
        """
        if self.found:
            raise Refusal(400, 50035, "Invalid Form Body", self.as_json())


def sentences(refusal: Refusal) -> str:
    """A refusal for the person who wonders why nothing happened: every leaf of its tree in words."""
    leaves = list(_leaves(refusal.errors or {}, ()))
    return f"{refusal.message} (code {refusal.code})" + "".join(f"; {leaf}" for leaf in leaves)


def _leaves(tree: Json, path: Path) -> list[str]:
    found: list[str] = []
    for step, node in tree.items():
        if step == "_errors":
            found.extend(Complaint(path, leaf["code"], leaf["message"]).sentence() for leaf in node)
        elif isinstance(node, dict):
            found.extend(_leaves(node, (*path, step)))
    return found


def unauthorized() -> Refusal:
    """The credential is missing or wrong."""
    return Refusal(401, 0, "401: Unauthorized")


def not_found() -> Refusal:
    """No such route."""
    return Refusal(404, 0, "404: Not Found")


def unknown(what: str, code: int) -> Refusal:
    """No such channel (10003), guild (10004), member (10007), message (10008), user (10013), webhook (10015), ..."""
    return Refusal(404, code, f"Unknown {what}")


def too_large() -> Refusal:
    """A file beyond 10 MiB or a request beyond 25 (Discord docs: Reference - Uploading Files)."""
    return Refusal(413, 40005, "Request entity too large")


def missing_access() -> Refusal:
    """The bot does not see it."""
    return Refusal(403, 50001, "Missing Access")


def missing_permissions() -> Refusal:
    """The bot sees it but may not do that."""
    return Refusal(403, 50013, "Missing Permissions")


def invalid(path: Path, code: str, message: str) -> Refusal:
    """A 50035 about one place of a payload."""
    complaints = Complaints()
    complaints.add(path, code, message)
    return Refusal(400, 50035, "Invalid Form Body", complaints.as_json())

"""One call of an API action, as its handler sees it, and the tables in which handlers are registered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from . import session as ks
from .errors import ApiError
from .objects import ObjectReader, Record
from .world import KalturaWorld

NO_SESSION: Final = ks.Session("", 0, -1, "", 0, {})


class Audience(Enum):
    """Who may call an action: nobody needs a KS, any KS does, a widget's does not, only an ADMIN's does."""

    ANYONE = "anyone"
    VIEWERS = "viewers"
    USERS = "users"
    ADMINISTRATORS = "administrators"

    def admits(self, session: ks.Session) -> bool:
        """Whether a session of this type may call."""
        if self is Audience.ADMINISTRATORS:
            return session.is_admin
        if self is Audience.USERS:
            return session.type in (ks.USER, ks.ADMIN)
        return True


@dataclass(frozen=True, slots=True)
class ServedText:
    """The answer of a `serve` action: a file, not an object."""

    text: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its parameters, the session it came with, and the world it acts on."""

    world: KalturaWorld
    parameters: dict[str, Any]
    session: ks.Session = NO_SESSION

    @property
    def reader(self) -> ObjectReader:
        """Reads the objects of this call."""
        return ObjectReader(self.world.now)

    def text(self, name: str, default: str | None = None) -> str:
        """A string parameter.

        Raises:
            ApiError: MISSING_MANDATORY_PARAMETER where it is missing and has no default.
        """
        value = self.reader.simple(self.parameters.get(name), "str", name)
        if value is None:
            if default is None:
                raise ApiError("MISSING_MANDATORY_PARAMETER", PARAM_NAME=name)
            return default
        return str(value)

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer parameter; raises as `text` does."""
        value = self.reader.simple(self.parameters.get(name), "int", name)
        if value is None:
            if default is None:
                raise ApiError("MISSING_MANDATORY_PARAMETER", PARAM_NAME=name)
            return default
        return int(value)

    def record(self, name: str, declared: str) -> Record:
        """An object parameter of the declared class or a subclass of it; raises as `text` does."""
        if not isinstance(self.parameters.get(name), dict):
            raise ApiError("MISSING_MANDATORY_PARAMETER", PARAM_NAME=name)
        return self.reader.read(self.parameters[name], declared)

    def optional_record(self, name: str, declared: str) -> Record:
        """An object parameter, or an empty object of the declared class."""
        return self.reader.read(self.parameters.get(name) or {"objectType": declared}, declared)


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class ApiAction:
    """A handler and who may call it."""

    audience: Audience
    handler: Handler


@dataclass(slots=True)
class ActionTable:
    """The actions of one service, by lower-case name."""

    service: str
    actions: dict[str, ApiAction] = field(default_factory=dict)

    def action(self, name: str, audience: Audience) -> Callable[[Handler], Handler]:
        """Register the decorated function as an action."""

        def register(handler: Handler) -> Handler:
            self.actions[name.lower()] = ApiAction(audience, handler)
            return handler

        return register

"""What the quick half of a command needs of the settings, read without pydantic.

Importing pydantic and building the models costs 90 ms of a cold start (`make bench`), and an interaction has to be
acknowledged at once. The same values pass through the whole model wherever there is time (`defaults`), so a value
that does not fit is found there; here it grants nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

LEVEL_WORDS = ("viewer", "moderator", "admin")

# What a permission that cannot be read demands: the most.
_STRICTEST = "admin"

SHARE_VARIABLES = frozenset({"username", "title", "type"})
SHARE_TEMPLATE = "**{{username}}** invites you to **{{title}}**."


@dataclass(frozen=True, slots=True)
class QuickSettings:
    """The values.

    Attributes:
        permissions: who may use which command, as words.
        role_levels: which role gives which level, as words.
        share_template: the words of an invitation.
        has_activities: whether Watch Together opens as an Activity.
        has_web_fallback: whether it opens in a browser tab where it cannot be an Activity.
        link_hosts: whose links name videos, beside Kaltura's own hosts.
    """

    permissions: Mapping[str, str]
    role_levels: Mapping[str, str]
    share_template: str
    has_activities: bool = True
    has_web_fallback: bool = True
    link_hosts: tuple[str, ...] = ()

    @property
    def can_watch_together(self) -> bool:
        """Whether there is any way into a room."""
        return self.has_activities or self.has_web_fallback

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """From values as they are written (`written_defaults`)."""
        permissions = _section(values, "commands", "permissions")
        role_levels = _section(values, "roles", "mapping")
        template = _section(values, "notifications", "templates").get("meeting_share", SHARE_TEMPLATE)
        features = _section(values, "features")
        hosts = _section(values, "watch").get("link_hosts", [])
        return cls(
            {as_typed(command): word if word in LEVEL_WORDS else _STRICTEST for command, word in permissions.items()},
            {role: word for role, word in role_levels.items() if word in LEVEL_WORDS},
            template if isinstance(template, str) else SHARE_TEMPLATE,
            features.get("activities", True) is True,
            features.get("web_fallback", True) is True,
            tuple(host for host in hosts if isinstance(host, str)) if isinstance(hosts, list) else (),
        )


def as_typed(command: str) -> str:
    """A command's name as people type it; names of environment variables hold no hyphens."""
    return command.replace("_", "-")


def _section(values: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}

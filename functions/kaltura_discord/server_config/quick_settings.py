"""What the quick half of a command needs of the settings, read without pydantic.

Importing pydantic and building the models costs 90 ms of a cold start (`make bench`), and an interaction has to be
acknowledged at once. The same values pass through the whole model wherever there is time (`defaults`), so a value
that does not fit is found there; here it grants nothing. The values may be the defaults, or a server's own over them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from kaltura_discord.discord.identifiers import is_snowflake
from kaltura_discord.server_config.message_types import DEFAULT_TEMPLATES
from kaltura_discord.server_config.written_defaults import as_typed

LEVEL_WORDS = ("viewer", "moderator", "admin")
EVERYONE = "@everyone"

# What a permission that cannot be read demands: the most.
_STRICTEST = "admin"

SHARE_TEMPLATE = DEFAULT_TEMPLATES["meeting_share"]


@dataclass(frozen=True, slots=True)
class QuickSettings:
    """The values.

    Attributes:
        access: who may use which command: level words, role ids and `@everyone`; whoever fits one of them.
        role_levels: which role gives which level, as words.
        share_template: the words of an invitation.
        has_activities: whether Watch Together opens as an Activity.
        has_web_fallback: whether it opens in a browser tab where it cannot be an Activity.
        link_hosts: whose links name videos, beside Kaltura's own hosts.
        has_commands: whether commands work at all.
        player_id: the Kaltura player that videos open in; 0 for the deployment's.
    """

    access: Mapping[str, tuple[str, ...]]
    role_levels: Mapping[str, str]
    share_template: str
    has_activities: bool = True
    has_web_fallback: bool = True
    link_hosts: tuple[str, ...] = ()
    has_commands: bool = True
    player_id: int = 0

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
        player_id = _section(values, "kaltura").get("player_id", 0)
        return cls(
            {as_typed(command): _who(allowed) for command, allowed in permissions.items()},
            {role: word for role, word in role_levels.items() if word in LEVEL_WORDS},
            template if isinstance(template, str) else SHARE_TEMPLATE,
            features.get("activities", True) is True,
            features.get("web_fallback", True) is True,
            tuple(host for host in hosts if isinstance(host, str)) if isinstance(hosts, list) else (),
            _section(values, "commands").get("enabled", True) is True,
            _number(player_id),
        )


def _who(allowed: Any) -> tuple[str, ...]:
    listed = [allowed] if isinstance(allowed, str) else allowed if isinstance(allowed, list) else []
    known = [each for each in listed if each == EVERYONE or each in LEVEL_WORDS or is_snowflake(each)]
    # One word that cannot be read may have been the whole point of the list.
    return tuple(known) if known and len(known) == len(listed) else (_STRICTEST,)


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _section(values: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}

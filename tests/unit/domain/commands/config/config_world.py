"""A server with roles and channels to refer to, and the words in which tests use `/kaltura-config` there."""

from typing import Any

from kaltura_discord.commands.model import Deferred
from kaltura_discord.discord.interaction import parse_interaction
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.override_store import HistoryEntry
from tests.unit.domain.sent_by_discord import Member
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import components_of

Json = dict[str, Any]

MANAGE_SERVER = 1 << 5
ADA = Member("200000000000000011", "Ada", permissions=MANAGE_SERVER)
BEN = Member("200000000000000012", "Ben", permissions=MANAGE_SERVER)

TEACHERS, STAFF, HEADS = "400000000000000001", "400000000000000002", "400000000000000003"
GENERAL, NEWS, HIDDEN, CATEGORY = (
    "300000000000000001",
    "300000000000000002",
    "300000000000000003",
    "300000000000000004",
)
GONE = "300000000000000099"

_VIEW_AND_SEND = (1 << 10) | (1 << 11)


def furnish(stage: Stage) -> None:
    """Roles, two channels where the bot may write, one that it does not see, and a category."""
    hidden = {"id": str(stage.guild_id), "type": 0, "allow": "0", "deny": str(1 << 10)}
    stage.discord.everyone_may = str(_VIEW_AND_SEND)
    stage.discord.roles = [
        {"id": TEACHERS, "name": "Teachers", "permissions": "0"},
        {"id": STAFF, "name": "Staff", "permissions": "0"},
        {"id": HEADS, "name": "Head Teachers", "permissions": "0"},
    ]
    stage.discord.server_channels = [
        {"id": GENERAL, "name": "general", "type": 0, "permission_overwrites": []},
        {"id": NEWS, "name": "news", "type": 5, "permission_overwrites": []},
        {"id": HIDDEN, "name": "hidden", "type": 0, "permission_overwrites": [hidden]},
        {"id": CATEGORY, "name": "Lessons", "type": 4, "permission_overwrites": []},
    ]


async def configure(stage: Stage, subcommand: str, by: Member = ADA, **options: object) -> Json:
    """What somebody reads after `/kaltura-config {subcommand}`."""
    return await stage.answer_to(stage.place.subcommand("kaltura-config", subcommand, dict(options), by))


async def put(stage: Stage, key: str, value: str, by: Member = ADA) -> Json:
    """What somebody reads after setting a value."""
    return await configure(stage, "set", by, key=key, value=value)


async def press(stage: Stage, message: Json, label: str, by: Member = ADA, nth: int = 0) -> Json:
    """What somebody reads after pressing the button with this label; of several, the nth."""
    pressed = [part["custom_id"] for part in components_of(message) if part.get("label") == label]
    return await stage.answer_to(stage.place.press(pressed[nth], by))


async def stored(stage: Stage) -> Document:
    """What the server has set."""
    return (await stage.services.overrides.read(stage.guild_id)).document


async def history(stage: Stage) -> list[HistoryEntry]:
    """What was changed, newest first."""
    return await stage.services.overrides.history(stage.guild_id, 100)


async def suggested(stage: Stage, subcommand: str, option: str, typed: str, **others: object) -> dict[str, str]:
    """What is offered while somebody types: what is sent by what is read."""
    payload = stage.place.typing_in("kaltura-config", subcommand, option, typed, dict(others), ADA)
    answer = await stage.acknowledged(payload)
    assert answer.body is not None
    return {choice["name"]: choice["value"] for choice in answer.body["data"]["choices"]}


async def carried_out(stage: Stage, payload: Json) -> Json:
    """What the slow half alone answers, as if the worker had died right afterwards."""
    found = stage.registry.find(parse_interaction(payload))
    assert found is not None
    assert isinstance(found.acknowledgement, Deferred)
    message = await found.acknowledgement.work(found.interaction, stage.services, soon())
    assert message is not None
    return message.body()

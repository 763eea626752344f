"""Somebody is forgotten, and what of the table still names them."""

from typing import Any

from kaltura_discord.identity.forgetting import PASSING, Forgotten, kind_of
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.identity.rich_life import Life
from tests.unit.domain.stage import Stage, soon

Json = dict[str, Any]
HOUR_SECONDS = 3600


def with_users(stage: Stage) -> UsersDouble:
    """A stage that keeps Kaltura's users, and whose audit has pseudonyms."""
    users = UsersDouble()
    stage.services.people.kaltura_users = users  # type: ignore[assignment]
    stage.services.environment = {**stage.services.environment, "JWT_SECRET": "0123456789abcdef" * 4}
    return users


async def everything(stage: Stage) -> list[Json]:
    """All that is in the table."""
    items: list[Json] = []
    page, further = await stage.services.table.scan()
    items += page
    while further is not None:
        page, further = await stage.services.table.scan(further)
        items += page
    return items


async def naming(stage: Stage, *words: str) -> list[Json]:
    """What is in the table and says one of the words, but for what runs out within the hour."""
    found = [item for item in await everything(stage) if any(word in str(item) for word in words)]
    passing = [item for item in found if kind_of(item) in PASSING]
    assert all(item["expires_at"] <= stage.clock() + HOUR_SECONDS for item in passing)
    return [item for item in found if item not in passing]


async def forgotten(stage: Stage, life: Life) -> Forgotten:
    """Forget whose life it is."""
    return await stage.services.people.forgetting.forget(life.user_id, soon(), "77")

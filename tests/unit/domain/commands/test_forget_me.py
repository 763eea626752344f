"""`/kaltura-forget-me`: said beforehand what goes, asked once more, done, and never in anybody's way."""

from typing import Any

import pytest

from kaltura_discord.commands.due_work import work_off
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.identity.rich_life import Life, live
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, BO, Member, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, text_of

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def users(stage: Stage) -> UsersDouble:
    users = UsersDouble()
    stage.services.people.kaltura_users = users  # type: ignore[assignment]
    stage.services.environment = {**stage.services.environment, "JWT_SECRET": "0123456789abcdef" * 4}
    return users


async def ask(stage: Stage, by: Member) -> Json:
    return await stage.answer_to(stage.place.command("kaltura-forget-me", by=by))


async def press(stage: Stage, by: Member, label: str = "Forget me") -> Json:
    message = await ask(stage, by)
    return await stage.answer_to(stage.place.press(buttons_of(message)[label], by))


async def is_remembered(stage: Stage, life: Life) -> bool:
    return await stage.services.people.profiles.member(stage.guild_id, life.user_id) is not None


async def configure(stage: Stage, document: Json) -> None:
    store = stage.services.overrides
    author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
    await store.save(stage.guild_id, await store.read(stage.guild_id), document, author)


async def test_first_it_says_what_is_kept_and_what_would_go(stage: Stage) -> None:
    told = await ask(stage, BO)
    assert "90 days" in text_of(told)
    assert "in every server" in text_of(told)
    assert "can't be undone" in text_of(told)
    assert f"`discord_{BO.user_id}` stays" in text_of(told)
    assert list(buttons_of(told)) == ["Forget me", "Cancel"]


async def test_where_the_kaltura_user_goes_too_it_says_so(stage: Stage) -> None:
    wanted = {"CONFIG__KALTURA__DELETE_FORGOTTEN_USERS": "true"}
    stage.services.environment = {**stage.services.environment, **wanted}
    assert f"`discord_{BO.user_id}` is deleted too" in text_of(await ask(stage, BO))


async def test_asking_deletes_nothing_and_neither_does_cancel(stage: Stage) -> None:
    life = await live(stage)
    assert text_of(await press(stage, life.person, "Cancel")) == "Everything stays as it is."
    assert await is_remembered(stage, life)


async def test_the_button_forgets_whoever_presses_it(stage: Stage) -> None:
    life = await live(stage)
    told = await press(stage, life.person)
    assert text_of(told) == "You are forgotten: nothing here says any more that it was you."
    assert buttons_of(told) == {}
    assert not await is_remembered(stage, life)


async def test_nobody_has_somebody_else_forgotten(stage: Stage) -> None:
    """The button says nothing of whom it is about; only who pressed it, which Discord signs, counts."""
    life = await live(stage)
    message = await ask(stage, life.person)
    await stage.answer_to(stage.place.press(f"{buttons_of(message)['Forget me']}{life.user_id}", life.friend))
    assert await is_remembered(stage, life)


async def test_for_somebody_unknown_there_is_nothing(stage: Stage) -> None:
    told = await press(stage, Member(snowflake(), "Nobody"))
    assert text_of(told) == "There was nothing to forget: nothing here is about you."


async def test_while_the_table_is_unwell_it_goes_on_by_itself(stage: Stage) -> None:
    life = await live(stage)
    stage.dynamodb.fails_on = "Scan"
    told = await press(stage, life.person)
    assert "goes on by itself" in text_of(told)
    stage.dynamodb.fails_on = ""
    stage.clock.pass_seconds(100)
    for note in await stage.services.due.due(stage.clock()):
        if note.subject == life.user_id:
            await work_off(note, stage.services, stage.clock(), soon())
    assert not await is_remembered(stage, life)


@pytest.mark.parametrize(
    "document", [{"commands": {"enabled": False}}, {"commands": {"permissions": {"kaltura-forget-me": ["admin"]}}}]
)
async def test_no_server_can_keep_anybody_from_it(stage: Stage, document: Json) -> None:
    life = await live(stage)
    await configure(stage, document)
    stage.services.server_configs.forget(stage.guild_id)
    assert "You are forgotten" in text_of(await press(stage, life.person))


async def test_over_and_over_is_too_often(stage: Stage) -> None:
    member = Member(snowflake(), "Again")
    for _ in range(10):
        await press(stage, member)
    assert "You can ask again <t:" in text_of(await press(stage, member))

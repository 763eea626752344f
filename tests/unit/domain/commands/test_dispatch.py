"""The quick half: every interaction is answered once, in time, by a sentence where it cannot be done."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest
from kaltura_discord.commands import dispatch
from kaltura_discord.commands.dispatch import NOT_NOW, Acknowledged, acknowledge, claim
from kaltura_discord.commands.model import Action, Body, Command, Deferred, Inline
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.registry import Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import InteractionId
from kaltura_discord.discord.interaction import Interaction, parse_interaction
from kaltura_discord.discord.messages import Message, note, say
from kaltura_discord.identity.levels import Level
from kaltura_discord.resilience.deadline import Deadline
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

Json = dict[str, Any]


async def work(_: Interaction, __: Services, ___: Deadline) -> Message | None:
    return note("Done.")


async def fail(_: Interaction, __: Services) -> Body:
    raise KeyError("a mistake of ours")


async def greet(_: Interaction, __: Services) -> Body:
    return say(note("Hello."))


async def slow(_: Interaction, __: Services, ___: Deadline) -> list[tuple[str, str]]:
    await asyncio.sleep(60)
    return [("late", "late")]


async def broken(_: Interaction, __: Services, ___: Deadline) -> list[tuple[str, str]]:
    raise RuntimeError("a mistake of ours")


OPEN = Command("open", "1.0.0", "Open", Inline(greet))
GUARDED = Command("guarded", "1.0.0", "Guarded", Inline(greet), permission=Level.MODERATOR)
REGISTRY = Registry(
    commands=(
        OPEN,
        GUARDED,
        Command("mistaken", "1.0.0", "Mistaken", Inline(fail)),
        Command("private", "1.0.0", "Private", Deferred(work)),
        Command("public", "1.0.0", "Public", Deferred(work, is_ephemeral=lambda _: False)),
        Command("slow", "1.0.0", "Slow", Inline(greet), options=(Option("what", "What", suggest=slow),)),
        Command("broken", "1.0.0", "Broken", Inline(greet), options=(Option("what", "What", suggest=broken),)),
    ),
    actions=(
        Action("change", Deferred(work, changes_message=True)),
        Action("answer", Deferred(work)),
        Action("again", Inline(greet), stands_for=GUARDED),
    ),
)


@pytest.fixture
def quick(stage: Stage) -> Stage:
    return replace(stage, registry=REGISTRY)


async def sentence(stage: Stage, payload: Json) -> str:
    answer = await stage.acknowledged(payload)
    assert answer.status == 200
    checked = check_answer(answer.body, payload["type"])
    assert checked["data"]["flags"] & 64, "what concerns one person is for that person"
    return text_of(checked["data"])


async def test_a_repeated_interaction_is_answered_202_and_does_nothing(quick: Stage) -> None:
    payload = quick.place.command("private")
    assert (await quick.acknowledged(payload)).status == 200
    assert await quick.acknowledged(payload) == Acknowledged(202)
    assert len(quick.tasks.sent) == 1


async def test_of_many_copies_at_once_one_is_answered(quick: Stage) -> None:
    payload = quick.place.command("private")
    answers = await asyncio.gather(*(quick.acknowledged(payload) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [202] * 7
    assert len(quick.tasks.sent) == 1


@dataclass
class LosesAnswers:
    """AWS does what it is told, but the first answer to each write is lost, and our client asks again."""

    stage: Stage
    writes: int = 0

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation in ("UpdateItem", "PutItem"):
            self.writes += 1
            await self.stage.dynamodb.inner.call(operation, request)
        return await self.stage.dynamodb.inner.call(operation, request)


async def test_a_claim_that_was_sent_twice_knows_itself(quick: Stage) -> None:
    forgetful = LosesAnswers(quick)
    services = Services(quick.services.environment, lambda _: forgetful, quick.clock)
    interaction_id = InteractionId(snowflake())
    assert await claim(interaction_id, services)
    assert forgetful.writes == 1
    assert not await claim(interaction_id, quick.services)


async def test_a_server_that_is_not_allowed_gets_one_sentence_with_its_id(quick: Stage) -> None:
    quick.place.guild_id = snowflake()
    for payload in (quick.place.command("private"), quick.place.press("1:answer:"), quick.place.command("nonsense")):
        told = await sentence(quick, payload)
        assert told.startswith("This server can't use Kaltura yet.")
        assert f"`{quick.place.guild_id}`" in told
    assert [task["kind"] for task in quick.tasks.sent] == ["first_use"], "it is greeted, and told the same"
    suggestions = await quick.acknowledged(quick.place.typing("slow", "what", "a"))
    assert suggestions.body == {"type": 8, "data": {"choices": []}}


async def test_a_direct_message_gets_a_sentence(quick: Stage) -> None:
    assert "in a server only" in await sentence(quick, quick.place.direct_message("open"))


@pytest.mark.parametrize("custom_id", ["1:gone:5", "2:answer:5", "foreign"])
async def test_a_button_of_a_former_version_gets_a_sentence(quick: Stage, custom_id: str) -> None:
    assert "doesn't exist any more" in await sentence(quick, quick.place.press(custom_id))


async def test_an_unknown_command_gets_a_sentence(quick: Stage) -> None:
    assert "`/kaltura-help`" in await sentence(quick, quick.place.command("kaltura-dance"))


async def test_an_inline_answer(quick: Stage) -> None:
    assert await sentence(quick, quick.place.command("open")) == "Hello."


@pytest.mark.parametrize(
    ("payload_of", "body"),
    [
        (lambda place: place.command("private"), {"type": 5, "data": {"flags": 64}}),
        (lambda place: place.command("public"), {"type": 5}),
        (lambda place: place.press("1:change:"), {"type": 6}),
        (lambda place: place.press("1:answer:"), {"type": 5, "data": {"flags": 64}}),
    ],
    ids=["private command", "public command", "button that changes its message", "button that answers"],
)
async def test_what_takes_time_is_acknowledged_and_enqueued_exactly_once(
    quick: Stage, payload_of: Any, body: Json
) -> None:
    payload = payload_of(quick.place)
    answer = await quick.acknowledged(payload)
    assert check_answer(answer.body, payload["type"]) == body
    (task,) = quick.tasks.sent
    assert task == {"kind": "interaction", "interaction": payload, "received_at": int(quick.clock())}
    assert quick.tasks.stories == [payload["id"]]


async def test_a_refusal_names_who_may(quick: Stage) -> None:
    told = await sentence(quick, quick.place.command("guarded", by=BO))
    assert told == (
        "Only moderators can use `/guarded`. Here that means whoever may manage this server, its events or its members."
    )
    for by in (MODERATOR, ADMINISTRATOR):
        assert await sentence(quick, quick.place.command("guarded", by=by)) == "Hello."


async def test_the_settings_decide_who_may(quick: Stage) -> None:
    quick.services.environment = {
        **quick.services.environment,
        "CONFIG__COMMANDS__PERMISSIONS__OPEN": "admin",
        "CONFIG__COMMANDS__PERMISSIONS__GUARDED": "viewer",
        "CONFIG__ROLES__MAPPING__5": "admin",
    }
    assert "Only administrators" in await sentence(quick, quick.place.command("open", by=BO))
    teacher = Member("201", "Tess", roles=("5",))
    assert await sentence(quick, quick.place.command("open", by=teacher)) == "Hello."
    assert await sentence(quick, quick.place.command("guarded", by=BO)) == "Hello."


async def test_a_button_is_no_way_around_a_commands_permission(quick: Stage) -> None:
    assert "`/guarded`" in await sentence(quick, quick.place.press("1:again:5", by=BO))
    assert await sentence(quick, quick.place.press("1:again:5", by=MODERATOR)) == "Hello."


async def test_while_the_table_is_down_there_is_a_sentence(quick: Stage) -> None:
    quick.dynamodb.is_down = True
    assert await sentence(quick, quick.place.command("open")) == NOT_NOW


async def test_while_the_queue_is_down_there_is_a_sentence(quick: Stage) -> None:
    quick.tasks.is_down = True
    assert await sentence(quick, quick.place.command("private")) == NOT_NOW


@dataclass
class Hanging:
    """AWS takes calls and never answers."""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        await asyncio.sleep(60)
        return {}


async def test_while_aws_hangs_the_sentence_comes_within_discords_three_seconds(
    quick: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    services = Services(quick.services.environment, lambda _: Hanging(), quick.clock)
    async with asyncio.timeout(2.9):
        answer = await acknowledge(parse_interaction(quick.place.command("open")), services, REGISTRY)
    assert answer.body is not None
    assert text_of(answer.body["data"]) == NOT_NOW
    assert dispatch.ACKNOWLEDGEMENT_SECONDS < 3


async def test_a_mistake_of_ours_is_a_sentence_with_a_reference(quick: Stage, caplog: pytest.LogCaptureFixture) -> None:
    payload = quick.place.command("mistaken")
    told = await sentence(quick, payload)
    assert "Something went wrong on our side" in told
    assert payload["id"] in told
    assert "KeyError" not in told
    (record,) = (record for record in caplog.records if record.exc_info)
    assert record.interaction_id == payload["id"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", ["broken", "nonsense", "open"])
async def test_autocomplete_never_fails(quick: Stage, command: str) -> None:
    answer = await quick.acknowledged(quick.place.typing(command, "what", "a"))
    assert answer == Acknowledged(200, {"type": 8, "data": {"choices": []}})


async def test_autocomplete_keeps_its_time(quick: Stage) -> None:
    async with asyncio.timeout(2.5):
        answer = await quick.acknowledged(quick.place.typing("slow", "what", "a"))
    assert answer.body == {"type": 8, "data": {"choices": []}}


async def test_autocomplete_of_a_command_one_may_not_use_suggests_nothing(stage: Stage) -> None:
    await stage.start("Weekly review")
    payload = stage.place.typing("kaltura-join", "meeting", "week", by=BO)
    offered = await stage.acknowledged(payload)
    assert offered.body is not None
    assert len(offered.body["data"]["choices"]) == 1
    await stage.set({"commands": {"permissions": {"kaltura-join": ["moderator"]}}})
    hidden = await stage.acknowledged(stage.place.typing("kaltura-join", "meeting", "week", by=BO))
    assert hidden.body == {"type": 8, "data": {"choices": []}}


async def test_the_log_tells_what_and_where_but_nothing_that_people_wrote(
    quick: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kaltura_discord")
    payload = quick.place.command("open", {"title": "A very private title"}, by=Member("202", "Hidden Name"))
    await quick.acknowledged(payload)
    (record,) = (record for record in caplog.records if record.getMessage() == "interaction")
    logged = vars(record)
    assert (logged["command"], logged["status"], logged["guild_id"]) == ("open", 200, quick.place.guild_id)
    everything = str([vars(each) for each in caplog.records])
    assert "very private" not in everything
    assert "Hidden Name" not in everything
    assert payload["token"] not in everything

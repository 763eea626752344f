"""The operator decides which servers may use the deployment, and what they see."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from infra.operations import consent
from infra.operations.allow_server import Desk, carry_out, read_arguments
from infra.operations.environment import check_names_a_table
from infra.operations.running import NotAgreed
from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.pseudonyms import Pseudonyms
from kaltura_discord.aws.attributes import Value, from_item, to_item
from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.store import EventStore
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from tests.unit.operations.small_cloud import SmallCloud

GUILD = GuildId("112233445566778899")
OTHER = GuildId("99")


@dataclass
class KnownNames:
    """Discord's names of servers."""

    known: dict[str, str] = field(default_factory=lambda: {GUILD: "Riverside"})

    async def of(self, guild_id: GuildId) -> str:
        return self.known.get(guild_id, "")


@dataclass
class Operator:
    """Types one answer to whatever is asked."""

    answer: str = "Riverside"
    questions: list[str] = field(default_factory=list)

    def __call__(self, question: str, answers: Collection[str]) -> bool:
        self.questions.append(question)
        return self.answer in answers


@pytest.fixture
def cloud() -> SmallCloud:
    return SmallCloud()


@pytest.fixture
def operator() -> Operator:
    return Operator()


@pytest.fixture
def desk(cloud: SmallCloud, operator: Operator) -> Desk:
    table = Table(cloud, "t")
    audit = AuditLog(table, Pseudonyms(lambda: "no secret is needed"))
    events = EventStore(table, Queue(cloud, "https://sqs/tasks"))
    return Desk(AllowedServers(table), MeetingStore(table, audit, events), audit, KnownNames(), operator)


async def run(desk: Desk, *words: str) -> str:
    return await carry_out(read_arguments(words), desk)


async def revoke(desk: Desk) -> str:
    return await run(desk, "--guild", GUILD, "--revoke")


def audited(cloud: SmallCloud) -> list[dict[str, object]]:
    items = [from_item(item) for (_, sk), item in sorted(cloud.items.items()) if sk.startswith("AUDIT#")]
    return [{name: item[name] for name in ("kind", "user_id", "details")} for item in items]


def hold_meetings(cloud: SmallCloud, count: int) -> None:
    for number in range(count):
        place = f"SERVER#{GUILD}", f"RUNNING#{number}"
        meeting: dict[str, Value] = {"pk": place[0], "sk": place[1], "title": "Review", "kind": "room"}
        cloud.items[place] = to_item({**meeting, "started_by": {"user_id": "1", "name": "Ann"}, "started_at": 0})


async def test_a_server_is_allowed_with_what_it_may_see(desk: Desk) -> None:
    said = await run(desk, "--guild", GUILD, "--categories", "12, 34", "--tags", "biology,world history")
    assert said == f"Allowed: server {GUILD} (Riverside), videos: categories 12, 34 and tags biology, world history"
    assert await desk.servers.find_now(GUILD) == AllowedServer(GUILD, (12, 34), ("biology", "world history"))


async def test_a_server_without_content_holds_meetings_only(desk: Desk) -> None:
    # What `make allow-server GUILD=...` passes where the other two are left out.
    said = await run(desk, "--guild", GUILD, "--categories", "", "--tags", "")
    assert said.endswith("videos: none (meetings only)")
    assert await desk.servers.find_now(GUILD) == AllowedServer(GUILD)


async def test_allowing_again_gives_other_content_and_shows_what_that_changes(desk: Desk) -> None:
    await run(desk, "--guild", GUILD, "--categories", "12,34")
    said = await run(desk, "--guild", GUILD, "--categories", "34,56", "--tags", "biology")
    assert said.splitlines() == [
        f"Changed: server {GUILD} (Riverside)",
        "  - category 12",
        "  + category 56",
        "  + tag biology",
        "videos: categories 12, 34 → categories 34, 56 and tags biology",
        "It takes up to 30 seconds to be seen everywhere.",
    ]
    assert await desk.servers.find_now(GUILD) == AllowedServer(GUILD, (34, 56), ("biology",))


async def test_content_that_is_left_out_is_taken_away_and_that_is_shown(desk: Desk) -> None:
    await run(desk, "--guild", GUILD, "--categories", "12", "--tags", "biology")
    said = await run(desk, "--guild", GUILD)
    assert "  - category 12\n  - tag biology\n" in said
    assert "→ none (meetings only)" in said


async def test_allowing_what_is_allowed_changes_nothing(desk: Desk, cloud: SmallCloud) -> None:
    await run(desk, "--guild", GUILD, "--categories", "12")
    before = dict(cloud.items)
    assert "Nothing was changed" in await run(desk, "--guild", GUILD, "--categories", "12,12")
    assert cloud.items == before


async def test_who_is_allowed_what_is_in_the_servers_audit(desk: Desk, cloud: SmallCloud) -> None:
    await run(desk, "--guild", GUILD, "--categories", "12")
    assert audited(cloud) == [
        {
            "kind": "server_allowed",
            "user_id": "",
            "details": {"videos": "categories 12", "videos_before": "not allowed"},
        }
    ]
    cloud.items.clear()
    await desk.servers.allow(AllowedServer(GUILD, (12,)))
    await revoke(desk)
    assert audited(cloud) == [{"kind": "server_revoked", "user_id": "", "details": {"videos_before": "categories 12"}}]


async def test_a_change_that_fails_is_not_in_the_audit(desk: Desk, cloud: SmallCloud) -> None:
    cloud.trouble["TransactWriteItems"] = AwsUnavailable("TransactWriteItems", "EndpointConnectionError")
    with pytest.raises(AwsUnavailable):
        await run(desk, "--guild", GUILD)
    assert cloud.items == {}


# --- taking it back --------------------------------------------------------------------------------------------------


async def test_a_server_is_allowed_no_longer_once_the_operator_has_typed_its_name(
    desk: Desk, operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    await run(desk, "--guild", GUILD, "--categories", "12")
    said = await revoke(desk)
    shown = capsys.readouterr().out
    assert f"Server {GUILD} (Riverside), videos: categories 12. Once it is allowed no longer:" in shown
    assert "nobody gets into a meeting or a room" in shown
    assert "make allow-server brings it all back" in shown
    assert "running" not in shown
    assert operator.questions == ["To go on, type the server's name (Riverside): "]
    assert said.startswith(f"Server {GUILD} (Riverside) is not allowed any more.")
    assert await desk.servers.find_now(GUILD) is None


@pytest.mark.parametrize(("count", "words"), [(1, "A meeting that is running"), (3, "3 meetings that are running")])
async def test_the_operator_reads_how_many_meetings_go_on(
    desk: Desk, cloud: SmallCloud, capsys: pytest.CaptureFixture[str], count: int, words: str
) -> None:
    await run(desk, "--guild", GUILD)
    hold_meetings(cloud, count)
    await revoke(desk)
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("answer", ["", "y", "yes", "riverside", "112233"])
async def test_any_other_answer_changes_nothing(desk: Desk, operator: Operator, cloud: SmallCloud, answer: str) -> None:
    await run(desk, "--guild", GUILD)
    before = dict(cloud.items)
    operator.answer = answer
    with pytest.raises(NotAgreed):
        await revoke(desk)
    assert cloud.items == before


async def test_where_discord_does_not_tell_the_name_the_id_is_typed(desk: Desk, operator: Operator) -> None:
    await run(desk, "--guild", OTHER)
    operator.answer = OTHER
    assert "not allowed any more" in await run(desk, "--guild", OTHER, "--revoke")
    assert operator.questions == ["To go on, type the server's id: "]


async def test_an_empty_answer_is_never_the_name_of_a_server(desk: Desk, operator: Operator) -> None:
    await run(desk, "--guild", OTHER)
    operator.answer = ""
    with pytest.raises(NotAgreed):
        await run(desk, "--guild", OTHER, "--revoke")


async def test_what_is_not_allowed_needs_no_taking_back(desk: Desk, operator: Operator, cloud: SmallCloud) -> None:
    assert "nothing to take back" in await revoke(desk)
    assert operator.questions == []
    assert cloud.items == {}


def test_where_nobody_can_be_asked_nobody_agrees(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert not consent.typed_consent("Sure? ", {"Riverside"})
    assert "add YES=1" in capsys.readouterr().out
    monkeypatch.setattr("builtins.input", lambda _: " Riverside ")
    assert consent.typed_consent("Sure? ", {"Riverside"})
    assert consent.given_without_asking("Sure? ", {"Riverside"})


# --- listing, and what is typed --------------------------------------------------------------------------------------


async def test_all_servers_are_listed(desk: Desk) -> None:
    assert "No server is allowed yet" in await run(desk, "--list")
    await run(desk, "--guild", GUILD, "--categories", "5")
    await run(desk, "--guild", OTHER)
    listed = (await run(desk, "--list")).splitlines()
    assert listed == [
        "server 99, videos: none (meetings only)",
        f"server {GUILD} (Riverside), videos: categories 5",
    ]


@pytest.mark.parametrize("guild", ["", "Riverside", "12 34", "-5", "0", "123456789012345678901", "١٢٣"])
async def test_a_server_is_named_by_its_id(desk: Desk, cloud: SmallCloud, guild: str) -> None:
    with pytest.raises(ValueError, match="Copy Server ID"):
        await run(desk, f"--guild={guild}")
    assert cloud.operations == []


@pytest.mark.parametrize(
    "categories", ["12,biology", "1.5", "-3", "0", "4294967296", "١٢", ",".join(map(str, range(1, 102)))]
)
async def test_categories_are_numbers(desk: Desk, cloud: SmallCloud, categories: str) -> None:
    with pytest.raises(ValueError, match="CATEGORIES"):
        await run(desk, "--guild", GUILD, f"--categories={categories}")
    assert cloud.operations == []


@pytest.mark.parametrize("tags", ["x" * 101, "a\nb", "bio\u202elogy", ",".join(f"t{number}" for number in range(101))])
async def test_tags_are_words(desk: Desk, cloud: SmallCloud, tags: str) -> None:
    with pytest.raises(ValueError, match="TAGS"):
        await run(desk, "--guild", GUILD, f"--tags={tags}")
    assert cloud.operations == []


async def test_what_is_named_twice_or_not_at_all_counts_once_or_not(desk: Desk) -> None:
    await run(desk, "--guild", GUILD, "--categories", " 7,, 7 ", "--tags", " , biology,biology")
    assert await desk.servers.find_now(GUILD) == AllowedServer(GUILD, (7,), ("biology",))


def test_without_a_table_the_operator_is_told_where_one_comes_from() -> None:
    check_names_a_table({"TABLE_NAME": "production"})
    with pytest.raises(ValueError, match=r"Start the local stack \(make run\), or set TABLE_NAME"):
        check_names_a_table({"AWS_REGION": "us-east-1"})

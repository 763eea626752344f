"""The operator sees and sets one server's settings, those too that no server sets."""

from collections.abc import AsyncIterator

import pytest

from infra.operations.server_config import Desk, carry_out, read_arguments
from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.pseudonyms import Pseudonyms
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.errors import ConfigError, InvalidSetting
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.override_store import Author, OverrideStore
from tests.unit.domain.sent_by_discord import ANN, snowflake

DEFAULTS = ServerConfig()


@pytest.fixture
async def table(environment: dict[str, str]) -> AsyncIterator[Table]:
    caller = SignedCaller("dynamodb", environment)
    yield Table(caller, environment["TABLE_NAME"])
    await caller.close()


@pytest.fixture
def desk(table: Table) -> Desk:
    return Desk(OverrideStore(table), AllowedServers(table), DEFAULTS)


@pytest.fixture
async def guild(desk: Desk) -> GuildId:
    """An allowed server."""
    guild_id = GuildId(snowflake())
    await desk.servers.allow(AllowedServer(guild_id))
    return guild_id


async def run(desk: Desk, guild: str, *words: str) -> str:
    return await carry_out(read_arguments(["--guild", guild, *words]), desk)


async def test_what_only_the_operator_sets_is_set_for_one_server(desk: Desk, guild: GuildId) -> None:
    said = await run(desk, guild, "--key", "kaltura.player_id", "--value", "51234567")
    assert said.splitlines() == [
        "kaltura.player_id: 0 (default) → 51234567",
        "It takes up to 30 seconds to be seen everywhere.",
    ]
    assert (await desk.overrides.read(guild)).document == {"kaltura": {"player_id": 51234567}}
    assert (await desk.overrides.read(GuildId(snowflake()))).document == {}


async def test_hosts_whose_links_name_videos(desk: Desk, guild: GuildId) -> None:
    said = await run(desk, guild, "--key", "watch.link_hosts", "--value", "video.school.example, media.school.example")
    assert "watch.link_hosts: none (default) → video.school.example, media.school.example" in said
    stored = (await desk.overrides.read(guild)).document
    assert stored == {"watch": {"link_hosts": ["video.school.example", "media.school.example"]}}


async def test_what_servers_set_the_operator_sets_too(desk: Desk, guild: GuildId) -> None:
    said = await run(desk, guild, "--key", "meetings.auto_end_hours", "--value", "6")
    assert "meetings.auto_end_hours: 4 (default) → 6" in said


async def test_it_goes_back_to_the_default(desk: Desk, guild: GuildId) -> None:
    await run(desk, guild, "--key", "kaltura.player_id", "--value", "51234567")
    said = await run(desk, guild, "--reset", "kaltura.player_id")
    assert "kaltura.player_id: 51234567 → 0 (default)" in said
    assert (await desk.overrides.read(guild)).document == {}


async def test_a_whole_section_goes_back(desk: Desk, guild: GuildId) -> None:
    await run(desk, guild, "--key", "kaltura.player_id", "--value", "51234567")
    await run(desk, guild, "--key", "kaltura.room_templates.room", "--value", "1_ab12cd34")
    said = await run(desk, guild, "--reset", "kaltura")
    assert "51234567 → 0 (default)" in said
    assert "1_ab12cd34 → " in said
    assert (await desk.overrides.read(guild)).document == {}


async def test_what_is_like_that_already_is_no_change(desk: Desk, guild: GuildId) -> None:
    assert "Nothing was changed" in await run(desk, guild, "--reset", "kaltura")
    assert "Nothing was changed" in await run(desk, guild, "--key", "kaltura.player_id", "--value", "0")
    assert (await desk.overrides.read(guild)).version == 0


async def test_it_stands_in_the_history_and_the_audit_as_the_operators(
    desk: Desk, guild: GuildId, table: Table
) -> None:
    await run(desk, guild, "--key", "kaltura.player_id", "--value", "51234567")
    (change,) = await desk.overrides.history(guild)
    assert (change.author.user_id, change.author.interaction_id) == ("", "")
    (record,) = [each async for each in AuditLog(table, Pseudonyms(lambda: "")).entries(guild)]
    assert [(each.key, each.before, each.after) for each in record.changes] == [("kaltura.player_id", None, 51234567)]


async def test_what_does_not_fit_changes_nothing(desk: Desk, guild: GuildId) -> None:
    for key, value in (
        ("kaltura.player_id", "the blue one"),
        ("kaltura.meeting_strategy", "telepathy"),
        ("watch.link_hosts", "https://video.school.example/"),
        ("kaltura.no_such_thing", "1"),
        ("commands.permissions.kaltura-no-such-command", "admin"),
    ):
        with pytest.raises(InvalidSetting):
            await run(desk, guild, "--key", key, "--value", value)
    with pytest.raises(InvalidSetting):
        await run(desk, guild, "--reset", "no.such.section")
    assert (await desk.overrides.read(guild)).version == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--value", "6"), "VALUE needs KEY"),
        (("--reset", "kaltura", "--key", "kaltura.player_id"), "RESET stands alone"),
    ],
)
async def test_arguments_that_say_two_things_are_refused(
    desk: Desk, guild: GuildId, words: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        await run(desk, guild, *words)


async def test_a_server_is_named_by_its_id(desk: Desk) -> None:
    with pytest.raises(ValueError, match="Copy Server ID"):
        await run(desk, "Riverside", "--key", "kaltura.player_id", "--value", "1")


async def test_a_server_that_is_not_allowed_yet_can_be_prepared(desk: Desk) -> None:
    said = await run(desk, snowflake(), "--key", "kaltura.player_id", "--value", "51234567")
    assert "not allowed yet: make allow-server" in said


async def test_without_a_key_all_that_is_the_operators_and_all_that_differs_is_shown(
    desk: Desk, guild: GuildId
) -> None:
    await run(desk, guild, "--key", "kaltura.player_id", "--value", "51234567")
    await run(desk, guild, "--key", "meetings.auto_end_hours", "--value", "6")
    said = (await run(desk, guild)).splitlines()
    assert said[0] == f"server {guild}, 2 changes so far"
    assert "  kaltura.player_id: 51234567 (the default is 0, set by the operator only)" in said
    assert "  kaltura.meeting_strategy: room_entry (the default, set by the operator only)" in said
    assert "  meetings.auto_end_hours: 6 (the default is 4)" in said
    assert not any("features.activities" in line for line in said)


async def test_one_setting_is_shown_by_its_key(desk: Desk, guild: GuildId) -> None:
    assert "features.activities: on (the default)" in await run(desk, guild, "--key", "features.activities")
    entry = "kaltura.session_privileges.join.privacycontext"
    assert f"{entry}: nothing (the default" in await run(desk, guild, "--key", entry)
    with pytest.raises(ConfigError, match="no setting"):
        await run(desk, guild, "--key", "no.such.setting")


async def test_nobodys_change_is_lost(desk: Desk, guild: GuildId) -> None:
    seen = await desk.overrides.read(guild)
    await run(desk, guild, "--key", "kaltura.player_id", "--value", "51234567")
    document = Changes(DEFAULTS).set_text(seen.document, "meetings.auto_end_hours", "6")
    ann = Author(UserId(ANN.user_id), InteractionId(snowflake()))
    with pytest.raises(ConfigError, match="Whoever runs this app changed"):
        await desk.overrides.save(guild, seen, document, ann)

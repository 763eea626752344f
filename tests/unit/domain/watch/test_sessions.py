"""Coming into rooms: by what can be proved, and by nothing that a page says."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import RoomToken
from kaltura_discord.watch.launches import InstanceId, Launch
from kaltura_discord.watch.models import Room, RoomId
from tests.unit.domain.sent_by_discord import ANN, BO, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.watch.entering import Json, close, refused
from tests.unit.domain.watch.test_sign_in import slug
from tests.unit.domain.watch.visitor import SEARCH, Visitor, library, location, visiting
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura


@pytest.fixture
async def visitor(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    async with visiting(stage, kaltura) as visitor:
        yield visitor


async def room(visitor: Visitor, entered: Json) -> Room:
    found = await visitor.parts.room_door.rooms.find(RoomId(entered["room"]["room_id"]))
    assert found is not None
    return found


async def test_the_first_one_opens_the_room_with_the_video_of_the_launch(visitor: Visitor) -> None:
    instance = await visitor.launched("1_abcdefgh", ANN.user_id, BO.user_id)
    entered = await visitor.enter(instance, BO.user_id, "Bo")
    assert entered["room"]["guild_id"] == visitor.guild_id
    assert entered["room"]["channel_id"] == visitor.channel_id
    assert entered["you"] == {"user_id": BO.user_id, "name": "Bo", "avatar": "a1b2", "level": "viewer"}
    assert entered["bound_video"]["title"] == "Film 1_abcdefgh"
    assert entered["bound_video"]["thumbnail"].startswith("/k/cdn-test/p/12345/thumbnail/")
    assert entered["proposed_video"] is None
    assert entered["session_token"] is None
    opened = await room(visitor, entered)
    assert opened.host_user_id == ANN.user_id  # who launched it, though Bo was faster
    assert opened.media is not None
    assert (opened.media.entry_id, opened.media.duration) == ("1_abcdefgh", 61)
    token = visitor.parts.tokens.read_room(entered["room_token"])
    assert (token.level, token.via, token.way_in, token.guild_id) == (
        Level.VIEWER,
        "discord",
        instance,
        visitor.guild_id,
    )


async def test_whoever_enters_is_to_be_written_to_kaltura_and_waits_for_nothing(visitor: Visitor) -> None:
    instance = await visitor.launched("")
    await visitor.enter(instance)
    visitor.discord.has_bot = False
    await visitor.enter(instance, ANN.user_id, "Ann of the Hills")
    told = {"kind": "sync_user", "guild_id": visitor.guild_id, "user_id": ANN.user_id}
    assert visitor.stage.tasks.sent == [
        {**told, "name": "Ann", "level": "viewer"},
        # Where the bot is not in the server, nobody says what they are.
        {**told, "name": "Ann of the Hills", "level": None},
    ]


async def test_the_ticket_is_for_this_room_and_person(visitor: Visitor) -> None:
    entered = await visitor.enter(await visitor.launched(""))
    holder = await visitor.parts.room_door.tickets.redeem(entered["ticket"])
    assert holder is not None
    assert (holder.room_id, holder.user_id, holder.via) == (entered["room"]["room_id"], ANN.user_id, "discord")
    assert entered["ticket_expires_in"] == 60


async def test_two_who_come_first_at_once_meet_in_one_room(visitor: Visitor) -> None:
    instance = visitor.run(ANN.user_id, BO.user_id)
    both = await asyncio.gather(visitor.enter(instance), visitor.enter(instance, BO.user_id, "Bo"))
    assert both[0]["room"] == both[1]["room"]
    opened = await room(visitor, both[0])
    assert opened.host_user_id in (ANN.user_id, BO.user_id)


async def test_a_binding_of_another_server_opens_nothing(visitor: Visitor) -> None:
    instance = visitor.run(ANN.user_id)
    foreign = Launch(GuildId(snowflake()), ChannelId(visitor.channel_id), UserId(ANN.user_id), "1_abcdefgh")
    await visitor.stage.services.launches.launched(InstanceId(instance), foreign)
    assert await refused(visitor, {"instance_id": instance}, await visitor.session()) == (403, "other-room")


async def test_an_activity_that_nobody_of_ours_launched_opens_without_a_video(visitor: Visitor) -> None:
    entered = await visitor.enter(visitor.run(ANN.user_id))
    assert (entered["bound_video"], entered["proposed_video"]) == (None, None)
    assert (await room(visitor, entered)).host_user_id == ANN.user_id


async def test_a_launch_that_could_not_say_its_instance_is_found_by_its_person(visitor: Visitor) -> None:
    launch = Launch(GuildId(visitor.guild_id), ChannelId(visitor.channel_id), UserId(ANN.user_id), "1_abcdefgh")
    await visitor.stage.services.launches.intend(launch)
    entered = await visitor.enter(visitor.run(ANN.user_id))
    assert entered["bound_video"]["id"] == "1_abcdefgh"
    launches = visitor.stage.services.launches
    assert await launches.intent(launch.guild_id, launch.channel_id, launch.user_id) is None


async def test_a_second_launch_is_proposed_to_who_may_change_the_video(visitor: Visitor) -> None:
    instance = await visitor.launched("1_abcdefgh", ANN.user_id, BO.user_id)
    await visitor.enter(instance)
    for person in (ANN, BO):
        launch = Launch(GuildId(visitor.guild_id), ChannelId(visitor.channel_id), UserId(person.user_id), "1_other000")
        await visitor.stage.services.launches.launched(InstanceId(instance), launch)
    host = await visitor.enter(instance)
    assert host["proposed_video"]["id"] == "1_other000"
    grant = visitor.parts.tokens.read_media_grant(host["proposed_video"]["grant"])
    assert (grant.guild_id, grant.entry_id, grant.title) == (visitor.guild_id, "1_other000", "Film 1_other000")
    assert host["bound_video"]["id"] == "1_abcdefgh"
    viewer = await visitor.enter(instance, BO.user_id, "Bo")
    assert viewer["proposed_video"] is None
    visitor.discord.members[BO.user_id] = ["55"]
    moderator = await visitor.enter(instance, BO.user_id, "Bo")
    assert moderator["you"]["level"] == "moderator"
    assert moderator["proposed_video"]["id"] == "1_other000"


async def test_while_kaltura_is_silent_the_room_opens_and_the_video_is_proposed_later(visitor: Visitor) -> None:
    visitor.kaltura.on(SEARCH, httpx.ConnectTimeout("silent"))
    instance = await visitor.launched("1_abcdefgh")
    first = await visitor.enter(instance)
    assert (first["bound_video"], first["proposed_video"]) == (None, None)
    assert (await room(visitor, first)).media is None
    visitor.kaltura.on(SEARCH, library("1_abcdefgh"))
    again = await visitor.enter(instance)
    assert again["room"] == first["room"]
    assert again["proposed_video"]["id"] == "1_abcdefgh"


async def test_a_video_that_is_not_the_servers_opens_nothing(visitor: Visitor) -> None:
    entered = await visitor.enter(await visitor.launched("1_foreign0"))
    assert (entered["bound_video"], entered["proposed_video"]) == (None, None)
    assert (await room(visitor, entered)).media is None


async def test_who_is_not_in_the_instance_is_refused_whatever_they_say(visitor: Visitor) -> None:
    instance = visitor.run(ANN.user_id)
    session = await visitor.session(BO.user_id, "Bo")
    assert await refused(visitor, {"instance_id": instance}, session) == (403, "not-in-instance")
    for more in ({"guild_id": visitor.guild_id}, {"user_id": ANN.user_id}, {"room_id": "r"}):
        assert await refused(visitor, {"instance_id": instance, **more}, session) == (400, "bad-request")


async def test_right_after_a_launch_discord_is_asked_again(visitor: Visitor) -> None:
    instance = visitor.run(ANN.user_id)
    [here] = visitor.discord.instances[instance]
    assert here is not None
    visitor.discord.instances[instance] = [None, {**here, "users": []}, None, here]
    await visitor.enter(instance)
    assert visitor.stage.pauses.taken == [0.4, 0.7, 1.2]


async def test_a_class_that_comes_in_at_once_asks_discord_once(visitor: Visitor) -> None:
    people = [str(10**18 + number) for number in range(12)]
    instance = visitor.run(*people)
    for user in people:
        await visitor.enter(instance, user, "Somebody")
    asked = [request for request in visitor.discord.asked if "activity-instances" in request.url.path]
    assert len(asked) == 1
    late = str(10**18 + 99)
    visitor.discord.instances[instance] = [location(visitor.guild_id, visitor.channel_id, *people, late)]
    visitor.discord.members[late] = []
    await visitor.enter(instance, late, "Late")  # not in what is remembered, so asked about


async def test_why_discord_does_not_say_who_is_in_it_is_told_as_it_is(visitor: Visitor) -> None:
    session, instance = await visitor.session(), visitor.run(ANN.user_id)
    visitor.discord.is_down = True
    answer = await visitor.post("/rooms/session", {"instance_id": instance}, session)
    assert answer.status_code == 503
    assert answer.json()["detail"] == "Discord doesn't answer at the moment. Try again in a minute."
    visitor.discord.is_down, visitor.discord.is_crowded = False, True
    answer = await visitor.post("/rooms/session", {"instance_id": instance}, session)
    assert answer.status_code == 503
    assert answer.json()["detail"] == "Many people are coming in at this moment. Try again in a few seconds."


async def test_it_is_not_asked_for_ever(visitor: Visitor) -> None:
    session = await visitor.session()
    assert await refused(visitor, {"instance_id": f"i-1-gc-{visitor.guild_id}-2"}, session) == (403, "not-in-instance")
    assert sum(visitor.stage.pauses.taken) < 2.5
    asked = [request for request in visitor.discord.asked if "activity-instances" in request.url.path]
    assert len(asked) == 4


@pytest.mark.parametrize("instance", ["../../users/@me", "i-1?x=y", "i-1/../..", "i-1%2f..", "ä", "x" * 300, "i 1"])
async def test_what_is_no_instance_is_not_asked_about(visitor: Visitor, instance: str) -> None:
    session = await visitor.session()
    assert await refused(visitor, {"instance_id": instance}, session) == (403, "not-in-instance")
    assert not [request for request in visitor.discord.asked if "activity-instances" in request.url.path]


async def test_the_place_is_where_discord_says_and_not_what_the_id_spells(visitor: Visitor) -> None:
    elsewhere, channel = snowflake(), snowflake()
    instance = f"i-1-gc-{elsewhere}-{channel}"
    visitor.discord.instances[instance] = [location(visitor.guild_id, visitor.channel_id, ANN.user_id)]
    visitor.discord.members[ANN.user_id] = []
    entered = await visitor.enter(instance)
    assert entered["room"]["guild_id"] == visitor.guild_id


async def test_direct_messages_have_no_videos(visitor: Visitor) -> None:
    instance = "i-1-pc-5"
    place = {"id": "pc-5", "kind": "pc", "channel_id": "5"}
    visitor.discord.instances[instance] = [{"location": place, "users": [ANN.user_id]}]
    session = await visitor.session()
    answer = await visitor.post("/rooms/session", {"instance_id": instance}, session)
    assert (answer.status_code, slug(answer)) == (403, "no-server")
    assert "direct messages" in answer.json()["detail"]


async def test_a_server_that_is_not_allowed_stays_out(visitor: Visitor) -> None:
    await visitor.stage.services.servers.revoke(visitor.stage.guild_id)
    session = await visitor.session()
    instance = visitor.run(ANN.user_id)
    assert await refused(visitor, {"instance_id": instance}, session) == (403, "server-not-allowed")


async def test_who_left_the_server_stays_out(visitor: Visitor) -> None:
    instance = visitor.run(ANN.user_id)
    visitor.discord.members.clear()
    assert await refused(visitor, {"instance_id": instance}, await visitor.session()) == (403, "not-in-server")


async def test_without_the_bot_in_the_server_everybody_is_a_viewer(visitor: Visitor) -> None:
    visitor.discord.has_bot = False
    entered = await visitor.enter(visitor.run(ANN.user_id, roles=("55",)))
    assert entered["you"]["level"] == "viewer"


async def test_the_level_is_discords_word(visitor: Visitor) -> None:
    entered = await visitor.enter(visitor.run(ANN.user_id, roles=("55",)))
    assert entered["you"]["level"] == "moderator"


async def test_without_a_good_session_nobody_comes_in(visitor: Visitor) -> None:
    instance = visitor.run(ANN.user_id)
    session = await visitor.session()
    tokens = visitor.parts.tokens
    ann = tokens.read_session(session).viewer
    foreign = tokens.room(RoomToken(ann, Level.ADMIN, "r", visitor.stage.guild_id, "discord"))
    for wrong in ("", "a.b.c", foreign, session[:-2], session + "x", f"{session} {session}"):
        assert await refused(visitor, {"instance_id": instance}, wrong) == (401, "signed-out")
    visitor.stage.clock.pass_seconds(911)
    assert await refused(visitor, {"instance_id": instance}, session) == (401, "signed-out")


async def test_a_room_that_was_closed_stays_closed(visitor: Visitor) -> None:
    instance = await visitor.launched("")
    entered = await visitor.enter(instance)
    await close(visitor, entered)
    assert await refused(visitor, {"instance_id": instance}, await visitor.session()) == (410, "room-closed")


async def test_who_enters_without_end_is_told_when_to_come_back(visitor: Visitor) -> None:
    session, instance = await visitor.session(), visitor.run(ANN.user_id)
    for _ in range(40):
        answer = await visitor.post("/rooms/session", {"instance_id": instance}, session)
        assert answer.status_code == 200
    answer = await visitor.post("/rooms/session", {"instance_id": instance}, session)
    assert (answer.status_code, slug(answer)) == (429, "too-often")

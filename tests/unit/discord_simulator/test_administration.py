"""A world that changes: members come and go, roles and channels are deleted, and Discord's answers follow."""

import pytest

from tests.unit.discord_simulator.stage import (
    ANN,
    ASSEMBLY_HALL,
    BO,
    CHEN,
    DANA,
    EMIL,
    GENERAL,
    HELLO,
    LABS,
    LESSONS,
    SCHOOL,
    TEACHERS,
    Json,
    Stage,
)

STUDENTS = "1330000000000000004"
MANAGE_GUILD = str(1 << 5)
CONFIG: Json = {"name": "config", "description": "Settings", "default_member_permissions": MANAGE_GUILD}


async def roles_of(stage: Stage, user_id: str) -> list[str]:
    answer = await stage.rest("GET", f"/guilds/{SCHOOL}/members/{user_id}")
    roles: list[str] = answer.body["roles"]
    return roles


async def test_a_role_that_is_given_and_taken_shows_at_once(stage: Stage) -> None:
    await stage.sim("PUT", f"/guilds/{SCHOOL}/members/{DANA}/roles/{TEACHERS}")
    assert await roles_of(stage, DANA) == [TEACHERS]
    await stage.register(HELLO)
    await stage.act(DANA, command="hello")
    assert stage.application.received[0]["member"]["roles"] == [TEACHERS]
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{DANA}/roles/{TEACHERS}")
    assert await roles_of(stage, DANA) == []


async def test_who_has_left_is_an_unknown_member_and_acts_no_more(stage: Stage) -> None:
    await stage.register(HELLO)
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{CHEN}")
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/members/{CHEN}")).code == 10007
    assert (await stage.rest("GET", f"/users/{CHEN}")).status == 200
    assert (await stage.refused_act(CHEN, command="hello")).status == 404
    assert CHEN not in stage.world.servers[SCHOOL].voice


async def test_who_comes_back_has_no_roles(stage: Stage) -> None:
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{CHEN}")
    await stage.sim("POST", f"/guilds/{SCHOOL}/members", {"user_id": CHEN})
    assert await roles_of(stage, CHEN) == []


async def test_the_owner_cannot_leave(stage: Stage) -> None:
    assert (await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{ANN}")).status == 400


async def test_kicking_the_bot_is_removing_the_application(stage: Stage) -> None:
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{stage.world.bot.user_id}")
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}")).code == 10004
    assert (await stage.rest("GET", f"/guilds/{LABS}")).status == 200
    application = await stage.rest("GET", "/applications/@me")
    assert application.body["approximate_guild_count"] == 2


async def test_a_deleted_role_is_unknown_and_nobody_holds_it(stage: Stage) -> None:
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/roles/{STUDENTS}")
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/roles/{STUDENTS}")).code == 10011
    assert STUDENTS not in await roles_of(stage, CHEN)


async def test_neither_everyone_nor_the_bot_s_role_can_be_deleted(stage: Stage) -> None:
    managed = next(role.role_id for role in stage.world.servers[SCHOOL].roles.values() if role.bot_id)
    for role_id in (SCHOOL, managed):
        assert (await stage.sim("DELETE", f"/guilds/{SCHOOL}/roles/{role_id}")).status == 400


async def test_a_new_role_can_be_given_and_grants_what_it_says(stage: Stage) -> None:
    made = await stage.sim("POST", f"/guilds/{SCHOOL}/roles", {"name": "Deputies", "permissions": MANAGE_GUILD})
    await stage.sim("PUT", f"/guilds/{SCHOOL}/members/{DANA}/roles/{made.body['id']}")
    await stage.register(CONFIG)
    await stage.act(DANA, command="config")
    await stage.sim("PATCH", f"/guilds/{SCHOOL}/roles/{made.body['id']}", {"permissions": "0"})
    assert (await stage.refused_act(DANA, command="config")).status == 403


async def test_a_deleted_channel_is_unknown_and_its_messages_are_gone(stage: Stage) -> None:
    message = await stage.rest("POST", f"/channels/{LESSONS}/messages", {"content": "x"})
    await stage.sim("DELETE", f"/channels/{LESSONS}")
    assert (await stage.rest("GET", f"/channels/{LESSONS}")).code == 10003
    assert (await stage.rest("POST", f"/channels/{LESSONS}/messages", {"content": "x"})).code == 10003
    assert (await stage.rest("GET", f"/channels/{LESSONS}/messages/{message.body['id']}")).code == 10003
    listed = await stage.rest("GET", f"/guilds/{SCHOOL}/channels")
    assert LESSONS not in {channel["id"] for channel in listed.body}


async def test_an_answer_into_a_deleted_channel_finds_no_channel(stage: Stage) -> None:
    await stage.register(HELLO)
    outcome = await stage.act(channel_id=LESSONS, command="hello")
    await stage.sim("DELETE", f"/channels/{LESSONS}")
    path = f"{stage.webhook(outcome['token'])}/messages/@original"
    assert (await stage.rest("PATCH", path, {"content": "late"})).code == 10003
    assert (await stage.rest("POST", stage.webhook(outcome["token"]), {"content": "late"})).code == 10003


async def test_a_deleted_voice_channel_sends_everybody_out(stage: Stage) -> None:
    await stage.sim("DELETE", f"/channels/{ASSEMBLY_HALL}")
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/voice-states/{CHEN}")).code == 10065


async def test_the_system_channel_is_told_and_goes_with_its_channel(stage: Stage) -> None:
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}")).body["system_channel_id"] == GENERAL
    await stage.sim("PATCH", f"/guilds/{SCHOOL}", {"system_channel_id": LESSONS})
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}")).body["system_channel_id"] == LESSONS
    await stage.sim("DELETE", f"/channels/{LESSONS}")
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}")).body["system_channel_id"] is None


async def test_an_overwrite_closes_a_channel_to_the_bot_and_can_be_taken_back(stage: Stage) -> None:
    overwrite = f"/channels/{LESSONS}/overwrites/{stage.world.bot.user_id}"
    await stage.sim("PUT", overwrite, {"type": 1, "deny": str(1 << 10)})
    assert (await stage.rest("GET", f"/channels/{LESSONS}")).code == 50001
    await stage.sim("DELETE", overwrite)
    assert (await stage.rest("GET", f"/channels/{LESSONS}")).status == 200


async def test_names_change_in_one_server_or_everywhere(stage: Stage) -> None:
    await stage.sim("PATCH", f"/guilds/{SCHOOL}/members/{BO}", {"nickname": "Mr Bo"})
    await stage.sim("PATCH", f"/people/{BO}", {"display_name": "Robert"})
    school = await stage.rest("GET", f"/guilds/{SCHOOL}/members/{BO}")
    assert school.body["nick"] == "Mr Bo"
    assert school.body["user"]["global_name"] == "Robert"
    assert (await stage.rest("GET", f"/users/{BO}")).body["global_name"] == "Robert"


async def test_a_person_who_takes_no_direct_messages_gets_none(stage: Stage) -> None:
    await stage.sim("PATCH", f"/people/{BO}", {"takes_direct_messages": False})
    channel = await stage.rest("POST", "/users/@me/channels", {"recipient_id": BO})
    assert (await stage.rest("POST", f"/channels/{channel.body['id']}/messages", {"content": "x"})).code == 50007


async def test_a_person_without_a_common_server_gets_no_direct_messages(stage: Stage) -> None:
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{CHEN}")
    channel = await stage.rest("POST", "/users/@me/channels", {"recipient_id": CHEN})
    path = f"/channels/{channel.body['id']}/messages"
    assert (await stage.rest("POST", path, {"content": "x"})).code == 50278
    await stage.sim("POST", "/user-installs", {"user_id": CHEN})
    assert (await stage.rest("POST", path, {"content": "x"})).status == 200


async def test_a_reset_brings_everything_back(stage: Stage) -> None:
    await stage.sim("DELETE", f"/guilds/{SCHOOL}/members/{CHEN}")
    await stage.sim("DELETE", f"/channels/{LESSONS}")
    await stage.sim("DELETE", f"/installs/{SCHOOL}")
    await stage.sim("POST", "/reset")
    assert await roles_of(stage, CHEN) == [STUDENTS, "1330000000000000005"]
    assert (await stage.rest("GET", f"/channels/{LESSONS}")).status == 200


class TestWhoIsOfferedACommand:
    """`default_member_permissions`, and what a server sets under Integrations."""

    @pytest.mark.parametrize(("user_id", "is_offered"), [(ANN, True), (EMIL, True), (CHEN, False)])
    async def test_by_default_whoever_holds_its_permission(self, stage: Stage, user_id: str, is_offered: bool) -> None:
        await stage.register(CONFIG)
        listed = await stage.sim("GET", f"/commands?as={user_id}&channel_id={GENERAL}")
        assert ("config" in {command["name"] for command in listed.body}) is is_offered

    @pytest.mark.parametrize(
        ("said", "is_offered"),
        [
            ([], False),
            ([{"id": CHEN, "type": 2, "permission": True}], True),
            ([{"id": STUDENTS, "type": 1, "permission": True}], True),
            ([{"id": SCHOOL, "type": 1, "permission": True}], True),
            ([{"id": STUDENTS, "type": 1, "permission": True}, {"id": CHEN, "type": 2, "permission": False}], False),
            ([{"id": SCHOOL, "type": 1, "permission": True}, {"id": GENERAL, "type": 3, "permission": False}], False),
            (
                [
                    {"id": SCHOOL, "type": 1, "permission": True},
                    {"id": str(int(SCHOOL) - 1), "type": 3, "permission": False},
                    {"id": GENERAL, "type": 3, "permission": True},
                ],
                True,
            ),
        ],
    )
    async def test_what_the_server_set_comes_first(self, stage: Stage, said: list[Json], is_offered: bool) -> None:
        await stage.register(CONFIG)
        await stage.sim("PUT", f"/guilds/{SCHOOL}/commands/config/permissions", said)
        listed = await stage.sim("GET", f"/commands?as={CHEN}&channel_id={GENERAL}")
        assert ("config" in {command["name"] for command in listed.body}) is is_offered

    async def test_nothing_that_is_set_keeps_an_administrator_out(self, stage: Stage) -> None:
        await stage.register(CONFIG)
        said = [{"id": ANN, "type": 2, "permission": False}]
        await stage.sim("PUT", f"/guilds/{SCHOOL}/commands/config/permissions", said)
        await stage.act(ANN, command="config")

    async def test_the_application_may_read_what_was_set(self, stage: Stage) -> None:
        await stage.register(CONFIG)
        said = [{"id": CHEN, "type": 2, "permission": True}]
        await stage.sim("PUT", f"/guilds/{SCHOOL}/commands/config/permissions", said)
        base = f"/applications/{stage.world.application_id}/guilds/{SCHOOL}/commands"
        [listed] = (await stage.rest("GET", f"{base}/permissions")).body
        assert listed["permissions"] == said
        assert (await stage.rest("GET", f"{base}/{listed['id']}/permissions")).body == listed
        assert (await stage.rest("GET", f"{base}/1/permissions")).code == 10066

    async def test_a_permission_of_another_shape_is_refused(self, stage: Stage) -> None:
        await stage.register(CONFIG)
        path = f"/guilds/{SCHOOL}/commands/config/permissions"
        assert (await stage.sim("PUT", path, [{"id": CHEN, "type": 4, "permission": True}])).status == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", f"/guilds/{SCHOOL}/members/{DANA}/roles/{TEACHERS}", None),
        ("DELETE", f"/guilds/{SCHOOL}/members/{CHEN}", None),
        ("PATCH", f"/people/{BO}", {"display_name": "Robert"}),
        ("DELETE", f"/channels/{LESSONS}", None),
        ("DELETE", f"/installs/{SCHOOL}", None),
        ("POST", "/user-installs", {"user_id": BO}),
        ("POST", "/reset", None),
    ],
)
async def test_the_pages_are_told_that_the_world_has_changed(
    stage: Stage, method: str, path: str, body: Json | None
) -> None:
    watcher = stage.world.feed.watch(ANN)
    await stage.sim(method, path, body)
    frames = [watcher.pending.get_nowait() for _ in range(watcher.pending.qsize())]
    assert b"event: world_update\ndata: {}\n\n" in frames


async def test_the_page_reads_who_has_the_application_and_who_may_remove_it(stage: Stage) -> None:
    await stage.sim("DELETE", f"/installs/{LABS}")
    await stage.sim("POST", "/user-installs", {"user_id": BO})
    world = (await stage.sim("GET", "/world")).body
    school, labs = world["servers"][:2]
    assert (school["has_app"], labs["has_app"]) == (True, False)
    assert {ANN, EMIL} <= set(school["managers"])
    assert CHEN not in school["managers"]
    assert world["application"]["authorized_by"] == [BO]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", f"/guilds/{SCHOOL}", {"system_channel_id": "1"}, 400),
        ("POST", f"/guilds/{SCHOOL}/members", {"user_id": ANN}, 409),
        ("PATCH", f"/guilds/{SCHOOL}/members/{ANN}", {"roles": ["1"]}, 400),
        ("PATCH", f"/guilds/{LABS}/members/{CHEN}", {"nickname": "C"}, 404),
        ("PUT", f"/guilds/{SCHOOL}/members/{ANN}/roles/1", None, 404),
        ("POST", f"/guilds/{SCHOOL}/roles", {"name": "R", "permissions": 32}, 400),
        ("POST", f"/guilds/{SCHOOL}/channels", {"name": "c", "type": 13}, 400),
        ("PUT", f"/channels/{LESSONS}/overwrites/1", {"type": 0}, 404),
        ("PUT", f"/guilds/{SCHOOL}/commands/nothing/permissions", [], 404),
        ("DELETE", "/guilds/1/roles/2", None, 404),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    stage: Stage, method: str, path: str, body: object, status: int
) -> None:
    assert (await stage.sim(method, path, body)).status == status


async def test_a_new_channel_and_a_role_that_changes_its_name_show_at_once(stage: Stage) -> None:
    made = await stage.sim("POST", f"/guilds/{SCHOOL}/channels", {"name": "news"})
    assert (await stage.rest("GET", f"/channels/{made.body['id']}")).body["name"] == "news"
    await stage.sim("PATCH", f"/guilds/{SCHOOL}/roles/{TEACHERS}", {"name": "Faculty"})
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/roles/{TEACHERS}")).body["name"] == "Faculty"

"""What holds for every route: credentials, names, rate limits, faults, the log; then look-ups, OAuth2, the endpoint."""

import asyncio
import base64

import pytest

from local_stack.discord.rate_limits import Limit
from tests.unit.discord_simulator.stage import (
    ANN,
    ASSEMBLY_HALL,
    BO,
    CHEN,
    GENERAL,
    HELLO,
    LABS,
    LESSONS,
    SCHOOL,
    Answer,
    Json,
    Stage,
)

MESSAGES = f"/channels/{GENERAL}/messages"


@pytest.mark.parametrize("credential", ["", "Bot wrong", "Bearer wrong", "wrong"])
async def test_without_the_right_credential_it_is_401(stage: Stage, credential: str) -> None:
    answer = await stage.rest("GET", "/applications/@me", headers={"Authorization": credential})
    assert (answer.status, answer.body) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_a_caller_must_name_itself_as_discord_asks(stage: Stage) -> None:
    for user_agent in ("", "python-httpx/0.28", "DiscordBot"):
        answer = await stage.rest("GET", "/users/@me", headers={"User-Agent": user_agent})
        assert (answer.status, answer.code) == (403, 40333)


async def test_there_are_no_other_routes(stage: Stage) -> None:
    answer = await stage.rest("GET", "/nonsense")
    assert (answer.status, answer.body) == (404, {"message": "404: Not Found", "code": 0})


async def test_five_messages_in_five_seconds_and_channel(stage: Stage) -> None:
    answers = [await stage.rest("POST", MESSAGES, {"content": str(number)}) for number in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers[:5]] == ["4", "3", "2", "1", "0"]
    refused = answers[5]
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert refused.headers["Retry-After"] == "5"
    assert refused.body == {"message": "You are being rate limited.", "retry_after": 5.0, "global": False}
    elsewhere = await stage.rest("POST", f"/channels/{LESSONS}/messages", {"content": "x"})
    assert elsewhere.status == 200
    assert elsewhere.headers["X-RateLimit-Bucket"] == answers[0].headers["X-RateLimit-Bucket"]
    stage.clock.travel(5.01)
    assert (await stage.rest("POST", MESSAGES, {"content": "again"})).status == 200


async def test_tests_make_buckets_larger_and_smaller(stage: Stage) -> None:
    small = {"route": "POST /channels/{channel_id}/messages", "requests": 2, "seconds": 1.5}
    assert (await stage.sim("PUT", "/rate-limits", small)).status == 204
    answers = [await stage.rest("POST", MESSAGES, {"content": str(number)}) for number in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[0].headers["X-RateLimit-Limit"] == "2"
    assert answers[2].body["retry_after"] == 1.5
    assert (await stage.sim("PUT", "/rate-limits", {"route": "*", "requests": 1, "seconds": 1})).status == 204
    stage.clock.travel(2)
    assert (await stage.rest("GET", "/users/@me")).status == 200
    assert (await stage.rest("GET", "/users/@me")).body["global"] is True
    assert (await stage.sim("DELETE", "/rate-limits")).status == 204
    assert (await stage.rest("POST", MESSAGES, {"content": "x"})).headers["X-RateLimit-Limit"] == "5"


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        {"route": "messages", "requests": 1, "seconds": 1},
        {"route": "*", "requests": 0, "seconds": 1},
        {"route": "*", "requests": 1, "seconds": 0},
    ],
)
async def test_a_bucket_of_no_size_is_refused(stage: Stage, nonsense: Json) -> None:
    assert (await stage.sim("PUT", "/rate-limits", nonsense)).status == 400


async def test_fifty_requests_a_second_over_all_but_answers_to_interactions(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 5}
    token = (await stage.act(command="hello"))["token"]
    stage.clock.travel(2)
    for _ in range(50):
        stage.world.limits.take("GET /any", str(_), stage_limit())
    refused = await stage.rest("GET", "/users/@me")
    assert (refused.status, refused.body["global"]) == (429, True)
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert refused.headers["X-RateLimit-Scope"] == "global"
    assert (await stage.rest("PATCH", f"{stage.webhook(token)}/messages/@original", {"content": "x"})).status == 200
    stage.clock.travel(1.01)
    assert (await stage.rest("GET", "/users/@me")).status == 200


def stage_limit() -> Limit:
    return Limit(1, 1.0)


async def test_ordered_faults_strike_by_any_name_of_the_route(stage: Stage) -> None:
    for match in ("POST /channels/*", f"POST /api/v10{MESSAGES}", f"POST /discord-sim/api/v10{MESSAGES}"):
        stage.faults.order({"target": "discord", "match": match, "kind": "throttle", "times": 1})
        answer = await stage.rest("POST", MESSAGES, {"content": "x"})
        assert (answer.status, answer.body["global"]) == (429, False)
        assert float(answer.headers["Retry-After"]) >= answer.body["retry_after"]
        taken = await stage.rest("POST", MESSAGES, {"content": "x"})
        assert answer.headers["X-RateLimit-Bucket"] == taken.headers["X-RateLimit-Bucket"]
        assert (await stage.rest("GET", MESSAGES)).status == 200
    stage.faults.order({"target": "discord", "match": "*", "kind": "status", "value": 502})
    assert (await stage.rest("GET", "/users/@me")).status == 502
    assert (await stage.sim("GET", "/world")).status == 200
    assert (await stage.raw("GET", "/discord-sim/")).status == 200


async def test_the_log_holds_calls_without_secrets(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 5}
    token = (await stage.act(command="hello"))["token"]
    await stage.rest("PATCH", f"{stage.webhook(token)}/messages/@original", {"content": "x", "nonce": "n"})
    log = (await stage.sim("GET", "/requests")).body
    assert log[-1]["path"] == f"/webhooks/{stage.world.application_id}/:token/messages/@original"
    assert (log[-1]["method"], log[-1]["status"]) == ("PATCH", 400)
    assert log[-1]["body"] == {"content": "x", "nonce": "n"}
    assert log[-1]["at_ms"] == int(stage.clock.at * 1000)
    assert token not in str(log)


async def test_servers_roles_channels_and_members_can_be_looked_up(stage: Stage) -> None:
    guild = (await stage.rest("GET", f"/guilds/{SCHOOL}?with_counts=true")).body
    assert (guild["name"], guild["owner_id"], guild["approximate_member_count"]) == ("Riverside School", ANN, 10)
    roles = {role["name"]: role for role in (await stage.rest("GET", f"/guilds/{SCHOOL}/roles")).body}
    assert roles["Teachers"]["permissions"] == str(1 << 33)
    assert roles["Kaltura"]["tags"]["bot_id"] == stage.world.application_id
    channels = (await stage.rest("GET", f"/guilds/{SCHOOL}/channels")).body
    assert {channel["type"] for channel in channels} == {0, 2}
    member = (await stage.rest("GET", f"/guilds/{LABS}/members/{BO}")).body
    assert member["nick"] == "Bo (guest)"
    found = (await stage.rest("GET", f"/guilds/{SCHOOL}/members/search?query=HERR&limit=5")).body
    assert [one["user"]["username"] for one in found] == ["emil"]
    state = (await stage.rest("GET", f"/guilds/{SCHOOL}/voice-states/{CHEN}")).body
    assert state["channel_id"] == ASSEMBLY_HALL


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/guilds/1", 404, 10004),
        (f"/guilds/{SCHOOL}/members/1", 404, 10013),
        (f"/guilds/{LABS}/members/{ANN}", 404, 10007),
        (f"/guilds/{SCHOOL}/members/ann", 400, 50035),
        (f"/guilds/{SCHOOL}/members", 403, 50001),
        (f"/guilds/{SCHOOL}/members/search", 400, 50035),
        (f"/guilds/{SCHOOL}/roles/1", 404, 10011),
        (f"/guilds/{SCHOOL}/voice-states/{BO}", 404, 10065),
        ("/channels/1", 404, 10003),
        ("/users/1", 404, 10013),
    ],
)
async def test_what_does_not_exist_is_unknown(stage: Stage, path: str, status: int, code: int) -> None:
    answer = await stage.rest("GET", path)
    assert (answer.status, answer.code) == (status, code)


async def token_call(stage: Stage, form: Json, **more: str) -> Answer:
    return await stage.raw("POST", "/discord-sim/api/oauth2/token", data=form, headers={**NAMED, **more})


NAMED = {"User-Agent": "DiscordBot (https://example.com, 1.0)"}


async def test_a_code_becomes_a_token_once(stage: Stage) -> None:
    scopes = ["identify", "guilds.members.read"]
    code = (await stage.sim("POST", "/authorize", {"user_id": BO, "scopes": scopes})).body["code"]
    client = {"client_id": stage.world.application_id, "client_secret": stage.world.client_secret}
    form = {**client, "grant_type": "authorization_code", "code": code}
    issued = await token_call(stage, form)
    assert (issued.status, issued.body["token_type"], issued.body["expires_in"]) == (200, "Bearer", 604800)
    again = await token_call(stage, form)
    assert (again.status, again.body["error"]) == (400, "invalid_grant")
    bearer = {"Authorization": f"Bearer {issued.body['access_token']}"}
    assert (await stage.rest("GET", "/users/@me", headers=bearer)).body["id"] == BO
    own = await stage.rest("GET", f"/users/@me/guilds/{LABS}/member", headers=bearer)
    assert own.body["nick"] == "Bo (guest)"
    about = (await stage.rest("GET", "/oauth2/@me", headers=bearer)).body
    assert (about["application"]["id"], about["scopes"]) == (stage.world.application_id, scopes)
    assert (await stage.rest("GET", "/users/@me/guilds", headers=bearer)).status == 401
    assert (await stage.rest("GET", f"/channels/{GENERAL}", headers=bearer)).status == 401
    renewed = await token_call(
        stage, {**client, "grant_type": "refresh_token", "refresh_token": issued.body["refresh_token"]}
    )
    assert renewed.status == 200
    stage.clock.travel(604_801)
    assert (await stage.rest("GET", "/users/@me", headers=bearer)).status == 401


async def test_the_token_endpoint_takes_forms_only_and_knows_its_clients(stage: Stage) -> None:
    code = (await stage.sim("POST", "/authorize", {"user_id": BO})).body["code"]
    form = {"grant_type": "authorization_code", "code": code}
    by_json = await stage.raw("POST", "/discord-sim/api/oauth2/token", json=form, headers=NAMED)
    assert by_json.status == 400
    stranger = await token_call(stage, {**form, "client_id": stage.world.application_id, "client_secret": "x"})
    assert (stranger.status, stranger.body["error"]) == (401, "invalid_client")
    basic = base64.b64encode(f"{stage.world.application_id}:{stage.world.client_secret}".encode()).decode()
    assert (await token_call(stage, form, Authorization=f"Basic {basic}")).status == 200


async def test_an_endpoint_is_tried_out_before_it_is_taken(stage: Stage) -> None:
    url = stage.application.url
    accepted = await stage.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": url})
    assert accepted.status == 200
    assert accepted.body["verify_key"] == stage.world.public_key
    assert len(stage.application.requests) == 2, "a PING, and one with a signature that is not ours"
    stage.application.checks_signature = False
    refused = await stage.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": url})
    assert (refused.status, refused.code) == (400, 50035)
    assert refused.complaint_codes() == {"APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID"}
    for nowhere in ("http://127.0.0.1:1/", f"{url}/nothing"):
        answer = await stage.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": nowhere})
        assert answer.complaint_codes() == {"APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID"}
    insecure = await stage.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": "http://example.com/"})
    assert insecure.complaint_codes() == {"URL_TYPE_INVALID_SCHEME"}
    assert stage.world.interactions_url == url


async def test_fifty_people_at_once_are_answered(stage: Stage) -> None:
    await stage.register(HELLO)
    outcomes = await asyncio.gather(*(stage.act(command="hello") for _ in range(50)))
    assert {outcome["outcome"] for outcome in outcomes} == {"message"}
    assert len(await stage.seen_by(ANN)) == 50

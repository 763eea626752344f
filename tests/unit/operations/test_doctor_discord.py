"""The doctor compares what Discord knows of our application with what we were told."""

import httpx
import pytest

from infra.operations.examination.discord import examine_discord
from infra.operations.examination.observations import Observation
from infra.operations.register_commands import register
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.operations.scripted_discord import (
    APPLICATION_ID,
    BASE_URL,
    ENTRY_POINT,
    SETTINGS,
    ScriptedDiscord,
    as_discord_keeps_it,
)

COMMANDS_PATH = f"/applications/{APPLICATION_ID}/commands"


@pytest.fixture
async def discord() -> ScriptedDiscord:
    """In perfect order."""
    discord = ScriptedDiscord()
    await register(discord.rest(), lambda: True, dry=False)
    discord.calls.clear()
    return discord


async def seen(discord: ScriptedDiscord, **changed: str) -> dict[str, Observation]:
    async with discord.client() as http:
        observations = await examine_discord({**SETTINGS, **changed}, http, Deadline.after(5))
    assert len({each.area for each in observations}) == len(observations)
    return {each.area: each for each in observations}


def statuses(observations: dict[str, Observation]) -> dict[str, str]:
    return {area: each.status for area, each in observations.items()}


async def test_an_application_in_order(discord: ScriptedDiscord) -> None:
    assert statuses(await seen(discord)) == {
        "API": "ok",
        "bot token": "ok",
        "public key": "ok",
        "interactions endpoint": "ok",
        "webhook events": "ok",
        "privacy and terms": "ok",
        "public address": "ok",
        "commands": "ok",
        "Activities": "ok",
    }


async def test_the_doctor_only_reads(discord: ScriptedDiscord) -> None:
    await seen(discord)
    assert {call.split()[0] for call in discord.calls} == {"GET"}


async def test_a_token_that_discord_does_not_accept(discord: ScriptedDiscord) -> None:
    observations = await seen(discord, DISCORD_BOT_TOKEN="MTIz.another-token")
    assert statuses(observations) == {"API": "ok", "bot token": "failed", "public address": "ok"}
    assert "another-token" not in str(observations)


async def test_a_token_of_another_application(discord: ScriptedDiscord) -> None:
    discord.application = {**discord.application, "id": "42", "name": "Somebody else"}
    observations = await seen(discord)
    assert observations["bot token"].status == "failed"
    assert "Somebody else (42)" in observations["bot token"].sentence
    assert "commands" not in observations


async def test_a_public_key_of_another_application(discord: ScriptedDiscord) -> None:
    observations = await seen(discord, DISCORD_PUBLIC_KEY="cd" * 32)
    assert observations["public key"].status == "failed"


async def test_a_public_key_may_be_written_in_capitals(discord: ScriptedDiscord) -> None:
    observations = await seen(discord, DISCORD_PUBLIC_KEY="AB" * 32)
    assert observations["public key"].status == "ok"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (None, "None is set"),
        ("https://old-tunnel.example.org/discord/interactions", "https://old-tunnel.example.org"),
        (f"{BASE_URL}/", f"{BASE_URL}/"),
    ],
)
async def test_interactions_go_elsewhere(discord: ScriptedDiscord, known: str | None, said: str) -> None:
    discord.application = {**discord.application, "interactions_endpoint_url": known}
    endpoint = (await seen(discord))["interactions endpoint"]
    assert endpoint.status == "failed"
    assert said in endpoint.sentence
    assert f"{BASE_URL}/discord/interactions" in endpoint.advice


async def test_a_slash_at_the_end_of_our_address_makes_no_difference(discord: ScriptedDiscord) -> None:
    observations = await seen(discord, PUBLIC_BASE_URL=f"{BASE_URL}/")
    assert observations["interactions endpoint"].status == "ok"


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"event_webhooks_url": None}, "to no address"),
        ({"event_webhooks_url": "https://old-tunnel.example.org/discord/events"}, "old-tunnel.example.org"),
        ({"event_webhooks_status": 1}, "switched off"),
        ({"event_webhooks_status": 3}, "could not be delivered"),
        ({"event_webhooks_types": ["APPLICATION_AUTHORIZED"]}, "APPLICATION_DEAUTHORIZED"),
        ({"event_webhooks_types": None}, "APPLICATION_AUTHORIZED, APPLICATION_DEAUTHORIZED"),
    ],
)
async def test_events_that_we_would_not_hear(discord: ScriptedDiscord, known: dict[str, object], said: str) -> None:
    discord.application = {**discord.application, **known}
    events = (await seen(discord))["webhook events"]
    assert events.status == "failed"
    assert said in events.sentence
    assert "make subscribe-events" in events.advice
    assert f"{BASE_URL}/discord/events" in events.advice


async def test_more_events_than_we_hear_do_no_harm(discord: ScriptedDiscord) -> None:
    discord.application["event_webhooks_types"].append("ENTITLEMENT_CREATE")
    assert (await seen(discord))["webhook events"].status == "ok"


@pytest.mark.parametrize("trouble", [httpx.Response(502), httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
async def test_an_address_where_we_do_not_answer(discord: ScriptedDiscord, trouble: httpx.Response | Exception) -> None:
    discord.trouble["/api/v1/health"] = trouble
    address = (await seen(discord))["public address"]
    assert address.status == "failed"
    assert "make run" in address.advice


@pytest.mark.parametrize(
    ("known", "said", "advised"),
    [
        (
            {"privacy_policy_url": None, "terms_of_service_url": ""},
            "no Privacy Policy URL and no Terms of Service URL",
            f"Privacy Policy URL: {BASE_URL}/privacy; Terms of Service URL: {BASE_URL}/terms",
        ),
        ({"terms_of_service_url": None}, "no Terms of Service URL,", f"Terms of Service URL: {BASE_URL}/terms"),
    ],
)
async def test_links_that_verification_asks_for(
    discord: ScriptedDiscord, known: dict[str, object], said: str, advised: str
) -> None:
    discord.application |= known
    pages = (await seen(discord))["privacy and terms"]
    assert pages.status == "warning"
    assert said in pages.sentence
    assert advised in pages.advice


@pytest.mark.parametrize("page", ["/privacy", "/terms"])
@pytest.mark.parametrize("trouble", [httpx.Response(404), httpx.ConnectError("refused")])
async def test_links_that_lead_nowhere(
    discord: ScriptedDiscord, page: str, trouble: httpx.Response | Exception
) -> None:
    discord.trouble[page] = trouble
    pages = (await seen(discord))["privacy and terms"]
    assert pages.status == "failed"
    assert f"{BASE_URL}{page}" in pages.sentence
    assert "make deploy" in pages.advice


async def test_an_operators_own_pages_do_as_well(discord: ScriptedDiscord) -> None:
    discord.application |= {"privacy_policy_url": "https://meet.example.org/terms"}
    assert (await seen(discord))["privacy and terms"].status == "ok"


async def test_without_a_redirect_nobody_signs_in_inside_discord(discord: ScriptedDiscord) -> None:
    discord.application["redirect_uris"] = []
    redirects = (await seen(discord))["redirects"]
    assert redirects.status == "failed"
    assert "https://127.0.0.1" in redirects.advice


async def test_without_an_address_the_endpoint_is_only_told(discord: ScriptedDiscord) -> None:
    observations = await seen(discord, PUBLIC_BASE_URL="")
    assert observations["interactions endpoint"].status == "note"
    assert observations["webhook events"].status == "note"
    assert "public address" not in observations


async def test_commands_that_were_never_registered(discord: ScriptedDiscord) -> None:
    discord.commands = []
    commands = (await seen(discord))["commands"]
    assert commands.status == "failed"
    assert "new: " in commands.sentence
    assert "kaltura-start" in commands.sentence
    assert "make register-commands" in commands.advice


async def test_commands_that_changed_since(discord: ScriptedDiscord) -> None:
    discord.commands[0]["description"] = "An older description"
    discord.commands.append(as_discord_keeps_it(50, {**discord.commands[1], "name": "kaltura-of-old"}))
    commands = (await seen(discord))["commands"]
    assert commands.status == "failed"
    assert f"changed: {discord.commands[0]['name']}" in commands.sentence
    assert "gone: kaltura-of-old" in commands.sentence


async def test_an_entry_point_that_discord_made_itself_is_a_difference(discord: ScriptedDiscord) -> None:
    discord.commands = [command for command in discord.commands if command["type"] != 4]
    discord.commands.append(as_discord_keeps_it(50, ENTRY_POINT))
    commands = (await seen(discord))["commands"]
    assert commands.status == "failed"
    assert "new: Watch Together; gone: launch" in commands.sentence


@pytest.mark.parametrize("flags", [0, 1 << 23, None])
async def test_without_activities_watch_together_opens_in_tabs(discord: ScriptedDiscord, flags: int | None) -> None:
    discord.application["flags"] = flags
    activities = (await seen(discord))["Activities"]
    assert activities.status == "note"
    assert "in browser tabs only" in activities.sentence
    assert "Activities, Settings" in activities.advice


async def test_commands_that_cannot_be_read(discord: ScriptedDiscord) -> None:
    discord.trouble[COMMANDS_PATH] = httpx.Response(403, json={"message": "Missing Access", "code": 50001})
    observations = await seen(discord)
    assert observations["commands"].status == "failed"
    assert observations["Activities"].status == "ok"


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ConnectError("no route"),
        httpx.Response(500),
        httpx.Response(200, text="<html>a hotel's login page</html>"),
        httpx.Response(200, json=["not", "an", "application"]),
        httpx.Response(429, json={"message": "You are being rate limited.", "retry_after": 3600, "global": False}),
    ],
)
async def test_a_discord_that_does_not_answer_as_discord_does(
    discord: ScriptedDiscord, trouble: httpx.Response | Exception
) -> None:
    discord.trouble["/applications/@me"] = trouble
    async with discord.client() as http:
        observations = await examine_discord(SETTINGS, http, Deadline.after(0.3))
    api = {each.area: each for each in observations}["API"]
    assert api.status == "failed"
    assert api.advice


async def test_missing_settings_are_not_reported_twice() -> None:
    discord = ScriptedDiscord()
    observations = await seen(discord, DISCORD_BOT_TOKEN="")
    assert observations["application"].status == "warning"
    assert "DISCORD_BOT_TOKEN" in observations["application"].sentence
    assert not any("discord" in call for call in discord.calls)

"""Discord tells us who installs the app once the operator saw what changes, and agreed."""

import httpx
import pytest

from infra.operations.subscribe_events import subscribe
from kaltura_discord.discord.errors import DiscordRefused
from tests.unit.operations.scripted_discord import BASE_URL, ScriptedDiscord

Said = pytest.CaptureFixture[str]
CHANGE = "PATCH /applications/@me"


@pytest.fixture
def discord() -> ScriptedDiscord:
    discord = ScriptedDiscord()
    for field in ("event_webhooks_url", "event_webhooks_status", "event_webhooks_types"):
        del discord.application[field]
    return discord


def yes() -> bool:
    return True


def no() -> bool:
    return False


def never_asked() -> bool:
    raise AssertionError("nothing is to be asked here")


async def test_the_first_time_everything_is_new(discord: ScriptedDiscord, capsys: Said) -> None:
    assert await subscribe(discord.rest(), BASE_URL, yes) == 0
    assert discord.application["event_webhooks_url"] == f"{BASE_URL}/discord/events"
    assert discord.application["event_webhooks_status"] == 2
    assert discord.application["event_webhooks_types"] == ["APPLICATION_AUTHORIZED", "APPLICATION_DEAUTHORIZED"]
    said = capsys.readouterr().out
    assert f"address: none → {BASE_URL}/discord/events" in said
    assert "events: off → on" in said
    assert "+ APPLICATION_DEAUTHORIZED" in said


async def test_the_second_time_nothing_is_asked_and_nothing_sent(discord: ScriptedDiscord, capsys: Said) -> None:
    await subscribe(discord.rest(), BASE_URL, yes)
    discord.calls.clear()
    assert await subscribe(discord.rest(), BASE_URL, never_asked) == 0
    assert CHANGE not in discord.calls
    assert "Discord tells it already" in capsys.readouterr().out


async def test_who_does_not_agree_changes_nothing(discord: ScriptedDiscord, capsys: Said) -> None:
    assert await subscribe(discord.rest(), BASE_URL, no) == 1
    assert CHANGE not in discord.calls
    assert "Nothing was changed." in capsys.readouterr().out


async def test_what_else_is_subscribed_to_stays(discord: ScriptedDiscord) -> None:
    discord.application["event_webhooks_types"] = ["ENTITLEMENT_CREATE", "APPLICATION_AUTHORIZED"]
    await subscribe(discord.rest(), BASE_URL, yes)
    assert set(discord.application["event_webhooks_types"]) == {
        "ENTITLEMENT_CREATE",
        "APPLICATION_AUTHORIZED",
        "APPLICATION_DEAUTHORIZED",
    }


async def test_what_discord_switched_off_is_switched_on_again(discord: ScriptedDiscord, capsys: Said) -> None:
    await subscribe(discord.rest(), BASE_URL, yes)
    discord.application["event_webhooks_status"] = 3
    assert await subscribe(discord.rest(), BASE_URL, yes) == 0
    assert discord.application["event_webhooks_status"] == 2
    assert "events: switched off by Discord → on" in capsys.readouterr().out


async def test_an_address_that_discord_does_not_take_is_no_success(discord: ScriptedDiscord) -> None:
    rest = discord.rest()

    def refuse() -> bool:
        body = {"message": "Invalid Form Body", "code": 50035}
        discord.trouble["/applications/@me"] = httpx.Response(400, json=body)
        return True

    with pytest.raises(DiscordRefused):
        await subscribe(rest, BASE_URL, refuse)

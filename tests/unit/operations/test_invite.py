"""The invitation asks for exactly what the code uses."""

from urllib.parse import parse_qs, urlsplit

import pytest

from infra.operations.invite import invitation, main
from kaltura_discord.discord.permissions import Permission
from tests.unit.operations.scripted_discord import BASE_URL, SETTINGS


def asked() -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(invitation("42")).query).items()}


def test_it_opens_discords_page_for_our_application() -> None:
    address = urlsplit(invitation("42"))
    assert (address.scheme, address.netloc, address.path) == ("https", "discord.com", "/oauth2/authorize")
    assert asked()["client_id"] == "42"


def test_it_asks_for_a_bot_and_for_commands_and_nothing_else() -> None:
    assert asked()["scope"].split() == ["bot", "applications.commands"]


def test_it_asks_for_the_permissions_that_a_card_and_an_event_need_and_no_more() -> None:
    assert asked()["permissions"] == "17867064036352"
    assert int(asked()["permissions"]) == (1 << 10) | (1 << 11) | (1 << 14) | (1 << 16) | (1 << 38) | (1 << 44)


def test_it_asks_for_no_power_over_members() -> None:
    permissions = int(asked()["permissions"])
    for power in (Permission.ADMINISTRATOR, Permission.MANAGE_GUILD, Permission.MODERATE_MEMBERS):
        assert not permissions & power


def test_the_link_alone_is_printed_and_beside_it_what_discord_must_be_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**SETTINGS, "DISCORD_APPLICATION_ID": "42"}
    monkeypatch.setattr("infra.operations.invite.operator_environment", lambda: settings)
    assert main() == 0
    said = capsys.readouterr()
    assert said.out.strip() == invitation("42")
    assert "make subscribe-events" in said.err
    assert f"{BASE_URL}/discord/events" in said.err

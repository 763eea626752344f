"""What a person has to type into Discord's portal is said with its value, after a deployment and for a tunnel."""

import re

import pytest

from infra.deploying.portal import by_hand, url_mappings
from infra.deploying.tunnel import address_in, advice
from local_stack.places import REPOSITORY

HERE = "https://calm-sea-1.trycloudflare.com"


def test_the_tunnels_address_is_found() -> None:
    lines = ["INF Requesting new quick Tunnel", f"INF |  {HERE}  |", "INF more"]
    assert address_in(lines) == HERE
    assert address_in(["INF nothing"]) == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Interactions Endpoint URL", f"{HERE}/discord/interactions"),
        ("Webhooks, Endpoint URL", f"{HERE}/discord/events"),
        ("Terms of Service URL", f"{HERE}/terms"),
        ("Privacy Policy URL", f"{HERE}/privacy"),
        ("/k/cdnapisec-kaltura-com", "cdnapisec.kaltura.com"),
        ("/k/www-kaltura-com", "www.kaltura.com"),
        ("/k/cfvod-kaltura-com", "cfvod.kaltura.com"),
        ("PUBLIC_BASE_URL", HERE),
    ],
)
def test_each_field_stands_beside_what_goes_into_it(field: str, value: str) -> None:
    assert re.search(rf"{re.escape(field)}[:= ]+{re.escape(value)}(\s|$)", advice(HERE, {}))


def test_the_stack_is_started_before_discord_tries_it_out() -> None:
    said = advice(HERE, {})
    assert said.index("make run") < said.index("Interactions Endpoint URL")


def test_an_account_elsewhere_has_its_own_hosts_and_the_root_comes_last() -> None:
    settings = {
        "KALTURA_CDN_URL": "https://cdn.eu.kaltura.com",
        "KALTURA_SERVICE_URL": "https://api.eu.kaltura.com",
        "KALTURA_MEDIA_HOSTS": "cfvod.eu.kaltura.com, more.example",
    }
    mappings = url_mappings(HERE, settings)
    assert list(mappings) == sorted(mappings, key=lambda prefix: -len(prefix))
    assert set(mappings.values()) == {
        *("cdn.eu.kaltura.com", "api.eu.kaltura.com", "cfvod.eu.kaltura.com", "more.example"),
        HERE.removeprefix("https://"),
    }
    assert list(mappings)[-1] == "/"


def test_the_guide_names_the_same_mappings() -> None:
    guide = (REPOSITORY / "docs" / "setup.md").read_text(encoding="utf-8")
    for prefix, target in url_mappings(HERE, {}).items():
        if prefix != "/":
            assert f"| `{prefix}` | `{target}` |" in guide


def test_a_target_has_no_scheme() -> None:
    assert "https" not in by_hand(HERE, {}).split("URL Mappings", 1)[1]

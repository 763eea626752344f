"""The doctor names each setting that is missing or cannot be right, and never shows one."""

import pytest

from infra.operations.examination.observations import Observation
from infra.operations.examination.settings import WHERE_TO_FIND, examine_settings

COMPLETE = {
    "DISCORD_APPLICATION_ID": "1234567890123456789",
    "DISCORD_PUBLIC_KEY": "AB" * 32,
    "DISCORD_BOT_TOKEN": "MTIz.G-x.y_z",
    "KALTURA_PARTNER_ID": "12345",
    "KALTURA_ADMIN_SECRET": "p$a#ss 'word'",
    "JWT_SECRET": "'a secret' of 32 characters, or more",
    "PUBLIC_BASE_URL": "https://meet.example.org",
}


def seen(**changed: str) -> list[Observation]:
    return examine_settings({**COMPLETE, **changed}, [])


def test_complete_settings_are_in_order() -> None:
    (only,) = seen()
    assert only.status == "ok"


@pytest.mark.parametrize("name", WHERE_TO_FIND)
def test_each_missing_name_is_named_with_the_place_where_it_is_found(name: str) -> None:
    (only,) = seen(**{name: " "})
    assert only == Observation(name, "failed", "It is not set.", WHERE_TO_FIND[name])


def test_everything_missing_is_named_at_once() -> None:
    assert [each.area for each in examine_settings({}, [])] == list(WHERE_TO_FIND)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DISCORD_APPLICATION_ID", "Kaltura", "number"),
        ("DISCORD_PUBLIC_KEY", "AB" * 31, "64 hexadecimal digits"),
        ("DISCORD_PUBLIC_KEY", "XY" * 32, "64 hexadecimal digits"),
        ("DISCORD_BOT_TOKEN", "Bot MTIz.G-x.y_z", "The word Bot"),
        ("DISCORD_BOT_TOKEN", "MTIz G-x.y_z", "no token has"),
        ("DISCORD_BOT_TOKEN", "MTIz.é.y_z", "no token has"),
        ("JWT_SECRET", "x" * 31, "could be guessed"),
        ("DISCORD_API_URL", "discord.com/api/v10", "https://"),
        ("KALTURA_PARTNER_ID", "12345x", "number"),
        ("KALTURA_PLAYER_ID", "my player", "number"),
        ("KALTURA_SERVICE_URL", "https://www.kaltura.com/api_v3", "/api_v3"),
        ("KALTURA_SERVICE_URL", "www.kaltura.com", "https://"),
        ("KALTURA_KAF_URL", "https://[12345.kaf.kaltura.com", "no address"),
        ("PUBLIC_BASE_URL", "http://meet.example.org", "https://"),
        ("PUBLIC_BASE_URL", "meet.example.org", "https://"),
        ("PUBLIC_BASE_URL", "https://meet.example.org/discord/interactions", "without a path"),
        ("CONFIG__MEETINGS__AUTO_END_HOURS", "soon", "auto_end_hours"),
        ("CONFIG__KALTURA__MEETING_STRATEGY", "telepathy", "meeting_strategy"),
        ("CONFIG__KALTURA__MEETING_STRATEGI", "room_entry", "meeting_strategi"),
    ],
)
def test_a_mistake_of_copying_is_explained(name: str, value: str, said: str) -> None:
    (only,) = seen(**{name: value})
    assert only.status == "failed"
    assert said in only.sentence
    assert only.advice


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_BASE_URL", "https://meet.example.org/"),
        ("PUBLIC_BASE_URL", "http://127.0.0.1:3333"),
        ("DISCORD_API_URL", "http://localhost:3333/discord-sim/api/v10"),
        ("KALTURA_PLAYER_ID", "45678"),
        ("KALTURA_SERVICE_URL", "https://api.eu.kaltura.com"),
        ("CONFIG__MEETINGS__AUTO_END_HOURS", "8"),
    ],
)
def test_what_is_right_is_not_complained_about(name: str, value: str) -> None:
    assert [each.status for each in seen(**{name: value})] == ["ok"]


def test_a_line_of_the_file_that_is_lost_is_named() -> None:
    lost, *_ = examine_settings(COMPLETE, [7])
    assert lost.status == "failed"
    assert "Line 7" in lost.sentence
    assert "quotes" in lost.advice


def test_a_wrong_value_is_described_but_never_shown() -> None:
    wrong = {
        "DISCORD_APPLICATION_ID": "wrong-application",
        "DISCORD_PUBLIC_KEY": "wrong-key",
        "DISCORD_BOT_TOKEN": "Bot wrong-token",
    }
    said = str(seen(**wrong))
    assert "wrong-" not in said

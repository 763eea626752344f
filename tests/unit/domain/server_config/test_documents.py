"""Settings as a file, and the layouts that such files and stored settings have had."""

import json

import pytest

from kaltura_discord.server_config.changes import Changes, Existing
from kaltura_discord.server_config.documents import exported, imported
from kaltura_discord.server_config.errors import ConfigError, InvalidSetting, NewerSettings
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.schema_versions import SCHEMA, up_to_date
from kaltura_discord.server_config.validation import checked

CHANGES = Changes(ServerConfig())
BEFORE = {"meetings": {"auto_end_hours": 6}}


def file(settings: object, **other: object) -> str:
    return json.dumps({"app": "kaltura-for-discord", "schema": SCHEMA, "settings": settings, **other})


def test_a_file_says_what_differs() -> None:
    assert json.loads(exported(CHANGES, {**BEFORE, "kaltura": {"player_id": 5}})) == {
        "app": "kaltura-for-discord",
        "schema": SCHEMA,
        "settings": BEFORE,
    }


def test_an_import_makes_it_exactly_as_the_file_says() -> None:
    after = imported(CHANGES, BEFORE, file({"features": {"activities": False}, "meetings": {"auto_end_hours": 4}}))
    assert after == {"features": {"activities": False}}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 50_000, ""),
        ("[]", "no file of settings"),
        ("5", "no file of settings"),
        ("{}", "no file of settings"),
        ('{"name": "some other program", "version": "1.0.0"}', "no file of settings"),
        ('{"notifications": "on"}', "no file of settings"),
        (file({"\ud800": 1}), "can't be read"),
        ('{"settings": {}}', "no file of settings"),
        ('{"schema": 2}', "no file of settings"),
        (json.dumps({"app": "other", "schema": 2, "settings": {}}), "no file of settings"),
        (file([]), "no file of settings"),
        (file({}, schema=True), "no file of settings"),
        (file({}, schema="2"), "no file of settings"),
        (file({}, schema=0), "no file of settings"),
        (file({}, schema=SCHEMA + 1), "newer version"),
        (file({"meeting": {}}), "Did you mean `meetings`"),
        (file({"meetings": {"auto_end_hours": 500}}), "`meetings.auto_end_hours`"),
        (file({"meetings": 5}), "`meetings` is a section"),
        (file({"meetings": None}), "`meetings` is a section"),
        (file({"roles": {"mapping": {"Teachers": "admin"}}}), "`Teachers`"),
        (file({"roles": {"mapping": ["1"]}}), "`roles.mapping`"),
        (file({"kaltura": {"meeting_strategy": "schedule_resource"}}), "whoever runs this app"),
        (file({"commands": {"permissions": {"kaltura-end": [["x"]]}}}), "`commands.permissions.kaltura-end`"),
        (file({"notifications": {"subscriptions": {"tags": ["\ud800"]}}}), "`notifications.subscriptions.tags`"),
        (file({"notifications": {"templates": {"meeting_start": "\ud800"}}}), "meeting_start"),
        ('{"app": "kaltura-for-discord", "schema": 2, "settings": {"meetings": {"auto_end_hours": NaN}}}', "hours"),
        (file({"a": "x" * 200_000}), "larger than"),
    ],
)
def test_a_file_that_does_not_fit_gets_one_sentence(text: str, named: str) -> None:
    with pytest.raises(ConfigError) as refused:
        imported(CHANGES, BEFORE, text)
    assert named in refused.value.sentence
    assert len(refused.value.sentence) < 400


def test_what_is_exported_is_imported_though_a_role_and_a_channel_were_deleted_since() -> None:
    before = {"roles": {"mapping": {"1": "admin"}}, "notifications": {"channels": {"default": "2"}}}
    nothing = Changes(ServerConfig(), existing=Existing(frozenset(), frozenset(), frozenset()))
    assert imported(nothing, before, exported(nothing, before)) == before
    with pytest.raises(InvalidSetting, match="no role"):
        imported(nothing, before, file({"roles": {"mapping": {"1": "viewer"}}}))


def test_settings_of_the_first_layout_are_brought_up_to_date() -> None:
    old = {
        "notifications": {
            "enabled": False,
            "types": {"meeting_start": True, "user_join": True, "unknown": True},
            "templates": {"meeting_start": "Now: {{title}}", "unknown": "x"},
            "channels": {"default": "general", "recording_ready": "300000000000000001"},
        },
        "commands": {
            "enabled": True,
            "prefix": "!",
            "permissions": {"kaltura-start": ["@everyone"], "kaltura-end": ["Teachers", "moderator"], "x": ["Staff"]},
        },
        "roles": {"mapping": {"admin": "admin", "default": "viewer", "400000000000000001": "moderator"}},
        "features": {"embedding": True, "activitiesApi": False, "recording": False},
        "kaltura": {"session": {"privileges": {"default": "*"}}, "video": {"embedBaseUrl": "https://kaltura.example"}},
    }
    new = up_to_date(old, 1)
    assert new == {
        "notifications": {
            "enabled": False,
            "types": {"meeting_start": True, "user_join": True},
            "templates": {"meeting_start": "Now: {{title}}"},
            "channels": {"recording_ready": "300000000000000001"},
        },
        "commands": {
            "enabled": True,
            "permissions": {"kaltura-start": ["@everyone"], "kaltura-end": ["moderator"], "x": ["admin"]},
        },
        "roles": {"mapping": {"400000000000000001": "moderator"}},
        "features": {"activities": False, "recording": False},
    }
    checked(new)
    assert imported(CHANGES, {}, json.dumps(old))["roles"] == new["roles"]


@pytest.mark.parametrize("nonsense", [{}, {"commands": 5}, {"commands": {"permissions": {"x": 5}}}, {"roles": []}])
def test_nonsense_of_the_first_layout_grants_nothing(nonsense: dict[str, object]) -> None:
    new = checked(up_to_date(nonsense, 1))
    assert new.roles.mapping == {}
    assert set(new.commands.permissions.values()) <= {("admin",)}


def test_todays_settings_stay_as_they_are() -> None:
    assert up_to_date(BEFORE, SCHEMA) == BEFORE


def test_settings_of_a_newer_version_are_refused_with_a_sentence() -> None:
    with pytest.raises(NewerSettings, match="newer version of this app") as refused:
        up_to_date(BEFORE, SCHEMA + 1)
    assert "Whoever runs this app has to update it." in refused.value.sentence

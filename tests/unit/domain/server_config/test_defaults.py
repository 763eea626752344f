"""The settings that servers start from: the file, the environment above it, and every mistake named."""

import json

import pytest

from kaltura_discord.server_config.catalogue import settings
from kaltura_discord.server_config.defaults import load_defaults
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import leaves, value_at
from kaltura_discord.server_config.quick_settings import QuickSettings
from kaltura_discord.server_config.written_defaults import InvalidConfig, default_config_file, merged_defaults

DOCUMENT = default_config_file().read_text(encoding="utf-8")


def quick(document: str, environment: dict[str, str]) -> QuickSettings:
    return QuickSettings.of(merged_defaults(document, environment))


def test_the_file_that_is_shipped_is_valid() -> None:
    config = load_defaults(DOCUMENT, {})
    assert config.meetings.auto_end_hours == 4
    assert config.kaltura.meeting_strategy == "room_entry"


def test_an_empty_document_is_the_same_as_no_settings() -> None:
    assert load_defaults("{}", {}) == ServerConfig()


def test_the_file_says_every_setting_there_is() -> None:
    written = json.loads(DOCUMENT)
    names = {path for path, _ in leaves(written)}
    maps = {setting.path for setting in settings() if setting.kind.is_map}
    for setting in settings():
        assert value_at(written, setting.path) is not None, setting.key
        names = {path for path in names if path[: len(setting.path)] != setting.path}
    assert names == set()
    assert ("commands", "permissions") in maps


def test_the_file_says_the_same_as_the_model() -> None:
    assert load_defaults(DOCUMENT, {}) == ServerConfig.model_validate(
        {"commands": {"permissions": {"kaltura-start": "viewer"}}}
    )


def test_the_environment_beats_the_file() -> None:
    config = load_defaults(
        DOCUMENT,
        {
            "CONFIG__MEETINGS__AUTO_END_HOURS": "8",
            "CONFIG__KALTURA__ROOM_TEMPLATES__WEBINAR": "1_ab12cd34",
            "CONFIG__NOTIFICATIONS__TEMPLATES__MEETING_SHARE": "Come to {{title}}",
            "MEETINGS__AUTO_END_HOURS": "9",
        },
    )
    assert config.meetings.auto_end_hours == 8
    assert config.kaltura.room_templates.webinar == "1_ab12cd34"
    assert config.notifications.templates.meeting_share == "Come to {{title}}"


def test_a_role_is_mapped_by_its_id() -> None:
    config = load_defaults(DOCUMENT, {"CONFIG__ROLES__MAPPING__123": "moderator"})
    assert config.roles.mapping == {"123": "moderator"}


@pytest.mark.parametrize("name", ["KALTURA_START", "KALTURA_END"])
def test_a_command_is_restricted_by_its_name_with_underscores(name: str) -> None:
    # Whether the file names the command already or not: a restriction must not be lost by the spelling.
    environment = {f"CONFIG__COMMANDS__PERMISSIONS__{name}": "moderator"}
    config = load_defaults(DOCUMENT, environment)
    assert config.commands.permissions[name.lower().replace("_", "-")] == ("moderator",)
    assert all("_" not in command for command in config.commands.permissions)
    assert quick(DOCUMENT, environment).access == config.commands.permissions


@pytest.mark.parametrize(
    ("document", "environment", "named"),
    [
        ("{", {}, "not JSON"),
        ("[]", {}, "not an object"),
        ("[]", {"CONFIG__MEETINGS__AUTO_END_HOURS": "8"}, "not an object"),
        ('{"meeting": {}}', {}, "meeting"),
        ('{"meetings": {"auto_end_hours": 0}}', {}, "meetings.auto_end_hours"),
        ('{"meetings": {"auto_end_hours": "soon"}}', {}, "meetings.auto_end_hours"),
        ('{"roles": {"mapping": {"Teachers": "admin"}}}', {}, "`Teachers` is none"),
        ('{"roles": {"mapping": {"123": "owner"}}}', {}, "roles.mapping.123"),
        ('{"notifications": {"templates": {"meeting_share": "{{secret}}"}}}', {}, "secret"),
        ("{}", {"CONFIG__MEETINGS__AUTO_END_HOUR": "8"}, "auto_end_hour"),
        ('{"meetings": 5}', {"CONFIG__MEETINGS__AUTO_END_HOURS": "8"}, "no section"),
        ("{}", {"CONFIG__KALTURA__MEETING_STRATEGY": "zoom"}, "meeting_strategy"),
    ],
)
def test_a_mistake_is_named(document: str, environment: dict[str, str], named: str) -> None:
    with pytest.raises(InvalidConfig, match=named):
        load_defaults(document, environment)


def test_the_quick_half_reads_the_same_as_the_whole() -> None:
    environment = {
        "CONFIG__ROLES__MAPPING__123": "moderator",
        "CONFIG__COMMANDS__PERMISSIONS__KALTURA_START": "admin",
        "CONFIG__NOTIFICATIONS__TEMPLATES__MEETING_SHARE": "Come to {{title}}",
    }
    for document in (DOCUMENT, "{}"):
        whole, part = load_defaults(document, environment), quick(document, environment)
        assert part.access == whole.commands.permissions
        assert part.role_levels == whole.roles.mapping
        assert part.share_template == whole.notifications.templates.meeting_share


def test_what_the_quick_half_cannot_read_grants_nothing() -> None:
    part = quick('{"commands": {"permissions": {"kaltura-end": "owner"}}, "roles": {"mapping": {"1": "owner"}}}', {})
    assert part.access == {"kaltura-end": ("admin",)}
    assert part.role_levels == {}
    assert quick('{"commands": 5, "roles": [], "notifications": {"templates": {"meeting_share": 5}}}', {}) == quick(
        "{}", {}
    )


@pytest.mark.parametrize(
    ("allowed", "access"),
    [
        ("moderator", ("moderator",)),
        (["admin", "moderator"], ("admin", "moderator")),
        (["@everyone"], ("@everyone",)),
        (["123", "456"], ("123", "456")),
        (["123", "moderator"], ("123", "moderator")),
        ([], ("admin",)),
        (["moderator", "Teachers"], ("admin",)),
        (5, ("admin",)),
    ],
)
def test_who_may_use_a_command_is_levels_roles_or_everyone(allowed: object, access: tuple[str, ...]) -> None:
    part = quick(json.dumps({"commands": {"permissions": {"kaltura-end": allowed}}}), {})
    assert part.access == {"kaltura-end": access}


@pytest.mark.parametrize(("written", "player_id"), [(51234567, 51234567), (0, 0), (True, 0), ("5", 0), (-1, 0)])
def test_the_quick_half_reads_the_player(written: object, player_id: int) -> None:
    assert quick(json.dumps({"kaltura": {"player_id": written}}), {}).player_id == player_id


def test_a_role_may_be_allowed_by_the_environment_though_its_id_is_a_large_number() -> None:
    environment = {"CONFIG__COMMANDS__PERMISSIONS__KALTURA_END": "123456789012345678"}
    config = load_defaults(DOCUMENT, environment)
    assert config.commands.permissions["kaltura-end"] == ("123456789012345678",)
    assert quick(DOCUMENT, environment).access == config.commands.permissions


def test_watching_together_is_switched_on_and_off() -> None:
    assert quick(DOCUMENT, {}).can_watch_together
    off = {"CONFIG__FEATURES__ACTIVITIES": "false", "CONFIG__FEATURES__WEB_FALLBACK": "false"}
    assert not quick(DOCUMENT, off).can_watch_together
    config = load_defaults(DOCUMENT, off)
    assert (config.features.activities, config.features.web_fallback) == (False, False)
    in_a_tab = quick(DOCUMENT, {"CONFIG__FEATURES__ACTIVITIES": "false"})
    assert (in_a_tab.has_activities, in_a_tab.has_web_fallback) == (False, True)


def test_a_switch_is_true_or_false_and_nothing_like_it() -> None:
    for word in ("no", "off", "1", "null"):
        environment = {"CONFIG__FEATURES__ACTIVITIES": word}
        assert not quick(DOCUMENT, environment).has_activities
        with pytest.raises(InvalidConfig, match=r"features\.activities"):
            load_defaults(DOCUMENT, environment)


def test_the_quick_half_reads_the_same_link_hosts() -> None:
    environment = {"CONFIG__WATCH__LINK_HOSTS": '["video.school.example"]'}
    assert quick(DOCUMENT, environment).link_hosts == ("video.school.example",)
    assert load_defaults(DOCUMENT, environment).watch.link_hosts == ("video.school.example",)
    assert quick(DOCUMENT, {"CONFIG__WATCH__LINK_HOSTS": "video.school.example"}).link_hosts == ()


def test_a_placeholder_is_filled_from_the_environment() -> None:
    document = """{
        "kaltura": {"player_id": "{{KALTURA_PLAYER_ID}}"},
        "watch": {"link_hosts": ["video.{{ AWS_REGION }}.example"]},
        "notifications": {"templates": {"meeting_share": "{{title}} at {{PUBLIC_BASE_URL}}"}}
    }"""
    environment = {
        "KALTURA_PLAYER_ID": "51234567",
        "AWS_REGION": "eu-west-1",
        "PUBLIC_BASE_URL": "https://kaltura.example",
    }
    config = load_defaults(document, environment)
    assert config.kaltura.player_id == 51234567
    assert config.watch.link_hosts == ("video.eu-west-1.example",)
    assert config.notifications.templates.meeting_share == "{{title}} at https://kaltura.example"
    assert quick(document, environment).share_template == config.notifications.templates.meeting_share


@pytest.mark.parametrize("environment", [{}, {"KALTURA_PLAYER_ID": ""}, {"KALTURA_PLAYER_ID": "  "}])
def test_a_placeholder_that_is_not_set_stops_the_start_and_is_named(environment: dict[str, str]) -> None:
    document = '{"kaltura": {"player_id": "{{KALTURA_PLAYER_ID}}"}}'
    with pytest.raises(InvalidConfig, match="KALTURA_PLAYER_ID is not set"):
        load_defaults(document, environment)
    with pytest.raises(InvalidConfig, match="KALTURA_PLAYER_ID is not set"):
        quick(document, environment)


@pytest.mark.parametrize(
    "name", ["KALTURA_ADMIN_SECRET", "DISCORD_BOT_TOKEN", "DISCORD_CLIENT_SECRET", "JWT_SECRET", "HOME"]
)
def test_no_secret_gets_into_the_settings_by_a_placeholder(name: str) -> None:
    document = json.dumps({"notifications": {"templates": {"meeting_share": f"Psst: {{{{{name}}}}}"}}})
    with pytest.raises(InvalidConfig, match="may not be used") as refused:
        load_defaults(document, {name: "very secret"})
    assert "very secret" not in str(refused.value)


def test_a_placeholder_of_the_environment_itself_is_not_filled() -> None:
    with pytest.raises(InvalidConfig, match="no variable `PUBLIC_BASE_URL`"):
        load_defaults(
            DOCUMENT,
            {
                "CONFIG__NOTIFICATIONS__TEMPLATES__MEETING_SHARE": "{{PUBLIC_BASE_URL}}",
                "PUBLIC_BASE_URL": "https://kaltura.example",
            },
        )

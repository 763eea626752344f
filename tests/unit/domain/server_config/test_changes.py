"""Changing a server's settings: what people type, what they get, and one clear sentence for whatever cannot be."""

import pytest

from kaltura_discord.server_config.catalogue import settings
from kaltura_discord.server_config.changes import Changes, Editor, Existing, in_words
from kaltura_discord.server_config.errors import CannotUndo, InvalidSetting
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Change, Document, difference, value_at

DEFAULTS = ServerConfig()
CHANGES = Changes(DEFAULTS)
OPERATOR = Changes(DEFAULTS, Editor.OPERATOR)
ROLE, OTHER_ROLE, CHANNEL = "400000000000000001", "400000000000000002", "300000000000000001"
KNOWN = Changes(
    DEFAULTS, existing=Existing(frozenset({CHANNEL}), frozenset({ROLE}), frozenset({"kaltura-start", "kaltura-end"}))
)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("meetings.auto_end_hours", "6", 6),
        (" Meetings.Auto_End_Hours ", " 6 ", 6),
        ("notifications.types.user_join", "On", True),
        ("features.activities", "disabled", False),
        ("watch.control_mode", "Everyone", "everyone"),
        ("notifications.channels.default", f"<#{CHANNEL}>", CHANNEL),
        ("notifications.subscriptions.tags", "biology, modern history", ["biology", "modern history"]),
        ("notifications.subscriptions.categories", "12, 34", [12, 34]),
        ("notifications.quiet_hours.hours", "22:00-07:00", "22:00-07:00"),
        ("notifications.quiet_hours.time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("notifications.templates.meeting_start", "**{{title}}**\nby {{creator}}", "**{{title}}**\nby {{creator}}"),
        ("commands.permissions.kaltura-end", "moderators", ["moderator"]),
        ("commands.permissions./kaltura_end", f"admin, <@&{ROLE}>", ["admin", ROLE]),
        ("commands.permissions.kaltura-end", "@everyone", ["@everyone"]),
        (f"roles.mapping.<@&{ROLE}>", "Moderator", "moderator"),
    ],
)
def test_a_setting_is_set_as_people_type_it(key: str, text: str, value: object) -> None:
    overrides = CHANGES.set_text({}, key, text)
    (change,) = difference({}, overrides)
    assert change.after == value


def test_a_channel_and_a_list_are_emptied_by_a_word() -> None:
    own = Changes(
        ServerConfig.model_validate(
            {"notifications": {"channels": {"default": CHANNEL}, "subscriptions": {"tags": ["biology"]}}}
        )
    )
    overrides = own.set_text({}, "notifications.channels.default", "none")
    overrides = own.set_text(overrides, "notifications.subscriptions.tags", "none")
    assert overrides == {"notifications": {"channels": {"default": ""}, "subscriptions": {"tags": []}}}


def test_setting_a_default_stores_nothing() -> None:
    overrides = CHANGES.set_text({}, "meetings.auto_end_hours", "6")
    assert CHANGES.set_text(overrides, "meetings.auto_end_hours", "4") == {}


def test_every_example_is_right() -> None:
    for setting in settings():
        key, _, text = setting.example.partition(" ")
        key = key.replace("@Teachers", ROLE)
        text = text.replace("@Teachers", ROLE).replace("#announcements", CHANNEL)
        overrides = OPERATOR.set_text({}, key, text)
        if overrides:
            assert setting.kind.show(value_at(overrides, next(iter(difference({}, overrides))).path)), setting.key


def test_every_setting_says_what_it_is() -> None:
    for setting in settings():
        assert setting.sentence.endswith("."), setting.key
        assert setting.kind.words, setting.key
        assert len(setting.key) <= 100, setting.key


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        (
            "meetings.auto_end_hours",
            "soon",
            ["`meetings.auto_end_hours`", "from 1 to 72", "`soon`", "For example: `4`"],
        ),
        ("meetings.auto_end_hours", "0", ["from 1 to 72", "`0`"]),
        ("meetings.auto_end_hours", "73", ["`73`"]),
        ("meetings.auto_end_hours", "", ["is not that", "nothing"]),
        ("meetings.auto_end_hours", "9" * 5000, ["`999"]),
        ("meetings.auto_end_hour", "6", ["no setting `meetings.auto_end_hour`", "mean `meetings.auto_end_hours`?"]),
        ("x", "6", ["no setting `x`"]),
        ("meetings", "6", ["`meetings` is a section", "`meetings.auto_end_hours`"]),
        ("", "6", ["no setting nothing"]),
        ("features.activities", "maybe", ["on or off", "`maybe`"]),
        ("watch.control_mode", "nobody", ["host or everyone", "`nobody`"]),
        ("notifications.channels.default", "general", ["a channel", "`general`"]),
        ("notifications.templates.meeting_start", "x" * 2000, ["2,000 characters", "1,500"]),
        ("notifications.templates.meeting_start", "{{secret}}", ["`secret`", "title"]),
        ("notifications.templates.meeting_start", "{{duration}}", ["`duration`"]),
        ("notifications.templates.meeting_start", "{{TITLE}}", ["`TITLE`"]),
        ("notifications.templates.meeting_start", "{{title}", ["braces do not match"]),
        ("notifications.templates.meeting_start", "title}}", ["braces do not match"]),
        ("notifications.templates.meeting_start", "{{title}}" * 20, ["could have", "3,900"]),
        ("notifications.templates.meeting_start", " \n ", ["nothing to be seen"]),
        ("notifications.templates.meeting_start", "\u200b", ["nothing to be seen"]),
        ("notifications.templates.meeting_start", "a\x00b", ["cannot be shown"]),
        ("notifications.subscriptions.categories", "12, biology", ["categories", "biology"]),
        ("notifications.subscriptions.tags", "x" * 101, ["tags"]),
        ("notifications.subscriptions.tags", ",".join(map(str, range(60))), ["tags"]),
        ("notifications.quiet_hours.hours", "25:00-07:00", ["times", "`22:00-07:00`"]),
        ("notifications.quiet_hours.hours", "07:00-07:00", ["times"]),
        ("notifications.quiet_hours.time_zone", "Berlin", ["no such time zone", "`Europe/Berlin`"]),
        ("notifications.quiet_hours.time_zone", "../../etc/passwd", ["no such time zone"]),
        ("notifications.quiet_hours.time_zone", "Europe", ["no such time zone"]),
        ("notifications.templates.meeting_start", "none", ["nothing to be seen"]),
        ("kaltura", "on", ["no setting `kaltura`."]),
        ("Watch", "host", ["`Watch` is a section", "`watch.control_mode`"]),
        ("commands.permissions", "moderator", ["needs the name of a command", "kaltura-start"]),
        (
            "commands.permissions.kaltura-end",
            "Teachers",
            ["`commands.permissions.kaltura-end`", "@everyone", "`Teachers`"],
        ),
        ("commands.permissions.kaltura-end", "", ["@everyone"]),
        ("commands.permissions.kaltura end", "moderator", ["goes by", "`kaltura end`"]),
        ("roles.mapping.Teachers", "admin", ["goes by", "`Teachers`"]),
        (f"roles.mapping.{ROLE}", "owner", ["a level", "`owner`"]),
        ("kaltura.meeting_strategy", "schedule_resource", ["whoever runs this app"]),
        ("kaltura.room_templates.webinar", "1_ab12cd34", ["whoever runs this app"]),
        ("kaltura.session_privileges.join.privacycontext", "x", ["whoever runs this app"]),
        ("kaltura.player_id", "5", ["whoever runs this app"]),
        ("watch.link_hosts", "evil.example", ["whoever runs this app"]),
    ],
)
def test_what_does_not_fit_gets_one_sentence_and_changes_nothing(key: str, text: str, named: list[str]) -> None:
    before = {"meetings": {"auto_end_hours": 6}}
    with pytest.raises(InvalidSetting) as refused:
        CHANGES.set_text(before, key, text)
    for part in named:
        assert part in refused.value.sentence
    assert len(refused.value.sentence) < 400
    assert before == {"meetings": {"auto_end_hours": 6}}


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("kaltura.session_privileges.join.setrole", "x", "`setrole` is none"),
        ("kaltura.session_privileges.playback.edit", "*", "`edit` is none"),
        ("kaltura.session_privileges.playback.privacycontext", "a,edit:*", "is not that"),
        ("kaltura.room_templates.webinar", "../secrets", "entry id"),
        ("watch.link_hosts", "https://video.example/", "names of hosts"),
    ],
)
def test_what_would_widen_a_session_is_nobodys_to_set(key: str, value: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named):
        OPERATOR.set_text({}, key, value)


def test_what_is_quoted_in_a_sentence_formats_and_mentions_nothing() -> None:
    with pytest.raises(InvalidSetting) as refused:
        CHANGES.set_text({}, "meetings.auto_end_hours", "`@everyone` **" + "x" * 3000)
    assert "`'@everyone' **xxx" in refused.value.sentence
    assert len(refused.value.sentence) < 250


@pytest.mark.parametrize(
    ("key", "text", "named"),
    [
        (f"roles.mapping.{OTHER_ROLE}", "admin", "no role"),
        ("commands.permissions.kaltura-end", OTHER_ROLE, "no role"),
        ("commands.permissions.kaltura-strat", "admin", "no command `kaltura-strat`"),
        ("notifications.channels.default", OTHER_ROLE, "can't write in"),
    ],
)
def test_what_is_not_there_any_more_cannot_be_chosen(key: str, text: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named):
        KNOWN.set_text({}, key, text)
    assert CHANGES.set_text({}, key, text)


def test_what_is_there_can_be_chosen() -> None:
    overrides = KNOWN.set_text({}, f"roles.mapping.{ROLE}", "admin")
    overrides = KNOWN.set_text(overrides, "commands.permissions.kaltura-end", f"<@&{ROLE}>, moderator, @everyone")
    overrides = KNOWN.set_text(overrides, "notifications.channels.default", CHANNEL)
    assert len(difference({}, overrides)) == 3


# --- reset -----------------------------------------------------------------------------------------------------------

SEVERAL: Document = {
    "meetings": {"auto_end_hours": 6},
    "roles": {"mapping": {ROLE: "admin", OTHER_ROLE: "viewer"}},
    "notifications": {"types": {"user_join": True}, "channels": {"default": CHANNEL}},
    "kaltura": {"meeting_strategy": "schedule_resource"},
}


@pytest.mark.parametrize(
    ("key", "gone"),
    [
        ("meetings.auto_end_hours", {"meetings.auto_end_hours"}),
        ("meetings", {"meetings.auto_end_hours"}),
        ("notifications", {"notifications.types.user_join", "notifications.channels.default"}),
        ("notifications.types", {"notifications.types.user_join"}),
        ("roles.mapping", {f"roles.mapping.{ROLE}", f"roles.mapping.{OTHER_ROLE}"}),
        (f"roles.mapping.<@&{ROLE}>", {f"roles.mapping.{ROLE}"}),
        ("features", set()),
        ("kaltura", set()),
        (
            "",
            {
                "meetings.auto_end_hours",
                "notifications.types.user_join",
                "notifications.channels.default",
                f"roles.mapping.{ROLE}",
                f"roles.mapping.{OTHER_ROLE}",
            },
        ),
    ],
)
def test_resetting_touches_what_was_named_and_nothing_of_the_operators(key: str, gone: set[str]) -> None:
    after = CHANGES.reset(SEVERAL, key)
    assert {change.key for change in difference(SEVERAL, after)} == gone
    assert value_at(after, ("kaltura", "meeting_strategy")) == "schedule_resource"


@pytest.mark.parametrize(("key", "named"), [("meeting", "no setting"), ("kaltura.meeting_strategy", "runs this app")])
def test_what_is_not_there_or_not_theirs_cannot_be_reset(key: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named):
        CHANGES.reset(SEVERAL, key)


# --- undo ------------------------------------------------------------------------------------------------------------


def test_a_change_is_undone_though_others_came_after_it() -> None:
    first = CHANGES.set_text({}, "meetings.auto_end_hours", "6")
    second = CHANGES.set_text(first, "features.activities", "off")
    undone = CHANGES.undo(second, difference({}, first))
    assert undone == {"features": {"activities": False}}
    assert CHANGES.undo(undone, difference(second, undone)) == second


def test_what_was_changed_again_since_cannot_be_undone() -> None:
    first = CHANGES.set_text({}, "meetings.auto_end_hours", "6")
    second = CHANGES.set_text(first, "meetings.auto_end_hours", "7")
    with pytest.raises(CannotUndo, match=r"`meetings\.auto_end_hours` has been changed again"):
        CHANGES.undo(second, difference({}, first))


def test_what_the_operator_did_is_not_a_servers_to_undo() -> None:
    after = OPERATOR.set_text({}, "kaltura.meeting_strategy", "schedule_resource")
    with pytest.raises(InvalidSetting, match="runs this app"):
        CHANGES.undo(after, difference({}, after))


def test_undoing_does_not_bring_back_what_is_gone() -> None:
    before = {"notifications": {"channels": {"default": OTHER_ROLE}}}
    with pytest.raises(InvalidSetting, match="can't write in"):
        KNOWN.undo({}, difference(before, {}))


# --- seeing ----------------------------------------------------------------------------------------------------------


def test_a_section_is_shown_with_default_beside_override() -> None:
    rows = {row.key: row for row in CHANGES.rows(SEVERAL, "meetings")}
    row = rows["meetings.auto_end_hours"]
    assert (row.default, row.override, row.value, row.is_overridden) == (4, 6, 6, True)
    assert {row.key for row in CHANGES.rows(SEVERAL, "roles")} == {
        f"roles.mapping.{ROLE}",
        f"roles.mapping.{OTHER_ROLE}",
    }


def test_nothing_of_the_operators_is_shown() -> None:
    assert CHANGES.rows(SEVERAL, "kaltura") == ()
    assert "kaltura" not in CHANGES.visible(SEVERAL)
    assert next(row.key for row in OPERATOR.rows(SEVERAL, "kaltura")) == "kaltura.meeting_strategy"


def test_a_change_is_told_before_and_after() -> None:
    change = Change(("meetings", "auto_end_hours"), None, 6)
    assert in_words(change, DEFAULTS) == "`meetings.auto_end_hours`: 4 (default) → 6"
    mapped = Change(("roles", "mapping", ROLE), "viewer", None)
    assert in_words(mapped, DEFAULTS) == f"`roles.mapping.{ROLE}`: viewer → nothing"
    switched = Change(("features", "activities"), False, True)
    assert in_words(switched, DEFAULTS) == "`features.activities`: off → on"


def test_too_much_is_refused() -> None:
    many = {"roles": {"mapping": {str(10**17 + number): "moderator" for number in range(2200)}}}
    with pytest.raises(InvalidSetting, match="too much"):
        CHANGES.replace({}, many)

"""What holds for all settings, whatever they are."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.server_config.changes import Changes, Editor
from kaltura_discord.server_config.defaults import check_defaults, load_defaults, with_overrides
from kaltura_discord.server_config.documents import exported, imported
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Document, Path, difference, leaves, merged, value_at, with_value
from kaltura_discord.server_config.quick_settings import QuickSettings
from kaltura_discord.server_config.validation import canonical
from kaltura_discord.server_config.written_defaults import default_config_file, merged_defaults
from tests.unit.domain.server_config.overrides import documents, overrides_over, placed_values, rivals

SHIPPED = load_defaults(default_config_file().read_text(encoding="utf-8"), {})
OPERATOR = Changes(SHIPPED, Editor.OPERATOR)
SERVER = Changes(SHIPPED)


def environment_name(path: Path) -> str:
    return f"CONFIG__{'__'.join(path).upper().replace('-', '_')}"


@given(documents(), documents())
def test_whatever_is_valid_alone_is_valid_over_any_defaults(below: Document, above: Document) -> None:
    check_defaults(below)
    config = with_overrides(below, above).model_dump(mode="json")
    for path, value in leaves(canonical(above)):
        assert value_at(config, path) == value


@given(st.data(), overrides_over(SHIPPED), placed_values())
def test_setting_and_resetting_is_as_if_nothing_had_been(
    data: st.DataObject, overrides: Document, placed: tuple[Path, Any]
) -> None:
    path, value = placed
    key = ".".join(path)
    without = OPERATOR.reset(overrides, key)
    assert OPERATOR.reset(OPERATOR.set_value(overrides, path, value), key) == without
    assert OPERATOR.set_value(without, path, value) == OPERATOR.set_value(overrides, path, value)
    section = ".".join(path[: data.draw(st.integers(0, 1))])
    assert OPERATOR.reset(with_value(without, path, value), section) == OPERATOR.reset(without, section)


@given(overrides_over(SHIPPED, Editor.SERVER), overrides_over(SHIPPED, Editor.SERVER))
def test_exporting_and_importing_is_identity(overrides: Document, other: Document) -> None:
    file = exported(SERVER, overrides)
    assert imported(SERVER, overrides, file) == overrides
    assert imported(SERVER, other, file) == overrides


@given(overrides_over(SHIPPED), overrides_over(SHIPPED, Editor.SERVER))
def test_what_is_the_operators_is_neither_exported_nor_touched_by_an_import(
    overrides: Document, file_of: Document
) -> None:
    operators_own = OPERATOR.replace({}, _operators_part(overrides))
    after = imported(SERVER, overrides, exported(SERVER, file_of))
    assert _operators_part(after) == operators_own
    assert SERVER.visible(after) == file_of
    assert SERVER.reset(after, "") == operators_own


def _operators_part(overrides: Document) -> Document:
    hidden = Document()
    shown = dict(leaves(SERVER.visible(overrides)))
    for path, value in leaves(overrides):
        if path not in shown:
            hidden = with_value(hidden, path, value)
    return hidden


@given(rivals(3), st.booleans(), st.booleans(), st.booleans())
def test_the_server_beats_the_environment_beats_the_file_beats_the_model(
    placed: tuple[Path, list[Any]], in_file: bool, in_environment: bool, by_server: bool
) -> None:
    path, (low, middle, high) = placed
    written = merged_defaults(
        json.dumps(with_value({}, path, low) if in_file else {}),
        {environment_name(path): json.dumps(middle)} if in_environment else {},
    )
    overrides = with_value({}, path, high) if by_server else {}
    by_model = value_at(ServerConfig().model_dump(mode="json"), path)
    wins = high if by_server else middle if in_environment else low if in_file else by_model
    assert value_at(with_overrides(written, overrides).model_dump(mode="json"), path) == wins


@given(documents(), documents())
def test_the_quick_half_understands_overrides_as_the_whole_does(below: Document, above: Document) -> None:
    whole, part = with_overrides(below, above), QuickSettings.of(merged(below, above))
    assert part.access == whole.commands.permissions
    assert part.role_levels == whole.roles.mapping
    assert part.share_template == whole.notifications.templates.meeting_share
    assert part.has_commands == whole.commands.enabled
    assert (part.has_activities, part.has_web_fallback) == (whole.features.activities, whole.features.web_fallback)
    assert part.link_hosts == whole.watch.link_hosts


@given(documents(), documents())
def test_overrides_hold_only_what_differs_and_settings_are_the_same_without_the_rest(
    below: Document, given_document: Document
) -> None:
    defaults = check_defaults(below)
    stored = Changes(defaults, Editor.OPERATOR).replace({}, given_document)
    standing = defaults.model_dump(mode="json")
    assert all(value != value_at(standing, path) for path, value in leaves(stored))
    assert with_overrides(below, stored) == with_overrides(below, given_document)
    assert Changes(defaults, Editor.OPERATOR).replace({}, stored) == stored


@given(overrides_over(SHIPPED), overrides_over(SHIPPED))
def test_undoing_a_change_is_as_if_it_had_not_been(before: Document, after: Document) -> None:
    changes = difference(before, after)
    assert OPERATOR.undo(after, changes) == before
    assert difference(before, before) == ()


@given(overrides_over(SHIPPED))
def test_nothing_that_is_given_is_ever_changed(overrides: Document) -> None:
    copy = json.loads(json.dumps(overrides))
    OPERATOR.set_text(overrides, "meetings.auto_end_hours", "7")
    OPERATOR.reset(overrides, "")
    OPERATOR.undo(overrides, difference({}, overrides))
    assert overrides == copy

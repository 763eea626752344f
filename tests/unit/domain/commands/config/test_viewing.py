"""`/kaltura-config view`: all that a server may see, the default beside what is changed, within Discord's limits."""

from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort

from kaltura_discord.commands.config.sections import SECTIONS, title_of
from kaltura_discord.commands.config.view_pages import OVERVIEW, SettingsShown, settings_page
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.server_config.catalogue import settings
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.override_store import Author
from local_stack.discord.rules.messages import ANSWER_EDIT
from tests.unit.domain.commands.config.config_world import ADA, TEACHERS, configure, furnish, press, put, stored
from tests.unit.domain.discord_double import takes
from tests.unit.domain.server_config.overrides import documents
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, components_of, text_of

CHANGES = Changes(ServerConfig())


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


def all_pages(section: str, document: Document) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = []
    for page in count():
        shown = settings_page(SettingsShown(section, page), CHANGES, document).body()
        pages.append(shown)
        if "More" not in buttons_of(shown):
            return pages
    raise AssertionError("count() does not end")


def test_each_section_that_a_server_may_see_can_be_chosen() -> None:
    seen = {setting.path[:-1] for setting in settings() if not setting.is_operators}
    assert {tuple(name.split(".")) for _, name in SECTIONS} == seen


def test_each_setting_is_on_a_page_with_its_sentence() -> None:
    for setting in settings():
        if not setting.is_operators:
            shown = "\n".join(text_of(page) for page in all_pages(".".join(setting.path[:-1]), {}))
            assert f"`{setting.key}`" in shown
            assert setting.sentence in shown


def test_everything_that_can_be_set_is_in_use() -> None:
    assert [each.key for each in settings() if each.is_upcoming] == []
    assert "Not in use yet" not in text_of(all_pages("notifications.quiet_hours", {})[0])


def test_the_operators_settings_are_on_no_page() -> None:
    secret = {
        "kaltura": {"player_id": 5, "room_templates": {"room": "1_ab12cd34"}},
        "watch": {"link_hosts": ["h.example"]},
    }
    shown = "\n".join(
        text_of(page) for section in (OVERVIEW, *(name for _, name in SECTIONS)) for page in all_pages(section, secret)
    )
    for setting in settings():
        assert (f"`{setting.key}`" in shown) <= (not setting.is_operators), setting.key
    for value in ("1_ab12cd34", "h.example"):
        assert value not in shown


async def test_the_default_stands_beside_what_is_changed(stage: Stage) -> None:
    await put(stage, "meetings.auto_end_hours", "6")

    answer = await configure(stage, "view", section="meetings")

    assert "`meetings.auto_end_hours` · **6** · changed, by default 4" in text_of(answer)


async def test_long_words_are_quoted_below_their_key(stage: Stage) -> None:
    await put(stage, "notifications.templates.meeting_start", "Come and see **{{title}}**, everybody")

    shown = text_of(await configure(stage, "view", section="notifications.templates")).splitlines()

    (line,) = (number for number, text in enumerate(shown) if "meeting_start` · changed" in text)
    assert shown[line + 1] == "> Come and see \\*\\*{{title}}\\*\\*, everybody"
    assert shown[line + 2].startswith("-# By default: ")


async def test_without_a_section_all_that_is_changed_is_shown(stage: Stage) -> None:
    assert "Nothing is changed in this server" in text_of(await configure(stage, "view"))
    await put(stage, "meetings.auto_end_hours", "6")
    await put(stage, "roles.mapping.@Teachers", "moderator")

    shown = text_of(await configure(stage, "view"))

    assert "2 settings are changed in this server" in shown
    assert "`meetings.auto_end_hours` · **6**" in shown
    assert f"<@&{TEACHERS}> · **moderator** · added here" in shown
    assert "watch.control_mode" not in shown


async def test_each_section_says_how_to_change_what_is_in_it(stage: Stage) -> None:
    for _, section in SECTIONS:
        assert "`/kaltura-config set` changes" in text_of(await configure(stage, "view", section=section))


async def test_a_map_without_entries_is_there_all_the_same(stage: Stage) -> None:
    assert "`roles.mapping` · **nothing is listed**" in text_of(await configure(stage, "view", section="roles"))


async def test_only_the_asker_sees_it(stage: Stage) -> None:
    answer = await stage.acknowledged(stage.place.subcommand("kaltura-config", "view", by=ADA))
    assert answer.body == {"type": 5, "data": {"flags": 64}}


async def test_pages_and_sections_are_turned_in_place(stage: Stage) -> None:
    first = await configure(stage, "view", section="notifications.types")
    assert "page 1 of 2" in text_of(first)

    pressed = stage.place.press(buttons_of(first)["More"], ADA)
    assert (await stage.acknowledged(pressed)).body == {"type": 6}
    await stage.work()
    second = stage.discord.answers[pressed["token"]]
    assert "page 2 of 2" in text_of(second)
    assert list(buttons_of(second)) == ["Back"]

    chooser = next(part for part in components_of(second) if part["type"] == 3)
    assert [each["value"] for each in chooser["options"] if each.get("default")] == ["notifications.types"]
    chosen = stage.place.choose(chooser["custom_id"], "meetings", ADA)
    assert "## Meetings" in text_of(await stage.answer_to(chosen))


async def test_a_section_that_is_gone_leads_to_the_overview(stage: Stage) -> None:
    for argument in ("kaltura:0", "nothing:7", "meetings:99", ":::"):
        shown = text_of(await stage.answer_to(stage.place.press(f"1:config-view:{argument}", ADA)))
        assert shown.startswith(("## Settings", "## Meetings"))


def test_titles_are_those_of_the_list() -> None:
    assert title_of("watch") == "Watch Together"
    assert title_of("unknown") == "unknown"


@effort(deadline=None, max_examples=60)
@given(documents())
def test_discord_takes_each_page_of_whatever_is_set(document: Document) -> None:
    theirs = CHANGES.visible(document)
    for section in (OVERVIEW, *(name for _, name in SECTIONS)):
        for page in all_pages(section, theirs):
            takes(page, ANSWER_EDIT)


def test_discord_takes_the_longest_templates_and_hundreds_of_roles() -> None:
    """As much as 64 KB of settings can be."""
    words = {setting.path[-1]: "*_" * 750 for setting in settings() if setting.variables}
    roles = {str(10**17 + number): "moderator" for number in range(250)}
    who = {f"kaltura-{number}": ["moderator", *roles][:50] for number in range(30)}
    document = {
        "notifications": {"templates": words, "subscriptions": {"tags": ["~" * 100] * 50}},
        "roles": {"mapping": roles},
        "commands": {"permissions": who},
    }
    for section in (OVERVIEW, *(name for _, name in SECTIONS)):
        for page in all_pages(section, document):
            takes(page, ANSWER_EDIT)
    shown = "\n".join(text_of(page) for page in all_pages("roles", document))
    assert all(f"<@&{role}>" in shown for role in roles)


async def test_what_an_older_version_stored_is_seen_and_can_be_reset(stage: Stage) -> None:
    store, seen = stage.services.overrides, await stage.services.overrides.read(stage.guild_id)
    odd = {"commands": {"permissions": {"kaltura-end": 5}}, "notifications": {"subscriptions": {"tags": 7}}}
    await store.save(stage.guild_id, seen, odd, Author(UserId(ADA.user_id), InteractionId("1")))

    assert "`kaltura-end` · **`5`**" in text_of(await configure(stage, "view", section="commands"))
    question = await configure(stage, "reset", section="everything")
    await press(stage, question, "Reset 2 settings")
    assert await stored(stage) == {}

"""Finding what an interaction asks for, also by the names of yesterday."""

from kaltura_discord.commands.model import Action, Command, Inline, Subcommand
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.registry import REGISTRY, Registry
from kaltura_discord.discord.interaction import Interaction, parse_interaction
from tests.unit.domain.commands.test_definitions import answer, suggest
from tests.unit.domain.sent_by_discord import Place
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

PLACE = Place("300", "400")

NEW = Command(
    "start",
    "2.0.0",
    "Start",
    Inline(answer),
    options=(
        Option(
            "kind",
            "What",
            choices=(("Room", "room"),),
            deprecated_names=("type",),
            deprecated_values={"meeting": "room"},
        ),
        Option("title", "Called", suggest=suggest, deprecated_names=("name", "topic")),
    ),
    deprecated_names=("begin",),
)
OLD_NAMES_KNOWN = Registry((NEW,), ())


def command(name: str, options: dict[str, object]) -> Interaction:
    return parse_interaction(PLACE.command(name, options))


def test_todays_names_need_no_notice() -> None:
    found = OLD_NAMES_KNOWN.find(command("start", {"kind": "room", "title": "Review"}))
    assert found is not None
    assert found.target is NEW
    assert found.notice == ""


def test_former_names_of_command_option_and_value_keep_working_and_tell_the_new_ones() -> None:
    found = OLD_NAMES_KNOWN.find(command("begin", {"type": "meeting", "topic": "Review"}))
    assert found is not None
    assert found.target is NEW
    assert found.interaction.command == "start"
    assert found.interaction.options == {"kind": "room", "title": "Review"}
    assert found.notice == (
        "-# `/begin` is now `/start`; `type` is now `kind`; `meeting` is now `room`; `topic` is now `title`."
    )


def test_an_option_that_is_gone_is_left_out() -> None:
    found = OLD_NAMES_KNOWN.find(command("start", {"colour": "red", "title": "Review"}))
    assert found is not None
    assert found.interaction.options == {"title": "Review"}


def test_suggestions_work_under_a_former_name() -> None:
    found = OLD_NAMES_KNOWN.find(parse_interaction(PLACE.typing("begin", "name", "rev")))
    assert found is not None
    assert (found.interaction.focused, found.interaction.text_option("title")) == ("title", "rev")


def test_a_title_that_equals_a_former_value_stays_as_it_is() -> None:
    found = OLD_NAMES_KNOWN.find(command("start", {"title": "meeting"}))
    assert found is not None
    assert found.interaction.options == {"title": "meeting"}


def test_what_nobody_knows_is_not_found() -> None:
    assert REGISTRY.find(command("dance", {})) is None
    assert REGISTRY.find(parse_interaction(PLACE.press("1:dance:5"))) is None
    assert REGISTRY.find(parse_interaction(PLACE.press("kaltura-start"))) is None


async def test_our_own_former_names_work(stage: Stage) -> None:
    meeting = await stage.start()
    payload = stage.place.command("kaltura-join", {"meeting-id": meeting.meeting_id})
    told = text_of(await stage.answer_to(payload))
    assert "Your way into **Weekly review**" in told
    assert told.endswith("-# `meeting-id` is now `meeting`.")

    payload = stage.place.command("kaltura-start", {"type": "interactive_room", "title": "Old ways"})
    told = text_of(await stage.answer_to(payload))
    assert "is live" in told
    assert told.endswith("-# `interactive_room` is now `room`.")
    assert (await stage.meeting(payload["id"])).kind == "room"


OPENED = Subcommand("open", "Open it", Inline(answer), options=(Option("door", "Which"),))
SHUT = Subcommand("shut", "Shut it", Inline(answer))
WITH_SUBCOMMANDS = Command("house", "1.0.0", "A house", subcommands=(OPENED, SHUT))
HOUSES = Registry((WITH_SUBCOMMANDS,), (Action("knock", Inline(answer), stands_for=WITH_SUBCOMMANDS),))


def test_a_sub_command_is_found_with_its_own_options() -> None:
    found = HOUSES.find(parse_interaction(PLACE.subcommand("house", "open", {"door": "left", "colour": "red"})))
    assert found is not None
    assert found.target is OPENED
    assert found.command is WITH_SUBCOMMANDS
    assert found.name == "house open"
    assert found.interaction.options == {"door": "left"}


def test_a_command_of_sub_commands_is_nothing_without_one() -> None:
    assert HOUSES.find(command("house", {})) is None
    assert HOUSES.find(parse_interaction(PLACE.subcommand("house", "burn", {}))) is None


def test_a_button_bears_the_permission_of_the_command_that_it_stands_for() -> None:
    found = HOUSES.find(parse_interaction(PLACE.press("1:knock:")))
    assert found is not None
    assert found.command is WITH_SUBCOMMANDS

"""`/kaltura-config template`: the words of a message are typed, seen, and only then saved; nothing typed gets lost."""

import subprocess
import sys

import pytest

from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, DEFAULT_TEMPLATES
from tests.unit.domain.commands.config.config_world import ADA, BEN, press, stored
from tests.unit.domain.commands.config.template_forms import field_of, form_behind, form_for, submit
from tests.unit.domain.sent_by_discord import ANN, BO, Place, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import accent_of, buttons_of, components_of, text_of

WORDS = "Come in: **{{title}}**, with {{creator}}"


def saved_as(words: str) -> dict[str, object]:
    return {"notifications": {"templates": {"meeting_start": words}}}


async def test_the_form_shows_the_words_as_they_are_and_what_may_stand_in_them(stage: Stage) -> None:
    form = await form_for(stage, "meeting_start")
    assert form["title"] == "A meeting starts"
    assert field_of(form)["value"] == DEFAULT_TEMPLATES["meeting_start"]
    listed = text_of(form)
    assert all(f"`{{{{{name}}}}}`" in listed for name in ALLOWED_VARIABLES["meeting_start"])
    assert "duration" not in listed


@pytest.mark.parametrize("message_type", ALLOWED_VARIABLES)
async def test_every_message_has_a_form_that_discord_takes(stage: Stage, message_type: str) -> None:
    form = await form_for(stage, message_type)
    preview = await submit(stage, form, field_of(form)["value"])
    assert set(buttons_of(preview)) >= {"Save", "Edit", "Cancel"}


async def test_words_are_seen_as_the_channel_would_see_them_and_not_saved(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    assert "Come in: **Weekly design review**, with Ann" in text_of(preview)
    assert "Not saved yet" in text_of(preview)
    assert preview["allowed_mentions"] == {"parse": []}
    assert next(part for part in components_of(preview) if part.get("label") == "Join")["disabled"] is True
    assert await stored(stage) == {}


async def test_saved_words_are_told_before_and_after_and_can_be_undone(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    told = await press(stage, preview, "Save")
    assert await stored(stage) == saved_as(WORDS)
    assert DEFAULT_TEMPLATES["meeting_start"] in text_of(told)
    assert WORDS in text_of(told)
    assert set(buttons_of(told)) == {"Undo", "Send a test"}
    await press(stage, told, "Undo")
    assert await stored(stage) == {}


async def test_the_form_shows_what_was_saved_last(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    await press(stage, preview, "Save")
    assert field_of(await form_for(stage, "meeting_start"))["value"] == WORDS


async def test_an_invitation_has_words_of_its_own_and_no_channel_to_be_tested_in(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_share"), "{{username}} calls")
    told = await press(stage, preview, "Save")
    assert set(buttons_of(told)) == {"Undo"}


async def test_an_invitation_is_shared_as_its_preview_showed_it(stage: Stage) -> None:
    meeting = await stage.start("Weekly design review", BO)
    preview = await submit(stage, await form_for(stage, "meeting_share"), "{{username}} waits in {{title}}")
    await press(stage, preview, "Save")
    shared = await stage.answer_to(stage.place.press(f"1:share:{meeting.meeting_id}", BO))
    assert text_of(shared) == "Bo waits in Weekly design review"
    assert text_of(shared) in text_of(preview)
    assert accent_of(shared) == accent_of(preview)
    assert buttons_of(shared)["Join"] == f"1:join:{meeting.meeting_id}"


async def test_an_empty_field_stands_for_the_default_words(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    await press(stage, preview, "Save")

    form = await form_for(stage, "meeting_start")
    assert field_of(form)["placeholder"] == DEFAULT_TEMPLATES["meeting_start"]
    preview = await submit(stage, form, "  \n ")
    assert "The default words" in text_of(preview)
    assert "A new Interactive room has started" in text_of(preview)
    await press(stage, preview, "Save")
    assert await stored(stage) == {}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("{{title", "The braces do not match"),
        ("{{title}} }}", "The braces do not match"),
        ("{{secret}}", "There is no variable `secret` here. You can use: `creator`, `id`"),
        ("{{duration}}", "There is no variable `duration` here."),
        ("x" * 2000, "It is 2,000 characters long, and 1,500 is the most."),
        ("{{title}}" * 20, "Discord takes 3,900"),
        ("\u200b", "There is nothing to be seen in it"),
        ("Come\x07", "characters in it that cannot be shown"),
    ],
    ids=[
        "open",
        "closed",
        "unknown",
        "of another message",
        "2,000 characters",
        "too long when filled",
        "nothing",
        "bell",
    ],
)
async def test_words_that_cannot_be_used_are_refused_in_a_sentence_and_kept(
    stage: Stage, words: str, says: str
) -> None:
    refusal = await submit(stage, await form_for(stage, "meeting_start"), words)
    assert says in text_of(refusal)
    assert "Nothing was saved" in text_of(refusal)
    assert set(buttons_of(refusal)) == {"Edit again", "Cancel"}
    assert await stored(stage) == {}
    again = await form_behind(stage, buttons_of(refusal)["Edit again"])
    assert field_of(again)["value"] == words


async def test_edited_again_the_preview_changes_in_its_place(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    form = await form_behind(stage, buttons_of(preview)["Edit"])
    assert field_of(form)["value"] == WORDS
    preview = await submit(stage, form, "Now: {{title}}", on_message=True)
    assert "Now: Weekly design review" in text_of(preview)
    await press(stage, preview, "Save")
    assert await stored(stage) == saved_as("Now: {{title}}")


async def test_another_message_with_the_button_stays_as_it_is(stage: Stage) -> None:
    form = await form_behind(stage, "1:config-template:meeting_start")
    payload = stage.place.submit(form["custom_id"], {"words": WORDS}, ADA)
    answer = await stage.acknowledged({**payload, "message": {"id": snowflake(), "channel_id": stage.channel_id}})
    assert answer.body is not None
    assert answer.body["type"] == 4
    assert answer.body["data"]["flags"] & 64


async def test_cancelled_nothing_changes(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    told = await press(stage, preview, "Cancel")
    assert text_of(told) == "Nothing was changed."
    assert await stored(stage) == {}


async def test_whoever_is_second_sees_both_texts_and_is_asked_again(stage: Stage) -> None:
    mine = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    theirs = await submit(stage, await form_for(stage, "meeting_start", BEN), "Theirs", BEN)
    await press(stage, theirs, "Save", BEN)

    told = await press(stage, mine, "Save")
    assert f"<@{BEN.user_id}> changed `notifications.templates.meeting_start`" in text_of(told)
    assert "Theirs" in text_of(told)
    assert WORDS in text_of(told)
    assert await stored(stage) == saved_as("Theirs")

    await press(stage, told, "Save mine")
    assert await stored(stage) == saved_as(WORDS)


async def test_save_pressed_twice_saves_once(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    for _ in range(2):
        told = await press(stage, preview, "Save")
    assert "says exactly this already" in text_of(told)
    assert len(await stage.services.overrides.history(stage.guild_id)) == 1


async def test_save_carried_out_twice_by_the_queue_answers_the_same(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    payload = stage.place.press(buttons_of(preview)["Save"], ADA)
    await stage.acknowledged(payload)
    brought = stage.tasks.take_all()
    stage.tasks.sent = [*brought]
    await stage.work()
    first = stage.discord.answers[payload["token"]]
    # The worker died before it could write down that it had done it.
    await stage.services.table.delete(Key(f"INTERACTION#{payload['id']}", "INTERACTION"))
    stage.tasks.sent = [*brought]
    await stage.work()
    assert stage.discord.answers[payload["token"]] == first
    assert len(await stage.services.overrides.history(stage.guild_id)) == 1


async def test_what_was_typed_is_kept_for_an_hour(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    stage.clock.pass_seconds(3601)
    told = await press(stage, preview, "Edit")
    assert "too long ago" in text_of(told)


def test_forms_and_previews_import_nothing_slow() -> None:
    program = (
        "import sys; import kaltura_discord.commands.config.template; "
        "print([name for name in ('pydantic', 'boto3', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": "functions"}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_nobody_saves_what_somebody_else_typed_nor_in_another_server(stage: Stage) -> None:
    preview = await submit(stage, await form_for(stage, "meeting_start"), WORDS)
    save = buttons_of(preview)["Save"]
    stranger = await stage.answer_to(stage.place.press(save, BEN))
    assert "nothing was changed" in text_of(stranger)
    assert await stored(stage) == {}

    elsewhere = Place(snowflake(), snowflake())
    await stage.services.servers.allow(AllowedServer(GuildId(elsewhere.guild_id)))
    told = await stage.answer_to(elsewhere.press(save, ADA))
    assert "nothing was changed" in text_of(told)


async def test_a_member_gets_no_form(stage: Stage) -> None:
    told = await stage.answer_to(stage.place.subcommand("kaltura-config", "template", {"type": "meeting_start"}, ANN))
    assert buttons_of(told) == {}
    assert await stored(stage) == {}


async def test_a_message_that_there_is_none_of_is_refused(stage: Stage) -> None:
    told = await stage.answer_to(stage.place.press("1:config-template:meeting_stop", ADA))
    assert "no such message" in text_of(told)

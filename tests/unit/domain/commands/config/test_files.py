"""`/kaltura-config export` and `import`: exact, seen before it is applied, and from Discord's own files only."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from kaltura_discord.commands.config.editing import RIGHTS_ARE_FOR_MANAGERS
from kaltura_discord.commands.config.existing import command_names
from kaltura_discord.commands.config.file_exchange import NO_FILE, NOT_FETCHED, SAME_ALREADY, export
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.discord.interaction import parse_interaction
from kaltura_discord.server_config.documents import LARGEST_FILE
from kaltura_discord.server_config.override_store import Author
from local_stack.discord.rules.messages import ANSWER_EDIT
from tests.unit.domain.commands.config.config_world import (
    ADA,
    BEN,
    GONE,
    TEACHERS,
    configure,
    furnish,
    history,
    press,
    put,
    stored,
)
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, Member
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, text_of

Json = dict[str, Any]

ADDRESS = "https://discord.test/attachments/1/2/kaltura-config.json?ex=1"


@dataclass
class FilesDouble:
    """Discord's CDN."""

    files: dict[str, bytes] = field(default_factory=dict)
    is_down: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if self.is_down:
            return httpx.Response(503)
        content = self.files.get(str(request.url))
        return httpx.Response(404) if content is None else httpx.Response(200, content=_piece_by_piece(content))


async def _piece_by_piece(content: bytes) -> AsyncIterator[bytes]:
    for first in range(0, len(content), 50_000):
        yield content[first : first + 50_000]


@pytest.fixture
async def files(stage: Stage) -> AsyncIterator[FilesDouble]:
    furnish(stage)
    files = FilesDouble()
    async with httpx.AsyncClient(transport=httpx.MockTransport(files.answer)) as http:
        stage.services.http = http
        yield files


async def exported(stage: Stage) -> bytes:
    """What the file says that the answer bears."""
    interaction = parse_interaction(stage.place.subcommand("kaltura-config", "export", by=ADA))
    message = await export(interaction, stage.services, soon())
    (file,) = message.files
    return file.content


async def import_file(
    stage: Stage, files: FilesDouble, content: bytes | str | Json, by: Member = ADA, url: str = ADDRESS
) -> Json:
    """What somebody reads who gives this file to `/kaltura-config import`."""
    text = json.dumps(content) if isinstance(content, dict) else content
    files.files[url] = text.encode() if isinstance(text, str) else text
    attachment = {"id": "5", "filename": "kaltura-config.json", "size": 1, "url": url}
    payload = stage.place.subcommand(
        "kaltura-config", "import", {"file": "5"}, by, {"attachments": {"5": attachment}}, {"file": 11}
    )
    return await stage.answer_to(payload)


def settings_file(settings: Json, **more: object) -> Json:
    return {"app": "kaltura-for-discord", "schema": 2, "settings": settings, **more}


async def test_the_file_says_what_is_changed_and_nothing_else(stage: Stage, files: FilesDouble) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    assert json.loads(await exported(stage)) == settings_file({"meetings": {"auto_end_hours": 6}})


async def test_the_answer_bears_the_file(stage: Stage, files: FilesDouble) -> None:
    await put(stage, "meetings.auto_end_hours", "6")
    answer = await configure(stage, "export")
    assert "holds the 1 setting that is changed in this server" in text_of(answer)
    assert answer["attachments"] == [{"id": 0, "filename": "kaltura-config.json"}]


async def test_nothing_of_the_operators_is_in_the_file(stage: Stage, files: FilesDouble) -> None:
    store, seen = stage.services.overrides, await stage.services.overrides.read(stage.guild_id)
    await store.save(stage.guild_id, seen, {"kaltura": {"player_id": 5}}, Author(UserId(""), InteractionId("")))
    assert json.loads(await exported(stage)) == settings_file({})
    assert "holds no settings" in text_of(await configure(stage, "export"))


async def test_what_would_change_is_shown_first(stage: Stage, files: FilesDouble) -> None:
    await put(stage, "features.activities", "off")

    question = await import_file(stage, files, settings_file({"meetings": {"auto_end_hours": 6}}))

    assert "The file makes 2 changes:" in text_of(question)
    assert "`features.activities`: off → **on (default)**" in text_of(question)
    assert "`meetings.auto_end_hours`: 4 (default) → **6**" in text_of(question)
    assert list(buttons_of(question)) == ["Apply 2 changes", "Cancel"]
    assert await stored(stage) == {"features": {"activities": False}}


async def test_applied_the_settings_are_exactly_what_the_file_says(stage: Stage, files: FilesDouble) -> None:
    await put(stage, "features.activities", "off")
    question = await import_file(stage, files, settings_file({"meetings": {"auto_end_hours": 6}}))
    # Whatever becomes of the file afterwards, what is applied is what was shown.
    files.files.clear()

    done = await press(stage, question, "Apply 2 changes")

    assert "Imported." in text_of(done)
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}}
    await press(stage, done, "Undo")
    assert await stored(stage) == {"features": {"activities": False}}


async def test_export_and_import_is_no_change(stage: Stage, files: FilesDouble) -> None:
    await put(stage, "roles.mapping.@Teachers", "moderator")
    await put(stage, "notifications.templates.meeting_share", "**{{title}}** ünd 🎉")
    assert text_of(await import_file(stage, files, await exported(stage))) == SAME_ALREADY


async def test_a_file_with_a_byte_order_mark_is_read(stage: Stage, files: FilesDouble) -> None:
    content = "\ufeff" + json.dumps(settings_file({"meetings": {"auto_end_hours": 6}}))
    assert "1 change" in text_of(await import_file(stage, files, content))


async def test_a_file_of_the_first_version_is_read(stage: Stage, files: FilesDouble) -> None:
    old = {"features": {"activitiesApi": False}, "notifications": {"types": {"user_join": True}}}
    question = await import_file(stage, files, old)
    await press(stage, question, "Apply 2 changes")
    assert await stored(stage) == {"features": {"activities": False}, "notifications": {"types": {"user_join": True}}}


async def test_many_changes_are_cut_and_counted(stage: Stage, files: FilesDouble) -> None:
    words = dict.fromkeys(("meeting_start", "meeting_end", "user_join", "live_start", "live_end"), "*" * 900)
    types = dict.fromkeys(("meeting_start", "meeting_end", "recording_ready", "live_start", "video_ready"), False)
    features = dict.fromkeys(("activities", "web_fallback", "recording", "user_sync"), False)
    question = await import_file(
        stage, files, settings_file({"notifications": {"templates": words, "types": types}, "features": features})
    )
    assert "and 2 more" in text_of(question)
    await press(stage, question, "Apply 14 changes")
    assert len((await history(stage))[0].changes) == 14


async def test_discord_takes_the_longest_list_of_changes(stage: Stage, files: FilesDouble) -> None:
    """Lists of fifty roles for every command, and words that have to be escaped letter by letter."""
    stage.discord.roles = [{"id": str(10**19 + each), "name": "R", "permissions": "0"} for each in range(100)]
    roles = [role["id"] for role in stage.discord.roles]
    words = dict.fromkeys(("meeting_start", "meeting_end", "user_join", "live_start", "live_end"), "*" * 1400)
    commands = sorted(command_names())
    for half in (roles[:50], roles[50:]):
        settings = {
            "commands": {"permissions": dict.fromkeys(commands, half)},
            "notifications": {"templates": {name: text + half[0] for name, text in words.items()}},
        }
        question = await import_file(stage, files, settings_file(settings), ADMINISTRATOR)
        takes(question, ANSWER_EDIT)
        takes(await press(stage, question, next(iter(buttons_of(question))), ADMINISTRATOR), ANSWER_EDIT)
        takes(await configure(stage, "history", ADMINISTRATOR), ANSWER_EDIT)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("not json", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no file of settings"),
        ({"app": "another", "schema": 2, "settings": {}}, "no file of settings"),
        (settings_file({}, schema=99), "newer version"),
        (settings_file({"meetings": {"auto_end_hours": 99}}), "from 1 to 72"),
        (settings_file({"meetings": {"auto_end_hours": "6"}}), "from 1 to 72"),
        (settings_file({"meetings": 6}), "is a section"),
        (settings_file({"nothing": 1}), "no setting `nothing`"),
        (settings_file({"kaltura": {"player_id": 5}}), "whoever runs this app"),
        (settings_file({"notifications": {"channels": {"default": GONE}}}), "or it is gone"),
        (settings_file({"roles": {"mapping": {GONE: "admin"}}}), "no role"),
        (settings_file({"commands": {"permissions": {"kaltura-nothing": ["admin"]}}}), "no command"),
        (settings_file({"notifications": {"templates": {"user_join": "{{secret}}"}}}), "secret"),
    ],
)
async def test_a_file_that_does_not_fit_gets_one_sentence_and_changes_nothing(
    stage: Stage, files: FilesDouble, content: str | bytes | Json, named: str
) -> None:
    answer = await import_file(stage, files, content)
    assert named in text_of(answer)
    assert len(text_of(answer)) < 400
    assert buttons_of(answer) == {}
    assert await history(stage) == []


async def test_a_file_that_is_too_large_is_not_read(stage: Stage, files: FilesDouble) -> None:
    answer = await import_file(stage, files, b" " * (LARGEST_FILE + 1))
    assert f"larger than {LARGEST_FILE:,} bytes" in text_of(answer)


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/x.json", "http://169.254.169.254/latest/meta-data", "https://discord.test@evil.example/x"],
)
async def test_only_discords_own_files_are_fetched(stage: Stage, files: FilesDouble, url: str) -> None:
    answer = await import_file(stage, files, settings_file({}), url=url)
    assert text_of(answer) == NO_FILE
    assert files.asked == []


async def test_where_discord_does_not_hand_it_over_nothing_is_changed(stage: Stage, files: FilesDouble) -> None:
    files.is_down = True
    assert text_of(await import_file(stage, files, settings_file({}))) == NOT_FETCHED


async def test_a_change_meanwhile_is_told_and_asked_again(stage: Stage, files: FilesDouble) -> None:
    question = await import_file(stage, files, settings_file({"meetings": {"auto_end_hours": 6}}))
    await put(stage, "features.activities", "off", BEN)

    again = await press(stage, question, "Apply 1 change")

    assert f"<@{BEN.user_id}> changed `features.activities` in the meantime" in text_of(again)
    assert await stored(stage) == {"features": {"activities": False}}
    await press(stage, again, "Apply 2 changes")
    assert await stored(stage) == {"meetings": {"auto_end_hours": 6}}


async def test_nobody_applies_what_somebody_else_was_shown(stage: Stage, files: FilesDouble) -> None:
    question = await import_file(stage, files, settings_file({"meetings": {"auto_end_hours": 6}}))
    for other in (BEN, ANN):
        await press(stage, question, "Apply 1 change", other)
    assert await stored(stage) == {}


async def test_a_file_is_no_way_around_who_may_set_what_roles_give(stage: Stage, files: FilesDouble) -> None:
    helper = Member("200000000000000021", "Tea", roles=(TEACHERS,))
    await put(stage, "commands.permissions.kaltura-config", f"<@&{TEACHERS}>", ADMINISTRATOR)
    permissions = {"permissions": {"kaltura-config": [TEACHERS]}}
    content = settings_file({"commands": permissions, "roles": {"mapping": {TEACHERS: "admin"}}})
    assert text_of(await import_file(stage, files, content, helper)) == RIGHTS_ARE_FOR_MANAGERS

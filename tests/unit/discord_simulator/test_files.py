"""Files: what the application sends, what people hand over, and the addresses of both."""

import base64
import io
import json
import re
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_stack.discord.files import MOST_FILE_BYTES, cleansed_name, fits_type, type_of
from tests.unit.discord_simulator.stage import ANN, BO, GENERAL, HELLO, Answer, Json, Stage, text, version_two

IMPORT: Json = {
    "name": "config",
    "description": "Settings",
    "options": [
        {
            "type": 1,
            "name": "import",
            "description": "From a file",
            "options": [{"type": 11, "name": "file", "description": "A JSON file", "required": True}],
        }
    ],
}
A_DAY = 24 * 60 * 60


def form(payload: Json, *files: tuple[str, str, bytes]) -> aiohttp.FormData:
    """A multipart body: the JSON, and files by their part and name."""
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for part, name, content in files:
        made.add_field(part, io.BytesIO(content), filename=name)
    return made


def shown(name: str = "a.json") -> Json:
    return {"type": 13, "file": {"url": f"attachment://{name}"}}


async def answer_with(stage: Stage, payload: Json, *files: tuple[str, str, bytes]) -> Answer:
    """The (deferred) answer to a command, with files."""
    if stage.world.commands.find(None, "hello") is None:
        await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 5}
    outcome = await stage.act(command="hello")
    return await stage.rest(
        "PATCH", f"{stage.webhook(outcome['token'])}/messages/@original", data=form(payload, *files)
    )


class TestWhatTheApplicationSends:
    async def test_an_answer_shows_its_file_by_name_and_size_and_it_can_be_fetched(self, stage: Stage) -> None:
        edited = await answer_with(stage, version_two(shown()), ("files[0]", "a.json", b'{"a": 1}'))
        assert edited.status == 200, edited.body
        [component] = edited.body["components"]
        assert (component["name"], component["size"]) == ("a.json", 8)
        assert component["file"]["content_type"] == "application/json; charset=utf-8"
        fetched = await stage.raw("GET", component["file"]["url"])
        assert fetched.headers["Content-Type"] == "application/json; charset=utf-8"
        assert fetched.headers["Content-Disposition"] == 'attachment; filename="a.json"'

    async def test_what_a_component_shows_is_not_among_the_attachments(self, stage: Stage) -> None:
        edited = await answer_with(stage, version_two(shown()), ("files[0]", "a.json", b"{}"))
        assert edited.body["attachments"] == []
        assert edited.body["components"][0]["file"]["attachment_id"]

    async def test_a_follow_up_and_a_first_answer_take_files_too(self, stage: Stage) -> None:
        await stage.register(HELLO)
        outcome = await stage.act(command="hello")
        payload, file = version_two(shown()), ("files[0]", "a.json", b"{}")
        sent = await stage.rest("POST", stage.webhook(outcome["token"]), data=form(payload, file))
        assert sent.body["components"][0]["name"] == "a.json"

    async def test_a_message_without_components_lists_its_attachments(self, stage: Stage) -> None:
        described = {"content": "here", "attachments": [{"id": 0, "description": "notes"}]}
        edited = await answer_with(stage, described, ("files[0]", "my notes.txt", b"x"))
        [attachment] = edited.body["attachments"]
        assert (attachment["filename"], attachment["size"]) == ("my_notes.txt", 1)
        assert attachment["description"] == "notes"

    @pytest.mark.parametrize(
        ("payload", "files", "code"),
        [
            (version_two(shown("b.json")), [("files[0]", "a.json", b"x")], "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT"),
            (version_two(shown()), [], "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT"),
            (version_two({"type": 13, "file": {"url": "https://example.com/a"}}), [], "URL_TYPE_INVALID_SCHEME"),
            (version_two({"type": 13}), [], "BASE_TYPE_REQUIRED"),
            ({"content": "x", "components": [shown()]}, [("files[0]", "a.json", b"x")], "UNION_TYPE_CHOICES"),
            (version_two(text("x"), attachments=[{"id": 7}]), [], "SIMULATOR_UNKNOWN_FILE"),
            ({"content": "x"}, [(f"files[{n}]", "a", b"x") for n in range(11)], "BASE_TYPE_BAD_LENGTH"),
            ({"content": "x"}, [("file[s]", "a", b"x")], "SIMULATOR_UNKNOWN_FIELD"),
        ],
    )
    async def test_discord_refuses(
        self, stage: Stage, payload: Json, files: list[tuple[str, str, bytes]], code: str
    ) -> None:
        refused = await answer_with(stage, payload, *files)
        assert refused.status == 400
        assert any(found.startswith(code) for found in refused.complaint_codes())

    async def test_files_that_no_component_shows_are_an_empty_message(self, stage: Stage) -> None:
        refused = await answer_with(stage, version_two(), ("files[0]", "a.json", b"x"))
        assert refused.code == 50006

    async def test_one_file_has_at_most_10_mib_and_a_request_25(self, stage: Stage) -> None:
        payload = version_two(shown())
        large = bytes(MOST_FILE_BYTES)
        assert (await answer_with(stage, payload, ("files[0]", "a.json", large + b"x"))).code == 40005
        three = [(f"files[{n}]", f"{n}.bin", large) for n in range(3)]
        assert (await answer_with(stage, payload, *three)).code == 40005

    async def test_in_a_channel_the_bot_needs_the_permission_to_attach_files(self, stage: Stage) -> None:
        path, file = f"/channels/{GENERAL}/messages", ("files[0]", "a.json", b"x")
        assert (await stage.rest("POST", path, data=form(version_two(shown()), file))).status == 200
        denied = {"type": 1, "deny": str(1 << 15)}
        await stage.sim("PUT", f"/channels/{GENERAL}/overwrites/{stage.world.bot.user_id}", denied)
        assert (await stage.rest("POST", path, data=form(version_two(shown()), file))).code == 50013

    async def test_an_edit_keeps_a_file_that_it_lists_by_id_and_name_and_drops_the_others(self, stage: Stage) -> None:
        first = await answer_with(stage, version_two(shown()), ("files[0]", "a.json", b"x"))
        token = list(stage.world.interactions.by_token)[-1]
        path = f"{stage.webhook(token)}/messages/@original"
        kept = {"id": first.body["components"][0]["file"]["attachment_id"], "filename": "a.json"}
        again = await stage.rest("PATCH", path, {**version_two(text("x"), shown()), "attachments": [kept]})
        assert again.body["components"][1]["name"] == "a.json"
        by_id_alone = {**version_two(shown()), "attachments": [{"id": kept["id"]}]}
        assert (await stage.rest("PATCH", path, by_id_alone)).status == 400
        gone = await stage.rest("PATCH", path, {**version_two(text("x")), "attachments": []})
        assert gone.body["attachments"] == []


class TestWhatPeopleHandOver:
    async def run(self, stage: Stage, file: object, **more: Any) -> Json:
        await stage.register(IMPORT)
        await stage.act(command="config import", options={"file": file}, **more)
        sent: Json = stage.application.received[-1]
        return sent

    @pytest.mark.parametrize(
        "content", [{"content": '{"é": 1}'}, {"base64": base64.b64encode('{"é": 1}'.encode()).decode()}]
    )
    async def test_a_command_gets_the_file_s_id_and_what_it_is(self, stage: Stage, content: Json) -> None:
        sent = await self.run(stage, {"filename": "my settings.json", **content})
        [option] = sent["data"]["options"][0]["options"]
        attachment = sent["data"]["resolved"]["attachments"][option["value"]]
        assert option["type"] == 11
        assert attachment["id"] == option["value"]
        assert (attachment["filename"], attachment["size"]) == ("my_settings.json", 9)
        assert attachment["content_type"] == "application/json; charset=utf-8"
        assert attachment["ephemeral"] is True
        fetched = await stage.raw("GET", attachment["url"])
        assert fetched.body == {"é": 1}

    async def test_the_page_uploads_first_and_then_names_the_upload(self, stage: Stage) -> None:
        path = f"/discord-sim/api/v10/_sim/attachments?as={ANN}&filename=a.json"
        uploaded = await stage.raw("POST", path, data=b"{}")
        sent = await self.run(stage, uploaded.body["id"])
        assert list(sent["data"]["resolved"]["attachments"]) == [uploaded.body["id"]]

    async def test_a_file_beyond_10_mib_never_leaves_the_client(self, stage: Stage) -> None:
        path = f"/discord-sim/api/v10/_sim/attachments?as={ANN}&filename=a.json"
        assert (await stage.raw("POST", path, data=io.BytesIO(bytes(MOST_FILE_BYTES + 1)))).status == 413

    async def test_what_the_bot_has_sent_is_not_what_a_person_uploads(self, stage: Stage) -> None:
        edited = await answer_with(stage, version_two(shown()), ("files[0]", "a.json", b"x"))
        await stage.register(IMPORT)
        sent = edited.body["components"][0]["file"]["attachment_id"]
        refused = await stage.refused_act(command="config import", options={"file": sent})
        assert "no file" in refused.body["message"]

    async def test_a_modal_s_file_upload_carries_the_ids_of_its_files(self, stage: Stage) -> None:
        upload = {"type": 19, "custom_id": "f", "max_values": 2, "file_types": [".json"]}
        label = {"type": 18, "label": "Files", "component": upload}
        await stage.register(HELLO)
        stage.application.answer = lambda _interaction: {
            "type": 9,
            "data": {"custom_id": "m", "title": "t", "components": [label]},
        }
        await stage.act(BO, command="hello")
        stage.application.answer = lambda _interaction: {"type": 4, "data": {"content": "x"}}
        files = [{"filename": "a.json", "content": "1"}, {"filename": "b.json", "content": "2"}]
        await stage.act(BO, modal="m", fields={"f": files})
        sent = stage.application.received[-1]["data"]
        values = sent["components"][0]["component"]["values"]
        assert [sent["resolved"]["attachments"][value]["filename"] for value in values] == ["a.json", "b.json"]


class TestAddresses:
    async def address(self, stage: Stage) -> str:
        edited = await answer_with(stage, version_two(shown()), ("files[0]", "a.json", b"{}"))
        url: str = edited.body["components"][0]["file"]["url"]
        return url

    async def test_one_is_good_for_a_day(self, stage: Stage) -> None:
        address = await self.address(stage)
        stage.clock.travel(A_DAY - 1)
        assert (await stage.raw("GET", address)).status == 200
        stage.clock.travel(1)
        expired = await stage.raw("GET", address)
        assert (expired.status, expired.body) == (404, "This content is no longer available.")

    @pytest.mark.parametrize("change", [("ex=6", "ex=7"), ("&hm=", "&hm=0"), ("a.json", "b.json"), ("&is=6", "&is=5")])
    async def test_one_that_was_changed_opens_nothing(self, stage: Stage, change: tuple[str, str]) -> None:
        address = await self.address(stage)
        changed = address.replace(*change)
        assert changed != address
        assert (await stage.raw("GET", changed)).status == 404

    async def test_one_without_its_signature_opens_nothing(self, stage: Stage) -> None:
        address = await self.address(stage)
        assert (await stage.raw("GET", address.partition("?")[0])).status == 404


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.json", "a.json"),
        ("my settings (1).json", "my_settings_1.json"),
        ("../../etc/passwd", "etc_passwd"),
        ("_hidden.txt", "hidden.txt"),
        ("Überblick.pdf", "Uberblick.pdf"),
        ("🎉", "unknown"),
    ],
)
def test_names_are_cleansed(name: str, kept: str) -> None:
    assert cleansed_name(name) == kept


@given(st.text(max_size=60))
@settings(deadline=None)
def test_a_cleansed_name_is_plain_and_stays_as_it_is(name: str) -> None:
    kept = cleansed_name(name)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", kept)
    assert cleansed_name(kept) == kept


@pytest.mark.parametrize(
    ("name", "file_types", "fits"),
    [
        ("a.JSON", [".json"], True),
        ("a.txt", [".json"], False),
        ("a.png", ["image"], True),
        ("a.mp4", ["image", "video"], True),
        ("a.mp4", ["audio"], False),
        ("a", [], True),
    ],
)
def test_types_are_told_by_the_ending(name: str, file_types: list[str], fits: bool) -> None:
    assert fits_type(name, file_types) is fits


def test_bytes_that_are_no_text_have_no_encoding() -> None:
    assert type_of("a.json", b"\xff") == "application/json"
    assert type_of("a.unheard-of", b"x") == "application/octet-stream"

"""`/privacy` and `/terms`: true, readable without JavaScript, and nobody's words break out of them."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.pages import __main__ as building
from infra.pages.legal_pages import BACKUP_DAYS, LOG_DAYS, NAMES, NOBODY_NAMED, page, unnamed
from kaltura_discord.audit import kept as audit
from kaltura_discord.commands import departures
from kaltura_discord.commands.access import FORGET_ME
from kaltura_discord.commands.config import pending
from kaltura_discord.identity import profiles
from kaltura_discord.meetings import join_links, join_page, meeting_items
from kaltura_discord.notifications import store as notifications
from kaltura_discord.watch import links, protocol, room_items
from local_stack.gateway.static_files import StaticFiles
from local_stack.places import REPOSITORY

DAY = 24 * 3600
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "nav", "h1", "h2", "p", "ul", "li", "a", "strong"),
    *("code", "table", "thead", "tbody", "tr", "th", "td"),
}


class Reader(HTMLParser):
    """The tags of a page, and what they refer to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def privacy() -> str:
    text = (REPOSITORY / "docs" / "privacy.md").read_text(encoding="utf-8")
    return " ".join(text.split())


# --- what it says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "seconds", "said"),
    [
        ("the meetings that you started", meeting_items.KEPT_SECONDS, "90 days"),
        ("your level in a server", profiles.KEPT_SECONDS, "400 days"),
        ("that a Kaltura user was made", profiles.KEPT_SECONDS, "400 days"),
        ("links made for you", join_links.LINK_SECONDS, "10 minutes"),
        ("links made for you", links.LINK_SECONDS, "10 minutes"),
        ("that you are in a room", room_items.CONNECTION_KEPT_SECONDS, "2 hours"),
        ("that you are in a room", protocol.ROOM_LIFE_SECONDS, "a day"),
        ("what you typed for a setting", pending.KEPT_SECONDS, "one hour"),
        ("who changed a setting", audit.KEPT_SECONDS, "a year"),
        ("messages that your server", notifications.KEPT_SECONDS, "30 days"),
        ("When the app is removed", departures.KEPT_SECONDS, "30 days"),
    ],
)
def test_what_is_kept_is_kept_as_long_as_it_says(row: str, seconds: int, said: str) -> None:
    spans = {600: "10 minutes", 3600: "one hour", 2 * 3600: "2 hours", DAY: "a day", 365 * DAY: "a year"}
    # A connection outlives its two hours by the minutes in which a new one takes over.
    span = 2 * 3600 if seconds == 2 * 3600 + 600 else seconds
    assert spans.get(span, f"{span // DAY} days") == said
    assert said in privacy().split(row, 1)[1].split(" | | ", 1)[0]


@pytest.mark.parametrize(("name", "days"), [("log_retention_days", LOG_DAYS), ("backup_days", BACKUP_DAYS)])
def test_logs_and_backups_are_kept_as_terraform_says(name: str, days: int) -> None:
    variables = (REPOSITORY / "infra" / "terraform" / "variables.tf").read_text(encoding="utf-8")
    block = variables.split(f'variable "{name}"', 1)[1]
    found = re.search(r"default\s*=\s*(\d+)", block)
    assert found is not None
    assert int(found[1]) == days


def test_it_says_how_to_be_forgotten_by_the_commands_own_name() -> None:
    assert f"`/{FORGET_ME}`" in privacy()


def test_the_operator_is_named_and_can_be_reached() -> None:
    said = {"OPERATOR_NAME": "Riverside School", "OPERATOR_CONTACT": "discord@riverside.example"}
    for name in NAMES:
        assert "run by Riverside School" in " ".join(page(name, said).split())
        assert '<a href="mailto:discord@riverside.example">' in page(name, said)
    assert unnamed(said) == []


def test_an_operator_who_says_nothing_of_themselves_is_no_gap_in_the_text() -> None:
    for name in NAMES:
        assert NOBODY_NAMED in page(name, {})
        assert not re.search(r"\{[a-z_]+\}", page(name, {}).split("<main>", 1)[1])
    assert unnamed({"OPERATOR_NAME": " "}) == ["OPERATOR_NAME", "OPERATOR_CONTACT"]


# --- how it is served ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_page_loads_nothing_and_runs_nothing(name: str) -> None:
    text = page(name, {})
    reader = Reader(text)
    assert set(reader.tags) <= TAGS
    loading = [(key, value) for key, value in reader.attributes if key in ("src", "srcset", "style")]
    assert loading == []
    assert not re.search(r"url\(|@import|expression\(", text)
    assert {value for key, value in reader.attributes if key == "href"} <= {"/privacy", "/terms"}


def test_its_colours_are_those_of_the_page_behind_a_join_link() -> None:
    colours = re.findall(r"--(?:ground|card|text|quiet|line): (#\w+)", join_page._PAGE)
    assert len(colours) == 10
    for name in NAMES:
        assert set(colours) <= set(re.findall(r"--\w+: (#\w+)", page(name, {})))


@settings(deadline=None)
@given(name=st.text(), contact=st.text())
def test_whatever_an_operator_is_called_is_words(name: str, contact: str) -> None:
    reader = Reader(page("privacy", {"OPERATOR_NAME": name, "OPERATOR_CONTACT": contact}))
    assert set(reader.tags) <= TAGS
    assert {key for key, _ in reader.attributes} <= {
        "lang",
        "charset",
        "name",
        "content",
        "scope",
        "data-of",
        "href",
        "aria-label",
    }
    targets = {value or "" for key, value in reader.attributes if key == "href"}
    assert all(target.startswith(("/", "mailto:", "https://")) for target in targets)


def test_its_address_has_no_ending(tmp_path: Path) -> None:
    (tmp_path / "privacy.html").write_text(page("privacy", {}), encoding="utf-8")
    answer = StaticFiles(tmp_path).answer("/privacy")
    assert isinstance(answer, web.FileResponse)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert StaticFiles(tmp_path).page("/privacy") is not None
    assert StaticFiles(tmp_path).answer("/terms") is None


def test_in_the_bucket_its_address_has_no_ending_either() -> None:
    files = (REPOSITORY / "infra" / "terraform" / "modules" / "static_site" / "files.tf").read_text(encoding="utf-8")
    assert re.search(
        r'key\s*= each\.value == "index\.html" \? each\.value : trimsuffix\(each\.value, "\.html"\)', files
    )


# --- whether it says everything --------------------------------------------------------------------------------------

# Where the page tells of each kind of item that knows somebody (docs/architecture.md, "What is kept of people").
TOLD_IN = {
    "PROFILE": "that a Kaltura user was made for you",
    "MEMBER#": "your level in a server",
    "MEETING#": "the meetings that you started, ended or joined",
    "RUNNING#": "the meetings that you started, ended or joined",
    "PARTICIPANT#": "the meetings that you started, ended or joined",
    "JOIN": "links made for you",
    "LINK": "links made for you",
    "TICKET": "links made for you",
    "LAUNCH": "links made for you",
    "CONNECTION#": "that you are in a room of Watch Together",
    "RELAY#": "that you are in a room of Watch Together",
    "ROOM": "that you are in a room of Watch Together",
    "INSTANCE": "who opened it after a week",
    "AUDIT#": "who changed a setting, started or ended a meeting",
    "CONFIG": "who changed the settings last",
    "ONBOARDING": "who was greeted",
    "EVENT": "messages that your server was told of",
    "DELIVERY#": "messages that your server was told of",
    "PENDING": "what you typed for a setting",
    "DUE#": "your level in a server",
    "LIMIT": "that you used a command, and how often",
    "INTERACTION": "that you used a command, and how often",
}


def test_the_page_tells_of_every_item_that_knows_somebody() -> None:
    architecture = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = architecture.split("### What is kept of people", 1)[1].split("\nWhat people wrote", 1)[0]
    items = {
        item
        for line in table.splitlines()
        if line.startswith("| `")
        for item in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    assert items == set(TOLD_IN), "what is kept of people has changed: say so in docs/privacy.md, and here"
    for words in TOLD_IN.values():
        assert words in privacy(), words


# --- how it is built -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{}, {"OPERATOR_NAME": "Riverside School", "OPERATOR_CONTACT": "a@b.example"}])
def test_where_people_read_them_the_operator_is_reminded(
    said: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert building.main(tmp_path, {"DISCORD_BOT_TOKEN": "token", **said}) == 0
    assert {file.name for file in tmp_path.iterdir()} == {"privacy.html", "terms.html"}
    assert ("OPERATOR_NAME and OPERATOR_CONTACT" in capsys.readouterr().err) == (not said)

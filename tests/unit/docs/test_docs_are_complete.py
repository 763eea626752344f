"""The documents name everything there is."""

import json
import re
from pathlib import Path

import pytest

from infra.operations.invite import BOT_PERMISSIONS
from kaltura_discord.commands.model import Command
from kaltura_discord.commands.registry import REGISTRY
from kaltura_discord.discord.permissions import Permission
from local_stack.discord.seed import BOT_PERMISSIONS as SIMULATED_BOT_PERMISSIONS

REPOSITORY = Path(__file__).resolve().parents[3]
DOCS = REPOSITORY / "docs"


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", REGISTRY.commands, ids=lambda command: command.name)
def test_each_command_and_option_is_documented(command: Command) -> None:
    commands = read("docs/commands.md")
    assert command.mention in commands
    for option in command.options:
        assert f"`{option.name}`" in commands
        for old in (*option.deprecated_names, *option.deprecated_values):
            assert f"`{old}`" in commands


def test_each_make_target_says_what_it_is_for() -> None:
    phony = re.search(r"\.PHONY: (.+?)\n\n", read("Makefile"), re.DOTALL)
    assert phony is not None
    for target in phony.group(1).replace("\\\n", " ").split():
        if not target.startswith("check-"):
            assert re.search(rf"^{target}:.*## \S", read("Makefile"), re.MULTILINE), target


def test_each_setting_of_the_environment_is_in_the_example() -> None:
    used = set()
    for source in (REPOSITORY / "functions" / "kaltura_discord" / "settings.py",):
        used |= set(re.findall(r'"((?:DISCORD|KALTURA|PUBLIC)_[A-Z_]+)"', source.read_text(encoding="utf-8")))
    example = read(".env.example")
    assert used
    for name in used:
        assert name in example, name


def test_the_invitation_asks_for_what_the_setup_guide_names() -> None:
    names = {
        Permission.VIEW_CHANNEL: "View Channels",
        Permission.SEND_MESSAGES: "Send Messages",
        Permission.SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
        Permission.EMBED_LINKS: "Embed Links",
        Permission.READ_MESSAGE_HISTORY: "Read Message History",
        Permission.CREATE_EVENTS: "Create Events",
    }
    asked = {permission for permission in Permission if permission & BOT_PERMISSIONS}
    assert asked == set(names)
    guide = " ".join(read("docs/setup.md").split())
    assert all(name in guide for name in names.values())


def test_each_function_is_in_the_architecture() -> None:
    architecture = read("docs/architecture.md")
    for function in json.loads(read("infra/functions.json"))["functions"]:
        assert function["name"] in architecture


@pytest.mark.parametrize("page", [*DOCS.glob("*.md"), *REPOSITORY.glob("*.md")], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_simulated_bot_has_no_more_rights_than_the_invitation_asks_for() -> None:
    assert int(BOT_PERMISSIONS) == int(SIMULATED_BOT_PERMISSIONS)

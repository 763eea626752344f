"""`make allow-server`: which Discord servers may use this deployment, and what they may see of Kaltura.

make allow-server GUILD=123 CATEGORIES=12,34 TAGS=biology,history
make revoke-server GUILD=123
make list-servers

What is allowed replaces what was allowed before; both are shown. Each change is in the server's audit.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from infra.operations.consent import given_without_asking, typed_consent
from infra.operations.running import NotAgreed, run
from infra.operations.server_arguments import category_ids, content_tags, server_id
from infra.operations.server_names import Names, ServerNames
from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.models import AuditEntry, AuditKind
from kaltura_discord.commands.onboarding.refresh import refresh_greeting_later
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.server_config.allowed_servers import CACHE_SECONDS, AllowedServer, AllowedServers
from kaltura_discord.settings import MissingSetting

Asks = Callable[[str, Collection[str]], bool]
"""Shows the operator a question; whether they typed one of the answers."""

NO_VIDEOS = "none (meetings only)"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands work with."""

    servers: AllowedServers
    meetings: MeetingStore
    audit: AuditLog
    names: Names
    asks: Asks


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()

    async def command(services: Services) -> str:
        asks = given_without_asking if arguments.yes else typed_consent
        desk = Desk(services.servers, services.meetings, services.audit, ServerNames(services), asks)
        told = await carry_out(arguments, desk)
        if arguments.guild:
            # Where the queue is not known from here, the server's next use has its greeting say so.
            with suppress(MissingSetting):
                await refresh_greeting_later(services, GuildId(arguments.guild))
        return told

    return run(command)


async def carry_out(arguments: argparse.Namespace, desk: Desk) -> str:
    """Do what the arguments say; what to tell the operator.

    Raises:
        ValueError: an argument is not what it should be.
        NotAgreed: the operator did not want it after all.
        AwsError: the table could not be reached.
    """
    if arguments.list:
        return await _listed(desk)
    guild_id = server_id(arguments.guild)
    if arguments.revoke:
        return await _revoked(guild_id, desk)
    wanted = AllowedServer(guild_id, category_ids(arguments.categories), content_tags(arguments.tags))
    return await _allowed(wanted, desk)


async def _allowed(wanted: AllowedServer, desk: Desk) -> str:
    before = await desk.servers.find_now(wanted.guild_id)
    called = await _called(wanted.guild_id, desk)
    if before == wanted:
        same = content_in_words(wanted)
        return f"{_first(called)} is allowed already, with the same videos: {same}. Nothing was changed."
    details = {"videos": content_in_words(wanted), "videos_before": content_in_words(before)}
    await desk.servers.allow(wanted, desk.audit.write(wanted.guild_id, _entry("server_allowed", details)))
    if before is None:
        return f"Allowed: {called}, videos: {content_in_words(wanted)}"
    return "\n".join([f"Changed: {called}", *_differences(before, wanted), _when_seen()])


async def _revoked(guild_id: GuildId, desk: Desk) -> str:
    before = await desk.servers.find_now(guild_id)
    called = await _called(guild_id, desk)
    if before is None:
        return f"{_first(called)} is not allowed, so there is nothing to take back."
    print(await _what_revoking_means(before, called, desk))
    name = await desk.names.of(guild_id)
    question = f"To go on, type the server's name ({name}): " if name else "To go on, type the server's id: "
    if not desk.asks(question, {name, guild_id} - {""}):
        raise NotAgreed
    details = {"videos_before": content_in_words(before)}
    await desk.servers.revoke(guild_id, desk.audit.write(guild_id, _entry("server_revoked", details)))
    return f"{_first(called)} is not allowed any more. {_when_seen()}"


async def _what_revoking_means(server: AllowedServer, called: str, desk: Desk) -> str:
    running = len(await desk.meetings.running(server.guild_id))
    count = "A meeting that is" if running == 1 else f"{running} meetings that are"
    lines = [
        f"{_first(called)}, videos: {content_in_words(server)}. Once it is allowed no longer:",
        "  - its members' commands answer with one sentence, and nobody gets into a meeting or a room;",
        "  - who is watching gets no more of a video than the player has addresses for;",
        "  - its settings, meetings and audit stay, and make allow-server brings it all back.",
    ]
    if running:
        lines.insert(2, f"  - {count} running go on in Kaltura for whoever is inside, until the moderator ends them;")
    return "\n".join(lines)


async def _listed(desk: Desk) -> str:
    allowed = sorted(await desk.servers.all(), key=lambda server: int(server.guild_id))
    if not allowed:
        return "No server is allowed yet. Allow one: make allow-server GUILD=... CATEGORIES=... TAGS=..."
    called = [await _called(server.guild_id, desk) for server in allowed]
    return "\n".join(
        f"{name}, videos: {content_in_words(server)}" for name, server in zip(called, allowed, strict=True)
    )


async def _called(guild_id: GuildId, desk: Desk) -> str:
    name = await desk.names.of(guild_id)
    return f"server {guild_id} ({name})" if name else f"server {guild_id}"


def _first(words: str) -> str:
    """The words where a sentence begins."""
    return words[:1].upper() + words[1:]


def content_in_words(server: AllowedServer | None) -> str:
    """What a server may see; nothing where it is not allowed."""
    if server is None:
        return "not allowed"
    content = []
    if server.category_ids:
        content.append("categories " + ", ".join(str(category) for category in server.category_ids))
    if server.tags:
        content.append("tags " + ", ".join(server.tags))
    return " and ".join(content) or NO_VIDEOS


def _differences(before: AllowedServer, after: AllowedServer) -> list[str]:
    rows = [
        ("category", [str(each) for each in before.category_ids], [str(each) for each in after.category_ids]),
        ("tag", list(before.tags), list(after.tags)),
    ]
    lines = []
    for what, old, new in rows:
        lines += [f"  - {what} {each}" for each in old if each not in new]
        lines += [f"  + {what} {each}" for each in new if each not in old]
    return [*lines, f"videos: {content_in_words(before)} → {content_in_words(after)}"]


def _when_seen() -> str:
    return f"It takes up to {CACHE_SECONDS:.0f} seconds to be seen everywhere."


def _entry(kind: AuditKind, details: dict[str, str]) -> AuditEntry:
    return AuditEntry(kind, "", "", details)


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(
        prog="allow-server", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guild", default="", help="the server's id")
    parser.add_argument("--categories", default="", help="Kaltura category ids, separated by commas")
    parser.add_argument("--tags", default="", help="Kaltura tags, separated by commas")
    parser.add_argument("--revoke", action="store_true", help="allow it no longer")
    parser.add_argument("--list", action="store_true", help="show all allowed servers")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())

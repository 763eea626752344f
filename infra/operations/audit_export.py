"""`make audit-export`: who did what, when and from which interaction, as a table or as JSON.

make audit-export > audit.csv
make audit-export GUILD=123 SINCE=2026-01-01 UNTIL=2026-03-31 FORMAT=json OUT=audit.json

SINCE and UNTIL are days (UTC), both included, or moments such as 2026-01-01T12:00:00Z, of which UNTIL is not included.
Without GUILD the whole table is read, server after server; the entries of each are in order of time.
"""

import argparse
import asyncio
import io
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO

from infra.operations.audit_formats import FORMATS
from infra.operations.environment import check_names_a_table, operator_services
from infra.operations.server_arguments import server_id
from kaltura_discord.audit.log import LATEST_MS, AuditLog
from kaltura_discord.audit.models import AuditRecord
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.settings import MissingSetting


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: from which server (None: all), between which moments (epoch ms), and how."""

    guild_id: GuildId | None
    since_ms: int
    until_ms: int
    format: str
    out: Path | None


def main() -> int:
    """Run the command; the exit status."""
    try:
        wanted = wanted_from(read_arguments())
        count = asyncio.run(_with_services(wanted))
    except BrokenPipeError:
        # Whoever read our output has seen enough. What is still in the buffer would complain once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (MissingSetting, AwsError, ValueError, OSError) as error:
        print(f"Not exported, or not to the end: {error}", file=sys.stderr)
        return 1
    entries = "1 entry" if count == 1 else f"{count} entries"
    print(f"{entries}{f' in {wanted.out}' if wanted.out else ''}.", file=sys.stderr)
    return 0


async def _with_services(wanted: Wanted) -> int:
    services = await operator_services()
    check_names_a_table(services.environment)
    return await export(wanted, services.audit)


async def export(wanted: Wanted, audit: AuditLog) -> int:
    """Write what is wanted to where it is wanted, page by page; how many entries there were.

    Raises:
        AwsError: the table could not be read to the end.
        OSError: the file could not be written.
    """
    with _destination(wanted.out) as stream:
        write = FORMATS[wanted.format](stream)
        count = 0
        async for record in _records(wanted, audit):
            write.entry(record)
            count += 1
        write.end()
    return count


def _records(wanted: Wanted, audit: AuditLog) -> AsyncIterator[AuditRecord]:
    if wanted.guild_id is None:
        return audit.everywhere(wanted.since_ms, wanted.until_ms)
    return audit.entries(wanted.guild_id, wanted.since_ms, wanted.until_ms)


@contextmanager
def _destination(out: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that only its owner may read, and that is there once it is complete."""
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        sys.stdout.flush()
        return
    handle, unfinished = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
        Path(unfinished).replace(out)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def wanted_from(arguments: argparse.Namespace) -> Wanted:
    """What the arguments ask for.

    Raises:
        ValueError: an argument is not what it should be.
    """
    if arguments.format not in FORMATS:
        raise ValueError(f"FORMAT is {' or '.join(FORMATS)}.")
    since_ms = _moment_ms(arguments.since, "SINCE") if arguments.since else 0
    until_ms = _moment_ms(arguments.until, "UNTIL", is_end=True) if arguments.until else LATEST_MS
    if since_ms >= until_ms:
        raise ValueError("SINCE comes before UNTIL.")
    return Wanted(
        server_id(arguments.guild) if arguments.guild else None,
        since_ms,
        until_ms,
        arguments.format,
        Path(arguments.out) if arguments.out else None,
    )


def _moment_ms(text: str, name: str, *, is_end: bool = False) -> int:
    """A moment in epoch milliseconds; of a day its first, or with `is_end` the first of the next."""
    try:
        if len(text) == len("2026-01-01"):
            day = date.fromisoformat(text) + timedelta(days=is_end)
            moment = datetime.combine(day, time.min, UTC)
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is a day such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z.") from None
    if moment.tzinfo is None:
        raise ValueError(f"{name} needs a time zone where it has a time of day: 2026-01-31T12:00:00Z.")
    return max(int(moment.timestamp() * 1000), 0)


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(
        prog="audit-export", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guild", default="", help="one server's id; all servers where it is left out")
    parser.add_argument("--since", default="", help="the first day, or moment")
    parser.add_argument("--until", default="", help="the last day, or the moment before which it ends")
    parser.add_argument("--format", default="csv", help="csv or json")
    parser.add_argument("--out", default="", help="a file; standard output where it is left out")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())

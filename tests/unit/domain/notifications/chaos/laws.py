"""What has to be so when the trial is over, read from what stands in Discord's channels, and from the table.

1  each server has each thing that it is owed exactly once, on its own or as a line of a digest, and nothing else;
   where a night was too long for its digest, the last message counts exactly what is listed as not named
2  whoever joined is named in exactly one line
3  every meeting has one card, which shows its last state, and never went back on its way there
4  that a channel is closed is said once, by the first message that stands in another one
5  nothing is on its way any more; given up is only what could truly not be told
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from kaltura_discord.commands.departures import SUSPECTED
from kaltura_discord.notifications.digests import MORE_THAN_FITS
from kaltura_discord.server_config.message_types import MESSAGE_NAMES
from tests.unit.domain.discord_double import Posted
from tests.unit.domain.notifications.chaos.servers import SERVERS
from tests.unit.domain.notifications.chaos.trial import FIRST_MEETING, Trial

_TOLD = re.compile(r"(VIDEO|RECORDED|START|END|LIVE|OVER) ([MVS]\d{6})")
_JOINED = re.compile(r"P\d{6}x\d")
_IN_A_DIGEST = re.compile(r"> ([A-Z][a-z ]+): \*\*\[?([MVSR]\d{6})")
_FOOTNOTE = re.compile(r"This was for <#(\d+)>, where I can't write")
_COUNTED = re.compile(r"-# and (\d+) more: ")
_WORDS = {
    "meeting_start": "START",
    "meeting_end": "END",
    "recording_ready": "RECORDED",
    "live_start": "LIVE",
    "live_end": "OVER",
    "video_ready": "VIDEO",
}
_NAMES = {MESSAGE_NAMES[kind]: word for kind, word in _WORDS.items()}
_STATES = ("STARTING", "LIVE", "ENDED", "RECORDING READY", "NOT STARTED")
_STATE = re.compile(r"-# ● ([A-Z ]+) ·")
_COUNT = re.compile(r"(\d+) (?:joined|people|person)")


@dataclass
class Findings:
    """What stands where, and which laws are broken."""

    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    joined: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    cards: int = 0
    digests: int = 0
    footnotes: Counter[str] = field(default_factory=Counter)
    """How often it is said of a channel that it is closed."""
    counted: Counter[str] = field(default_factory=Counter)
    """How much the digests of a server do not name, as they say."""


def findings(trial: Trial) -> Findings:
    """Look at everything."""
    found = Findings()
    cards = {item["card"]["message_id"]: item for item in trial.world.table.everything() if "card" in item}
    for posted in trial.world.discord.inner.messages:
        if posted.message_id in cards:
            _look_at_card(posted, cards[posted.message_id], found)
        else:
            _look_at_message(posted, found)
    _once_each(trial, found)
    _said_of_closed_channels(trial, found)
    _nothing_left(trial, found)
    return found


def _look_at_card(posted: Posted, meeting: dict[str, Any], found: Findings) -> None:
    found.cards += 1
    shown = [_shown(body) for body in posted.history]
    for before, after in pairwise(shown):
        if after < before:
            found.broken.append(f"card of {meeting['title']} went back from {before} to {after}")
    last = _STATES.index(_last_state(meeting)), int(meeting["joined_count"])
    if shown[-1] != last:
        found.broken.append(f"card of {meeting['title']} shows {shown[-1]}, and it is {last}")


def _last_state(meeting: dict[str, Any]) -> str:
    if meeting["state"] == "failed":
        return "NOT STARTED"
    return "RECORDING READY" if meeting["state"] == "ended" and meeting.get("recordings") else meeting["state"].upper()


def _shown(body: dict[str, Any]) -> tuple[int, int]:
    """Which state, and how many have joined."""
    words = json.dumps(body, ensure_ascii=False)
    state, count = _STATE.search(words), _COUNT.search(words)
    assert state is not None, words
    return _STATES.index(state[1]), int(count[1]) if count else 0


def _look_at_message(posted: Posted, found: Findings) -> None:
    words = json.dumps(posted.body, ensure_ascii=False)
    guild_id = next(server.guild_id for server in SERVERS if posted.channel_id in (server.meetings, server.told))
    found.footnotes.update(_FOOTNOTE.findall(words))
    if "While it was quiet" in words:
        found.digests += 1
        found.told.update(
            (guild_id, f"{_NAMES[name]} {title}") for name, title in _IN_A_DIGEST.findall(words) if name in _NAMES
        )
        found.joined.update((guild_id, name) for name in _JOINED.findall(words))
        found.counted[guild_id] += sum(map(int, _COUNTED.findall(words)))
        return
    told, joined = _TOLD.findall(words), _JOINED.findall(words)
    found.told.update((guild_id, f"{kind} {title}") for kind, title in told)
    found.joined.update((guild_id, name) for name in joined)
    if not told and not joined:
        found.broken.append(f"nobody knows what this is: {words}")


def _once_each(trial: Trial, found: Findings) -> None:
    told_of, joined = _not_named(trial)
    for owed, told, counted, what in (
        (trial.owed, found.told, told_of, "told"),
        (trial.joined, found.joined, joined, "named"),
    ):
        found.broken += [f"{each} {what} {count} times" for each, count in told.items() if count > 1]
        found.broken += [f"{each} not {what}" for each in sorted(owed - set(told) - counted)]
        found.broken += [f"{each} {what}, and nobody asked for it" for each in sorted(set(told) - owed)]
        found.broken += [f"{each} {what}, and said not to be" for each in sorted(counted & set(told))]
    listed = Counter(guild_id for guild_id, _ in _counted(trial))
    found.broken += [
        f"{guild_id} is told of {found.counted[guild_id]} more, and {listed[guild_id]} are listed"
        for guild_id in {*listed, *found.counted}
        if found.counted[guild_id] != listed[guild_id]
    ]


def _said_of_closed_channels(trial: Trial, found: Findings) -> None:
    tried = {guild_id for guild_id, words in trial.owed if words.startswith("VIDEO ")}
    expected = {server.closed: int(server.guild_id in tried) for server in SERVERS if server.closed}
    found.broken += [
        f"it is said {found.footnotes[channel_id]} times that {channel_id} is closed"
        for channel_id, times in expected.items()
        if found.footnotes[channel_id] != times
    ]


def _counted(trial: Trial) -> list[tuple[str, str]]:
    """What is only counted in a digest: the server, and the key of the notification."""
    return [
        (item["sk"].removeprefix("SERVER#"), item["pk"].removeprefix("EVENT#"))
        for item in trial.world.table.everything()
        if item["pk"].startswith("EVENT#") and item.get("reason") == MORE_THAN_FITS
    ]


def _not_named(trial: Trial) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What the digests only count: in words, and those who joined by name."""
    told: set[tuple[str, str]] = set()
    joined: set[tuple[str, str]] = set()
    in_lines: dict[str, set[str]] = {}
    for item in trial.world.table.everything():
        if item["sk"].startswith("PARTICIPANT#") and "line" in item:
            in_lines.setdefault(f"{item['sk'].split('#')[1]}#{item['line']}", set()).add(item["name"])
    for guild_id, key in _counted(trial):
        kind, subject, *_ = key.split("#")
        if kind == "user_join":
            joined |= {(guild_id, name) for name in in_lines[key.removeprefix("user_join#")]}
        else:
            told.add((guild_id, f"{_WORDS[kind]} {_title(subject)}"))
    return told, joined


def _title(subject: str) -> str:
    """The title of what has this id: an entry of the account's, or a meeting."""
    if subject.startswith("0_"):
        # A recording is called as its meeting is.
        return ("M" if subject[2] == "r" else subject[2].upper()) + subject[3:]
    return f"M{int(subject) - FIRST_MEETING:06d}"


def _nothing_left(trial: Trial, found: Findings) -> None:
    world = trial.world
    if not world.is_quiet():
        found.broken.append("something is on its way still")
    meetings = [item for item in world.table.everything() if item["sk"].startswith("MEETING#")]
    # A start that was given up before its card was posted has none; whoever asked for it was told.
    without = [item for item in meetings if "card" not in item and item["state"] != "failed"]
    found.broken += [f"{item['title']} has no card" for item in without]
    dead = [message.body for message in (*world.sqs.tasks.dead, *world.sqs.notifications.dead)]
    # That a server may be gone is a hint, and given again within the hour.
    found.broken += [f"given up by the queue: {body}" for body in dead if json.loads(body)["kind"] != SUSPECTED]
    failed = {
        (item["sk"].removeprefix("SERVER#"), item["pk"].removeprefix("EVENT#"))
        for item in world.table.everything()
        if item["pk"].startswith("EVENT#") and item["state"] == "failed"
    }
    found.broken += [f"{each} has failed" for each in sorted(failed - trial.hopeless)]
    found.broken += [f"{each} has not failed" for each in sorted(trial.hopeless - failed)]

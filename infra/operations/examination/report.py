"""The doctor's report: for people, and as JSON. No secret gets into either."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from infra.operations.examination.observations import Group, Observation, Status, any_failed

# The word stands beside the sign: neither colour nor the sign alone tells how it is.
_SIGNS: Mapping[Status, str] = {"ok": "✓", "note": "·", "warning": "!", "failed": "✗"}
_COLOURS: Mapping[Status, str] = {"ok": "32", "note": "2", "warning": "33", "failed": "31"}
_WORD_WIDTH = max(len(word) for word in _SIGNS)

# Everything whose value may never be seen. Very short values are left alone: they are no secret, and would
# take half of the words with them.
SECRET_NAMES = (
    "DISCORD_BOT_TOKEN",
    "DISCORD_CLIENT_SECRET",
    "KALTURA_ADMIN_SECRET",
    "KALTURA_WEBHOOK_TOKEN",
    "KALTURA_WEBHOOK_SECRETS",
    "JWT_SECRET",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)
_SHORTEST_SECRET = 8


def without_secrets(groups: Sequence[Group], environment: Mapping[str, str]) -> list[Group]:
    """The same, with every secret of `environment` struck out, however it got in."""
    values = {environment.get(name, "").strip() for name in SECRET_NAMES}
    values |= {part.strip() for part in environment.get("KALTURA_WEBHOOK_SECRETS", "").split(",")}
    # The longest first, since one may hold another.
    secrets = sorted((value for value in values if len(value) >= _SHORTEST_SECRET), key=len, reverse=True)
    return [
        replace(group, observations=tuple(_struck(seen, secrets) for seen in group.observations)) for group in groups
    ]


def as_text(groups: Sequence[Group], *, coloured: bool) -> str:
    """The report for people."""
    blocks = [_block(group, coloured) for group in groups]
    return "\n\n".join([*blocks, _conclusion(groups)])


def as_json(groups: Sequence[Group]) -> str:
    """The report for programs: `{"ok", "groups": [{"title", "observations": [{"area", "status", ...}]}]}`."""
    document = {"ok": not any_failed(groups), "groups": [asdict(group) for group in groups]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _struck(seen: Observation, secrets: Sequence[str]) -> Observation:
    sentence, advice = seen.sentence, seen.advice
    for secret in secrets:
        sentence = sentence.replace(secret, "[secret]")
        advice = advice.replace(secret, "[secret]")
    return replace(seen, sentence=sentence, advice=advice)


def _block(group: Group, coloured: bool) -> str:
    lines = [group.title]
    for seen in group.observations:
        mark = f"{_SIGNS[seen.status]} {seen.status:<{_WORD_WIDTH}}"
        if coloured:
            mark = f"\x1b[{_COLOURS[seen.status]}m{mark}\x1b[0m"
        lines.append(f"  {mark}  {seen.area}: {_one_line(seen.sentence)}")
        if seen.advice:
            lines.append(f"  {' ' * (_WORD_WIDTH + 2)}  → {_one_line(seen.advice)}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """What others sent may hold line breaks and control characters; a terminal must not obey them."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _conclusion(groups: Sequence[Group]) -> str:
    statuses = [seen.status for group in groups for seen in group.observations]
    failed, warnings = statuses.count("failed"), statuses.count("warning")
    if failed:
        return f"{failed} failed, {warnings} to look at. Each line with an arrow says what to do."
    if warnings:
        return f"Nothing failed; {warnings} to look at."
    return "Everything is in order."

"""What `/kaltura-config` offers while somebody types a key or a section: with the type and the value that holds now.

Pydantic and the settings' model are imported when the first key is typed (`suggest_key` and the others import what is
here), within the 1.8 s that a suggestion has. Discord is asked for names of roles and channels only where some would be
shown, and where it does not tell in a second there are suggestions without names.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kaltura_discord.commands.config.existing import command_names
from kaltura_discord.commands.config.plain_values import names_of, needs_names, plain_value, role_name
from kaltura_discord.commands.config.sections import EVERYTHING, SECTIONS
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import CHOICE_NAME_LIMIT, CHOICES_LIMIT
from kaltura_discord.discord.server_directory import ServerDirectory
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.catalogue import Setting, settings
from kaltura_discord.server_config.changes import Changes, Row
from kaltura_discord.server_config.overlay import Document, Path, value_at
from kaltura_discord.templates.plain_text import isolate, one_line, shorten

Choices = list[tuple[str, str]]

_ROLES = "roles.mapping."
_LEVELS_OR_ROLES = "levels or roles"
_LONGEST_VALUE = 34
_SEPARATORS = re.compile(r"[\s._]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A key that may be set: its value's path, how it reads in the list, and what it takes."""

    setting: Setting
    path: Path
    shown: str

    @property
    def key(self) -> str:
        """As it is sent."""
        return ".".join(self.path)


async def suggest_key(interaction: Interaction, services: Services, deadline: Deadline) -> Choices:
    """Keys that fit what was typed, best ones first."""
    typed = one_line(interaction.text_option("key")).casefold()
    overrides = (await services.overrides.read(guild_of(interaction))).document
    defaults = services.defaults.model_dump(mode="json")
    found = best_of(typed, candidates(None))
    wants_roles = _means_roles(typed)
    directory = None
    if wants_roles or any(needs_names(each.setting, _value(each, overrides, defaults)) for each in found):
        directory = await names_of(interaction, services, deadline)
    if wants_roles:
        found = best_of(typed, candidates(directory))
    return [_choice(each, _value(each, overrides, defaults), directory) for each in found]


async def suggest_section(interaction: Interaction, services: Services, deadline: Deadline) -> Choices:
    """What can be reset: everything, sections and settings in which something is changed."""
    typed = one_line(interaction.text_option("section")).casefold()
    current = await services.overrides.read(guild_of(interaction))
    rows = [row for row in Changes(services.defaults).rows(current.document) if row.is_overridden]
    offered = [(f"Everything · {_counted(len(rows))}", EVERYTHING)]
    for title, name in SECTIONS:
        inside = sum(f"{row.key}.".startswith(f"{name}.") for row in rows)
        if inside:
            offered.append((f"{title} · {_counted(inside)}", name))
    has_roles = any(row.key.startswith(_ROLES) for row in rows)
    directory = await names_of(interaction, services, deadline) if has_roles else None
    offered += [(_row_in_words(row, directory), row.key) for row in rows if len(row.key) <= CHOICE_NAME_LIMIT]
    return [each for each in offered if typed in f"{each[0]} {each[1]}".casefold()][:CHOICES_LIMIT]


def _row_in_words(row: Row, directory: ServerDirectory | None) -> str:
    is_role = row.key.startswith(_ROLES) and directory is not None
    return f"{_ROLES}{isolate(role_name(row.path[-1], directory))}" if is_role else row.key


def _counted(changed: int) -> str:
    return f"{changed} changed" if changed else "nothing changed"


def candidates(directory: ServerDirectory | None) -> Iterable[Candidate]:
    """Everything that a server may set; entries for roles where they are known."""
    for setting in settings():
        if setting.is_operators:
            continue
        if not setting.kind.is_map:
            yield Candidate(setting, setting.path, setting.key)
        elif setting.kind.name_refers == "command":
            for name in sorted(command_names()):
                yield Candidate(setting, (*setting.path, name), f"{setting.key}.{name}")
        elif directory is not None:
            for role in (each for each in directory.roles.values() if not each.is_of_app):
                yield Candidate(setting, (*setting.path, role.role_id), f"{setting.key}.@{one_line(role.name)}")


def _means_roles(typed: str) -> bool:
    return "@" in typed or "role" in typed or "map" in typed or typed.startswith(_ROLES)


def best_of(typed: str, candidates: Iterable[Candidate]) -> Sequence[Candidate]:
    """Those that fit best; what looks alike where nothing fits."""
    everything = list(candidates)
    ranked = [(rank, each) for each in everything if (rank := _rank(typed, each)) is not None]
    if ranked:
        return [each for _, each in sorted(ranked, key=lambda pair: pair[0])][:CHOICES_LIMIT]
    near = difflib.get_close_matches(typed, [each.shown.casefold() for each in everything], CHOICES_LIMIT, 0.5)
    return [each for name in near for each in everything if each.shown.casefold() == name]


def _rank(typed: str, candidate: Candidate) -> int | None:
    """How well a key fits, less being better; None where it does not. What is in use comes before what is not yet."""
    key = candidate.shown.casefold()
    later = 10 if candidate.setting.is_upcoming else 0
    words = [word for word in _SEPARATORS.split(typed) if word]
    if key.startswith(typed):
        return later
    if typed in key:
        return later + 1
    if all(word in key for word in words):
        return later + 2
    if all(word in f"{key} {candidate.setting.sentence.casefold()}" for word in words):
        return later + 3
    return None


def _value(candidate: Candidate, overrides: Document, defaults: Document) -> object:
    own = value_at(overrides, candidate.path)
    return value_at(defaults, candidate.path) if own is None else own


def _choice(candidate: Candidate, value: object, directory: ServerDirectory | None) -> tuple[str, str]:
    now = shorten(plain_value(candidate.setting, value, directory), _LONGEST_VALUE)
    kind = candidate.setting.kind
    takes = "/".join(kind.choices) or (_LEVELS_OR_ROLES if kind.refers == "role" else kind.words.replace("`", ""))
    return shorten(f"{isolate(candidate.shown)} · now {isolate(now)} · {takes}", CHOICE_NAME_LIMIT), candidate.key

"""No interleaving of concurrent edits loses an update silently: random editors on a real table.

Each editor reads, thinks, and saves what it made of what it read. The model is one list of what was saved: a save must
win exactly when nobody has saved since its editor read, and whoever loses is told the difference and nothing else.
"""

import asyncio
import secrets
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.errors import CannotUndo
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Document, difference, value_at, with_value, without
from kaltura_discord.server_config.override_store import (
    Author,
    ChangedMeanwhile,
    HistoryEntry,
    Overrides,
    OverrideStore,
)
from tests.unit.domain.sent_by_discord import snowflake

CHANGES = Changes(ServerConfig())
EDITORS = 3

Answer = TypeVar("Answer")

Edit = tuple[str, str]
EDITS: st.SearchStrategy[Edit] = st.sampled_from(
    [
        ("meetings.auto_end_hours", "6"),
        ("meetings.auto_end_hours", "7"),
        ("meetings.auto_end_hours", "4"),
        ("features.activities", "off"),
        ("features.activities", "on"),
        ("roles.mapping.400000000000000001", "admin"),
        ("roles.mapping.400000000000000001", "viewer"),
        ("notifications.subscriptions.tags", "biology"),
    ]
)


class Editing(RuleBasedStateMachine):
    """Editors of one server, each with what it read last."""

    runner: asyncio.Runner
    store: OverrideStore

    @initialize()
    def begin(self) -> None:
        self.guild_id = GuildId(secrets.token_hex(8))
        self.seen = [Overrides() for _ in range(EDITORS)]
        self.saved = [Overrides()]

    @rule(editor=st.integers(0, EDITORS - 1))
    def read(self, editor: int) -> None:
        self.seen[editor] = self.run(self.store.read(self.guild_id))
        assert self.seen[editor] == self.saved[-1]

    @rule(editor=st.integers(0, EDITORS - 1), edit=EDITS)
    def save(self, editor: int, edit: Edit) -> None:
        self.judge(editor, edit, self.run(self.attempt(editor, edit)))

    @rule(edits=st.lists(EDITS, min_size=EDITORS, max_size=EDITORS))
    def all_save_at_the_same_moment(self, edits: list[Edit]) -> None:
        async def together() -> list[Overrides | ChangedMeanwhile]:
            return await asyncio.gather(*(self.attempt(editor, edit) for editor, edit in enumerate(edits)))

        outcomes = self.run(together())
        before = self.saved[-1]
        fresh = [editor for editor in range(EDITORS) if self.seen[editor] == before]
        writing = [editor for editor in fresh if CHANGES.set_text(before.document, *edits[editor]) != before.document]
        won = [editor for editor in writing if isinstance(outcomes[editor], Overrides)]
        assert len(won) == min(1, len(writing))
        # Whoever wrote did so first; the others are judged against that.
        for editor in sorted(range(EDITORS), key=lambda each: each not in won):
            self.judge(editor, edits[editor], outcomes[editor])

    @rule(editor=st.integers(0, EDITORS - 1), back=st.integers(0, 3))
    def undo(self, editor: int, back: int) -> None:
        entries = self.run(self.store.history(self.guild_id))
        if back >= len(entries):
            return
        entry, seen = entries[back], self.seen[editor]
        try:
            after = CHANGES.undo(seen.document, entry.changes)
        except CannotUndo:
            assert any(value_at(seen.document, change.path) != change.after for change in entry.changes)
            return
        self.check(editor, after, self.run(self.saving(seen, after)))

    @invariant()
    def the_history_leads_to_what_is_there(self) -> None:
        entries = self.run(self.store.history(self.guild_id, 100))
        assert [entry.version for entry in reversed(entries)] == list(range(1, len(self.saved)))
        assert self.run(self.store.read(self.guild_id)) == self.saved[-1]
        assert _replayed(entries) == self.saved[-1].document

    async def attempt(self, editor: int, edit: Edit) -> Overrides | ChangedMeanwhile:
        seen = self.seen[editor]
        return await self.saving(seen, CHANGES.set_text(seen.document, *edit))

    async def saving(self, seen: Overrides, after: Document) -> Overrides | ChangedMeanwhile:
        author = Author(UserId(snowflake()), InteractionId(snowflake()))
        try:
            return await self.store.save(self.guild_id, seen, after, author)
        except ChangedMeanwhile as refused:
            return refused

    def judge(self, editor: int, edit: Edit, outcome: Overrides | ChangedMeanwhile) -> None:
        self.check(editor, CHANGES.set_text(self.seen[editor].document, *edit), outcome)

    def check(self, editor: int, after: Document, outcome: Overrides | ChangedMeanwhile) -> None:
        seen, current = self.seen[editor], self.saved[-1]
        if after == seen.document:
            assert outcome == seen
        elif seen == current:
            assert isinstance(outcome, Overrides)
            assert (outcome.version, outcome.document) == (current.version + 1, after)
            self.saved.append(outcome)
            self.seen[editor] = outcome
        else:
            assert isinstance(outcome, ChangedMeanwhile)
            assert outcome.changes == difference(seen.document, outcome.current.document)
            assert outcome.current == current

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(work)


def _replayed(entries: list[HistoryEntry]) -> Document:
    document = Document()
    for entry in reversed(entries):
        for change in entry.changes:
            assert value_at(document, change.path) == change.before
            document = without(document, change.path)
            if change.after is not None:
                document = with_value(document, change.path, change.after)
    return document


@pytest.fixture
def machine(environment: dict[str, str]) -> Iterator[type[Editing]]:
    caller = SignedCaller("dynamodb", environment)
    with asyncio.Runner() as of_this_test:

        class OnThisTable(Editing):
            runner = of_this_test
            store = OverrideStore(Table(caller, environment["TABLE_NAME"]))

        yield OnThisTable
        of_this_test.run(caller.close())


def test_no_interleaving_of_edits_loses_one_silently(machine: type[Editing]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

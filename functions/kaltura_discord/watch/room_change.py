"""What every change of a room has in common: it is one conditional write.

The condition *is* the rule: who may, on which revision, while the room lives. So two changes at the same moment cannot
both win, and no read goes before:

    A  playback.set on 7 ──── SET revision = 8 WHERE revision = 7: done, and the answer bears the whole room
    B  playback.set on 7 ─────────── SET revision = 8 WHERE revision = 7: it is 8. Refused, and told what is there.

`rules` says the same in Python, to find the reason of a refusal in what was found. Instants are added up inside the
table (`starts_at_ms = :now + lead_ms`), so the lead is always the room's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Update
from kaltura_discord.watch.models import Actor, ConnectionId, ControlMode

# Conditions for an actor, who is `me` in them.
IS_HOST = "host_user_id = :me"
CONTROLS = (
    "(host_user_id = :me OR (control_mode = :everyone AND is_locked = :no AND attribute_not_exists(barred_users.#me)))"
)

NEXT_TIMELINE = "timeline_revision = timeline_revision + :one"
NEXT_CONTROL = "control_revision = control_revision + :one"

_LIVING = "attribute_exists(pk) AND expires_at > :second AND attribute_not_exists(closed_at_ms)"


@dataclass(frozen=True, slots=True)
class Change:
    """One write of the room's item; `connection_id` must be in the room for it, where one is given."""

    sets: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    connection_id: ConnectionId | None = None

    @property
    def mark_name(self) -> str:
        """Where the mark of its writer is left.

        Changes that are told to everybody have places of their own: should one be overwritten before a lost answer is
        asked for again, then by a later change of the same kind, which tells everybody more than this one would have.
        """
        if NEXT_TIMELINE in self.sets:
            return "timeline_mark"
        return "control_mark" if NEXT_CONTROL in self.sets else "other_mark"

    def by(self, actor: Actor, condition: str = "") -> "Change":
        """Only if `actor` is in the room and, unless they are a moderator, `condition` holds for them as `me`."""
        change = replace(self, connection_id=actor.connection_id)
        if not condition or actor.is_moderator:
            return change
        names = {"#me": actor.user_id} if "#me" in condition else {}
        known: dict[str, Value] = {":me": actor.user_id, ":everyone": ControlMode.EVERYONE, ":no": False}
        values = {name: value for name, value in known.items() if name in condition}
        return replace(
            change,
            conditions=(*self.conditions, condition),
            names={**self.names, **names},
            values={**self.values, **values},
        )

    def of_anyone(self) -> "Change":
        """The same for somebody whose presence is known otherwise."""
        return replace(self, connection_id=None)

    def update(self, key: Key, now_ms: float, mark: str) -> Update:
        """As the table takes it. `mark` lets whoever wrote it recognise it, should the answer get lost."""
        conditions, names = [_LIVING, *self.conditions], dict(self.names)
        if self.connection_id is not None:
            conditions.append("attribute_exists(relay_to.#connection)")
            names["#connection"] = self.connection_id
        expression = f"SET {', '.join([*self.sets, f'{self.mark_name} = :mark'])}"
        if self.removes:
            expression += f" REMOVE {', '.join(self.removes)}"
        values: dict[str, Value] = {**self.values, ":mark": mark, ":second": int(now_ms / 1000)}
        return Update(key, expression, " AND ".join(conditions), names, values, tells_current=True)

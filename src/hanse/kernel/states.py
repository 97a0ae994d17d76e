"""State tables: every status is declared once as data, and `move` is the only thing that changes one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed


class WrongState(DomainError):
    """The thing is not (or no longer) in a state in which this can happen to it."""

    code = "wrong_state"
    message = _("This can no longer be done: it is not in a state that allows it.")


@dataclass(frozen=True, slots=True)
class Transition:
    """`event` takes a thing from any of `sources` to `target`; `who` names the roles that may cause it."""

    event: str
    sources: frozenset[str]
    target: str
    who: frozenset[str]


@dataclass(frozen=True, slots=True)
class StateTable:
    """All states of one kind of thing and every way between them."""

    name: str
    initial: str
    transitions: tuple[Transition, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Return every state, the initial one first, in order of appearance."""
        seen = [self.initial]
        for step in self.transitions:
            seen += [state for state in (*sorted(step.sources), step.target) if state not in seen]
        return tuple(dict.fromkeys(seen))

    def step(self, event: str) -> Transition:
        """Return the transition of that event; KeyError for an event the table does not know."""
        for step in self.transitions:
            if step.event == event:
                return step
        raise KeyError(f"{self.name} has no event {event!r}")

    def actions(self, status: str, roles: Collection[str]) -> tuple[str, ...]:
        """Return the events that someone in these roles may cause now: consoles and API offer just these."""
        return tuple(s.event for s in self.transitions if status in s.sources and s.who.intersection(roles))


def table(name: str, initial: str, rows: Sequence[tuple[str, str, str, str]]) -> StateTable:
    """Build a state table from rows (event, "source source…", target, "role role…"); events are unique."""
    steps = tuple(Transition(e, frozenset(s.split()), t, frozenset(w.split())) for e, s, t, w in rows)
    if len({step.event for step in steps}) != len(steps):
        raise ValueError(f"{name}: an event is declared twice")
    return StateTable(name, initial, steps)


def status_field(states: StateTable) -> "models.CharField[str, str]":
    """Return the model field of a status; pair it with `status_check` in the model's constraints."""
    return models.CharField(max_length=20, default=states.initial)


def status_check(states: StateTable) -> models.CheckConstraint:
    """Return the constraint that keeps a status within its table."""
    return models.CheckConstraint(
        condition=models.Q(status__in=states.states), name=f"{states.name.replace('.', '_')}_status"
    )


def move(
    states: StateTable,
    model: type[models.Model],
    ids: Sequence[int],
    event: str,
    *,
    at: datetime,
    by: Actor,
    roles: Collection[str] = ("engine",),
    why: str = "",
    also: Mapping[str, Any] | None = None,
) -> None:
    """Cause one event on every row named, in one statement, and record who, when and why.

    The rows are locked in id order and changed only if all of them are in a state that allows the event.
    `also` sets further columns of the same rows (column name to value). Raises NotAllowed or WrongState.
    """
    step = states.step(event)
    if not step.who.intersection(roles):
        raise NotAllowed(event=event)
    extra = dict(also or {})
    # Names come from the code, never from input; values are parameters.
    sets = "".join(f', "{column}" = %s' for column in extra)
    sql = f"""
        WITH old AS (SELECT id, status FROM "{model._meta.db_table}" WHERE id = ANY(%s) ORDER BY id FOR UPDATE),
        moved AS (UPDATE "{model._meta.db_table}" t SET status = %s{sets} FROM old
                  WHERE t.id = old.id AND old.status = ANY(%s) RETURNING t.id, old.status AS source)
        INSERT INTO kernel_statechange (subject, subject_id, event, source, target, at, by_party, by_user, by_name, why)
        SELECT %s, moved.id, %s, moved.source, %s, %s, %s, %s, %s, %s FROM moved
    """
    wanted = sorted(set(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                wanted,
                step.target,
                *extra.values(),
                sorted(step.sources),
                states.name,
                event,
                step.target,
                at,
                by.party,
                by.user,
                by.name[:40],
                why[:500],
            ],
        )
        if cursor.rowcount != len(wanted):
            raise WrongState(what=states.name, event=event)


def follow(states: StateTable, rows: Iterable[models.Model], event: str) -> None:
    """Let copies that were read before `move` show what it made of their rows."""
    for row in rows:
        row.__dict__["status"] = states.step(event).target

"""When work is taken up, by whom, and when it is given up. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hanse.kernel.actor import OPERATE

LEASE = timedelta(seconds=90)
"""Whoever is at some work and has not said so for this long has died."""
SLICE = timedelta(seconds=8)
"""So long one goes on before others have their turn: a worker that is told to stop waits a little longer than this."""
KEPT = timedelta(days=14)
"""So long files and outcome are kept."""
ATTEMPTS = 5
"""So many times in a row work may break without having come on, then it is given up."""
MOST_OPEN = 20
"""So many works of one person wait or run at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far work has come: rows looked at and what became of them, and where to go on."""

    done: int
    total: int
    good: int = 0
    known: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of work: a sentence, and the files to download (path in the private storage, name for people)."""

    message: str = ""
    result: tuple[str, str] = ("", "")
    errors: tuple[str, str] = ("", "")


def free(status: str, runner: str, beat_at: datetime | None, at: datetime) -> bool:
    """Say whether somebody may take the work up now."""
    if status == "waiting":
        return True
    return status == "running" and (not runner or beat_at is None or beat_at < at - LEASE)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after work has broken so many times."""
    return timedelta(seconds=5 * 2 ** max(attempts - 1, 0))


def still_allowed(asked: Iterable[str], held: frozenset[str]) -> frozenset[str]:
    """Return what work may do: what whoever asked might do then and may do now."""
    return frozenset(one for one in asked if one in held or OPERATE in held)


def roles(asker: Sequence[int | None], actor: Sequence[int | None], *, operates: bool) -> tuple[str, ...]:
    """Return the roles of an actor (party, user) towards work that another (party, user) asked for."""
    return (*(("asker",) if tuple(asker) == tuple(actor) else ()), *(("operator",) if operates else ()))

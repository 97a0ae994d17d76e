"""Facts: what an operation announces becomes job rows in its own transaction, one for each follower.

The queue's tables live in the same database and are written on the same connection, so a fact exists exactly
if the change it speaks of was committed: an outbox without a broker. Which follower follows what is declared in
`interfaces/jobs/subscriptions.py`; `subscribe` hands that table down once at start.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from procrastinate.contrib.django import app

TASK = "hanse.follow"
QUEUE = "facts"

_followers: dict[str, Sequence[str]] = {}
_pending: ContextVar[list[dict[str, Any]] | None] = ContextVar("pending_facts", default=None)


def subscribe(table: Mapping[str, Sequence[str]]) -> None:
    """Take over the table (fact to names of its followers); called once, when the interfaces are ready."""
    _followers.clear()
    _followers.update(table)


def announce(fact: str, **payload: Any) -> None:
    """Announce a fact such as `order.placed` with a JSON-able payload of public codes, amounts and ids."""
    jobs = [{"fact": fact, "follower": name, "payload": payload} for name in _followers.get(fact, ())]
    waiting = _pending.get()
    if waiting is None:
        _defer(jobs)
    else:
        waiting.extend(jobs)


def collect() -> list[dict[str, Any]]:
    """Start gathering the facts of one operation, so that they are written by one statement at its end."""
    jobs: list[dict[str, Any]] = []
    _pending.set(jobs)
    return jobs


def release(jobs: Sequence[dict[str, Any]]) -> None:
    """Stop gathering and write what was announced."""
    _pending.set(None)
    _defer(jobs)


def discard() -> None:
    """Stop gathering and forget what was announced: the operation was refused."""
    _pending.set(None)


def _defer(jobs: Sequence[dict[str, Any]]) -> None:
    if jobs:
        app.configure_task(TASK, queue=QUEUE, allow_unknown=True).batch_defer(*jobs)

"""Facts: what an operation announces becomes job rows in its own transaction, one for each follower.

The queue's tables live in the same database and are written on the same connection, so a fact exists exactly
if the change it speaks of was committed: an outbox without a broker. Which follower follows what is declared in
`interfaces/jobs/subscriptions.py`; `subscribe` hands that table down once at start.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from procrastinate.contrib.django import app

from hanse.kernel import codes

TASK = "hanse.follow"
QUEUE = "facts"
OUTSIDE = "outside"
"""The follower of facts that others may wait for beyond our own walls."""

Wanted = Callable[[Collection[str]], Collection[str]]
"""Returns those of some facts that somebody outside waits for at this moment."""

_followers: dict[str, Sequence[str]] = {}
_outside: list[tuple[frozenset[str], Wanted]] = []
_pending: ContextVar[list[dict[str, Any]] | None] = ContextVar("pending_facts", default=None)


def subscribe(table: Mapping[str, Sequence[str]]) -> None:
    """Take over the table (fact to names of its followers); called once, when the interfaces are ready."""
    _followers.clear()
    _followers.update(table)


def publish(facts: Collection[str], wanted: Wanted) -> None:
    """Let others wait for these facts. `wanted` is asked once for each operation that announces any of them, within
    its transaction, and only what it names becomes a job: what nobody waits for costs one question.
    """
    _outside[:] = [(frozenset(facts), wanted)]


def announce(fact: str, **payload: Any) -> None:
    """Announce a fact such as `order.placed` with a JSON-able payload of public codes, amounts and ids."""
    waiting = _pending.get()
    if waiting is None:
        _defer([{"fact": fact, "payload": payload}])
    else:
        waiting.append({"fact": fact, "payload": payload})


def collect() -> list[dict[str, Any]]:
    """Start gathering the facts of one operation, so that they are written by one statement at its end."""
    facts: list[dict[str, Any]] = []
    _pending.set(facts)
    return facts


def release(facts: Sequence[dict[str, Any]]) -> None:
    """Stop gathering and write what was announced."""
    _pending.set(None)
    _defer(facts)


def discard() -> None:
    """Stop gathering and forget what was announced: the operation was refused."""
    _pending.set(None)


def _defer(facts: Sequence[dict[str, Any]]) -> None:
    jobs = [{**fact, "follower": name} for fact in facts for name in _followers.get(fact["fact"], ())]
    for published, wanted in _outside:
        if open_ := published.intersection(fact["fact"] for fact in facts):
            told = wanted(open_)
            jobs += [_told_outside(fact) for fact in facts if fact["fact"] in told]
    if jobs:
        app.configure_task(TASK, queue=QUEUE, allow_unknown=True).batch_defer(*jobs)


def _told_outside(fact: dict[str, Any]) -> dict[str, Any]:
    """Return the job that tells a fact outside; the event has a code of its own, so that it is told once."""
    payload = {"event": codes.new("E"), "said": fact["payload"]}
    return {"fact": fact["fact"], "follower": OUTSIDE, "payload": payload}

"""What a worker does: one order's steps by the public operations, each timed and its statements counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from benchmarks.olist import patience
from benchmarks.olist.plan import Step
from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import DomainError
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.auto_receive import auto_receive
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line
from hanse.value.settlement.operations.settle import settle

PREFIX = "replay:"


@dataclass(frozen=True, slots=True)
class Task:
    """Steps of one order (or one thing that fell due), in order; `code` is its checkout's once it is placed."""

    name: str
    steps: tuple[Step, ...]
    code: str = ""


@dataclass(slots=True)
class Done:
    """What became of a task: (verb, seconds, statements) of each step, and why it stopped if it was refused."""

    name: str
    code: str
    measured: list[tuple[str, float, int]] = field(default_factory=list)
    refused: str = ""
    losses: int = 0
    deadlocks: int = 0

    def lost(self, error: Exception) -> None:
        """Count a loss of the database, or a deadlock, which is none."""
        if "deadlock" in str(error):
            self.deadlocks += 1
        else:
            self.losses += 1


def _place(step: Step, _code: str) -> dict[str, Any]:
    return {**step.given, "lines": [Line(offer, pieces) for offer, pieces in step.given["lines"]]}


def _order(step: Step, code: str) -> dict[str, Any]:
    return {"order": code, **step.given}


def _returned(_step: Step, code: str) -> dict[str, Any]:
    return {"order": code, "fault": "upstream", "goods": "returned"}


def _given(step: Step, _code: str) -> dict[str, Any]:
    return step.given


VERBS: dict[str, tuple[Callable[..., Any], Callable[[Step, str], dict[str, Any]]]] = {
    "place": (place, _place),
    "pay": (pay, _order),
    "ship": (ship, _order),
    "receive": (receive, _order),
    "cancel": (cancel, _order),
    "refund": (refund, _returned),
    "expire": (expire, _given),
    "auto_receive": (auto_receive, _given),
    "close": (close, _given),
    "settle": (settle, _given),
}


def key_of(task: str, step: Step) -> str:
    """Return the idempotency key of a step: the same whoever does it, and however often."""
    return f"{PREFIX}{task}:{step.name}"


def do(task: Task) -> Done:
    """Do the steps of a task; a refusal ends it and is told."""
    done = Done(task.name, task.code)
    for step in task.steps:
        verb, arguments = VERBS[step.verb]
        given = arguments(step, done.code)
        timed = _Timed(verb, key_of(task.name, step), step.at, given)
        try:
            answer = patience.of(timed.run, done.lost)()
        except DomainError as refusal:
            done.refused = f"{step.name}: {refusal.code} {refusal}"
            break
        done.measured.append((step.verb, timed.seconds, timed.statements))
        if step.verb == "place":
            done.code = str(answer)
    return done


@dataclass
class _Timed:
    """One call of an operation; what is measured is the try that succeeded."""

    verb: Callable[..., Any]
    key: str
    at: datetime
    given: dict[str, Any]
    seconds: float = 0.0
    statements: int = 0

    def run(self) -> Any:
        self.statements = 0
        begun = time.perf_counter()
        with connection.execute_wrapper(self._count):
            answer = self.verb(key=self.key, at=self.at, by=ENGINE, **self.given)
        self.seconds = time.perf_counter() - begun
        return answer

    def _count(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.statements += 1
        return execute(*given)

"""Plays the orders through time: month by month what the dataset says, what then falls due, and the settlements."""

import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.olist import patience
from benchmarks.olist.crew import Crew
from benchmarks.olist.dataset import CURRENCY, ZONE
from benchmarks.olist.plan import Plan, Step
from benchmarks.olist.work import PREFIX, Done, Task, key_of
from hanse.kernel.models import Claim
from hanse.trade.orders import queries as orders
from hanse.value.settlement import queries as settlement
from hanse.value.settlement.rules import boundaries

MONTHLY = {"every": "month"}
LATEST = timedelta(days=400)
"""How long after the last purchase something of an order may still fall due: longer than it is held unpaid."""
PAGE = 2000


@dataclass
class Measured:
    """What was measured of one verb: seconds of each call, and all their statements."""

    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    statements: int = 0


@dataclass
class Tally:
    """What the replay came to so far."""

    codes: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    verbs: dict[str, Measured] = field(default_factory=dict)
    placed: int = 0
    operations: int = 0
    losses: int = 0
    deadlocks: int = 0

    def add(self, done: Done) -> None:
        """Take in what became of a task."""
        if done.code:
            self.codes[done.name] = done.code
        if done.refused:
            self.refused[done.name] = done.refused
        for verb, seconds, statements in done.measured:
            measured = self.verbs.setdefault(verb, Measured())
            measured.seconds.append(seconds)
            measured.statements += statements
            self.placed += verb == "place"
        self.operations += len(done.measured)
        self.losses += done.losses
        self.deadlocks += done.deadlocks


@dataclass
class Replay:
    """One run; what an earlier one did is found in the database and not done again."""

    plans: Sequence[Plan]
    crew: Crew
    watch: Callable[[datetime, Tally], None]
    upset: Callable[[Tally], None] = lambda _tally: None
    tally: Tally = field(default_factory=Tally)
    seconds: float = 0.0

    def run(self) -> Tally:
        """Replay everything up to the last settlement."""
        done = patience.of(self._done_before)()
        begun = time.perf_counter()
        waiting = [
            (plan.order, [step for step in plan.steps if key_of(plan.order, step) not in done]) for plan in self.plans
        ]
        for end in self._windows():
            tasks, waiting = self._within(waiting, end)
            self._do(tasks, end)
            self._fall_due(end)
            self._settle(end)
            if not waiting and patience.of(orders.next_due)() is None:
                break
        self.seconds = time.perf_counter() - begun
        return self.tally

    def _done_before(self) -> set[str]:
        """Return the keys of all steps that an earlier run did, and take over its codes."""
        found: set[str] = set()
        claims = Claim.objects.filter(scope__endswith=":engine", key__startswith=PREFIX)
        for key, scope, result in claims.values_list("key", "scope", "result").iterator():
            found.add(key)
            if scope == "trade.place:engine":
                self.tally.codes[key.removeprefix(PREFIX).removesuffix(":place")] = str(result)
        return found

    def _windows(self) -> list[datetime]:
        """Return the ends of all windows: the settlement boundaries from the first purchase on."""
        times = [step.at for plan in self.plans for step in plan.steps]
        return boundaries(MONTHLY, min(times), max(times) + LATEST, ZONE) if times else []

    def _within(
        self, waiting: Sequence[tuple[str, list[Step]]], end: datetime
    ) -> tuple[list[Task], list[tuple[str, list[Step]]]]:
        """Return the tasks of this window, in the order of time, and what is left for later."""
        tasks, later = [], []
        for order, steps in waiting:
            now = [step for step in steps if step.at < end]
            if now and order not in self.tally.refused:
                tasks.append(Task(order, tuple(now), self.tally.codes.get(order, "")))
            if rest := steps[len(now) :]:
                later.append((order, rest))
        tasks.sort(key=lambda task: task.steps[0].at)
        return tasks, later

    def _do(self, tasks: Sequence[Task], end: datetime) -> None:
        for done in self.crew.run(tasks):
            self.tally.add(done)
            self.watch(end, self.tally)
            self.upset(self.tally)

    def _fall_due(self, end: datetime) -> None:
        """Do what the clock does to orders before the boundary."""
        seen: set[str] = set()
        while tasks := [task for task in self._due(end) if task.name not in seen]:
            seen.update(task.name for task in tasks)
            self._do(tasks, end)

    def _due(self, end: datetime) -> Iterator[Task]:
        verbs = {"expire": "expire", "receive": "auto_receive", "close": "close"}
        for at, event, code in patience.of(orders.due)(end - timedelta(microseconds=1), PAGE):
            yield Task(f"due:{code}:{event}", (Step(verbs[event], at, {"order": code}),))

    def _settle(self, end: datetime) -> None:
        """Settle every party that has something to settle up to the boundary, the earliest boundary first."""
        seen: set[str] = set()
        while tasks := [task for task in self._settlements(end) if task.name not in seen]:
            seen.update(task.name for task in tasks)
            self._do(tasks, end)

    def _settlements(self, end: datetime) -> Iterator[Task]:
        for due in patience.of(settlement.due)(end, ZONE):
            given: dict[str, Any] = {"party": due.party, "asset": CURRENCY, "boundary": due.boundary}
            yield Task(f"settle:{due.party}:{due.boundary:%Y-%m-%d}", (Step("settle", due.boundary, given),))

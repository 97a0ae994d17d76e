"""The measurements themselves: each answers with a figure, its target, and whether it is reached."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from benchmarks.mill import load, pgbench
from benchmarks.mill.load import Shift, Worked
from benchmarks.olist.crew import Crew

WORKERS = 8
HEAD_START = 3.0
"""Seconds in which every worker gets ready before the time runs."""
JOB = "benchmarks.mill.load:work"


@dataclass
class Figures:
    """What was measured in one run; lists hold one figure for each round."""

    pgbench: list[float] = field(default_factory=list)
    spread: list[float] = field(default_factory=list)
    hot: list[float] = field(default_factory=list)
    p50: float = 0.0
    p99: float = 0.0
    statements: dict[str, int] = field(default_factory=dict)
    small: float = 0.0
    large: float = 0.0
    cost: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Return orders placed and paid for each transaction of pgbench, the median of the rounds."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.spread, self.pgbench, strict=True))

    @property
    def hot_ratio(self) -> float:
        """Return the rate of one hot SKU for that of spread ones, the median of the rounds."""
        return statistics.median(hot / spread for hot, spread in zip(self.hot, self.spread, strict=True))

    def checks(self) -> Iterator[tuple[str, float, str, bool]]:
        """Yield (what, figure, target, whether it is reached)."""
        yield "orders placed and paid / pgbench transactions", self.ratio, ">= 0.05", self.ratio >= 0.05
        yield "one hot SKU / spread SKUs", self.hot_ratio, ">= 0.5", self.hot_ratio >= 0.5
        one, fifty = self.statements["place 1 line"], self.statements["place 50 lines"]
        yield "statements to place a three-tier order", one, "<= 25", one <= 25
        yield "the same with 50 lines", fifty, f"= {one}", fifty == one
        if self.cost:
            grown = statistics.median(self.cost)
            yield f"cost of an order, {self.large:,.0f} orders / {self.small:,.0f}", grown, "<= 1.3", grown <= 1.3


def rates(figures: Figures, database: str, seconds: float, rounds: int, say: Callable[[str], None]) -> None:
    """Take turns with pgbench and measure how many orders go through, on any SKU and on one."""
    times: list[float] = []
    with Crew(WORKERS, JOB) as crew:
        _together(crew, Shift(database, 1.0))
        for number in range(rounds):
            figures.pgbench.append(pgbench.measure(max(1, round(seconds))))
            spread = _together(crew, Shift(database, seconds, seed=number))
            hot = _together(crew, Shift(database, seconds, hot=True, seed=number))
            figures.spread.append(len(spread) / seconds)
            figures.hot.append(len(hot) / seconds)
            times += spread
            say(
                f"round {number + 1}: pgbench {figures.pgbench[-1]:,.0f}/s, orders {figures.spread[-1]:,.1f}/s,"
                f" on one SKU {figures.hot[-1]:,.1f}/s"
            )
    times.sort()
    figures.p50, figures.p99 = times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000


def _together(crew: Crew, shift: Shift) -> list[float]:
    """Let all workers begin at the same moment; return the seconds of every order."""
    begin = time.monotonic() + HEAD_START
    shifts = [
        Shift(shift.database, shift.seconds, begin, shift.hot, shift.most, shift.seed * WORKERS + n)
        for n in range(WORKERS)
    ]
    worked: list[Worked] = list(crew.run(shifts, chunk=1))
    return [seconds for one in worked for seconds in one.orders]


def statements(figures: Figures, database: str) -> None:
    """Count what placing and paying ask of the database, for one line and for fifty."""
    load.use(database)
    for lines in (1, 50):
        load.buy(random.Random(1), lines=lines)
        counted: list[str] = []

        def count(execute: Callable[..., Any], sql: str, *given: Any, seen: list[str] = counted) -> Any:
            seen.append(sql)
            return execute(sql, *given)

        with connection.execute_wrapper(count):
            load.buy(random.Random(2), lines=lines)
        placed = next(n for n, sql in enumerate(counted) if n and "INSERT INTO kernel_claim" in sql)
        figures.statements[f"place {lines} line{'s' * (lines > 1)}"] = placed
        figures.statements[f"pay {lines} line{'s' * (lines > 1)}"] = len(counted) - placed
    connection.close()


def growth(figures: Figures, small: str, large: str, turns: int, say: Callable[[str], None]) -> None:
    """Compare an order's time in a small and in a large database, one worker each, taking turns."""
    with Crew(1, JOB) as here, Crew(1, JOB) as there:
        for number in range(-1, turns):
            medians = []
            for crew, database in ((here, small), (there, large)):
                (worked,) = crew.run([Shift(database, 60.0, most=40, seed=number + 99)])
                medians.append(statistics.median(worked.orders))
            if number >= 0:  # the first turn warms the caches
                figures.cost.append(medians[1] / medians[0])
                say(f"turn {number + 1}: {medians[0] * 1000:.1f} ms and {medians[1] * 1000:.1f} ms an order")

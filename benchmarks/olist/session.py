"""One session: read, build, replay, prove, and say what came of it."""

import csv
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks.olist import proof, world
from benchmarks.olist.crew import Crew
from benchmarks.olist.dataset import CURRENCY, Dataset, Issue, read
from benchmarks.olist.plan import Plan, plans
from benchmarks.olist.proof import DIFFERENCES, Proof
from benchmarks.olist.run import Replay, Tally
from hanse.config import postgres
from hanse.interfaces.cli.imports.runner import Progress
from hanse.kernel.money import plain

EVERY = 5.0
"""Seconds between two lines of progress where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to replay and where to tell of it."""

    folder: Path
    orders: int | None
    workers: int
    report: Path
    json: Path | None = None
    upset: bool = False


def play(options: Options) -> int:
    """Replay and prove; return 0 if everything was proved."""
    say = _Screen()
    dataset = read(options.folder, options.orders)
    every = list(plans(dataset))
    say.line(f"{len(every):,} of {dataset.rows:,} orders read; {sum(len(p.steps) for p in every):,} steps planned")
    begun = time.perf_counter()
    unfit = world.build(dataset, say.importing)
    say.line(f"imported in {time.perf_counter() - begun:.0f} s; {len(unfit)} rows refused")
    with Crew(options.workers, "benchmarks.olist.work:do") as crew:
        upset = _Upset(crew, sum(len(p.steps) for p in every)) if options.upset else None
        replay = Replay(every, crew, say.replaying, upset or (lambda _tally: None))
        tally = replay.run()
        deaths = crew.deaths
    found = proof.prove(options.folder, dataset, every, tally.codes, tally.refused)
    issues = _report(options.report, dataset, every, tally, unfit)
    figures = summary(found, tally, replay.seconds, deaths)
    say.line(text(figures, found))
    say.line(f"{issues:,} contradictions and refusals, each with its order: {options.report}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 1 if found.failures else 0


def _report(path: Path, dataset: Dataset, every: Sequence[Plan], tally: Tally, unfit: Sequence[Issue]) -> int:
    """Write everything that contradicts itself or was refused, and return how much it is."""
    issues = [*dataset.issues, *unfit, *(issue for p in every for issue in p.issues)]
    issues += [Issue(order, "refused", why) for order, why in sorted(tally.refused.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "kind", "detail", "difference"])
        for issue in issues:
            amount = plain(issue.amount, CURRENCY) if issue.amount else ""
            writer.writerow([issue.order, issue.kind, issue.detail, amount])
    return len(issues)


def summary(found: Proof, tally: Tally, seconds: float, deaths: int) -> dict[str, object]:
    """Return all figures, as JSON holds them; amounts in minor units, times in milliseconds."""
    verbs = {}
    for verb, measured in tally.verbs.items():
        times = sorted(measured.seconds)
        verbs[verb] = {
            "calls": len(times),
            "p50": round(1000 * times[len(times) // 2], 1),
            "p99": round(1000 * times[min(len(times) - 1, len(times) * 99 // 100)], 1),
            "statements": round(measured.statements / len(times), 1),
        }
    statements = sum(measured.statements for measured in tally.verbs.values())
    return {
        "fates": dict(found.fates),
        "tiers": dict(found.tiers),
        "totals": found.totals,
        "issues": found.issues,
        "refused": len(tally.refused),
        "seconds": round(seconds, 1),
        "orders_per_second": round(tally.placed / seconds, 2) if seconds else 0,
        "operations_per_second": round(tally.operations / seconds, 1) if seconds else 0,
        "statements_per_order": round(statements / tally.placed, 1) if tally.placed else 0,
        "verbs": verbs,
        "workers_lost": deaths,
        "database_lost": tally.losses,
        "deadlocks": tally.deadlocks,
        "failures": found.failures[:50],
        "failed": len(found.failures),
    }


def text(figures: dict[str, object], found: Proof) -> str:
    """Return the figures for a reader."""

    def money(name: str) -> str:
        return f"{plain(found.totals.get(name, 0), CURRENCY):>16}"

    lines = ["", "orders by what became of them:"]
    lines += [f"  {fate:<14}{count:>8,}" for fate, count in found.fates.most_common()]
    lines += [f"  {'together':<14}{sum(found.fates.values()):>8,}", "", "orders by tiers:"]
    lines += [
        f"  {tier} {'tier ' if tier == 1 else 'tiers'}       {count:>8,}" for tier, count in sorted(found.tiers.items())
    ]
    lines += ["", f"goods    {money('goods')}   the dataset's {money('dataset goods')}"]
    lines += [f"freight  {money('freight')}   the dataset's {money('dataset freight')}"]
    lines += [
        f"paid     {money('paid')}   the dataset's {money('dataset paid')}, of which explained{money('explained')}"
    ]
    lines += [
        f"  {kind:<28}{count:>6} rows{plain(amount, CURRENCY):>16}" for kind, (count, amount) in found.issues.items()
    ]
    lines += ["  (" + ", ".join(DIFFERENCES) + " are what the payments differ by)", "", f"paid     {money('paid')}"]
    parts = [("sellers", "earned by sellers"), ("fee", "by the platform"), ("carriage", "by those who carry")]
    parts += [("held", "held for open orders"), ("refunded", "given back")]
    lines += [f"       = {money(name)}   {said}" for name, said in parts]
    lines += ["", f"{'operation':<12}{'calls':>9}{'statements':>12}{'p50 ms':>9}{'p99 ms':>9}"]
    verbs: dict[str, dict[str, float]] = figures["verbs"]  # type: ignore[assignment]
    lines += [f"{v:<12}{m['calls']:>9,}{m['statements']:>12}{m['p50']:>9}{m['p99']:>9}" for v, m in verbs.items()]
    lines += ["", f"{figures['orders_per_second']} orders/s, {figures['operations_per_second']} operations/s"]
    lines += [f"{figures['statements_per_order']} statements per order from placing to settlement"]
    lines += [f"workers lost {figures['workers_lost']}, database lost {figures['database_lost']} times"]
    lines += [f"deadlocks {figures['deadlocks']}", ""]
    lines += [f"NOT SO: {failure}" for failure in found.failures[:50]]
    lines += [
        f"{len(found.failures)} things are not so."
        if found.failures
        else "Everything is proved; the books and the stock are sound."
    ]
    return "\n".join(lines)


@dataclass
class _Upset:
    """Kills a worker at a third of the way and crashes the database at the half."""

    crew: Crew
    steps: int
    done: set[str] = field(default_factory=set)

    def __call__(self, tally: Tally) -> None:
        if tally.operations > self.steps / 3 and "worker" not in self.done:
            self.done.add("worker")
            self.crew.kill_one()
        if tally.operations > self.steps / 2 and "database" not in self.done:
            self.done.add("database")
            number = int((postgres.data_folder() / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(number, signal.SIGKILL)
            time.sleep(1)
            postgres.start()


class _Screen:
    """Progress: one line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._last, self._begun, self._open = 0.0, time.perf_counter(), False

    def line(self, text: str) -> None:
        """Write lines that stay."""
        print(("\n" if self._open else "") + text, flush=True)
        self._open = False

    def importing(self, kind: str, progress: Progress | None) -> None:
        """Show how far an import is."""
        self._show(f"importing {kind}" + (f": {progress.share:4.0%}, {progress.imported:,} in" if progress else ""))

    def replaying(self, end: datetime, tally: Tally) -> None:
        """Show how far the replay is."""
        rate = tally.operations / max(time.perf_counter() - self._begun, 0.1)
        self._show(
            f"up to {end:%Y-%m-%d}: {tally.placed:,} orders, {tally.operations:,} operations, {rate:.0f}/s overall"
        )

    def _show(self, text: str) -> None:
        now = time.perf_counter()
        if sys.stdout.isatty():
            if now - self._last > 0.1:
                print(f"\r{text:<90}", end="", flush=True)
                self._last, self._open = now, True
        elif now - self._last > EVERY:
            print(text, flush=True)
            self._last = now

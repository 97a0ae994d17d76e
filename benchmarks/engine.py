"""What the engine bears, as ratios taken in one run on the embedded PostgreSQL with durability on.

    python -m benchmarks.engine [--orders 1000000] [--seconds 10] [--rounds 5]

Orders placed and paid through three tiers by 8 workers, for each transaction of pgbench (TPC-B-like, scale 10, 8
clients) that takes turns with them; statements to place an order; what an order costs among 10,000 and among 1,000,000
others; one hot SKU against spread ones. The rates of a shared machine mean little, their ratios more; rounds are
interleaved and the median counts. The exit code is 0 only if every target is reached.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also when it is started by its path

from hanse.config import postgres

if TYPE_CHECKING:
    from benchmarks.mill.measure import Figures


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parser().parse_args(argv)
    os.environ.pop("HANSE_DATABASE_URL", None)
    with postgres.held():
        os.environ |= {
            "HANSE_DATABASE_URL": postgres.url(),
            "HANSE_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "hanse.config.settings",
        }
        import django

        django.setup()
        from benchmarks.mill import fill, measure, pgbench, worlds

        figures = measure.Figures()
        few = max(options.orders // 100, fill.MODELS)
        if not options.short:
            small, large = (
                worlds.made(few, say, fresh=options.fresh),
                worlds.made(options.orders, say, fresh=options.fresh),
            )
            figures.small, figures.large = worlds.orders_in(small), worlds.orders_in(large)
            measure.growth(figures, small, large, options.turns, say)
        pgbench.prepare()
        place = worlds.made(few, say, label="rates", fresh=options.fresh)
        measure.statements(figures, place)
        measure.rates(figures, place, options.seconds, options.rounds, say)
        unsound = worlds.unsound(place)
        if not options.short and (options.check or options.orders <= worlds.MANY):
            unsound += worlds.unsound(large)
    return report(figures, unsound, options.json)


def parser() -> argparse.ArgumentParser:
    """Return what may be said on the command line."""
    found = argparse.ArgumentParser(prog="benchmarks.engine", description=(__doc__ or "").split("\n\n")[0])
    found.add_argument("--orders", type=int, default=1_000_000, help="in the large database; the small has a hundredth")
    found.add_argument("--seconds", type=float, default=10.0, help="of each measurement of a rate (default 10)")
    found.add_argument("--rounds", type=int, default=5, help="of measurements of rates (default 5)")
    found.add_argument("--turns", type=int, default=15, help="between small and large database (default 15)")
    found.add_argument("--short", action="store_true", help="without the large database")
    found.add_argument("--fresh", action="store_true", help="make the databases anew")
    found.add_argument("--check", action="store_true", help="check books and stock of a large database too (minutes)")
    found.add_argument("--json", type=Path, help="where to write the figures")
    return found


def report(figures: "Figures", unsound: list[str], path: Path | None) -> int:
    """Print the figures as a table and as JSON; return 0 if every target is reached."""
    checks = list(figures.checks())
    print(f"\n{'':<55}{'figure':>9}   target")
    for what, figure, target, reached in checks:
        print(f"{what:<55}{figure:>9.3f}   {target:<8}{'' if reached else '  NOT REACHED'}")
    print(f"\nan order placed and paid by one of 8 workers: p50 {figures.p50:.0f} ms, p99 {figures.p99:.0f} ms")
    print(f"statements: {', '.join(f'{name} {count}' for name, count in figures.statements.items())}")
    for problem in unsound:
        print(f"UNSOUND: {problem}")
    found = {
        "checks": [
            {"what": what, "figure": figure, "target": target, "reached": reached}
            for what, figure, target, reached in checks
        ],
        "rounds": {"pgbench": figures.pgbench, "spread": figures.spread, "hot": figures.hot, "growth": figures.cost},
        "p50": figures.p50,
        "p99": figures.p99,
        "statements": figures.statements,
        "unsound": unsound,
    }
    print(json.dumps(found))
    if path:
        path.write_text(json.dumps(found, indent=1))
    return 0 if all(reached for *_rest, reached in checks) and not unsound else 1


def say(text: str) -> None:
    """Tell what is being done."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""What looking for goods costs among many, as ratios taken in one run on the embedded PostgreSQL.

    python -m benchmarks.search [--few 1000] [--many 100000] [--rounds 5]

The same looks (first and second page, typing error, pinyin, filters, suggestions) in two made malls; rounds take turns
between them and the median counts. Each look has the most that it may cost among the many goods for each time among
the few, and takes the same number of statements in both. The exit code is 0 only if every target is reached.
"""

import argparse
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also when it is started by its path

from hanse.config import postgres


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
        from benchmarks.mill import looks, worlds

        small, large = (worlds.shelves(goods, say, fresh=options.fresh) for goods in (options.few, options.many))
        figures = looks.measured(small, large, options.rounds)
    checks = list(figures.checks())
    print(f"\n{'':<60}{'figure':>9}   target")
    for what, figure, target, reached in checks:
        print(f"{what:<60}{figure:>9.2f}   {target:<8}{'' if reached else '  NOT REACHED'}")
    if options.json:
        options.json.write_text(json.dumps(vars(figures)))
    return 0 if all(reached for *_rest, reached in checks) else 1


def parser() -> argparse.ArgumentParser:
    """Return what may be said on the command line."""
    found = argparse.ArgumentParser(prog="benchmarks.search", description=(__doc__ or "").split("\n\n")[0])
    found.add_argument("--few", type=int, default=1_000, help="goods in the small mall")
    found.add_argument("--many", type=int, default=100_000, help="goods in the large mall")
    found.add_argument("--rounds", type=int, default=5, help="of measurements (default 5)")
    found.add_argument("--fresh", action="store_true", help="make the malls anew")
    found.add_argument("--json", type=Path, help="where to write the figures")
    return found


def say(text: str) -> None:
    """Tell what is being done."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())

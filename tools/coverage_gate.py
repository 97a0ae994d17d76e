"""Holds what must be covered entirely, branches included: `python -m tools.coverage_gate` after the tests.

Everything else is free to be tested where it matters; these parts decide who gets what, so there is no line in them
that nobody has seen working.
"""

import fnmatch
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).resolve().parents[1]
ENTIRELY = (
    "src/hanse/kernel/*",
    "src/hanse/value/books/*",
    "src/hanse/goods/stock/*",
    "src/hanse/*/*/rules.py",
    "src/hanse/*/*/rules/*",
    "src/hanse/*/*/operations/*",
)


def wanted(path: str) -> bool:
    """Say whether a file must be covered entirely."""
    return "/migrations/" not in path and any(fnmatch.fnmatch(path, pattern) for pattern in ENTIRELY)


def gaps(report: dict[str, Any], written: list[str]) -> list[str]:
    """Return a line for each file that must be covered entirely and is not."""
    measured = report["files"]
    lines = []
    for path in filter(wanted, written):
        if path not in measured:
            lines.append(f"{path}: never loaded by a test")
            continue
        missing = [str(line) for line in measured[path]["missing_lines"]]
        missing += [f"{start}->{end}" for start, end in measured[path].get("missing_branches", [])]
        if missing:
            lines.append(f"{path}: never taken: {', '.join(missing)}")
    return lines


def _report() -> dict[str, Any]:
    data = coverage.Coverage()
    data.load()
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        data.json_report(outfile=file.name)
        result: dict[str, Any] = json.loads(Path(file.name).read_text())
    return result


def main() -> int:
    """Print the gaps and the totals; return 1 if there are gaps."""
    report = _report()
    written = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "src").rglob("*.py"))]
    found = gaps(report, written)
    print(*found, sep="\n", end="\n" if found else "")
    totals = report["totals"]["percent_covered_display"]
    held = sum(1 for path in written if wanted(path))
    print(
        f"Coverage: {totals} % of all lines and branches; {held - len(found)} of {held} files that must be are entire."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

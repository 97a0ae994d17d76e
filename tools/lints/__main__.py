"""Runs every lint over the repository and prints what to do instead: `python -m tools.lints [FILE...]`."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tools.lints import (
    clock_below_faces,
    contexts_without_readme,
    hidden_behaviour,
    inexact_numbers,
    lengths,
    module_names,
    operation_signature,
    outside_world,
    status_outside_move,
    unscoped_query,
    writes_outside_operations,
)
from tools.lints.source import Finding, Module

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "tools", "benchmarks")
LINTS: tuple[Callable[[Module], Iterator[Finding]], ...] = (
    clock_below_faces.find,
    hidden_behaviour.find,
    inexact_numbers.find,
    lengths.find,
    module_names.find,
    operation_signature.find,
    outside_world.find,
    status_outside_move.find,
    unscoped_query.find,
    writes_outside_operations.find,
)


def examine(root: Path, files: Sequence[Path]) -> list[Finding]:
    """Return every finding in the files and, if all are examined, in the tree."""
    modules = [Module.read(root, file) for file in files]
    found = [finding for module in modules for lint in LINTS for finding in lint(module)]
    return sorted([*found, *contexts_without_readme.find_in(root)], key=lambda finding: (finding.path, finding.line))


def main(arguments: Sequence[str]) -> int:
    """Print the findings and return 1 if there are any."""
    chosen = [Path(argument).resolve() for argument in arguments]
    every = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py")))
    found = examine(ROOT, chosen or list(every))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(found)} findings by {len(LINTS) + 1} house lints.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

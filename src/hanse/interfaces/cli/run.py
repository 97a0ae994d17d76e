"""Play scenario files against the engine and say whether every expectation holds.

Each file (or each *.yaml in a folder) is played in a database of its own. The exit code is 0 if everything came out as
the files say, 1 if something did not, 2 if a file is not a scenario.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

FAILED, MALFORMED = 1, 2


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be printed about one file, and what it means for the exit code."""

    code: int
    text: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a scenario file, or a folder of them")
    parser.add_argument("--explain", action="store_true", help="print every entry and transfer as a table")
    parser.add_argument("--json", action="store_true", help="print one JSON object for each file, each on its own line")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="play so many files at once (default: 1)")


def run(options: argparse.Namespace) -> int:
    """Play the files and print how each went, as soon as it is known."""
    from hanse.interfaces.cli.scenario.worlds import WorldsUnavailable

    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    for name in options.files:
        if Path(name).is_dir() and not any(Path(name).glob("*.yaml")):
            print(f"hanse run: {name}: no scenario in this folder (*.yaml)", file=sys.stderr)
            return MALFORMED
    code = 0
    try:
        for report in _reports(list(_files(options.files)), options):
            print(report.text, flush=True)
            code = max(code, report.code)
    except WorldsUnavailable as error:
        print(f"hanse run: {error}", file=sys.stderr)
        return FAILED
    return code


def _files(named: Iterable[str]) -> Iterator[str]:
    for name in named:
        if Path(name).is_dir():
            yield from map(str, sorted(Path(name).glob("*.yaml")))
        else:
            yield name


def _reports(files: Sequence[str], options: argparse.Namespace) -> Iterator[Report]:
    from hanse.interfaces.cli.scenario.worlds import Worlds

    form = "json" if options.json else "table" if options.explain else "line"
    with Worlds() as worlds:  # also for several jobs: the template is then made once
        if options.jobs <= 1 or len(files) <= 1:
            for file in files:
                yield _report(file, form, worlds)
            return
        # A forked child would share our database connection, so the children begin anew.
        with ProcessPoolExecutor(min(options.jobs, len(files)), get_context("spawn"), _begin) as pool:
            yield from pool.map(_in_child, [(file, form) for file in files])


def _begin() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")
    django.setup()


def _in_child(job: tuple[str, str]) -> Report:
    from hanse.interfaces.cli.scenario.worlds import Worlds

    with Worlds() as worlds:
        return _report(*job, worlds)


def _report(file: str, form: str, worlds: Any) -> Report:
    from hanse.interfaces.cli.scenario import player, reader, report

    try:
        scenario = reader.read_file(Path(file))
    except reader.MalformedScenario as refused:
        told = json.dumps(report.malformed_as_json(file, refused.problems), ensure_ascii=False)
        return Report(MALFORMED, told if form == "json" else str(refused))
    with worlds.fresh():
        outcome = player.play(scenario)
    if form == "json":
        return Report(0 if outcome.ok else FAILED, json.dumps(report.as_json(outcome), ensure_ascii=False))
    lines = [*(report.table(outcome) if form == "table" else []), *report.failures(outcome), report.line(outcome)]
    return Report(0 if outcome.ok else FAILED, "\n".join(lines))

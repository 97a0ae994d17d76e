"""What people and programs are told of a play: a line a file, the table of all transfers, or one JSON object a file."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

from hanse.interfaces.cli.scenario import expect
from hanse.interfaces.cli.scenario.outcome import Compared, Outcome, Played
from hanse.interfaces.cli.scenario.reading.page import Problem
from hanse.interfaces.cli.scenario.script import Scenario
from hanse.kernel import money
from hanse.value.books.queries import Posting
from hanse.value.books.rules import AccountRef
from hanse.value.funds.queries import UNPAID

HEAD = ("time", "step", "kind", "from", "to", "amount", "held", "owed")
NUMBERS = 3
"""The last columns are numbers, to be set flush right."""
HELD = ("held", "held_credit")


def line(outcome: Outcome) -> str:
    """Return the one line that says how a file went."""
    facts = sum(len(played.compared) for played in outcome.steps)
    how = "ok    " if outcome.ok else "FAILED"
    played, steps = len(outcome.steps), len(outcome.scenario.steps)
    count = f"{steps} steps" if played == steps else f"stopped at step {played} of {steps}"
    size = f"{count}, {facts} expectations, {outcome.seconds:.2f} s"
    return f"{how} {outcome.scenario.spot.file}: {outcome.scenario.title} ({size})"


def failures(outcome: Outcome) -> Iterator[str]:
    """Yield everything that did not come out as the file says."""
    return map(str, outcome.problems)


def table(outcome: Outcome) -> list[str]:
    """Return every transfer of the run as lines of a table, with what is held and owed after each."""
    rows = [HEAD, *_rows(outcome)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEAD))]
    return ["  ".join(_padded(row, widths)).rstrip() for row in rows]


def _rows(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    currency, held, owed = outcome.scenario.currency, 0, 0
    for label, posting in _postings(outcome):
        amount = posting.amount if posting.source.asset == currency else 0
        held += amount * (_in(posting.target, HELD) - _in(posting.source, HELD))
        owed += amount * (_in(posting.target, UNPAID) - _in(posting.source, UNPAID))
        yield (
            _local(posting.at, outcome.scenario).strftime("%Y-%m-%d %H:%M"),
            label,
            posting.kind,
            _account(posting.source, outcome),
            _account(posting.target, outcome),
            _amount(posting),
            money.plain(held, currency),
            money.plain(owed, currency),
        )


def _postings(outcome: Outcome) -> Iterator[tuple[str, Posting]]:
    for posting in outcome.opening:
        yield "(opening)", posting
    for played in outcome.steps:
        for posting in played.postings:
            yield f"{played.step.spot.line}: {played.step.summary}", posting


def _in(account: AccountRef, purposes: Sequence[str]) -> int:
    return int(account.purpose in purposes)


def _account(account: AccountRef, outcome: Outcome) -> str:
    partner = "" if account.partner is None else f" with {_party(account.partner, outcome)}"
    return f"{_party(account.holder, outcome)}: {account.purpose}{partner}"


def _party(party: int, outcome: Outcome) -> str:
    return outcome.parties.get(party, str(party))


def _amount(posting: Posting) -> str:
    asset = posting.source.asset
    return money.plain(posting.amount, asset) + (" points" if asset == "POINTS" else "")


def _local(at: datetime, scenario: Scenario) -> datetime:
    return at.astimezone(ZoneInfo(scenario.zone))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for column, (text, width) in enumerate(zip(row, widths, strict=True)):
        gap = " " * (width - _width(text))
        yield gap + text if column >= len(HEAD) - NUMBERS else text + gap


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the whole play for programs; amounts are plain decimals, as in the file."""
    scenario = outcome.scenario
    return {
        "file": scenario.spot.file,
        "scenario": scenario.title,
        "ok": outcome.ok,
        "currency": scenario.currency,
        "seconds": round(outcome.seconds, 3),
        "failures": [{"line": failure.spot.line, "message": failure.text} for failure in outcome.problems],
        "steps": [_step(played, scenario) for played in outcome.steps],
        "expectations": [_compared(item, scenario) for played in outcome.steps for item in played.compared],
        "entries": list(_entries(outcome)),
    }


def malformed_as_json(file: str, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return what is wrong with a file that could not be played."""
    errors = [{"line": p.spot.line, "expected": p.expected, "got": p.got} for p in problems]
    return {"file": file, "scenario": None, "ok": False, "errors": errors}


def _step(played: Played, scenario: Scenario) -> dict[str, Any]:
    return {
        "line": played.step.spot.line,
        "kind": played.step.kind,
        "step": played.step.summary,
        "at": _local(played.at, scenario).isoformat(),
        "outcome": played.outcome,
        **({"outcomes": played.outcomes} if played.outcomes else {}),
        "ok": not played.failures,
    }


def _compared(item: Compared, scenario: Scenario) -> dict[str, Any]:
    said = item.expectation
    return {
        "line": said.spot.line,
        "of": list(said.path),
        "expected": expect.written(said.expected, said, scenario.currency),
        "actual": expect.written(item.actual, said, scenario.currency),
        "ok": item.met,
    }


def _entries(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for (step, _), group in groupby(_postings(outcome), key=lambda pair: (pair[0], pair[1].entry)):
        postings = [posting for _, posting in group]
        first = postings[0]
        yield {
            "at": _local(first.at, outcome.scenario).isoformat(),
            "step": step,
            "kind": first.kind,
            "subject": first.subject,
            "by": first.by,
            "transfers": [
                {
                    "from": _account(posting.source, outcome),
                    "to": _account(posting.target, outcome),
                    "amount": money.plain(posting.amount, posting.source.asset),
                    "asset": posting.source.asset,
                }
                for posting in postings
            ],
        }

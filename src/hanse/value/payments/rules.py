"""Decisions about payments: what a provider's word means for what we know, and how a refund is spread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SUCCEEDED = "succeeded"
FAILED = "failed"

APPLIED = "applied"
"""The outcome of a notice that changed what we know."""


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of the payment or refund that a provider speaks of."""

    status: str
    amount: int
    currency: str
    provider: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says: it `succeeded` or it `failed`, and for how much."""

    status: str
    amount: int
    currency: str
    provider: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a notice: `act` on it, or not, and then `why` is its outcome."""

    act: bool
    why: str = ""


ACT = Verdict(act=True)

_NO_NEWS = {
    (SUCCEEDED, SUCCEEDED): "already_known",
    (FAILED, FAILED): "already_known",
    (SUCCEEDED, FAILED): "late_failure",
}
"""What changes nothing: (our status, what we are told) and the outcome of such a notice."""


def judge(told: Told, known: Known | None) -> Verdict:
    """Decide about a notice on a payment; nothing that it says is believed against our own records.

    A failure after a success changes nothing: the success stands and an operator sees the contradiction.
    A success after a failure or an expiry is money that arrived, and counts.
    """
    if known is None or known.provider != told.provider:
        return Verdict(act=False, why="unknown_reference")
    if told.status not in {SUCCEEDED, FAILED}:
        return Verdict(act=False, why="unknown_status")
    if (told.amount, told.currency) != (known.amount, known.currency):
        return Verdict(act=False, why="amount_mismatch")
    why = _NO_NEWS.get((known.status, told.status), "")
    return Verdict(act=not why, why=why)


def judge_refund(told: Told, known: Known | None) -> Verdict:
    """Decide about a notice on a refund: as for payments, but what failed went another way, to the payer's wallet."""
    verdict = judge(told, known)
    if verdict.act and known is not None and known.status == FAILED:
        return Verdict(act=False, why="success_after_failure")
    return verdict


QUIET = frozenset({APPLIED, "already_known"})
"""Outcomes that need nobody: with every other one provider and engine tell different stories, and an operator looks."""


def spread(amount: int, left: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Spread a refund over payments (code, refundable rest), the first as far as it reaches, then the next.

    The shares sum to the amount, or to everything there is if that is less.
    """
    shares = []
    for code, rest in left:
        share = min(amount, rest)
        if share > 0:
            shares.append((code, share))
            amount -= share
    return shares


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved through a provider under one of our codes: a payment positive, a refund negative."""

    code: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A code on which a provider's bill and our own records do not agree; None where one of them knows nothing."""

    code: str
    billed: Moved | None
    ours: Moved | None


def differences(bill: Iterable[Moved], ours: Iterable[Moved], expected: Iterable[str]) -> list[Difference]:
    """Compare a bill with our records, by code.

    `ours` is everything that we know of the codes on the bill and of those `expected` on it. What the bill lacks is a
    difference only if it was expected: near midnight provider and we may count a movement to different days.
    """
    billed, known, wanted = {row.code: row for row in bill}, {row.code: row for row in ours}, set(expected)
    return [
        Difference(code, billed.get(code), known.get(code))
        for code in sorted(billed.keys() | wanted)
        if billed.get(code) != known.get(code)
    ]

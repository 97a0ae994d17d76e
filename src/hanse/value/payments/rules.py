"""Decisions about payments: what a provider's word means for what we know, and how a refund is spread."""

from collections.abc import Sequence
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


def judge(told: Told, known: Known | None) -> Verdict:
    """Decide about a notice on a payment or refund; nothing that it says is believed against our own records.

    A failure after a success changes nothing: the success stands and an operator sees the contradiction.
    A success after a failure or an expiry is money that arrived, and counts.
    """
    if known is None or known.provider != told.provider:
        return Verdict(act=False, why="unknown_reference")
    if told.amount != known.amount or told.currency != known.currency:
        return Verdict(act=False, why="amount_mismatch")
    if told.status == known.status:
        return Verdict(act=False, why="already_known")
    if known.status == SUCCEEDED:
        return Verdict(act=False, why="late_failure")
    if told.status == FAILED and known.status == "expired":
        return Verdict(act=False, why="already_over")
    return ACT


def judge_refund(told: Told, known: Known | None) -> Verdict:
    """Decide about a notice on a refund: as for payments, but a refund once failed may have been sent anew since."""
    verdict = judge(told, known)
    if verdict.act and known is not None and known.status == FAILED:
        return Verdict(act=False, why="success_after_failure")
    return verdict


TROUBLES = frozenset({"amount_mismatch", "late_failure", "success_after_failure", "unknown_reference"})
"""Outcomes that an operator must look at: provider and we tell different stories."""


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

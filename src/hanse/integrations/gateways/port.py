"""What the engine asks of a payment provider, whichever it is.

Every call may be repeated: a provider does one thing for one reference. A call ends in one of three ways: an answer,
`Refused` (it did not happen and will not), or `Unknown` (it may have happened: query, or call again later).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class Refused(Exception):
    """The provider answered that it does not do this; `code` is its reason."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Unknown(Exception):
    """No answer that could be believed came: it may have happened or not."""


class Untrusted(Exception):
    """A notice that is not the provider's, or not fresh; `reason` never holds anything of its content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to be created; `reference` is our code for it, `title` what the payer reads."""

    reference: str
    amount: int
    currency: str
    title: str
    return_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reversal:
    """A refund to be made: `payment` and `reference` are our codes."""

    reference: str
    payment: str
    amount: int
    currency: str


PENDING = "pending"
SUCCEEDED = "succeeded"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class State:
    """What the provider knows of a payment or a refund: `pending`, `succeeded` or `failed`."""

    reference: str
    ref: str
    status: str
    amount: int
    currency: str
    pay_url: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that a provider sent by itself: `kind` is `payment`, `refund` or `payout`, `reference` our code."""

    provider: str
    id: str
    kind: str
    status: str
    reference: str
    ref: str
    amount: int
    currency: str
    body: str


@dataclass(frozen=True, slots=True)
class BillRow:
    """One movement on a provider's bill of a day: payments positive, refunds negative."""

    kind: str
    reference: str
    ref: str
    amount: int
    fee: int
    currency: str
    at: datetime


class Gateway(Protocol):
    """A payment provider."""

    @property
    def name(self) -> str:
        """The name under which this installation knows it."""

    def create(self, charge: Charge) -> State:
        """Open a payment and say where to pay it."""

    def query(self, reference: str) -> State | None:
        """Return what became of a payment; None if the provider never heard of it."""

    def refund(self, reversal: Reversal) -> State:
        """Send money of a payment back."""

    def query_refund(self, reference: str) -> State | None:
        """Return what became of a refund; None if the provider never heard of it."""

    def bill(self, day: date) -> list[BillRow]:
        """Return everything that moved on that day of the provider's business zone."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return the notice that these bytes are; raise Untrusted unless the provider signed them lately."""

"""What the engine asks of a bank; calls may be repeated and end as those of a gateway do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from hanse.integrations.gateways.port import Notice

SENT = "sent"
PAID = "paid"
FAILED = "failed"
RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money for somebody's account: `reference` is our payout's code."""

    reference: str
    account: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Remittance:
    """What the bank knows of a payout: `sent`, `paid`, `failed` or `returned`."""

    reference: str
    ref: str
    status: str
    amount: int
    currency: str


class Bank(Protocol):
    """A bank."""

    @property
    def name(self) -> str:
        """The name under which this installation knows it."""

    def pay_out(self, transfer: Transfer) -> Remittance:
        """Send money to an account."""

    def query(self, reference: str) -> Remittance | None:
        """Return what became of a payout; None if the bank never heard of it."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return the notice that these bytes are; raise Untrusted unless the bank signed them lately."""

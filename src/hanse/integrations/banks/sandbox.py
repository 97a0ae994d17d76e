"""The sandbox's bank, spoken to as to a real one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hanse.integrations.banks.port import SENT, Remittance, Transfer
from hanse.integrations.gateways.port import Notice, Unknown
from hanse.integrations.wire import Wire


@dataclass(frozen=True, slots=True)
class SandboxBank:
    """Speaks to `python -m hanse.integrations.sandbox`."""

    wire: Wire
    name: str = "sandbox"

    def pay_out(self, transfer: Transfer) -> Remittance:
        """Send money to an account."""
        return _remittance(self.wire.post("/v1/payouts", {
            "reference": transfer.reference, "account": transfer.account,
            "amount": transfer.amount, "currency": transfer.currency,
        }))  # fmt: skip

    def query(self, reference: str) -> Remittance | None:
        """Return what became of a payout; None if the bank never heard of it."""
        told = self.wire.get("/v1/payouts", reference)
        return None if told is None else _remittance(told)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return the notice that these bytes are; raise Untrusted unless the bank signed them lately."""
        return self.wire.notice(self.name, headers, body)


def _remittance(told: dict[str, Any]) -> Remittance:
    try:
        return Remittance(
            reference=str(told["reference"]), ref=str(told["ref"]),
            status=SENT if told["status"] == "pending" else str(told["status"]),
            amount=int(told["amount"]), currency=str(told["currency"]),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise Unknown("the answer cannot be read") from error

"""The sandbox's payment gateway, spoken to as to a real one."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hanse.integrations.gateways.port import PENDING, BillRow, Charge, Notice, Reversal, State, Unknown
from hanse.integrations.wire import Wire

OPEN = {"pending", "processing"}


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """Speaks to `python -m hanse.integrations.sandbox`."""

    wire: Wire
    name: str = "sandbox"

    def create(self, charge: Charge) -> State:
        """Open a payment and say where to pay it."""
        return _state(self.wire.post("/v1/payments", {
            "reference": charge.reference, "amount": charge.amount, "currency": charge.currency,
            "title": charge.title, "return_url": charge.return_url, "expires_at": int(charge.expires_at.timestamp()),
        }))  # fmt: skip

    def query(self, reference: str) -> State | None:
        """Return what became of a payment; None if the provider never heard of it."""
        return _maybe(self.wire.get("/v1/payments", reference))

    def refund(self, reversal: Reversal) -> State:
        """Send money of a payment back."""
        return _state(self.wire.post("/v1/refunds", {
            "reference": reversal.reference, "payment": reversal.payment,
            "amount": reversal.amount, "currency": reversal.currency,
        }))  # fmt: skip

    def query_refund(self, reference: str) -> State | None:
        """Return what became of a refund; None if the provider never heard of it."""
        return _maybe(self.wire.get("/v1/refunds", reference))

    def bill(self, day: date) -> list[BillRow]:
        """Return everything that moved on that day of the provider's business zone."""
        text = (self.wire.get_raw("/v1/bills", day.isoformat()) or b"").decode()
        try:
            return [_bill_row(row) for row in csv.DictReader(io.StringIO(text))]
        except (KeyError, ValueError) as error:
            raise Unknown("the bill cannot be read") from error

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return the notice that these bytes are; raise Untrusted unless the provider signed them lately."""
        return self.wire.notice(self.name, headers, body)


def _maybe(told: dict[str, Any] | None) -> State | None:
    return None if told is None else _state(told)


def _state(told: dict[str, Any]) -> State:
    try:
        status = PENDING if told["status"] in OPEN else str(told["status"])
        return State(
            reference=str(told["reference"]), ref=str(told["ref"]), status=status, amount=int(told["amount"]),
            currency=str(told["currency"]), pay_url=str(told.get("pay_url", "")),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError) as error:
        raise Unknown("the answer cannot be read") from error


def _bill_row(row: dict[str, str]) -> BillRow:
    return BillRow(
        kind=row["kind"], reference=row["reference"], ref=row["ref"], amount=int(row["amount"]), fee=int(row["fee"]),
        currency=row["currency"], at=datetime.fromisoformat(row["at"]),
    )  # fmt: skip

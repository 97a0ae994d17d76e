"""The payment provider: payments that somebody pays on its page, and refunds of them."""

import secrets
import time
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from hanse.integrations.sandbox.agenda import Agenda
from hanse.integrations.sandbox.journal import Journal, Message, Payment, Payout, Refund
from hanse.integrations.sandbox.notices import Pace, Postman
from hanse.integrations.sandbox.troubles import Orders, known

LARGEST = 2**63 - 1
SLOW = 10
REFUND_TAKES = 1
PAYOUT_TAKES = 2

Asked = TypeVar("Asked", Payment, Refund, Payout)


class Refusal(Exception):
    """What was asked is not possible; asking again will not help."""

    def __init__(self, code: str, http: int = 422) -> None:
        self.code = code
        self.http = http
        super().__init__(code)


@dataclass(slots=True)
class House:
    """What the gateway and the bank share."""

    journal: Journal
    agenda: Agenda
    postman: Postman
    pace: Pace
    orders: Orders


class Gateway:
    """Creates, pays, refuses, refunds; every merchant reference is created once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._journal = house.journal

    def create(self, given: dict[str, Any]) -> Payment:
        """Open a payment, or return the one that has this reference already."""
        reference, amount, currency = terms(given)
        with self._journal.lock:
            if found := self._journal.of(Payment, reference):
                return same(found, amount, currency)
            troubles = self._house.orders.take()
            if "refused" in troubles:
                raise Refusal("risk_control")
            payment = Payment(
                ref="p_" + secrets.token_hex(10), reference=reference, amount=amount, currency=currency,
                title=text(given, "title", 200, ""), return_url=_web_address(given.get("return_url", "")),
                expires_at=_moment(given.get("expires_at", 0)), created_at=int(time.time()), troubles=troubles,
            )  # fmt: skip
            self._journal.put(payment)
        if "early" in troubles:
            for message in self._finish(payment.ref, "succeeded"):
                self._house.postman.deliver(message.ref)
        return payment

    def pay(self, ref: str, troubles: tuple[str, ...] = ()) -> Payment:
        """The payer pays: the money is there at once."""
        self._finish(ref, "succeeded", troubles)
        return self.payment(ref)

    def refuse(self, ref: str, troubles: tuple[str, ...] = ()) -> Payment:
        """The payer, or the payer's bank, refuses."""
        self._finish(ref, "failed", troubles)
        return self.payment(ref)

    def pay_slowly(self, ref: str, troubles: tuple[str, ...] = ()) -> Payment:
        """The payer pays, and the payer's bank takes its time."""
        with self._journal.lock:
            payment = self.payment(ref)
            if payment.status == "pending" and not is_over(payment):
                payment = replace(
                    payment, status="processing", due=self._house.pace.after(SLOW), troubles=_more(payment, troubles)
                )
                self._journal.put(payment)
                self._house.agenda.add(payment.due, Payment.__name__, ref)
            return payment

    def decide(self, ref: str) -> None:
        """The payer's bank has decided about a slow payment."""
        self._finish(ref, "succeeded")

    def payment(self, ref: str) -> Payment:
        """Return a payment by our name for it."""
        found = self._journal.get(Payment, ref)
        if found is None:
            raise Refusal("unknown", 404)
        return found

    def by_reference(self, reference: str) -> Payment:
        """Return a payment by the merchant's name for it; one that nobody paid in time has failed."""
        found = self._journal.of(Payment, reference)
        if found is None:
            raise Refusal("unknown", 404)
        return replace(found, status="failed", finished_at=found.expires_at) if is_over(found) else found

    def refund(self, given: dict[str, Any]) -> Refund:
        """Begin a refund, or return the one that has this reference already; all together never exceed the payment."""
        reference, amount, currency = terms(given)
        with self._journal.lock:
            if found := self._journal.of(Refund, reference):
                return same(found, amount, currency)
            payment = self.by_reference(text(given, "payment", 80))
            if payment.status != "succeeded":
                raise Refusal("not_paid")
            living = (r.amount for r in self._journal.all(Refund) if r.payment == payment.ref and r.status != "failed")
            if currency != payment.currency or amount > payment.amount - sum(living):
                raise Refusal("refund_exceeds_payment")
            troubles = self._house.orders.take()
            if "refused" in troubles:
                raise Refusal("risk_control")
            refund = Refund(
                ref="r_" + secrets.token_hex(10), reference=reference, payment=payment.ref, amount=amount,
                currency=currency, created_at=int(time.time()), due=self._house.pace.after(REFUND_TAKES),
                troubles=troubles,
            )  # fmt: skip
            self._journal.put(refund)
            self._house.agenda.add(refund.due, Refund.__name__, refund.ref)
            return refund

    def finish_refund(self, ref: str) -> None:
        """The money is back with the payer, or could not be brought there."""
        with self._journal.lock:
            refund = self._journal.get(Refund, ref)
            if refund is None or refund.status != "pending":
                return
            status = "failed" if "refund_fails" in refund.troubles else "succeeded"
            refund = replace(refund, status=status, finished_at=int(time.time()))
            self._journal.put(refund)
        self._house.postman.tell(refund, status, refund.troubles)

    def _finish(self, ref: str, status: str, troubles: tuple[str, ...] = ()) -> list[Message]:
        """End a payment that has not ended, and tell the merchant."""
        with self._journal.lock:
            payment = self.payment(ref)
            if payment.status not in {"pending", "processing"} or is_over(payment):
                return []
            payment = replace(payment, status=status, finished_at=int(time.time()), troubles=_more(payment, troubles))
            self._journal.put(payment)
        return self._house.postman.tell(payment, status, payment.troubles)


def is_over(payment: Payment) -> bool:
    """Say whether nobody paid in time; a payment that a bank is deciding about is not over."""
    return payment.status == "pending" and 0 < payment.expires_at <= time.time()


def terms(given: dict[str, Any]) -> tuple[str, int, str]:
    """Read what every request must say: the merchant's reference, an amount above zero, a currency."""
    amount = given.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= LARGEST:
        raise Refusal("malformed_amount")
    currency = text(given, "currency", 3)
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise Refusal("malformed_currency")
    return text(given, "reference", 80), amount, currency


def text(given: dict[str, Any], name: str, longest: int, default: str | None = None) -> str:
    """Read a text of at most so many characters."""
    value = given.get(name, default)
    if not isinstance(value, str) or len(value) > longest or (not value and default is None):
        raise Refusal(f"malformed_{name}")
    return value


def same(found: Asked, amount: int, currency: str) -> Asked:
    """Return what was created under a reference before, if the same is asked for again."""
    if (found.amount, found.currency) != (amount, currency):
        raise Refusal("reference_reused", 409)
    return found


def _more(payment: Payment, troubles: tuple[str, ...]) -> tuple[str, ...]:
    return known((*payment.troubles, *troubles))


def _web_address(value: object) -> str:
    if value == "" or (isinstance(value, str) and len(value) <= 2000 and value.startswith(("http://", "https://"))):
        return str(value)
    raise Refusal("malformed_return_url")


def _moment(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**11:
        return value
    raise Refusal("malformed_expires_at")

"""The bank: payouts to accounts, which it carries out, refuses, or brings back days later."""

import secrets
import time
from dataclasses import replace
from typing import Any

from hanse.integrations.sandbox.gateway import PAYOUT_TAKES, House, Refusal, same, terms, text
from hanse.integrations.sandbox.journal import Payout

RETURN_TAKES = 5


class Bank:
    """Pays out; every merchant reference once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._journal = house.journal

    def pay_out(self, given: dict[str, Any]) -> Payout:
        """Accept a payout, or return the one that has this reference already."""
        reference, amount, currency = terms(given)
        with self._journal.lock:
            if found := self._journal.of(Payout, reference):
                return same(found, amount, currency)
            troubles = self._house.orders.take()
            if "refused" in troubles:
                raise Refusal("account_unknown")
            payout = Payout(
                ref="w_" + secrets.token_hex(10), reference=reference, account=text(given, "account", 80),
                amount=amount, currency=currency, created_at=int(time.time()),
                due=self._house.pace.after(PAYOUT_TAKES), troubles=troubles,
            )  # fmt: skip
            self._journal.put(payout)
            self._house.agenda.add(payout.due, Payout.__name__, payout.ref)
            return payout

    def by_reference(self, reference: str) -> Payout:
        """Return a payout by the merchant's name for it."""
        found = self._journal.of(Payout, reference)
        if found is None:
            raise Refusal("unknown", 404)
        return found

    def proceed(self, ref: str) -> None:
        """Carry a payout out, or refuse it; one that shall come back does so a little later."""
        with self._journal.lock:
            payout = self._journal.get(Payout, ref)
            if payout is not None and shall_return(payout):
                self.bring_back(ref)
                return
            if payout is None or payout.status != "pending":
                return
            status = "failed" if "payout_fails" in payout.troubles else "paid"
            payout = replace(payout, status=status, finished_at=int(time.time()))
            if shall_return(payout):
                payout = replace(payout, due=self._house.pace.after(RETURN_TAKES))
                self._house.agenda.add(payout.due, Payout.__name__, ref)
            self._journal.put(payout)
        self._house.postman.tell(payout, status, payout.troubles)

    def bring_back(self, ref: str) -> Payout:
        """The receiving bank sends a paid payout back, as for a closed account."""
        with self._journal.lock:
            payout = self._journal.get(Payout, ref)
            if payout is None or payout.status != "paid":
                raise Refusal("not_paid")
            payout = replace(payout, status="returned", finished_at=int(time.time()))
            self._journal.put(payout)
        self._house.postman.tell(payout, "returned", payout.troubles)
        return payout


def shall_return(payout: Payout) -> bool:
    """Say whether a paid payout was ordered to come back."""
    return payout.status == "paid" and "payout_returned" in payout.troubles

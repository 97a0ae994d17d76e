"""Histories in which two people act on one order in the same moment, on real separate connections.

Whatever happens must be what would have happened had one of them come first: the engine's state is compared with the
model after the one order and after the other, and has to be one of the two.
"""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import DomainError
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from tests.invariants import ledger_model as model
from tests.invariants.machine import TRADER, Histories

OPERATIONS: dict[str, Any] = {"ship": ship, "receive": receive, "cancel": cancel, "pay": pay}


def attempt(part: model.Part, deed: str, pieces: int, machine: Histories) -> bool:
    """Do a deed in the model if it can be done, and say whether it was."""
    if deed == "pay":
        allowed = part.status == "placed"
        if allowed:
            part.status, part.due = "paid", None
        return allowed
    statuses = {
        "ship": ("paid", "partly_shipped"),
        "receive": ("partly_shipped", "shipped"),
        "cancel": ("placed", "paid", "partly_shipped"),
    }[deed]
    room = sum(part.moving if deed == "receive" else part.waiting)
    if part.status not in statuses or pieces > room:
        return False
    if deed == "ship":
        model.ship(part, pieces)
    elif deed == "receive":
        model.receive(part, pieces, machine.shelves, trader=part.buyer == TRADER)
    else:
        machine.give_back(part, lambda: model.cancel(part, pieces, machine.shelves))
    model.progress(part, machine.world.at)
    return True


class Rivals(Histories):
    """A history with pairs of deeds at once."""

    @rule(data=st.data())
    @precondition(lambda self: self.parts)
    def pair(self, data: st.DataObject) -> None:
        """Let two people act on one order at once."""
        chosen = self.some(data, "placed", "paid", "partly_shipped", "shipped")
        # A checkout of several sellers is paid as a whole: the pairs keep to one.
        if not chosen or self.shared(chosen[0]):
            return
        code, part = chosen
        deeds = [
            (data.draw(st.sampled_from(sorted(OPERATIONS)), label="deed"), data.draw(st.integers(1, 4), label="pieces"))
            for _ in range(2)
        ]
        outcomes = self.at_once(code, part.chain.offer, deeds)
        before = deepcopy((self.parts, self.shelves))
        for order in ([0, 1], [1, 0]):
            self.parts, self.shelves = deepcopy(before)
            expected = {i: attempt(self.parts[code], *deeds[i], self) for i in order}
            if expected == outcomes and self.agrees():
                return
        raise AssertionError(f"{deeds} on {code} came out as {outcomes}: neither order explains it")

    def shared(self, code: str) -> bool:
        """Say whether the order's checkout has another first leg."""
        return Order.objects.filter(checkout__orders__code=code, tier=0).count() > 1

    def agrees(self) -> bool:
        """Say whether the engine stands where the model does."""
        try:
            self.everybody_has_what_the_model_says()
        except AssertionError:
            return False
        return True

    def at_once(self, code: str, offer: str, deeds: list[tuple[str, int]]) -> dict[int, bool]:
        """Play the deeds on connections of their own, started together; return which of them were done."""
        barrier = Barrier(len(deeds))

        def play(deed: str, pieces: int) -> bool:
            given: dict[str, Any] = {} if deed == "pay" else {"lines": {offer: pieces}}
            key = f"pair{next(self.world.keys)}"
            barrier.wait()
            try:
                OPERATIONS[deed](key=key, at=self.world.at, by=ENGINE, order=code, **given)
            except DomainError:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(len(deeds)) as pool:
            return dict(enumerate(pool.map(play, *zip(*deeds, strict=True))))

"""What is replayed of every order: through which tiers, step by step at its own times, and how it should end.

Where a row contradicts itself the order still runs, in the order of its steps: a step is never earlier than the one
before, the order is paid what it costs, and the contradiction is reported with the money that it is about.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from benchmarks.olist.dataset import UNREADABLE, Bought, Dataset, Issue, Item
from hanse.kernel import money

FRONTS, MIDDLES = 24, 8
"""How many retailers and wholesalers stand in front of every fifth seller."""
SHARES = {1: (8800,), 2: (8800, 8000)}
"""What the tiers behind the front get of the consumer's price, basis points, nearest first."""
FEE = 500
"""The platform's share of the goods, borne by the seller that the consumer buys from, basis points."""
NEVER_PAID = ("created",)
ENDED = ("canceled", "unavailable")
WAITING = ("invoiced", "processing", "approved")


@dataclass(frozen=True, slots=True)
class Step:
    """One operation at one moment; `name` is unique within its order."""

    name: str
    at: datetime
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        """Return the operation: `pay` for pay1, pay2 …"""
        return self.name.rstrip("0123456789")


@dataclass(frozen=True, slots=True)
class Plan:
    """One order to replay; `fate` says how it should end, without steps why it cannot begin."""

    order: str
    fate: str
    steps: tuple[Step, ...] = ()
    issues: tuple[Issue, ...] = ()


def chains(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """Return the chain of parties of every seller, the front first, the maker last."""
    return {seller: _tiers(place, seller) for place, seller in enumerate(sorted(dataset.sellers))}


def _tiers(place: int, seller: str) -> tuple[str, ...]:
    fifth, rest = divmod(place, 5)
    maker = f"s-{seller}"
    if rest:
        return (maker,)
    front = f"front-{fifth % FRONTS}"
    return (front, maker) if fifth % 2 else (front, f"middle-{fifth % MIDDLES}", maker)


def prices(price: int, extra: int) -> tuple[int, ...]:
    """Return what each tier asks, the consumer's price first."""
    return (price, *(max(1, money.percent(price, share)) for share in SHARES.get(extra, ())))


def offer(item: Item) -> str:
    """Return the short name of the offer that a consumer buys this at: one for every price and freight there was."""
    return f"{item.product}@{item.seller}:{item.price}+{item.freight}"


def plans(dataset: Dataset) -> Iterator[Plan]:
    """Yield the plan of every order, in the order of purchase."""
    for order in dataset.orders:
        yield plan(order)


def plan(order: Bought) -> Plan:
    """Return what is replayed of one order."""
    if order.status == UNREADABLE:
        return Plan(order.id, UNREADABLE)
    if not order.items:
        detail = f"status {order.status}, paid without a single item"
        return Plan(order.id, "no_items", issues=(Issue(order.id, "no_items", detail, order.paid),))
    draft = _Draft(order)
    draft.place()
    if draft.pay():
        draft.send()
        draft.end()
    return Plan(order.id, draft.fate, tuple(draft.steps), tuple(draft.issues))


@dataclass
class _Draft:
    order: Bought
    fate: str = "expired"
    steps: list[Step] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.steps[-1].at

    def step(self, name: str, at: datetime | None, **given: Any) -> None:
        """Add a step, not earlier than the one before."""
        earliest = self.now if self.steps else self.order.purchased
        self.steps.append(Step(name, max(at or earliest, earliest), given))

    def report(self, kind: str, detail: str = "", amount: int = 0) -> None:
        self.issues.append(Issue(self.order.id, kind, detail, amount))

    def expect(self, later: str, earlier: str) -> None:
        """Report where a time of the row is before one that it must follow."""
        first, second = getattr(self.order, earlier), getattr(self.order, later)
        if first and second and second < first:
            self.report(f"{later}_before_{earlier}", f"{second:%Y-%m-%d %H:%M:%S} < {first:%Y-%m-%d %H:%M:%S}")

    def place(self) -> None:
        """Order every offer as often as the row has pieces of it."""
        lines = Counter(offer(item) for item in self.order.items)
        buyer, address = f"c-{self.order.customer}", self.order.address
        self.step("place", None, buyer=buyer, lines=list(lines.items()), address=address)

    def pay(self) -> bool:
        """Pay in as many parts as the row says, and say whether it was paid at all."""
        order = self.order
        self.payment_rows()
        if order.status in NEVER_PAID or (order.status in ENDED and order.approved is None):
            if order.paid:
                self.report("paid_never_approved", f"status {order.status}", order.paid)
            return False
        if order.approved is None:
            self.report("no_time_of_approval", f"status {order.status}")
        self.expect("approved", "purchased")
        for number, amount in enumerate(self.amounts(order.goods + order.freight), start=1):
            self.step(f"pay{number}", order.approved, amount=amount)
        self.fate = "waiting"
        return True

    def payment_rows(self) -> None:
        """Report what is strange about single payments."""
        order = self.order
        if [payment.number for payment in order.payments] != list(range(1, len(order.payments) + 1)):
            self.report("payment_numbers", "not 1, 2, 3 …: a payment is missing or twice there")
        for payment in order.payments:
            if payment.kind == "not_defined":
                self.report("payment_not_defined", f"payment {payment.number}", payment.amount)
            if not payment.amount:
                self.report("payment_of_nothing", f"payment {payment.number}, {payment.kind}")

    def amounts(self, due: int) -> list[int]:
        """Return the payments as far as the order costs anything; the last one makes up what they lack."""
        if not self.order.payments:
            self.report("no_payment", f"status {self.order.status}", -due)
        elif self.order.paid != due:
            detail = "more was paid than goods and freight cost" if self.order.paid > due else "less was paid"
            self.report("paid_differs", detail, self.order.paid - due)
        found: list[int] = []
        for payment in self.order.payments:
            if part := min(payment.amount, due - sum(found)):
                found.append(part)
        if rest := due - sum(found):
            found = [*found[:-1], found[-1] + rest] if found else [rest]
        return found

    def send(self) -> None:
        """Ship and deliver as far as the row says that it was."""
        order = self.order
        if order.status in WAITING:
            if order.shipped or order.delivered:
                self.report("shipped_though_waiting", f"status {order.status}")
            return
        if order.status in ENDED and not (order.shipped or order.delivered):
            return
        if order.shipped is None:
            self.report("no_time_of_shipping", f"status {order.status}")
        for earlier in ("purchased", "approved"):
            self.expect("shipped", earlier)
        self.step("ship", order.shipped)
        self.fate = "in_transit"
        if order.status == "shipped" and order.delivered:
            self.report("delivered_though_shipped")
        if order.status == "delivered" or (order.status in ENDED and order.delivered):
            self.arrive()

    def arrive(self) -> None:
        """Receive the goods."""
        order = self.order
        if order.delivered is None:
            self.report("no_time_of_delivery", f"status {order.status}")
        for earlier in ("purchased", "approved", "shipped"):
            self.expect("delivered", earlier)
        self.step("receive", order.delivered)
        self.fate = "closed"

    def end(self) -> None:
        """Take back what was called off: before shipping it is cancelled, afterwards returned."""
        if self.order.status not in ENDED:
            return
        if self.fate == "closed":
            self.report("called_off_though_delivered", f"status {self.order.status}")
        if self.fate == "waiting":
            self.step("cancel", None)
            self.fate = "cancelled"
        else:
            self.step("refund", None)
            self.fate = "returned"

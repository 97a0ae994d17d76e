"""Expectations: what is asked of the engine for each, and how the answer is told."""

from collections.abc import Callable, Mapping

from hanse.goods.stock import queries as stock
from hanse.interfaces.cli.scenario.outcome import Compared
from hanse.interfaces.cli.scenario.script import Expect, Expectation
from hanse.interfaces.cli.scenario.stage import Stage
from hanse.kernel import money
from hanse.trade.orders.models import Order
from hanse.trade.orders.models import Refund as OrderRefund
from hanse.value.books import queries as books
from hanse.value.funds import queries as funds

Path = tuple[str, ...]
Actual = int | str
Answer = Callable[[Stage, Path], Actual]


def compare(stage: Stage, expect: Expect) -> list[Compared]:
    """Return every expectation with what was found."""
    return [Compared(item, ANSWERS[item.path[0]](stage, item.path[1:])) for item in expect.items]


def told(compared: Compared, stage: Stage) -> str:
    """Say what was expected and what was found."""
    item = compared.expectation
    wanted, actual = (written(value, item, stage.currency) for value in (item.expected, compared.actual))
    return f"expected {' / '.join(item.path)} {wanted}, got {actual}"


def written(value: Actual, item: Expectation, currency: str) -> str:
    """Write a value as the file writes it."""
    return money.plain(value, currency) if item.unit == "money" and isinstance(value, int) else str(value)


def _status(stage: Stage, path: Path) -> str:
    """Return the state of an order's first legs, or of a seller's legs in it; several in alphabetic order."""
    legs = Order.objects.filter(checkout__code__in=stage.checkouts(path[0]))
    legs = legs.filter(seller=stage.ids[path[1]]) if path[1:] else legs.filter(tier=0)
    return ", ".join(sorted(set(legs.values_list("status", flat=True)))) or "no leg"


def _legs(stage: Stage, path: Path) -> int:
    """Return what a seller's legs in an order come to, goods and freight, as they were opened."""
    legs = Order.objects.filter(checkout__code__in=stage.checkouts(path[0]), seller=stage.ids[path[1]])
    return sum(leg.total for leg in legs)


def _held(stage: Stage, path: Path) -> int:
    """Return what buyers paid for orders that are not closed: one of them, or all."""
    found = funds.held(stage.currency)
    return found.get(stage.ids[path[0]], 0) if path else sum(found.values())


def _refunded(stage: Stage, path: Path) -> int:
    """Return what a buyer was given back in all: by refunds, cancellations, and of what came too late."""
    rows = OrderRefund.objects.filter(checkout__buyer=stage.ids[path[0]], checkout__currency=stage.currency)
    return sum(rows.values_list("amount", flat=True))


def _stock(stage: Stage, path: Path) -> int:
    """Return one counter of a party's pieces, over all its shelves; what is on hand is available or reserved."""
    goods, _, party = path[0].partition("@")
    pair = stage.ids[party], stage.sku_ids[goods]
    shelf = stock.levels([pair])[pair]
    return shelf.available + shelf.reserved if path[1] == "on_hand" else int(getattr(shelf, path[1]))


def _of(read: Callable[[str], Mapping[int, int]]) -> Answer:
    return lambda stage, path: read(stage.currency).get(stage.ids[path[0]], 0)


ANSWERS: Mapping[str, Answer] = {
    "status": _status,
    "legs": _legs,
    "held": _held,
    "owed": _of(funds.owed),
    "paid_out": _of(funds.paid_out),
    "earned": _of(funds.earned),
    "pending": _of(funds.pending),
    "refunded": _refunded,
    "refund_due": _of(funds.refund_due),
    "credit_used": _of(funds.credit_used),
    "wallet": _of(funds.wallet),
    "points": _of(lambda _currency: funds.points()),
    "stock": _stock,
    "books": lambda _stage, _path: "; ".join(books.check()) or "balanced",
}
"""The keys are those of `reading.expectations.READERS`."""

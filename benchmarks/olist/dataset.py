"""The marketplace's files as they are: every row read, and every row that cannot be right reported.

Money is read into minor units, local times into moments. Nothing is mended here; `plan` decides what to do.
"""

import csv
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hanse.kernel import money
from hanse.kernel.errors import MalformedInput

CURRENCY = "BRL"
ZONE = "America/Sao_Paulo"
FILES = {
    "orders": "olist_orders_dataset",
    "items": "olist_order_items_dataset",
    "payments": "olist_order_payments_dataset",
    "customers": "olist_customers_dataset",
    "products": "olist_products_dataset",
    "sellers": "olist_sellers_dataset",
    "categories": "product_category_name_translation",
}
STATUSES = ("delivered", "shipped", "canceled", "unavailable", "invoiced", "processing", "created", "approved")
UNREADABLE = "unreadable"
_NEVER = datetime.max.replace(tzinfo=ZoneInfo(ZONE))
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that contradicts itself: where, what, and the difference in minor units if money is concerned."""

    order: str
    kind: str
    detail: str
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One piece in an order."""

    product: str
    seller: str
    price: int
    freight: int


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of an order."""

    number: int
    kind: str
    amount: int


@dataclass(slots=True)
class Bought:
    """One order of the dataset with its items and payments; times are None where the dataset has none."""

    id: str
    status: str
    customer: str
    purchased: datetime
    approved: datetime | None
    shipped: datetime | None
    delivered: datetime | None
    address: dict[str, str]
    items: list[Item] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    @property
    def goods(self) -> int:
        """Return the price of all its pieces."""
        return sum(item.price for item in self.items)

    @property
    def freight(self) -> int:
        """Return the freight of all its pieces."""
        return sum(item.freight for item in self.items)

    @property
    def paid(self) -> int:
        """Return what its payments come to."""
        return sum(payment.amount for payment in self.payments)


@dataclass
class Dataset:
    """The orders in the order of their time, what is sold by whom, and the rows that cannot be read."""

    orders: list[Bought]
    products: dict[str, Row]
    sellers: dict[str, Row]
    categories: dict[str, str]
    issues: list[Issue]
    digest: str
    rows: int

    def totals(self) -> tuple[int, int, int]:
        """Return goods, freight and payments of all orders."""
        every = self.orders
        return sum(o.goods for o in every), sum(o.freight for o in every), sum(o.paid for o in every)


def read(folder: Path, most: int | None = None) -> Dataset:
    """Read the dataset, or its first orders; their items and payments come along."""
    issues: list[Issue] = []
    customers = {row["customer_id"]: row for row in rows(folder, "customers")}
    every = list(_orders(folder, customers, issues))
    every.sort(key=lambda order: (order.purchased, order.id))
    chosen = {order.id: order for order in (every if most is None else every[:most])}
    known = {order.id for order in every}
    for kind in ("items", "payments"):
        for row in rows(folder, kind):
            _add(kind, row, chosen, known, issues)
    for order in chosen.values():
        order.payments.sort(key=lambda payment: payment.number)
    return Dataset(
        list(chosen.values()),
        {row["product_id"]: row for row in rows(folder, "products")},
        {row["seller_id"]: row for row in rows(folder, "sellers")},
        {row["product_category_name"]: row["product_category_name_english"] for row in rows(folder, "categories")},
        issues,
        digest_of(folder),
        len(every),
    )


def rows(folder: Path, name: str) -> Iterator[Row]:
    """Yield the rows of one file, plain or gzip."""
    path = folder / f"{FILES[name]}.csv"
    packed = path.with_name(path.name + ".gz")
    with (
        gzip.open(packed, "rt", encoding="utf-8-sig", newline="")
        if packed.exists()
        else path.open(encoding="utf-8-sig", newline="")
    ) as file:
        yield from csv.DictReader(file)


def digest_of(folder: Path) -> str:
    """Return what tells this dataset from another one."""
    found = hashlib.sha256()
    for name in FILES.values():
        for path in sorted(folder.glob(f"{name}.csv*")):
            found.update(path.read_bytes())
    return found.hexdigest()


def _orders(folder: Path, customers: dict[str, Row], issues: list[Issue]) -> Iterator[Bought]:
    for row in rows(folder, "orders"):
        code = row["order_id"]
        customer = customers.get(row["customer_id"])
        purchased = _moment(row["order_purchase_timestamp"], code, issues)
        status = row["order_status"]
        if customer is None or purchased is None or status not in STATUSES:
            issues.append(Issue(code, UNREADABLE, "no customer, no time of purchase, or an unknown status"))
            status = UNREADABLE
        yield Bought(
            code,
            status,
            customer["customer_unique_id"] if customer else "",
            purchased or _NEVER,
            _moment(row["order_approved_at"], code, issues),
            _moment(row["order_delivered_carrier_date"], code, issues),
            _moment(row["order_delivered_customer_date"], code, issues),
            {"city": customer["customer_city"], "state": customer["customer_state"]} if customer else {},
        )


def _moment(text: str, order: str, issues: list[Issue]) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE))
    except ValueError:
        issues.append(Issue(order, "unreadable_time", text[:60]))
        return None


def _add(kind: str, row: Row, chosen: dict[str, Bought], known: set[str], issues: list[Issue]) -> None:
    """Add an item or a payment to its order, or report it."""
    code = row["order_id"]
    if code not in known:
        issues.append(Issue(code, f"orphan_{kind}", "its order is not in the dataset"))
    if code not in chosen:
        return
    try:
        if kind == "items":
            price, freight = _amount(row["price"]), _amount(row["freight_value"])
            chosen[code].items.append(Item(row["product_id"], row["seller_id"], price, freight))
        else:
            number, amount = int(row["payment_sequential"]), _amount(row["payment_value"])
            chosen[code].payments.append(Payment(number, row["payment_type"], amount))
    except (MalformedInput, ValueError):
        issues.append(Issue(code, f"unreadable_{kind}", ",".join(row.values())[:120]))


def _amount(text: str) -> int:
    amount = money.parse(text[:40], CURRENCY)
    if amount < 0:
        raise ValueError(text)
    return amount

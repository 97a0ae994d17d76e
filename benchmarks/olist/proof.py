"""The proof: what buyers paid is what the others earned, hold and gave back, per order, in total, and by the dataset.

Everything is read from the books and compared with what follows from the dataset alone, worked out here without the
engine: every order's fate, every party's earnings to the cent, every piece of goods.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.db import connection

from benchmarks.olist import plan
from benchmarks.olist.dataset import CURRENCY, Bought, Dataset, rows
from benchmarks.olist.plan import FEE, Plan
from hanse.goods.stock import queries as stock
from hanse.kernel import money
from hanse.network.parties.models import Party
from hanse.value.books import queries as books
from hanse.value.funds import queries as funds

PAID = ("closed", "in_transit", "waiting", "cancelled", "returned")

_MONEY = """
    SELECT c.code, c.total,
           -sum(t.amount * ((g.purpose = 'gateway')::int - (s.purpose = 'gateway')::int))
               FILTER (WHERE e.kind = 'pay') AS paid,
           coalesce(sum(t.amount) FILTER (WHERE g.purpose = 'gateway'), 0) AS refunded,
           sum(t.amount * ((g.purpose = 'held')::int - (s.purpose = 'held')::int)) AS held,
           sum(t.amount * ((g.purpose = 'owed')::int - (s.purpose = 'owed')::int)) AS owed,
           sum(t.amount * ((g.purpose = 'fee')::int - (s.purpose = 'fee')::int)) AS fee
      FROM trade_checkout c JOIN value_entry e ON e.subject = c.code JOIN value_transfer t ON t.entry_id = e.id
      JOIN value_account s ON s.id = t.source_id JOIN value_account g ON g.id = t.target_id
     GROUP BY c.id
"""
_STATES = """
    SELECT c.code, array_agg(DISTINCT o.status), sum(o.goods) FILTER (WHERE o.tier = 0),
           sum(o.freight) FILTER (WHERE o.tier = 0), max(o.tier)
      FROM trade_checkout c JOIN trade_order o ON o.checkout_id = c.id GROUP BY c.id
"""
_PIECES = """
    SELECT coalesce(sum(quantity) FILTER (WHERE target_state = 'delivered'), 0)
           - coalesce(sum(quantity) FILTER (WHERE source_state = 'delivered'), 0),
           (SELECT sum(available) FROM goods_shelf), (SELECT sum(reserved) FROM goods_shelf),
           (SELECT sum(in_transit) FROM goods_shelf)
      FROM goods_movement
"""
STATUS = {
    "closed": {"closed"},
    "in_transit": {"shipped"},
    "waiting": {"paid"},
    "cancelled": {"cancelled"},
    "expired": {"expired"},
}


@dataclass
class Proof:
    """What was proved; a line in `failures` is something that is not so."""

    failures: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    tiers: Counter[int] = field(default_factory=Counter)
    totals: dict[str, int] = field(default_factory=dict)
    issues: dict[str, tuple[int, int]] = field(default_factory=dict)

    def equal(self, what: str, found: object, wanted: object) -> None:
        """Note a failure unless both are the same."""
        if found != wanted:
            self.failures.append(f"{what}: {found} instead of {wanted}")


def prove(
    folder: Path, dataset: Dataset, plans: Sequence[Plan], codes: Mapping[str, str], refused: Mapping[str, str]
) -> Proof:
    """Prove everything that can be said about a finished replay."""
    proof = Proof()
    by_id = {order.id: order for order in dataset.orders}
    fates = {p.order: "refused" if p.order in refused else p.fate for p in plans}
    proof.fates.update(fates.values())
    proof.equal("orders accounted for", sum(proof.fates.values()), len(dataset.orders))
    _orders(proof, by_id, fates, codes)
    _totals(proof, folder, by_id, plans, fates)
    _parties(proof, dataset, fates)
    _pieces(proof, by_id, fates)
    proof.failures += books.check() + stock.check()
    return proof


def _orders(proof: Proof, by_id: Mapping[str, Bought], fates: Mapping[str, str], codes: Mapping[str, str]) -> None:
    """Every order: paid what it cost, and all of it earned, held or given back, as its fate says."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES)
        states = {row[0]: (row[1], *(int(value or 0) for value in row[2:])) for row in cursor.fetchall()}
        cursor.execute(_MONEY)
        flows = {row[0]: [int(value or 0) for value in row[1:]] for row in cursor.fetchall()}
    proof.equal("checkouts", len(states), sum(order in codes for order in fates))
    for order, fate in fates.items():
        if fate in ("no_items", "unreadable", "refused"):
            continue
        bought, code = by_id[order], codes.get(order, "")
        statuses, goods, freight, depth = states.get(code, ((), 0, 0, 0))
        proof.tiers[depth + 1] += 1
        cost = bought.goods + bought.freight
        if fate in STATUS:
            proof.equal(f"{order} states", set(statuses), STATUS[fate])
        proof.equal(f"{order} goods and freight", (goods, freight), (bought.goods, bought.freight))
        _total, paid, refunded, held, owed, fee = flows.get(code, [cost, 0, 0, 0, 0, 0])
        proof.equal(f"{order} paid", paid, cost if fate in PAID else 0)
        proof.equal(f"{order} earned + held + refunded", owed + fee + held + refunded, paid)
        proof.equal(f"{order} held", held, cost if fate in ("in_transit", "waiting") else 0)
        proof.equal(f"{order} earned", owed + fee, cost if fate == "closed" else 0)
        for name, amount in [("paid", paid), ("refunded", refunded), ("held", held), ("fee", fee)]:
            proof.totals[name] = proof.totals.get(name, 0) + amount
        proof.totals["goods"] = proof.totals.get("goods", 0) + goods
        proof.totals["freight"] = proof.totals.get("freight", 0) + freight
        carried = freight if fate == "closed" else 0
        proof.totals["carriage"] = proof.totals.get("carriage", 0) + carried
        proof.totals["sellers"] = proof.totals.get("sellers", 0) + owed - carried


def _totals(
    proof: Proof, folder: Path, by_id: Mapping[str, Bought], plans: Sequence[Plan], fates: Mapping[str, str]
) -> None:
    """The dataset's own totals are the books' plus every reported difference."""
    goods, freight, paid = control(folder, set(by_id))
    for name, amount in [("dataset goods", goods), ("dataset freight", freight), ("dataset paid", paid)]:
        proof.totals[name] = amount
    lost = [by_id[order] for order, fate in fates.items() if fate in ("refused", "unreadable")]
    found = proof.totals
    proof.equal("goods", found.get("goods", 0) + sum(order.goods for order in lost), goods)
    proof.equal("freight", found.get("freight", 0) + sum(order.freight for order in lost), freight)
    kinds: dict[str, list[int]] = {}
    for p in plans:
        for issue in p.issues:
            kinds.setdefault(issue.kind, []).append(issue.amount if fates[p.order] != "refused" else 0)
    proof.issues = {kind: (len(amounts), sum(amounts)) for kind, amounts in sorted(kinds.items())}
    explained = sum(sum(kinds.get(kind, ())) for kind in DIFFERENCES)
    proof.totals["explained"] = explained + sum(order.paid for order in lost)
    proof.equal("paid + reported differences", found.get("paid", 0) + proof.totals["explained"], paid)
    parts = ("sellers", "fee", "carriage", "held", "refunded")
    proof.equal("sellers + platform + carriers + held + refunded", sum(found.get(p, 0) for p in parts), found["paid"])


DIFFERENCES = ("no_items", "no_payment", "paid_differs", "paid_never_approved")
"""The kinds of contradiction by which the dataset's payments are not what its orders cost."""


def control(folder: Path, orders: set[str]) -> tuple[int, int, int]:
    """Return the dataset's own totals for these orders, straight from the files: goods, freight, payments."""

    def total(name: str, *columns: str) -> list[int]:
        found = [Decimal(0) for _column in columns]
        for row in rows(folder, name):
            if row["order_id"] in orders:
                try:
                    found = [sum_ + Decimal(row[column]) for sum_, column in zip(found, columns, strict=True)]
                except ArithmeticError:
                    continue  # reported when it was read
        return [int(amount * 100) for amount in found]

    goods, freight = total("items", "price", "freight_value")
    (paid,) = total("payments", "payment_value")
    return goods, freight, paid


def earnings(dataset: Dataset, fates: Mapping[str, str]) -> dict[str, int]:
    """Return what every party must have earned by the orders that closed, by short name, from the dataset alone."""
    chains = plan.chains(dataset)
    found: Counter[str] = Counter()
    for order in dataset.orders:
        if fates.get(order.id) != "closed":
            continue
        sold: Counter[str] = Counter()
        for item in order.items:
            chain = chains[item.seller]
            asked = plan.prices(item.price, len(chain) - 1)
            for party, price, cost in zip(chain, asked, (*asked[1:], 0), strict=True):
                found[party] += price - cost
            found[chain[-1]] += item.freight
            sold[chain[0]] += item.price
        for front, goods in sold.items():
            fee = money.percent(goods, FEE)
            found[front] -= fee
            found["platform"] += fee
    return {party: amount for party, amount in found.items() if amount}


def _parties(proof: Proof, dataset: Dataset, fates: Mapping[str, str]) -> None:
    names = dict(Party.objects.exclude(kind="consumer").values_list("pk", "slug"))
    earned = {names.get(party, str(party)) or "": amount for party, amount in funds.earned(CURRENCY).items() if amount}
    wanted = earnings(dataset, fates)
    for party in sorted({*earned, *wanted}):
        proof.equal(f"{party} earned", earned.get(party, 0), wanted.get(party, 0))
    proof.totals["paid out"] = sum(funds.paid_out(CURRENCY).values())
    proof.totals["parties that earned"] = len(wanted)


def _pieces(proof: Proof, by_id: Mapping[str, Bought], fates: Mapping[str, str]) -> None:
    """Every piece is where its order's fate says."""
    with connection.cursor() as cursor:
        cursor.execute(_PIECES)
        delivered, available, reserved, in_transit = (int(value or 0) for value in cursor.fetchone())
    pieces: Counter[str] = Counter()
    for order, fate in fates.items():
        pieces[fate] += len(by_id[order].items)
    back = pieces["cancelled"] + pieces["returned"] + pieces["expired"]
    proof.equal("pieces delivered", delivered, pieces["closed"])
    proof.equal("pieces reserved", reserved, pieces["waiting"])
    proof.equal("pieces in transit", in_transit, pieces["in_transit"])
    if not pieces["refused"] + pieces["unreadable"]:
        proof.equal("pieces back on the shelf", available, back)

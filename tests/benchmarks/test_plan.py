"""What is replayed of an order that says one thing and another."""

from pathlib import Path

import pytest

from benchmarks.olist import proof
from benchmarks.olist.dataset import Bought, read
from benchmarks.olist.plan import chains, offer, plan, plans, prices
from tests.benchmarks.sample import marketplace

PLACED = ["place"]
PAID = ["place", "pay1"]
SENT = [*PAID, "ship"]
ARRIVED = [*SENT, "receive"]
WANTED = {
    "plain00": ("closed", ARRIVED, {}),
    "two-sellers": ("closed", ARRIVED, {}),
    "in-parts": ("closed", ["place", "pay1", "pay2", "pay3", "ship", "receive"], {}),
    "on-its-way": ("in_transit", SENT, {}),
    "invoiced": ("waiting", PAID, {}),
    "called-off": ("cancelled", [*PAID, "cancel"], {}),
    "unavailable": ("cancelled", [*PAID, "cancel"], {}),
    "never-paid": ("expired", PLACED, {}),
    "sent-back": ("returned", [*SENT, "refund"], {}),
    "back-and-called-off": ("returned", [*ARRIVED, "refund"], {"called_off_though_delivered": 0}),
    "nothing-in-it": ("no_items", [], {"no_items": 9999}),
    "paid-too-much": ("closed", ARRIVED, {"paid_differs": 210}),
    "paid-too-little": (
        "closed",
        ["place", "pay1", "pay2", "ship", "receive"],
        {"paid_differs": -90, "payment_not_defined": 700},
    ),
    "paid-in-excess": ("closed", ARRIVED, {"paid_differs": 500}),
    "paid-nothing": ("closed", ARRIVED, {"payment_of_nothing": 0}),
    "no-payment": ("closed", ARRIVED, {"no_payment": -5790}),
    "paid-though-open": ("expired", PLACED, {"paid_never_approved": 5790}),
    "sent-before-paid": ("closed", ARRIVED, {"shipped_before_approved": 0}),
    "there-before-sent": ("closed", ARRIVED, {"delivered_before_shipped": 0}),
    "no-approval": ("closed", ARRIVED, {"no_time_of_approval": 0}),
    "no-dates": ("closed", ARRIVED, {"no_time_of_shipping": 0, "no_time_of_delivery": 0}),
    "arrived-on-its-way": ("in_transit", SENT, {"delivered_though_shipped": 0}),
    "sent-though-waiting": ("waiting", PAID, {"shipped_though_waiting": 0}),
    "unknown-status": ("unreadable", [], {}),
    "no-customer": ("unreadable", [], {}),
    "unreadable-time": ("closed", ARRIVED, {"no_time_of_approval": 0}),
    "for-nothing": ("closed", ARRIVED, {"payment_numbers": 0}),
}


@pytest.fixture
def orders(tmp_path: Path) -> dict[str, Bought]:
    """Return the made orders by their names."""
    return {order.id: order for order in read(marketplace().write(tmp_path)).orders}


@pytest.mark.parametrize("name", WANTED)
def test_what_is_replayed_and_what_is_reported(orders: dict[str, Bought], name: str) -> None:
    found = plan(orders[name])
    fate, steps, issues = WANTED[name]
    assert (found.fate, [step.name for step in found.steps]) == (fate, steps)
    assert {issue.kind: issue.amount for issue in found.issues} == issues
    times = [step.at for step in found.steps]
    assert times == sorted(times)
    assert all(times[0] <= at for at in times)


def test_steps_happen_at_the_times_of_the_row(orders: dict[str, Bought]) -> None:
    order = orders["plain00"]
    wanted = [order.purchased, order.approved, order.shipped, order.delivered]
    assert [step.at for step in plan(order).steps] == wanted
    assert order.purchased.isoformat() == "2018-01-29T10:00:00-02:00"


def test_payments_come_to_what_the_order_costs(orders: dict[str, Bought]) -> None:
    paid = {name: [s.given["amount"] for s in plan(orders[name]).steps if s.verb == "pay"] for name in orders}
    assert paid["in-parts"] == [2000, 1000, 2790]
    assert paid["paid-too-much"] == [5790]
    assert paid["paid-too-little"] == [5000, 790]
    assert paid["paid-in-excess"] == [5790]
    assert paid["no-payment"] == [5790]


def test_unreadable_rows_are_told(tmp_path: Path) -> None:
    found = read(marketplace().write(tmp_path))
    assert sorted((issue.order, issue.kind) for issue in found.issues) == [
        ("no-customer", "unreadable"),
        ("of-no-order", "orphan_items"),
        ("of-no-order", "orphan_payments"),
        ("unknown-status", "unreadable"),
        ("unreadable-price", "unreadable_items"),
        ("unreadable-time", "unreadable_time"),
    ]
    assert found.totals() == proof.control(tmp_path, {order.id for order in found.orders})


def test_the_first_orders_only(tmp_path: Path) -> None:
    marketplace().write(tmp_path)
    every, some = read(tmp_path), read(tmp_path, 7)
    assert [order.id for order in some.orders] == [order.id for order in every.orders[:7]]
    assert some.rows == len(every.orders)
    assert all(order.items for order in some.orders if order.status != "unavailable")


def test_every_fifth_seller_stands_behind_others(tmp_path: Path) -> None:
    found = chains(read(marketplace().write(tmp_path)))
    assert [len(found[seller]) for seller in sorted(found)] == [3, 1, 1, 1, 1, 2, 1, 1, 1, 1, 3, 1]
    assert found["seller00"] == ("front-0", "middle-0", "s-seller00")
    assert found["seller05"] == ("front-1", "s-seller05")
    assert (prices(10000, 2), prices(8001, 1), prices(1, 2), prices(50, 0)) == (
        (10000, 8800, 8000),
        (8001, 7041),
        (1, 1, 1),
        (50,),
    )


def test_what_every_party_must_have_earned(tmp_path: Path) -> None:
    dataset = read(marketplace().write(tmp_path))
    fates = {p.order: p.fate for p in plans(dataset) if p.order in ("plain00", "plain01", "invoiced")}
    assert proof.earnings(dataset, fates) == {
        "s-seller01": 5790 - 250,
        "s-seller00": 8000 + 1100,
        "middle-0": 800,
        "front-0": 1200 - 500,
        "platform": 750,
    }
    assert offer(dataset.orders[0].items[0]).endswith("+790")

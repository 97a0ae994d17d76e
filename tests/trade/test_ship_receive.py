"""Goods on their way: each shipper its own pieces, in parts, and onto the shelf of a business that buys."""

from typing import Any

import pytest

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.stock.operations.restock import restock
from hanse.kernel.actor import STRANGER
from hanse.trade.logistics.models import Parcel, ParcelLine
from hanse.trade.logistics.operations.auto_receive import auto_receive
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.logistics.queries import parcels_of
from hanse.trade.orders.models import OrderLine
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.queries import due, history, next_due
from tests.trade.refusals import refused
from tests.trade.world import BUYER, SELLER, World

SHIP = frozenset({"orders.ship"})


@pytest.fixture
def mixed(chain: World) -> World:
    """The chain, with two pieces at the shop and three at west, who sell their own first."""
    for seller, pieces in (("shop", 2), ("west", 3)):
        chain.call(restock, party=seller, sku="tee", quantity=pieces)
        chain.call(change_offer, offer=f"tee@{seller}", fulfil="stock_then_source")
    return chain


@pytest.fixture
def code(mixed: World) -> str:
    """Ann's paid order of ten: two from the shop, three from west, five from the factory."""
    return mixed.deal("ann", {"tee@shop": 10})


def contents() -> dict[str, int]:
    """Return how many pieces each party sent in all its parcels."""
    found: dict[str, int] = {}
    for row in ParcelLine.objects.order_by("pk"):
        seller = str(row.parcel.order.seller.slug)
        found[seller] = found.get(seller, 0) + row.quantity
    return found


def counts(world: World, code: str) -> list[tuple[int, int, int]]:
    """Return quantity, shipped and received of the lines of a checkout, tier by tier."""
    rows = OrderLine.objects.filter(order__checkout__code=code).order_by("order__tier", "pk")
    return list(rows.values_list("quantity", "shipped", "received"))


# shipping


def test_an_operator_ships_for_all_with_a_parcel_of_each(mixed: World, code: str) -> None:
    parcels = mixed.call(ship, order=code, carrier=" SF ", tracking="1Z")
    assert len(parcels) == len(set(parcels)) == 3
    assert contents() == {"shop": 2, "west": 3, "factory": 5}
    assert {(p.carrier, p.tracking, p.shipped_at) for p in Parcel.objects.all()} == {("SF", "1Z", mixed.at)}
    assert mixed.statuses(code) == {"shop": "shipped", "west": "shipped", "factory": "shipped"}
    assert [parcel.code for parcel in parcels_of([mixed.roots(code)[0].pk], mixed.actor("factory"))] == parcels


def test_each_party_ships_only_what_it_holds_itself(mixed: World, code: str) -> None:
    for who, sent in [("west", {"west": 3}), ("shop", {"west": 3, "shop": 2})]:
        assert len(mixed.call(ship, by=mixed.actor(who, SHIP), order=mixed.order(code, who).code)) == 1
        assert contents() == sent
        assert set(mixed.statuses(code).values()) == {"partly_shipped", "paid"}
        with refused("nothing_to_ship"):
            mixed.call(ship, by=mixed.actor(who, SHIP), order=mixed.order(code, who).code)
    assert mixed.statuses(code) == {"shop": "partly_shipped", "west": "partly_shipped", "factory": "paid"}
    assert mixed.stock("tee@factory") == (95, 5, 0)
    mixed.call(ship, by=mixed.actor("factory", SHIP), order=code)
    assert mixed.statuses(code) == {"shop": "shipped", "west": "shipped", "factory": "shipped"}


@pytest.mark.parametrize("seller", ["", "shop", "west", "factory"])
def test_whichever_code_a_shipper_names_it_ships_its_own(mixed: World, code: str, seller: str) -> None:
    order = mixed.order(code, seller).code if seller else code
    mixed.call(ship, by=mixed.actor("factory", SHIP), order=order)
    assert contents() == {"factory": 5}


def test_of_a_part_a_shipper_sends_no_more_than_it_holds(mixed: World, code: str) -> None:
    by = mixed.actor("factory", SHIP)
    with refused("nothing_to_ship"):
        mixed.call(ship, by=by, order=code, lines={"tee@shop": 6})
    mixed.call(ship, by=by, order=code, lines={"tee@shop": 4})
    assert contents() == {"factory": 4}


@pytest.mark.parametrize(("seller", "offer"), [("shop", "tee@shop"), ("west", "tee@west"), ("factory", "tee@factory")])
def test_a_part_is_named_by_the_offers_of_the_order(mixed: World, code: str, seller: str, offer: str) -> None:
    mixed.call(ship, order=mixed.order(code, seller).code, lines={offer: 1})
    assert contents() == {seller: 1}


def test_own_pieces_leave_first(mixed: World, code: str) -> None:
    mixed.call(ship, order=code, lines={"tee@shop": 4})
    assert contents() == {"shop": 2, "west": 2}
    assert counts(mixed, code) == [(10, 4, 0), (8, 2, 0), (5, 0, 0)]
    mixed.call(ship, order=code, lines={"tee@shop": 6})
    assert contents() == {"shop": 2, "west": 3, "factory": 5}


def test_every_leg_goes_its_own_way(mixed: World, code: str) -> None:
    mixed.call(ship, order=mixed.order(code, "factory").code)
    assert mixed.statuses(code) == {"shop": "partly_shipped", "west": "partly_shipped", "factory": "shipped"}
    assert [(e, at) for at, e, _code in due(mixed.at, 9)] == []
    mixed.call(ship, order=code)
    assert next_due() == mixed.roots(code)[0].due_at


def test_one_upstream_offer_on_two_lines_is_shipped_in_their_order(chain: World) -> None:
    chain.offer("tee#2@shop", 9_000, "tee@west")
    code = chain.deal("ann", {"tee@shop": 2, "tee#2@shop": 2})
    west = chain.order(code, "west")
    chain.call(ship, order=west.code, lines={"tee@west": 3})
    assert sorted(OrderLine.objects.filter(order=west).values_list("shipped", flat=True)) == [1, 2]
    assert Parcel.objects.get().lines.count() == 2
    with refused("nothing_to_ship"):
        chain.call(ship, order=west.code, lines={"tee@west": 2})


def test_a_second_part_is_a_parcel_and_not_another_change_of_state(mixed: World, code: str) -> None:
    for _ in range(2):
        mixed.call(ship, order=code, lines={"tee@shop": 1})
    mixed.call(receive, order=code, lines={"tee@shop": 1})
    events = [change.event for change in history([mixed.roots(code)[0].pk])]
    assert events == ["place", "pay", "ship_part"]
    assert Parcel.objects.count() == 2


# receiving


def test_some_pieces_arrive_the_rest_is_still_on_its_way(mixed: World, code: str) -> None:
    mixed.call(ship, order=code)
    mixed.call(receive, by=mixed.actor("ann", BUYER), order=code, lines={"tee@shop": 4})
    assert counts(mixed, code) == [(10, 10, 4), (8, 8, 2), (5, 5, 0)]
    assert mixed.statuses(code) == {"shop": "shipped", "west": "shipped", "factory": "shipped"}
    mixed.call(receive, by=mixed.actor("ann", BUYER), order=code)
    assert mixed.statuses(code) == {"shop": "received", "west": "received", "factory": "received"}
    assert [mixed.stock(f"tee@{who}") for who in ("shop", "west", "factory")] == [(0, 0, 0), (0, 0, 0), (95, 0, 0)]


def test_what_left_can_arrive_before_the_rest_leaves(mixed: World, code: str) -> None:
    mixed.call(ship, order=code, lines={"tee@shop": 3})
    mixed.call(receive, order=code)
    assert counts(mixed, code)[0] == (10, 3, 3)
    assert mixed.statuses(code)["shop"] == "partly_shipped"
    mixed.call(cancel, order=code)
    assert mixed.statuses(code) == {"shop": "received", "west": "received", "factory": "cancelled"}


def test_a_business_has_the_goods_on_its_shelf(mixed: World) -> None:
    mixed.party("mill", "enterprise")
    mixed.deal("mill", {"tee@shop": 10}, "received")
    assert mixed.stock("tee@mill") == (10, 0, 0)


def test_what_nobody_acknowledges_counts_as_received_after_its_time(mixed: World, code: str) -> None:
    mixed.call(ship, order=code)
    root = mixed.roots(code)[0]
    assert mixed.call(auto_receive, order=root.code) == "shipped"
    mixed.wait(days=10)
    assert due(mixed.at, 9) == [(root.due_at, "receive", root.code)]
    assert mixed.call(auto_receive, order=root.code) == "received"
    assert set(mixed.statuses(code).values()) == {"received"}
    assert mixed.call(auto_receive, order=root.code) == "received"


def test_the_clock_alone_receives_late_orders(mixed: World, code: str) -> None:
    with refused("not_allowed"):
        mixed.call(auto_receive, by=mixed.actor("ann"), order=mixed.roots(code)[0].code)


# refusals


def test_who_may_ship(mixed: World, code: str) -> None:
    for by in (mixed.actor("rival"), STRANGER):
        with refused("not_found"):
            mixed.call(ship, by=by, order=code)
    with refused("not_allowed"):
        mixed.call(ship, by=mixed.actor("ann"), order=code)
    with refused("not_allowed"):
        mixed.call(ship, by=mixed.actor("factory", SELLER - SHIP), order=code)


def test_who_may_receive(mixed: World, code: str) -> None:
    mixed.call(ship, order=code)
    for by in (mixed.actor("rival"), STRANGER):
        with refused("not_found"):
            mixed.call(receive, by=by, order=code)
    for who in ("shop", "factory"):
        with refused("not_allowed"):
            mixed.call(receive, by=mixed.actor(who), order=code)
    with refused("not_allowed"):
        mixed.call(receive, by=mixed.actor("ann", frozenset()), order=code)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"lines": {"tee@shop": 11}}, "nothing_to_ship"),
        ({"lines": {"tee@shop": 0}}, "malformed"),
        ({"lines": {"tee@shop": -1}}, "malformed"),
        ({"lines": {"tee@west": 1}}, "malformed"),
        ({"lines": {"": 1}}, "malformed"),
        ({"lines": {}}, "malformed"),
        ({"carrier": "x" * 61}, "malformed"),
        ({"tracking": "x" * 81}, "malformed"),
        ({"tracking": "\x00"}, "malformed"),
        ({"order": "O-00000-00000"}, "not_found"),
    ],
)
def test_shipments_that_make_no_sense(mixed: World, code: str, said: dict[str, Any], refusal: str) -> None:
    with refused(refusal):
        mixed.call(ship, **{"order": code, **said})


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ({"tee@shop": 5}, "nothing_to_receive"),
        ({"tee@shop": 0}, "malformed"),
        ({"tee@west": 1}, "malformed"),
        ({}, "malformed"),
    ],
)
def test_arrivals_that_make_no_sense(mixed: World, code: str, lines: dict[str, int], refusal: str) -> None:
    mixed.call(ship, order=code, lines={"tee@shop": 4})
    with refused(refusal):
        mixed.call(receive, order=code, lines=lines)


def test_one_offer_by_both_its_names(mixed: World, code: str) -> None:
    name = OrderLine.objects.get(order=mixed.roots(code)[0]).offer.code
    for step in (ship, receive, cancel):
        with refused("malformed" if step is not receive else "wrong_state"):
            mixed.call(step, order=code, lines={"tee@shop": 1, name: 1})
    mixed.call(ship, order=code, lines={name: 10})
    with refused("malformed", field="lines"):
        mixed.call(receive, order=code, lines={"tee@shop": 1, name: 1})


def test_everything_that_left_has_arrived_already(mixed: World, code: str) -> None:
    mixed.call(ship, order=code, lines={"tee@shop": 4})
    mixed.call(receive, order=code)
    with refused("nothing_to_receive"):
        mixed.call(receive, order=code)


@pytest.mark.parametrize("stage", ["placed", "shipped", "received", "closed"])
def test_what_is_not_paid_or_has_left_is_not_shipped(mixed: World, stage: str) -> None:
    code = mixed.deal("ann", {"tee@shop": 4}, stage)
    with refused("wrong_state", event="ship"):
        mixed.call(ship, order=code)


@pytest.mark.parametrize("stage", ["placed", "paid", "received", "closed"])
def test_what_is_not_on_its_way_is_not_received(mixed: World, stage: str) -> None:
    code = mixed.deal("ann", {"tee@shop": 4}, stage)
    with refused("wrong_state", event="receive"):
        mixed.call(receive, order=code)


def test_of_two_sellers_one_ships_and_the_other_is_not_touched(mixed: World) -> None:
    mixed.goods("hat", "rival", rival=5)
    mixed.offer("hat@rival", 1_000)
    code = mixed.place("ann", {"tee@shop": 1, "hat@rival": 1})
    mixed.call(pay, order=code)
    mixed.call(ship, by=mixed.actor("rival", SHIP), order=code)
    assert mixed.statuses(code) == {"shop": "paid", "rival": "shipped"}
    with refused("wrong_state"):
        mixed.call(ship, by=mixed.actor("rival", SHIP), order=mixed.order(code, "rival").code)
    mixed.call(receive, order=code)
    assert mixed.statuses(code) == {"shop": "paid", "rival": "received"}

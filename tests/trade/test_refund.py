"""Giving back: by piece and by amount, at whose cost, before and after closing; and what becomes of the goods."""

from typing import Any

import pytest

from hanse.goods.stock.operations.count_stock import count_stock
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Allocation, OrderLine, Refund
from hanse.trade.orders.operations.pay import pay
from hanse.value.books import queries as books
from tests.trade.refusals import refused
from tests.trade.world import STAGES, World

DECIDE = frozenset({"aftersales.decide"})
UPSTREAM = {"factory": 12_000, "west": 4_000, "shop": 3_000, "platform": 1_000}
"""What three tees bring everybody, at 5 %, once one of them was undone up to the factory."""
GOODWILL = {"factory": 18_000, "west": 6_000, "shop": -5_000, "platform": 1_000}
"""The same where the shop alone bears it."""


# by fault and goods, of one of three pieces


@pytest.mark.parametrize("stage", ["received", "closed"])
@pytest.mark.parametrize(
    ("fault", "goods", "earned", "back"),
    [
        ("buyer", "returned", UPSTREAM, "factory"),
        ("buyer", "kept", GOODWILL, ""),
        ("seller", "returned", GOODWILL, "shop"),
        ("seller", "kept", GOODWILL, ""),
        ("upstream", "returned", UPSTREAM, "factory"),
        ("upstream", "kept", UPSTREAM, ""),
        ("carrier", "returned", UPSTREAM, "factory"),
        ("carrier", "kept", UPSTREAM, ""),
        ("", "", UPSTREAM, "factory"),
    ],
)
def test_whose_cost_it_is_and_whose_goods(
    chain: World, stage: str, fault: str, goods: str, earned: dict[str, int], back: str
) -> None:
    code = chain.deal("ann", {"tee@shop": 3}, stage)
    (told,) = chain.call(refund, order=code, lines={"tee@shop": 1}, fault=fault, goods=goods)
    found = Refund.objects.get(code=told)
    assert (found.kind, found.amount, found.fault, found.goods) == ("claim", 10_000, fault or "upstream", goods)
    chain.carry_on(code)
    assert chain.money("earned") == earned
    assert chain.stock("tee@factory") == (97 + (back == "factory"), 0, 0)
    if back == "shop":
        assert chain.stock("tee@shop") == (1, 0, 0)
    assert Allocation.objects.get().refunded == 1
    assert sum(earned.values()) == 20_000


@pytest.mark.parametrize(
    ("fault", "goods", "freight"),
    [
        ("buyer", "returned", 0),
        ("buyer", "kept", 0),
        ("seller", "returned", 300),
        ("upstream", "kept", 300),
        ("carrier", "kept", 300),
    ],
)
def test_freight_of_what_has_left_goes_back_unless_the_buyer_changed_their_mind(
    chain: World, fault: str, goods: str, freight: int
) -> None:
    chain.goods("mug", "factory", factory=9)
    chain.offer("mug@factory", 600)
    chain.offer("mug@shop", 1_000, "mug@factory", freight=300)
    code = chain.deal("ann", {"mug@shop": 2}, "received")
    assert chain.money("held") == {"ann": 2_600}
    chain.call(refund, order=code, lines={"mug@shop": 1}, fault=fault, goods=goods)
    assert chain.money("held") == {"ann": 1_600 - freight}
    chain.carry_on(code)
    sums = chain.money("earned")
    assert sum(sums.values()) == 1_600 - freight
    if fault != "seller" and goods == "returned":
        assert sums["factory"] == 600 + 600 - freight, "freight stays with whoever shipped"


def test_what_has_not_left_is_released_with_its_freight_whoever_is_at_fault(chain: World) -> None:
    chain.goods("mug", "factory", factory=9)
    chain.offer("mug@factory", 600)
    chain.offer("mug@shop", 1_000, "mug@factory", freight=300)
    code = chain.deal("ann", {"mug@shop": 3})
    chain.call(refund, order=code, lines={"mug@shop": 1}, fault="buyer")
    assert (chain.money("held"), chain.stock("mug@factory")) == ({"ann": 2_600}, (7, 2, 0))
    chain.call(refund, order=code)
    assert (chain.statuses(code), chain.stock("mug@factory")) == (
        {"shop": "cancelled", "factory": "cancelled"},
        (9, 0, 0),
    )


@pytest.mark.parametrize(
    ("goods", "factory", "statuses"),
    [
        ("", (98, 0, 2), "shipped"),
        ("returned", (98, 1, 1), "partly_shipped"),
    ],
)
def test_pieces_that_have_not_left_are_undone_first_unless_it_is_about_those_that_have(
    chain: World, goods: str, factory: tuple[int, int, int], statuses: str
) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    chain.call(ship, order=code, lines={"tee@shop": 2})
    chain.call(refund, order=code, lines={"tee@shop": 1}, goods=goods)
    assert chain.stock("tee@factory") == factory
    assert set(chain.statuses(code).values()) == {statuses}
    assert chain.money("held") == {"ann": 20_000}


def test_shipped_and_waiting_pieces_in_one_refund_are_one_entry_of_each(chain: World) -> None:
    chain.goods("mug", "shop", shop=9)
    chain.offer("mug@shop", 1_001)
    code = chain.deal("ann", {"tee@shop": 3, "mug@shop": 2})
    chain.call(ship, order=code, lines={"tee@shop": 1, "mug@shop": 2})
    told = chain.call(refund, order=code, lines={"tee@shop": 3, "mug@shop": 1}, goods="returned")
    assert len(told) == 1
    assert Refund.objects.get().amount == 31_001
    assert (chain.stock("tee@factory"), chain.stock("mug@shop")) == ((100, 0, 0), (8, 0, 1))
    assert len({one.entry for one in books.journal(subjects=[code]) if one.kind == "claim"}) == 1
    assert chain.statuses(code) == {"shop": "shipped", "west": "received", "factory": "received"}


# pieces on their way


@pytest.mark.parametrize("buyer", ["ann", "mill"])
@pytest.mark.parametrize(
    ("fault", "goods", "factory", "shop", "mill"),
    [
        ("upstream", "returned", 100, 0, 0),
        ("seller", "returned", 98, 2, 0),
        ("upstream", "kept", 98, 0, 2),
        ("seller", "kept", 98, 0, 2),
        ("carrier", "kept", 98, 0, 1),
    ],
)
def test_pieces_that_are_still_on_their_way(
    chain: World, buyer: str, fault: str, goods: str, factory: int, shop: int, mill: int
) -> None:
    """One of two has arrived; both are undone. What the carrier lost is on nobody's shelf."""
    chain.party("mill", "enterprise")
    code = chain.deal(buyer, {"tee@shop": 2}, "shipped")
    chain.call(receive, order=code, lines={"tee@shop": 1})
    for _ in range(2):
        chain.call(refund, order=code, lines={"tee@shop": 1}, fault=fault, goods=goods)
    assert chain.stock("tee@factory") == (factory, 0, 0)
    assert chain.stock("tee@shop")[0] == shop
    assert chain.stock("tee@mill")[0] == (mill if buyer == "mill" else 0)
    assert set(chain.statuses(code).values()) == {"received"}


def test_a_business_gives_back_only_what_it_still_has(chain: World) -> None:
    chain.party("mill", "enterprise")
    code = chain.deal("mill", {"tee@shop": 2}, "received")
    chain.call(count_stock, party="mill", sku="tee", found=1)
    with refused("out_of_stock"):
        chain.call(refund, order=code, goods="returned")
    chain.call(refund, order=code, lines={"tee@shop": 1}, goods="returned")
    assert (chain.stock("tee@mill"), chain.stock("tee@factory")) == ((0, 0, 0), (99, 0, 0))


def test_a_sellers_own_pieces_come_back_before_those_of_upstream_at_its_own_fault(chain: World) -> None:
    chain.goods("mug", "factory", factory=9, shop=2)
    chain.offer("mug@factory", 600)
    chain.offer("mug@shop", 1_000, "mug@factory", fulfil="stock_then_source")
    code = chain.deal("ann", {"mug@shop": 4}, "received")
    chain.call(refund, order=code, lines={"mug@shop": 3}, fault="seller", goods="returned")
    assert chain.stock("mug@shop") == (3, 0, 0)
    assert sorted(Allocation.objects.values_list("refunded", flat=True)) == [1, 2]
    chain.call(refund, order=code, lines={"mug@shop": 1}, fault="upstream", goods="returned")
    assert chain.stock("mug@factory") == (8, 0, 0)
    chain.carry_on(code)
    assert chain.money("earned") == {"factory": 600, "shop": -600}


# by amount


@pytest.mark.parametrize("stage", ["paid", "closed"])
@pytest.mark.parametrize(
    ("fault", "earned"),
    [
        ("", {"factory": 18_000, "west": 6_000, "shop": 1_650, "platform": 1_350}),
        ("seller", {"factory": 18_000, "west": 6_000, "shop": 1_650, "platform": 1_350}),
        ("buyer", {"factory": 18_000, "west": 6_000, "shop": 1_650, "platform": 1_350}),
        ("upstream", {"factory": 15_000, "west": 6_000, "shop": 4_650, "platform": 1_350}),
        ("carrier", {"factory": 15_000, "west": 6_000, "shop": 4_650, "platform": 1_350}),
    ],
)
def test_an_amount_without_pieces(chain: World, stage: str, fault: str, earned: dict[str, int]) -> None:
    code = chain.deal("ann", {"tee@shop": 3}, stage)
    chain.call(refund, order=code, amount=3_000, fault=fault)
    chain.carry_on(code)
    assert chain.money("earned") == earned
    assert Refund.objects.get().goods == "kept"


def test_upstream_bears_no_more_than_it_was_to_get(chain: World) -> None:
    """A tier that asks a hundred times what it pays cannot hand all of that on."""
    chain.goods("mug", "factory", factory=9)
    chain.offer("mug@factory", 100)
    chain.offer("mug@shop", 10_000, "mug@factory")
    code = chain.deal("ann", {"mug@shop": 1}, "closed")
    chain.call(refund, order=code, amount=5_000, fault="upstream")
    assert chain.money("earned") == {"shop": 4_750, "platform": 250}


def test_an_amount_is_shared_over_lines_and_sellers(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 5_000)
    code = chain.deal("ann", {"tee@shop": 1, "hat@rival": 1})
    assert len(chain.call(refund, order=code, amount=1_000)) == 2
    rows = Refund.objects.order_by("pk").values_list("order__seller__slug", "amount")
    assert list(rows) == [("shop", 667), ("rival", 333)]
    chain.call(refund, order=chain.order(code, "rival").code, amount=4_667)
    assert OrderLine.objects.get(order__seller__slug="rival").amount_left == 0
    with refused("nothing_left_to_refund"):
        chain.call(refund, order=chain.order(code, "rival").code, amount=1)


def test_pieces_after_an_amount_take_what_is_left(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, "closed")
    chain.call(refund, order=code, amount=15_000)
    chain.call(refund, order=code, lines={"tee@shop": 1}, fault="seller", goods="kept")
    assert Refund.objects.order_by("pk").last().amount == 5_000  # type: ignore[union-attr]
    chain.call(refund, order=code, lines={"tee@shop": 1}, fault="seller", goods="kept")
    assert chain.money("earned") == {"factory": 12_000, "west": 4_000, "shop": -16_000}


def test_pieces_of_one_seller_leave_the_other_alone(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 5_000)
    code = chain.deal("ann", {"tee@shop": 1, "hat@rival": 1})
    assert len(chain.call(refund, order=code, lines={"hat@rival": 1})) == 1
    assert chain.statuses(code) == {"shop": "paid", "west": "paid", "factory": "paid", "rival": "cancelled"}
    assert chain.money("held") == {"ann": 10_000}


# ways back


def test_every_means_of_payment_gets_its_part_after_closing_too(chain: World) -> None:
    chain.link("supply", "shop", "ann", pay="credit", limit=99_999, period=60)
    chain.fill("ann", wallet=5_000, points=2_000)
    code = chain.place("ann", {"tee@shop": 2})
    for way, amount in [("wallet", 5_000), ("points", 2_000), ("credit", 10_000), ("outside", 3_000)]:
        chain.call(pay, order=code, with_=way, amount=amount)
    chain.carry(code, "closed")
    steps = [chain.call(refund, order=code, amount=amount) and snapshot(chain) for amount in (10_000, 4_000, 6_000)]
    assert steps == [
        {"credit_used": {}, "wallet": {}, "points": {}},
        {"credit_used": {}, "wallet": {}, "points": {"ann": 1_000}},
        {"credit_used": {}, "wallet": {"ann": 5_000}, "points": {"ann": 2_000}},
    ]


def snapshot(world: World) -> dict[str, Any]:
    """Return what ann has drawn and has."""
    return {what: world.money(what) for what in ("credit_used", "wallet", "points")}


def test_a_free_order_is_given_back_without_money(chain: World) -> None:
    chain.promotion("tee@shop", 10_000, bearers={"platform": 10_000})
    code = chain.place("ann", {"tee@shop": 2})
    chain.carry(code, "closed")
    assert chain.money("owed") == {"factory": 12_000, "west": 4_000, "shop": 4_000, "platform": -20_000}
    chain.call(refund, order=code, lines={"tee@shop": 1})
    assert chain.money("owed") == {"factory": 6_000, "west": 2_000, "shop": 2_000, "platform": -10_000}
    assert Refund.objects.get().amount == 0


# refusals


@pytest.mark.parametrize(
    ("said", "code", "details"),
    [
        ({"fault": "weather"}, "malformed", {"field": "fault"}),
        ({"goods": "eaten"}, "malformed", {"field": "goods"}),
        ({"amount": 0}, "malformed", {"field": "amount"}),
        ({"amount": -5}, "malformed", {"field": "amount"}),
        ({"amount": 5, "lines": {"tee@shop": 1}}, "malformed", {"field": "amount"}),
        ({"amount": 20_001}, "more_than_left", {"left": 20_000}),
        ({"lines": {"tee@shop": 3}}, "more_than_left", {"left": 2}),
        ({"lines": {"tee@shop": 0}}, "malformed", {"field": "lines"}),
        ({"lines": {"tee@west": 1}}, "malformed", {"field": "lines"}),
        ({"lines": {}}, "malformed", {"field": "lines"}),
        ({"order": "C-00000-00000"}, "not_found", {}),
    ],
)
def test_refunds_that_make_no_sense(chain: World, said: dict[str, Any], code: str, details: dict[str, Any]) -> None:
    order = chain.deal("ann", {"tee@shop": 2}, "received")
    with refused(code, **details):
        chain.call(refund, **{"order": order, **said})


@pytest.mark.parametrize("lines", [None, {"tee@shop": 1}])
def test_what_was_given_back_is_not_given_back_again(chain: World, lines: dict[str, int] | None) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, "closed")
    chain.call(refund, order=code)
    with refused("nothing_left_to_refund"):
        chain.call(refund, order=code, lines=lines)


def test_what_was_not_paid_is_not_given_back(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    with refused("wrong_state", event="refund"):
        chain.call(refund, order=code)


def test_the_same_request_again_gives_back_once(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    by = chain.actor("shop", DECIDE)
    told = [refund(key="once", at=chain.at, by=by, order=code, amount=500) for _ in range(3)]
    assert told[0] == told[1] == told[2]
    assert chain.money("held") == {"ann": 19_500}


# who decides


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ({"fault": "seller"}, True),
        ({"fault": "seller", "goods": "kept"}, True),
        ({"fault": "buyer", "goods": "kept"}, True),
        ({"amount": 100}, True),
        ({"amount": 100, "fault": "buyer"}, True),
        ({}, False),
        ({"fault": "upstream"}, False),
        ({"fault": "carrier", "goods": "kept"}, False),
        ({"fault": "buyer"}, False),
        ({"amount": 100, "fault": "upstream"}, False),
        ({"amount": 100, "fault": "carrier"}, False),
    ],
)
def test_a_shop_with_a_chain_behind_it_decides_at_its_own_cost_only(
    chain: World, said: dict[str, Any], allowed: bool
) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, "received")
    by = chain.actor("shop", DECIDE)
    if allowed:
        chain.call(refund, by=by, order=code, **said)
        assert chain.money("owed") == {}
        chain.carry_on(code)
        assert {slug: chain.money("earned")[slug] for slug in ("west", "factory")} == {"west": 4_000, "factory": 12_000}
    else:
        with refused("not_allowed"):
            chain.call(refund, by=by, order=code, **said)


@pytest.mark.parametrize("fault", ["buyer", "seller", "upstream", "carrier"])
def test_a_seller_without_anyone_behind_it_decides_everything(chain: World, fault: str) -> None:
    chain.party("mill", "enterprise")
    code = chain.deal("mill", {"tee@factory": 2}, "received")
    chain.call(refund, by=chain.actor("factory", DECIDE), order=code, fault=fault)


def test_who_may_decide(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, "received")
    with refused("not_found"):
        chain.call(refund, by=chain.actor("rival"), order=code, amount=1)
    for who in ("ann", "west", "factory"):
        with refused("not_allowed"):
            chain.call(refund, by=chain.actor(who), order=code, amount=1)
    with refused("not_allowed"):
        chain.call(refund, by=chain.actor("shop", frozenset({"orders.ship"})), order=code, amount=1)


@pytest.mark.parametrize("stage", STAGES[1:])
def test_everything_of_an_order_goes_back_from_every_stage(chain: World, stage: str) -> None:
    code = chain.deal("ann", {"tee@shop": 3}, stage)
    chain.call(refund, order=code)
    assert (chain.money("held"), chain.money("earned")) == ({}, {})
    assert chain.stock("tee@factory") == (100, 0, 0)
    line = OrderLine.objects.get(order__tier=0)
    assert (line.amount_left, line.fee_left, line.reversed) == (0, 0, 3)

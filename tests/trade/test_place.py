"""Placing: against a quote that still holds, by who may, with what can be kept, all of it or nothing."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.kernel.actor import STRANGER, Actor
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.queries import party
from hanse.trade.commission.models import Commission
from hanse.trade.orders.models import Allocation, Checkout, Order, OrderLine
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.place import place
from hanse.trade.orders.queries import history
from hanse.trade.orders.rules import MOST_PARTS
from hanse.trade.quotes.queries import Line, quote_for
from tests.trade.refusals import refused
from tests.trade.world import BUYER, SELLER, World


def seen(world: World, pieces: int = 2) -> str:
    """Return the fingerprint of the quote that ann sees now."""
    return quote_for(party("ann").pk, [Line("tee@shop", pieces)], world.at).fingerprint


# what is written


def test_every_leg_is_a_purchase_to_one_side_and_a_sale_to_the_other(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2}, note=" quick ", address={"city": " 汉堡 ", "street": ""})
    checkout = Checkout.objects.get(code=code)
    assert (checkout.buyer.slug, checkout.currency, checkout.total, checkout.paid) == ("ann", "CNY", 20000, 0)
    assert (checkout.note, checkout.address) == ("quick", {"city": "汉堡", "street": ""})
    assert (checkout.placed_at, checkout.fingerprint) == (chain.at, seen(chain))
    rows = Order.objects.order_by("tier").values_list(
        "tier", "buyer__slug", "seller__slug", "root__tier", "cause__seller__slug", "goods", "fee", "left", "due_event"
    )
    assert list(rows) == [
        (0, "ann", "shop", 0, None, 20000, 1000, 20000, "expire"),
        (1, "shop", "west", 0, "shop", 16000, 0, 16000, ""),
        (2, "west", "factory", 0, "west", 12000, 0, 12000, ""),
    ]
    assert [(line.quantity, line.cause_id) for line in OrderLine.objects.order_by("order__tier")] == [
        (2, None), *((2, line.pk) for line in OrderLine.objects.order_by("order__tier")[:2]),
    ]  # fmt: skip
    assert Allocation.objects.get().line.order.seller.slug == "factory"
    assert [order.total for order in Order.objects.order_by("tier")] == [20000, 16000, 12000]
    changes = history([order.pk for order in Order.objects.all()])
    assert {(c.event, c.source, c.target, c.by_name) for c in changes} == {("place", "", "placed", "engine")}


def test_the_clock_frees_what_nobody_pays(chain: World) -> None:
    root = chain.roots(chain.place("ann", {"tee@shop": 2}))[0]
    assert root.due_at == chain.at + timedelta(minutes=15)
    chain.wait(minutes=15)
    assert chain.call(expire, order=root.code) == "expired"
    assert chain.stock("tee@factory") == (100, 0, 0)


def test_the_shortest_hold_and_the_longest_windows_of_all_offers_apply(chain: World) -> None:
    chain.goods("cup", "shop", shop=5)
    chain.offer("cup@shop", 100, terms={"hold": 60, "return_window": 999_999, "auto_receive": 1})
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 100, terms={"hold": 120})
    code = chain.place("ann", {"tee@shop": 1, "cup@shop": 1, "hat@rival": 1})
    shop, rival = chain.roots(code)
    assert shop.terms == {"hold": 60, "auto_receive": 864_000, "return_window": 999_999, "ship_within": 172_800}
    assert rival.terms["hold"] == 120
    assert {root.due_at for root in (shop, rival)} == {chain.at + timedelta(seconds=60)}, "one checkout, one deadline"


def test_commission_is_decided_when_the_order_is_placed(chain: World) -> None:
    chain.party("bob")
    chain.party("eve")
    chain.link("promotes", "bob", "ann")
    chain.link("promotes", "eve", "bob")
    chain.goods("cup", "shop", shop=9)
    chain.offer("cup@shop", 999, commission=[800, 250])
    chain.place("ann", {"tee@shop": 1, "cup@shop": 3})
    found = Commission.objects.order_by("level").values_list(
        "promoter__slug", "bearer__slug", "level", "amount", "left"
    )
    assert list(found) == [("bob", "shop", 1, 240, 240), ("eve", "shop", 2, 75, 75)]


def test_nobody_brought_the_buyer(chain: World) -> None:
    chain.goods("cup", "shop", shop=9)
    chain.offer("cup@shop", 999, commission=[800])
    chain.place("ann", {"cup@shop": 3})
    assert not Commission.objects.exists()


def test_where_there_is_nothing_to_pay_the_order_is_paid(chain: World) -> None:
    chain.promotion("tee@shop", 10_000, bearers={"shop": 5_000, "platform": 5_000})
    code = chain.place("ann", {"tee@shop": 2})
    assert chain.statuses(code) == {"shop": "paid", "west": "paid", "factory": "paid"}
    assert chain.roots(code)[0].due_at is None
    chain.wait(days=1)
    assert chain.stock("tee@factory") == (98, 2, 0)


# the quote that was seen


def test_an_order_against_the_quote_that_was_seen(chain: World) -> None:
    chain.place("ann", {"tee@shop": 2}, expected=seen(chain))


@pytest.mark.parametrize("offer", ["tee@shop", "tee@west", "tee@factory"])
def test_a_price_that_changed_at_any_tier_is_refused_with_the_new_quote(chain: World, offer: str) -> None:
    before = seen(chain)
    chain.call(change_offer, offer=offer, price=10_500)
    now, total = seen(chain), 21_000 if offer == "tee@shop" else 20_000
    with refused("quote_changed", fingerprint=now, total=total, currency="CNY"):
        chain.place("ann", {"tee@shop": 2}, expected=before)
    chain.place("ann", {"tee@shop": 2}, expected=now)


def test_a_price_agreed_between_two_tiers_is_part_of_the_quote(chain: World) -> None:
    before = seen(chain)
    chain.call(change_offer, offer="tee@west", prices_for={"shop": 7_000})
    with refused("quote_changed"):
        chain.place("ann", {"tee@shop": 2}, expected=before)
    assert chain.order(chain.place("ann", {"tee@shop": 2}), "west").goods == 14_000


@pytest.mark.parametrize(
    ("upset", "said", "reason"),
    [
        (suspend_offer, {"offer": "tee@factory"}, "upstream_suspended"),
        (withdraw_offer, {"offer": "tee@west"}, "upstream_suspended"),
        (suspend_party, {"party": "factory", "why": "fire"}, "upstream_suspended"),
        (suspend_party, {"party": "shop", "why": "fire"}, "seller_suspended"),
        (change_offer, {"offer": "tee@west", "band": (11_000, None)}, "price_outside_band"),
        (suspend_offer, {"offer": "tee@shop"}, "suspended"),
    ],
)
def test_an_upstream_that_vanished(chain: World, upset: Any, said: dict[str, Any], reason: str) -> None:
    before = seen(chain)
    chain.call(upset, **said)
    with refused("offer_unavailable", reason=reason):
        chain.place("ann", {"tee@shop": 2}, expected=before)


def test_pieces_that_are_gone_by_now(chain: World) -> None:
    before = seen(chain)
    chain.call(count_stock, party="factory", sku="tee", found=1)
    with refused("out_of_stock", wanted=2, available=1):
        chain.place("ann", {"tee@shop": 2}, expected=before)


# who may


def test_the_buyers_own_people_place_its_orders(chain: World) -> None:
    chain.place("ann", {"tee@shop": 1}, by=chain.actor("ann", frozenset({"orders.place"})))


@pytest.mark.parametrize(
    ("who", "permissions"),
    [("ann", SELLER), ("ann", BUYER - {"orders.place"}), ("rival", BUYER), ("shop", BUYER | SELLER)],
)
def test_nobody_else_does(chain: World, who: str, permissions: frozenset[str]) -> None:
    with refused("not_allowed"):
        chain.place("ann", {"tee@shop": 1}, by=chain.actor(who, permissions))


@pytest.mark.parametrize("by", [STRANGER, Actor(permissions=BUYER)])
def test_nor_does_a_stranger(chain: World, by: Actor) -> None:
    with refused("not_allowed"):
        chain.place("ann", {"tee@shop": 1}, by=by)


@pytest.mark.parametrize("engine", [True, False])
def test_a_suspended_buyer_begins_nothing_new(chain: World, engine: bool) -> None:
    by = {} if engine else {"by": chain.actor("ann")}
    chain.call(suspend_party, party="ann", why="debts")
    with refused("not_allowed"):
        chain.place("ann", {"tee@shop": 1}, **by)


def test_partners_only(chain: World) -> None:
    chain.offer("tee#2@shop", 9_000, "tee@west", audience="partners")
    with refused("offer_unavailable", reason="partners_only"):
        chain.place("ann", {"tee#2@shop": 1})
    chain.link("supply", "shop", "ann")
    chain.place("ann", {"tee#2@shop": 1})


def test_nobody_buys_of_itself(chain: World) -> None:
    with refused("offer_unavailable", reason="own_offer"):
        chain.place("shop", {"tee@shop": 1})


# what makes no sense


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("note", {"note": "x" * 501}),
        ("note", {"note": "a\x00b"}),
        ("note", {"note": "\ud800"}),
        ("address", {"address": {"x" * 41: "y"}}),
        ("address", {"address": {"": "y"}}),
        ("address", {"address": {"a\x00": "y"}}),
        ("city", {"address": {"city": "x" * 301}}),
        ("city", {"address": {"city": "\x00"}}),
        ("city", {"address": {"city": 7}}),
        ("address", {"address": {f"part {n}": "x" for n in range(MOST_PARTS + 1)}}),
    ],
)
def test_texts_that_cannot_be_kept(chain: World, field: str, said: dict[str, Any]) -> None:
    with refused("malformed", field=field):
        chain.place("ann", {"tee@shop": 1}, **said)


def test_texts_at_their_limits(chain: World) -> None:
    address = {f"{n:040d}": "x" * 300 for n in range(MOST_PARTS)}
    chain.place("ann", {"tee@shop": 1}, note="x" * 500, address=address)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({}, "malformed"),
        ({"tee@shop": 0}, "malformed"),
        ({"tee@shop": -1}, "malformed"),
        ({"tee@shop": 1_000_001}, "malformed"),
        ({"tee@shop": 101}, "out_of_stock"),
        ({"tee@nowhere": 1}, "not_found"),
        ({"tee@shop\x00": 1}, "not_found"),
        ({"\ud800": 1}, "not_found"),
    ],
)
def test_lines_that_make_no_sense(chain: World, lines: dict[str, int], code: str) -> None:
    with refused(code):
        chain.place("ann", lines)


@pytest.mark.parametrize("buyer", ["nobody", "", "\x00"])
def test_a_buyer_that_does_not_exist(chain: World, buyer: str) -> None:
    with refused("not_found"):
        chain.place(buyer, {"tee@shop": 1})


def test_one_offer_by_both_its_names(chain: World) -> None:
    code = (
        OrderLine.objects.filter(order__code=chain.roots(chain.place("ann", {"tee@shop": 1}))[0].code).get().offer.code
    )
    with refused("malformed", field="lines"):
        chain.place("ann", {"tee@shop": 1, code: 1})


def test_two_currencies_in_one_checkout(chain: World) -> None:
    chain.goods("sake", "rival", rival=5)
    chain.offer("sake@rival", 500, currency="JPY")
    with refused("mixed_currencies"):
        chain.place("ann", {"tee@shop": 1, "sake@rival": 1})


def test_the_same_request_again_is_the_same_order(chain: World) -> None:
    again: dict[str, Any] = {"key": "once", "at": chain.at, "buyer": "ann", "lines": [Line("tee@shop", 1)]}
    by = chain.actor("ann")
    assert place(by=by, **again) == place(by=by, **again)
    assert Checkout.objects.count() == 1
    with refused("idempotency_key_reused"):
        place(by=by, **{**again, "note": "and quick"})

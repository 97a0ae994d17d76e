"""Urgent orders: who takes them, what hurrying costs, who earns it, and that every tier is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.queries import offer
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.queries import party
from hanse.trade.orders.models import Checkout, Order
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.trade.quotes.queries import Line, quote_for
from hanse.trade.quotes.rules import UrgentNotAccepted, Want, quote, urgent_price
from tests.trade.quoting import ANN, AT, FACTORY, SHOP, WEST, chains, market, three_tiers
from tests.trade.refusals import refused
from tests.trade.world import World

ALL = {"urgent_fee": 0}


@pytest.fixture
def hurried(chain: World) -> World:
    """The chain of three tiers, where everybody hurries and the shop asks 5.01 for it."""
    chain.call(change_terms, party="platform", terms=ALL)
    chain.call(change_offer, offer="tee@shop", terms={"urgent_fee": 501}, freight=100)
    return chain


def test_every_tier_is_told_and_the_surcharge_goes_to_whoever_ships(hurried: World) -> None:
    code = hurried.place("ann", {"tee@shop": 2}, urgent=True)
    rows = Order.objects.order_by("tier").values_list("seller__slug", "urgent", "freight", "urgent_fee")
    assert list(rows) == [("shop", True, 701, 501), ("west", True, 701, 501), ("factory", True, 701, 501)]
    assert Checkout.objects.get(code=code).total == 20_701


def test_a_plain_order_is_not_urgent_and_costs_what_it_did(hurried: World) -> None:
    hurried.place("ann", {"tee@shop": 2})
    assert set(Order.objects.values_list("urgent", "urgent_fee", "freight")) == {(False, 0, 200)}


def test_nobody_hurries_who_has_not_said_so(chain: World) -> None:
    with refused("urgent_not_accepted", offer=offer("tee@shop").code):
        chain.place("ann", {"tee@shop": 2}, urgent=True)


@pytest.mark.parametrize("seller", ["west", "factory"])
def test_a_tier_behind_that_takes_none_stands_against_it_without_being_named(hurried: World, seller: str) -> None:
    hurried.call(change_terms, party=seller, terms={"urgent_fee": None})
    with refused("urgent_not_accepted", offer=offer("tee@shop").code):
        hurried.place("ann", {"tee@shop": 2}, urgent=True)


def test_once_for_each_seller_and_the_dearest_of_its_offers(hurried: World) -> None:
    hurried.goods("cup", "shop", shop=5)
    hurried.offer("cup@shop", 1_000, terms={"urgent_fee": 700})
    hurried.goods("hat", "rival", rival=5)
    hurried.offer("hat@rival", 2_000)
    hurried.call(change_terms, party="rival", terms={"urgent_fee": 30})
    code = hurried.place("ann", {"tee@shop": 2, "cup@shop": 1, "hat@rival": 1}, urgent=True)
    assert {root.seller.slug: root.urgent_fee for root in hurried.roots(code)} == {"shop": 700, "rival": 30}
    lines = [Line("tee@shop", 2), Line("cup@shop", 1), Line("hat@rival", 1)]
    plain = quote_for(party("ann").pk, lines, hurried.at)
    found = quote_for(party("ann").pk, lines, hurried.at, urgent=True)
    assert (found.urgent, found.urgent_fee, urgent_price(plain), found.total - plain.total) == (True, 730, 730, 730)
    assert found.fingerprint != plain.fingerprint


def test_what_is_cancelled_takes_its_share_of_the_surcharge_back(hurried: World) -> None:
    code = hurried.place("ann", {"tee@shop": 2}, urgent=True)
    hurried.call(cancel, order=code, lines={"tee@shop": 1})
    assert Order.objects.get(tier=0).left == 20_701 - 10_000 - 351
    hurried.call(cancel, order=code)
    assert set(Order.objects.values_list("status", "left")) == {("cancelled", 0)}


def test_all_of_it_is_settled_to_the_cent(hurried: World) -> None:
    hurried.place("ann", {"tee@shop": 1})
    code = hurried.place("ann", {"tee@shop": 3}, urgent=True)
    hurried.call(pay, order=code)
    hurried.carry_on(code)
    assert hurried.money("earned") == {"shop": 6_000 - 1_500, "west": 6_000, "factory": 18_801, "platform": 1_500}


def test_the_wished_day_is_kept_and_lies_ahead(chain: World) -> None:
    day = (chain.at + timedelta(days=9)).date()
    code = chain.place("ann", {"tee@shop": 1}, wanted_on=day)
    assert Checkout.objects.get(code=code).wanted_on == day
    for odd in (chain.at, "2026-03-02", date(2026, 2, 1), date(2027, 9, 1)):
        with refused("malformed", field="wanted_on"):
            chain.place("ann", {"tee@shop": 1}, wanted_on=odd)


def test_hurrying_costs_no_further_statement(hurried: World) -> None:
    counts = []
    for urgent in (False, True, False, True):
        with CaptureQueriesContext(connection) as seen:
            hurried.place("ann", {"tee@shop": 1}, urgent=urgent)
        counts.append(len(seen))
    assert counts[2] == counts[3]


# the rule alone


def test_own_pieces_keep_their_share_and_the_rest_goes_upstream() -> None:
    made = market(three_tiers(shop=1, terms={"urgent_fee": 500}, freight=10), layers=taking(SHOP, WEST, FACTORY))
    found = quote(ANN, [Want(1, 3)], made, AT, urgent=True)
    assert [(line.quantity, line.urgent, line.freight) for line in found.lines] == [
        (3, 500, 530), (2, 333, 353), (2, 333, 353),
    ]  # fmt: skip


def taking(*sellers: int) -> dict[tuple[int, int], dict[str, Any]]:
    """Return the terms under which these sellers, one behind the other, take urgent orders."""
    buyers = [ANN, *sellers]
    return dict.fromkeys(zip(sellers, buyers, strict=False), ALL)


@given(chain=chains(most=4), pieces=st.integers(1, 6), fee=st.integers(0, 10_000), takes=st.booleans())
def test_hurrying_adds_the_fee_once_and_nothing_else(chain: Any, pieces: int, fee: int, takes: bool) -> None:
    sellers = [offer.seller_id for offer in chain]
    layers: dict[tuple[int, int], Any] = taking(*sellers)
    layers[sellers[0], ANN] = {"urgent_fee": fee if takes else None}
    made = market(chain, layers=layers)
    held = sum(offer.own for offer in chain)
    if held < pieces:
        return
    plain = quote(ANN, [Want(chain[0].id, pieces)], made, AT)
    if not takes:
        assert urgent_price(plain) is None
        with pytest.raises(UrgentNotAccepted):
            quote(ANN, [Want(chain[0].id, pieces)], made, AT, urgent=True)
        return
    hurried = quote(ANN, [Want(chain[0].id, pieces)], made, AT, urgent=True)
    assert urgent_price(plain) == fee == hurried.urgent_fee == hurried.total - plain.total
    for before, after in zip(plain.lines, hurried.lines, strict=True):
        assert after.freight - after.urgent == before.freight
        assert (after.amount, after.quantity, after.allocations) == (before.amount, before.quantity, before.allocations)
    for upper, lower in zip(hurried.lines[1:], hurried.lines, strict=False):
        assert 0 <= upper.urgent <= lower.urgent, "no tier asks more for hurrying than it got"

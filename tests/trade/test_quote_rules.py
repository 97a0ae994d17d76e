"""The quote: who would pay whom how much for what, where the pieces come from, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.offers.rules import Chain, OfferView, PriceRuleView, available
from hanse.kernel import money
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.trade.promotions.rules import Promise
from hanse.trade.quotes.rules import MOST_LINES, MOST_PIECES, MixedCurrencies, OfferUnavailable, OutOfStock, Want, quote
from tests.trade.quoting import (
    ANN,
    AT,
    FACTORY,
    SHOP,
    WEST,
    chains,
    market,
    own,
    quoted,
    shape,
    three_tiers,
    tier,
)

PLATFORM = 99


def refusal(made: Any, *pieces: int) -> DomainError:
    with pytest.raises(DomainError) as caught:
        quoted(made, *pieces)
    return caught.value


# chains


def test_a_dropshipped_chain_opens_a_leg_for_every_tier() -> None:
    found = quoted(market(three_tiers()), 2)
    assert shape(found) == [(1, 2, 0, None), (2, 2, 0, 0), (3, 2, 2, 1)]
    legs = [(leg.buyer, leg.seller, leg.tier, leg.root, leg.cause) for leg in found.legs]
    assert legs == [(ANN, SHOP, 0, 0, None), (SHOP, WEST, 1, 0, 0), (WEST, FACTORY, 2, 0, 1)]
    assert [line.amount for line in found.lines] == [20_000, 16_000, 12_000]
    assert (found.total, found.currency) == (20_000, "CNY")
    assert [line.offer.id for line in found.lines_of(1)] == [2]


def test_own_stock_goes_first_and_only_the_rest_is_drawn_upstream() -> None:
    found = quoted(market(three_tiers(shop=3, west=1)), 5)
    assert shape(found) == [(1, 5, 3, None), (2, 2, 1, 0), (3, 1, 1, 1)]
    assert found.lines[0].allocations == ((101, 3),)


def test_enough_own_stock_opens_nothing_upstream() -> None:
    assert shape(quoted(market(three_tiers(shop=5)), 5)) == [(1, 5, 5, None)]


def test_an_offer_that_only_draws_leaves_its_own_shelf_alone() -> None:
    first, *rest = three_tiers(shop=9)
    found = quoted(market((replace(first, fulfil="source"), *rest)), 2)
    assert shape(found) == [(1, 2, 0, None), (2, 2, 0, 0), (3, 2, 2, 1)]


def test_one_shelf_that_can_give_all_is_taken_before_two_that_can_together() -> None:
    made = market((tier(1, SHOP, 100, {7: 2, 8: 5}, fulfil="stock"),))
    assert quoted(made, 4).lines[0].allocations == ((8, 4),)
    assert quoted(made, 6).lines[0].allocations == ((7, 2), (8, 4))


def test_several_lines_share_one_shelf_upstream() -> None:
    """Two offers of one shop draw from the same offer: one leg upstream with a line each, and no piece twice."""
    up = tier(3, FACTORY, 60, 5, fulfil="stock")
    made = market((tier(1, SHOP, 100, source=3), up), (tier(2, SHOP, 90, source=3), up))
    found = quoted(made, 2, 3)
    assert shape(found) == [(1, 2, 0, None), (3, 2, 2, 0), (2, 3, 0, None), (3, 3, 3, 2)]
    assert len(found.legs) == 2
    short = refusal(made, 2, 4)
    assert (short.code, short.details) == ("out_of_stock", {"offer": "F-2", "wanted": 4, "available": 3})


def test_two_sellers_open_two_first_legs_with_chains_of_their_own() -> None:
    other = (tier(5, 20, 500, source=6), tier(6, FACTORY, 400, 9, fulfil="stock"))
    found = quoted(market(three_tiers(), other), 1, 1)
    assert [(leg.tier, leg.root, leg.seller) for leg in found.legs] == [
        (0, 0, SHOP), (1, 0, WEST), (2, 0, FACTORY), (0, 3, 20), (1, 3, FACTORY),
    ]  # fmt: skip
    assert found.total == 10_500


@given(chains(), st.integers(1, 40))
def test_every_chain_draws_what_it_has_and_not_a_piece_more(chain: Chain, pieces: int) -> None:
    made, there = market(chain, fee=500), available(chain)
    if pieces > there:
        short = refusal(made, pieces)
        assert isinstance(short, OutOfStock)
        assert short.details == {"offer": chain[0].code, "wanted": pieces, "available": there}
        return
    found = quoted(made, pieces)
    assert sum(own(line) for line in found.lines) == pieces
    for n, line in enumerate(found.lines):
        rest = found.lines[n + 1].quantity if n + 1 < len(found.lines) else 0
        assert line.quantity == own(line) + rest
        assert not rest or own(line) == line.offer.own, "own stock goes first"
        assert dict(line.allocations).items() <= {s.id: s.available for s in line.offer.shelves}.items() or not rest
        assert (line.amount, line.freight) == (line.offer.price * line.quantity, chain[0].freight * line.quantity)
        assert found.legs[line.leg].tier == n
    assert found.total == (chain[0].price + chain[0].freight) * pieces
    assert found.lines[0].fee == money.percent(found.lines[0].amount, 500)
    assert not any(line.fee for line in found.lines[1:])


def renumbered(view: OfferView, n: int) -> OfferView:
    """Return the same offer with an id and shelves of its own."""
    shelves = tuple(replace(shelf, id=shelf.id + 100_000 * n) for shelf in view.shelves)
    return replace(view, id=view.id + 10 * n, shelves=shelves)


@given(st.lists(chains(most=3), min_size=2, max_size=4), st.data())
def test_lines_that_share_shelves_never_promise_a_piece_twice(drawn: list[Chain], data: st.DataObject) -> None:
    """The chains end at one factory, so that everything is drawn from its shelf."""
    shelf = {5000: data.draw(st.integers(0, 12))}
    shared = tuple(
        (*(renumbered(view, n) for view in chain[:-1]), tier(900 + n, FACTORY, 50, shelf, fulfil="stock"))
        for n, chain in enumerate(drawn)
    )
    wanted = [data.draw(st.integers(1, 6)) for _ in shared]
    try:
        found = quoted(market(*shared), *wanted)
    except OutOfStock:
        return
    taken: dict[int, int] = {}
    for line in found.lines:
        for place, pieces in line.allocations:
            taken[place] = taken.get(place, 0) + pieces
    there = {s.id: s.available for chain in shared for view in chain for s in view.shelves}
    assert all(0 < pieces <= there[place] for place, pieces in taken.items())


# prices


def test_the_price_of_the_buyer_and_of_the_tier_that_buys() -> None:
    first, west, factory = three_tiers()
    for_shop = PriceRuleView(7_500, buyer=SHOP)
    gold = PriceRuleView(5_000, level="gold", min_quantity=2)
    made = market(
        (first, replace(west, prices=(for_shop,)), replace(factory, prices=(gold,))),
        layers={(FACTORY, WEST): {"level": "gold"}},
    )
    assert [line.base_price for line in quoted(made, 2).lines] == [10_000, 7_500, 5_000]
    assert [line.base_price for line in quoted(made, 1).lines] == [10_000, 7_500, 6_000]


def test_the_offers_own_terms_are_the_nearest() -> None:
    first = tier(1, SHOP, 1_000, 9, fulfil="stock", prices=[PriceRuleView(900, level="gold")], terms={"level": "gold"})
    assert quoted(market((first,), layers={(SHOP, ANN): {"level": "wood"}}), 1).total == 900


def test_promotions_come_off_in_lanes_and_say_who_bears_them() -> None:
    halves = Promise("m1", "half", 1, 1_000, 1, ((SHOP, 5_000), (PLATFORM, 5_000)))
    second = Promise("m2", "more", 2, 1_000, 1, ((SHOP, 10_000),))
    made = market(
        three_tiers(), promises={1: [second, halves], 3: [Promise("m3", "up", 1, 5_000, 1, ((WEST, 10_000),))]}
    )
    first, _west, factory = quoted(made, 1).lines
    assert [(one.code, one.amount) for one in first.adjustments] == [("m1", -1_000), ("m2", -900)]
    assert first.adjustments[0].bearers == ((SHOP, 500), (PLATFORM, 500))
    assert (first.base_price, first.amount) == (10_000, 8_100)
    assert factory.amount == 3_000


# freight and fees


def test_freight_goes_upstream_with_the_pieces() -> None:
    found = quoted(market(three_tiers(shop=1, west=1, freight=33)), 4)
    assert [(line.quantity, line.freight) for line in found.lines] == [(4, 132), (3, 99), (2, 66)]
    assert found.total == 40_132


def test_the_fee_is_rounded_once_a_rate_and_shared_by_amount() -> None:
    one, two = (tier(n, SHOP, 1_010, 9, fulfil="stock") for n in (1, 2))
    cheap = tier(3, SHOP, 10_000, 9, fulfil="stock", terms={"platform_fee": 100})
    found = quoted(market((one,), (two,), (cheap,), fee=500), 1, 1, 1)
    assert [line.fee for line in found.lines] == [51, 50, 100], "5 % of 2020 is 101, shared over two lines"


def test_each_seller_has_a_rounding_of_its_own() -> None:
    found = quoted(market(*((tier(n, n, 1_010, 9, fulfil="stock"),) for n in (11, 12)), fee=500), 1, 1)
    assert [line.fee for line in found.lines] == [51, 51]


def test_there_is_no_fee_on_nothing() -> None:
    everything = Promise("m", "free", 1, 10_000, 1, ((SHOP, 10_000),))
    found = quoted(market(three_tiers(), fee=500, promises={1: [everything]}), 1)
    assert (found.lines[0].fee, found.total, found.lines[1].amount) == (0, 0, 8_000)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.sampled_from([0, 1, 333, 500, 10_000])), min_size=1, max_size=8))
def test_the_fees_of_a_rate_sum_to_that_rate_of_all_its_lines(lines: list[tuple[int, int]]) -> None:
    offers = [
        (tier(n, SHOP, price, 1, fulfil="stock", terms={"platform_fee": rate}),)
        for n, (price, rate) in enumerate(lines)
    ]
    found = quoted(market(*offers), *(1 for _ in offers))
    for rate in {rate for _price, rate in lines}:
        mine = [line for line in found.lines if line.offer.terms["platform_fee"] == rate]
        assert sum(line.fee for line in mine) == money.percent(sum(line.amount for line in mine), rate)


# fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"price": 10_001},
        {"freight": 1},
        {"prices": (PriceRuleView(9_999),)},
    ],
)
def test_the_fingerprint_changes_with_what_the_buyer_pays(changed: dict[str, Any]) -> None:
    first, *rest = three_tiers()
    before = quoted(market((first, *rest)), 2).fingerprint
    assert quoted(market((replace(first, **changed), *rest)), 2).fingerprint != before
    assert quoted(market((first, *rest)), 1).fingerprint != before


@pytest.mark.parametrize(
    "changed",
    [{"price": 8_001}, {"prices": (PriceRuleView(7_999, buyer=SHOP),)}, {"prices": (PriceRuleView(1, level="gold"),)}],
)
def test_the_fingerprint_changes_with_a_price_between_tiers(changed: dict[str, Any]) -> None:
    first, west, factory = three_tiers()
    links = {(WEST, SHOP): {"level": "gold"}}
    before = quoted(market((first, west, factory), layers=links), 2).fingerprint
    assert quoted(market((first, replace(west, **changed), factory), layers=links), 2).fingerprint != before


def test_the_fingerprint_stays_where_nothing_that_was_promised_changes() -> None:
    first, west, factory = three_tiers()
    before = quoted(market((first, west, factory)), 2).fingerprint
    for_others = PriceRuleView(1, buyer=PLATFORM), PriceRuleView(1, level="gold"), PriceRuleView(1, min_quantity=3)
    assert quoted(market((first, replace(west, prices=for_others), factory)), 2).fingerprint == before
    assert quoted(market(three_tiers(shop=1, factory=50)), 2).fingerprint == before, "whoever holds the pieces"


def test_the_fingerprint_knows_a_promotion() -> None:
    promise = Promise("m", "off", 1, 1_000, 1, ((SHOP, 10_000),))
    assert (
        quoted(market(three_tiers(), promises={1: [promise]}), 1).fingerprint
        != quoted(market(three_tiers()), 1).fingerprint
    )


def test_a_price_for_a_time_is_that_of_the_moment() -> None:
    rule = PriceRuleView(9_000, starts=AT, ends=AT + timedelta(hours=1))
    made = market((tier(1, SHOP, 10_000, 9, fulfil="stock", prices=[rule]),))
    prices = [quote(ANN, [Want(1, 1)], made, AT + timedelta(hours=h)).total for h in (-1, 0, 1)]
    assert prices == [10_000, 9_000, 10_000]


# refusals


@pytest.mark.parametrize(
    "obstacle", ["suspended", "withdrawn", "seller_suspended", "product_not_listed", "partners_only"]
)
def test_what_stands_against_the_offer_itself_is_named(obstacle: str) -> None:
    told = refusal(market(three_tiers(obstacle=obstacle)), 1)
    assert isinstance(told, OfferUnavailable)
    assert told.details == {"offer": "F-1", "reason": obstacle}


@pytest.mark.parametrize(
    ("obstacle", "told"),
    [
        ("suspended", "upstream_suspended"),
        ("seller_suspended", "upstream_suspended"),
        ("partners_only", "upstream_suspended"),
        ("chain_too_long", "upstream_suspended"),
        ("price_outside_band", "price_outside_band"),
    ],
)
def test_of_a_tier_further_up_no_more_is_said_than_a_buyer_may_know(obstacle: str, told: str) -> None:
    first, west, factory = three_tiers(shop=1)
    made = market((first, replace(west, obstacle=obstacle), factory))
    assert refusal(made, 2).details == {"offer": "F-1", "reason": told}
    assert quoted(made, 1).total == 10_000, "its own piece the shop can sell"


def test_nobody_buys_its_own_offer() -> None:
    made = market((tier(1, ANN, 100, 9, fulfil="stock"),))
    assert refusal(made, 1).details == {"offer": "F-1", "reason": "own_offer"}


def test_pieces_that_are_not_there() -> None:
    short = refusal(market(three_tiers(factory=3, west=1, shop=1)), 7)
    assert isinstance(short, OutOfStock)
    assert short.details == {"offer": "F-1", "wanted": 7, "available": 5}
    assert str(short)


def test_currencies_do_not_mix_in_one_checkout() -> None:
    made = market(three_tiers(), (tier(9, 20, 100, 9, fulfil="stock", currency="JPY"),))
    with pytest.raises(MixedCurrencies):
        quoted(made, 1, 1)


@pytest.mark.parametrize("pieces", [0, -1, MOST_PIECES + 1, True])
def test_a_quantity_that_makes_no_sense(pieces: int) -> None:
    told = refusal(market(three_tiers()), pieces)
    assert isinstance(told, MalformedInput)
    assert (told.details["field"], told.details["given"]) == ("quantity", pieces)


def test_no_lines_too_many_or_one_twice() -> None:
    made = market(three_tiers())
    for wants in ([], [Want(1, 1)] * 2, [Want(n, 1) for n in range(MOST_LINES + 1)]):
        with pytest.raises(MalformedInput) as caught:
            quote(ANN, wants, made, AT)
        assert caught.value.details["field"] == "lines"


def test_sums_that_no_account_could_hold() -> None:
    dear = tier(1, SHOP, 10**15, 10**6, fulfil="stock")
    assert refusal(market((dear,)), 10_000).details["field"] == "quantity"
    cheap_on_top = (tier(2, SHOP, 1, source=3), tier(3, FACTORY, 10**15, 10**6, fulfil="stock"))
    assert refusal(market(cheap_on_top), 10_000).details["field"] == "quantity"
    assert quoted(market((dear,)), 9_000).total == 9 * 10**18

"""A basket that lay for a while: every line that cannot be had, every price that is another one, old and new."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import offer
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.network.parties.queries import party
from hanse.trade.quotes.queries import Line, Review, quote_for, review
from hanse.trade.quotes.rules import Difference, Seen, compare, seen_of
from tests.trade.refusals import refused
from tests.trade.world import World


def looked(world: World, pieces: int = 2) -> tuple[str, list[Seen]]:
    found = quote_for(party("ann").pk, [Line("tee@shop", pieces)], world.at)
    return found.fingerprint, seen_of(found)


def again(world: World, *lines: Line, seen: list[Seen]) -> Review:
    return review(party("ann").pk, lines, world.at, seen=seen)


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        ({"price": 10_500}, [("price", 10_000, 10_500)]),
        ({"freight": 100}, [("freight", 0, 200)]),
        ({"price": 9_000, "freight": 1}, [("price", 10_000, 9_000), ("freight", 0, 2)]),
    ],
)
def test_an_order_is_refused_with_what_was_and_what_is(chain: World, new: dict[str, Any], changes: list[Any]) -> None:
    fingerprint, seen = looked(chain)
    chain.call(change_offer, offer="tee@shop", **new)
    code = offer("tee@shop").code
    told = [{"offer": code, "what": what, "was": was, "now": now} for what, was, now in changes]
    with refused("quote_changed", changes=told):
        chain.place("ann", {"tee@shop": 2}, expected=fingerprint, seen=seen)
    found = again(chain, Line("tee@shop", 2), seen=seen)
    assert found.quote is not None
    assert [(one.what, one.was, one.now) for one in found.changes] == changes
    chain.place("ann", {"tee@shop": 2}, expected=found.quote.fingerprint, seen=seen_of(found.quote))


def test_a_discount_that_ended_and_prices_behind(chain: World) -> None:
    chain.promotion("tee@shop", 1_000)
    fingerprint, seen = looked(chain)
    chain.call(change_offer, offer="tee@factory", price=6_001)
    with refused("quote_changed", changes=[{"offer": "", "what": "behind", "was": None, "now": None}]):
        chain.place("ann", {"tee@shop": 2}, expected=fingerprint, seen=seen)
    plain = [Seen(seen[0].offer, 2, 10_000, 20_000, 0)]
    found = again(chain, Line("tee@shop", 2), seen=plain)
    assert found.changes == (Difference(seen[0].offer, "discount", 0, 2_000),)


def test_without_the_lines_that_were_seen_only_the_new_total_is_told(chain: World) -> None:
    fingerprint, _seen = looked(chain)
    chain.call(change_offer, offer="tee@shop", price=10_500)
    with refused("quote_changed", changes=[], total=21_000):
        chain.place("ann", {"tee@shop": 2}, expected=fingerprint)


def test_everything_that_is_gone_is_named_at_once_and_the_rest_is_quoted(chain: World) -> None:
    names = ["cup", "hat", "pot"]
    for name in names:
        chain.goods(name, "shop", shop=5)
        chain.offer(f"{name}@shop", 1_000)
    lines = [Line("tee@shop", 2), *(Line(f"{name}@shop", 3) for name in names)]
    seen = seen_of(quote_for(party("ann").pk, lines, chain.at))
    chain.call(suspend_offer, offer="tee@west")
    chain.call(withdraw_offer, offer="cup@shop")
    chain.call(count_stock, party="shop", sku="hat", found=1)
    found = again(chain, *lines, seen=seen)
    assert {(one.offer, one.reason, one.wanted, one.available) for one in found.missing} == {
        (offer("tee@shop").code, "upstream_suspended", 2, 0),
        (offer("cup@shop").code, "withdrawn", 3, 0),
        (offer("hat@shop").code, "out_of_stock", 3, 1),
    }
    assert found.quote is not None
    assert [(line.offer.code, line.quantity) for line in found.quote.lines] == [(offer("pot@shop").code, 3)]
    assert sorted(one.what for one in found.changes) == ["gone"] * 3


def test_nothing_is_left_and_nothing_has_changed(chain: World) -> None:
    _fingerprint, seen = looked(chain)
    assert again(chain, Line("tee@shop", 2), seen=seen).changes == ()
    assert again(chain, Line("tee@shop", 2), seen=[]).changes == ()
    chain.call(suspend_offer, offer="tee@shop")
    found = again(chain, Line("tee@shop", 2), seen=seen)
    assert (found.quote, [one.reason for one in found.missing]) == (None, ["suspended"])


SEEN = st.builds(Seen, st.sampled_from("abcd"), *[st.integers(1, 9)] * 2, st.integers(1, 81), st.integers(0, 9))
LINES = st.lists(SEEN, max_size=4, unique_by=lambda line: line.offer)


@given(before=LINES, now=LINES)
def test_what_is_told_leads_from_one_to_the_other(before: list[Seen], now: list[Seen]) -> None:
    found = compare(before, now)
    old, new = ({line.offer: line for line in lines} for lines in (before, now))
    assert {one.offer for one in found if one.what == "gone"} == old.keys() - new.keys()
    assert {one.offer for one in found if one.what == "added"} == new.keys() - old.keys()
    for offer_ in old.keys() & new.keys():
        told = {one.what for one in found if one.offer == offer_}
        assert (not told) == (old[offer_] == new[offer_])
    assert all(one.was != one.now for one in found if one.what != "behind")
    assert ([one.what for one in found] == ["behind"]) == (old == new)

"""Changing an offer: what is said changes, what is not stays, and chains through it must still hold."""

from typing import Any

import pytest

from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.set_prices import set_prices
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import downstream
from hanse.goods.offers.rules import (
    ChainCycle,
    ChainTooLong,
    PriceOutsideBand,
    PriceRuleView,
    UpstreamMissing,
    UpstreamSuspended,
)
from hanse.kernel.actor import STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import StateChange
from hanse.kernel.states import WrongState
from tests.goods.market import acting, at_once, call, chain, goods, left, offer, parties


@pytest.fixture
def market(db: None) -> None:
    """Three tiers over a factory that has five tees."""
    parties("factory", "west", "shop", "rival")
    goods("tee", "factory", 5)
    offer("tee@factory", 6000)
    offer("tee@west", 8000, "tee@factory")
    offer("tee@shop", 10000, "tee@west", commission=[800], freight=5, prices={10: 9500})


pytestmark = pytest.mark.django_db


def state(slug: str) -> dict[str, Any]:
    """Return the offer's row."""
    return {**Offer.objects.filter(slug=slug).values().get()}


def test_what_is_not_said_stays(market: None) -> None:
    before = state("tee@shop")
    call(change_offer, offer="tee@shop", price=11000)
    assert state("tee@shop") == before | {"price": 11000}
    assert chain("tee@shop")[0].prices == (PriceRuleView(9500, 10),)
    call(change_offer, offer="tee@shop")
    assert state("tee@shop") == before | {"price": 11000}


def test_everything_else_can_be_said(market: None) -> None:
    call(
        change_offer, offer="tee@shop", audience="partners", band=(1, 2), commission=[], prices=(), freight=0,
        terms={"hold": 5}, level_prices={"gold": 9000},
    )  # fmt: skip
    row = state("tee@shop")
    assert (row["audience"], row["band_min"], row["band_max"]) == ("partners", 1, 2)
    assert (row["commission"], row["freight"], row["terms"]) == ([], 0, {"hold": 5})
    assert chain("tee@shop")[0].prices == (PriceRuleView(9000, level="gold"),)
    call(change_offer, offer="tee@shop", band=None)
    assert (state("tee@shop")["band_min"], state("tee@shop")["band_max"]) == (None, None)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("price", {"price": 0}), ("freight", {"freight": -1}), ("band", {"band": (5, 1)}), ("fulfil", {"fulfil": "x"}),
        ("commission", {"commission": [10_001]}), ("audience", {"audience": "x"}), ("hold", {"terms": {"hold": -1}}),
        ("source", {"source": None, "fulfil": "source"}), ("price", {"prices": {1: 0}}),
    ],
)  # fmt: skip
def test_unfit_changes_are_refused_by_name_and_change_nothing(market: None, field: str, said: dict[str, Any]) -> None:
    before = state("tee@shop")
    with pytest.raises(MalformedInput) as refusal:
        call(change_offer, offer="tee@shop", **said)
    assert refusal.value.details["field"] == field
    assert state("tee@shop") == before


def test_a_new_price_must_lie_in_the_band_and_a_suspended_source_does_not_matter_for_it(market: None) -> None:
    call(change_offer, offer="tee@west", band=(9000, 11000))
    for price in (8999, 11001):
        with pytest.raises(PriceOutsideBand):
            call(change_offer, offer="tee@shop", price=price)
    call(suspend_offer, offer="tee@west")
    call(change_offer, offer="tee@shop", price=11000)
    call(change_offer, offer="tee@west", band=(10000, 11000))
    with pytest.raises(PriceOutsideBand):
        call(change_offer, offer="tee@shop", price=10500)  # the quantity break of 9500 stays outside
    call(change_offer, offer="tee@shop", price=10500, prices=())


def test_drawing_from_elsewhere(market: None) -> None:
    call(change_offer, offer="tee@shop", source="tee@factory")
    assert [view.seller_id for view in chain("tee@shop")] == [
        state("tee@shop")["seller_id"],
        state("tee@factory")["seller_id"],
    ]
    assert chain("tee@shop")[0].fulfil == "source"
    call(change_offer, offer="tee@shop", fulfil="stock_then_source")
    call(change_offer, offer="tee@shop", source="tee@west")
    assert chain("tee@shop")[0].fulfil == "stock_then_source"
    call(change_offer, offer="tee@shop", source=None)
    assert (chain("tee@shop")[0].fulfil, left("tee@shop")) == ("stock", 0)
    call(change_offer, offer="tee@shop", source="tee@west")
    assert (chain("tee@shop")[0].fulfil, left("tee@shop")) == ("source", 5)
    call(change_offer, offer="tee@shop", fulfil="stock")
    assert (len(chain("tee@shop")), state("tee@shop")["source_id"]) == (1, state("tee@west")["id"])
    for missing in ("tee@nobody", "\x00"):
        with pytest.raises(UpstreamMissing):
            call(change_offer, offer="tee@shop", source=missing)


def test_a_new_source_is_checked_like_a_new_listing(market: None) -> None:
    call(change_offer, offer="tee@factory", band=(9600, None))
    with pytest.raises(PriceOutsideBand):
        call(change_offer, offer="tee@shop", source="tee@factory")
    call(change_offer, offer="tee@shop", source="tee@factory", prices=())
    call(suspend_offer, offer="tee@west")
    with pytest.raises(UpstreamSuspended):
        call(change_offer, offer="tee@shop", source="tee@west")


def test_no_chain_is_bent_into_a_ring(market: None) -> None:
    for source in ("tee@west", "tee@shop", "tee@factory"):
        with pytest.raises(ChainCycle):
            call(change_offer, offer="tee@factory", source=source)
    call(list_offer, seller="rival", sku="tee", price=1, currency="CNY", slug="other@rival")
    call(change_offer, offer="tee@factory", source="other@rival")
    assert len(chain("tee@shop")) == 4
    call(list_offer, seller="shop", sku="tee", price=1, currency="CNY", slug="other@shop")
    with pytest.raises(ChainCycle):
        call(change_offer, offer="other@rival", source="other@shop")  # the shop would stand at both ends


def test_a_ring_cannot_be_closed_by_way_of_stock_either(market: None) -> None:
    call(list_offer, seller="rival", sku="tee", price=1, currency="CNY", slug="other@rival", source="tee@shop")
    with pytest.raises(ChainCycle):
        call(change_offer, offer="tee@factory", source="other@rival", fulfil="stock")


def test_what_already_draws_from_it_counts_when_a_chain_grows() -> None:
    slugs = [f"p{n}" for n in range(10)]
    parties(*slugs)
    goods("tee", "p0", 5)
    offer("tee@p0", 100)
    offer("tee@p5", 100)
    for n in range(1, 5):
        offer(f"tee@p{n}", 100, f"tee@p{n - 1}")
    for n in range(6, 10):
        offer(f"tee@p{n}", 100, f"tee@p{n - 1}")
    assert downstream(Offer.objects.get(slug="tee@p5").pk)[0] == 4
    with pytest.raises(ChainTooLong):
        call(change_offer, offer="tee@p5", source="tee@p3")  # 4 above, itself, 4 below
    call(change_offer, offer="tee@p5", source="tee@p2")
    assert (len(chain("tee@p9")), left("tee@p9")) == (8, 5)
    with pytest.raises(ChainTooLong):
        call(change_offer, offer="tee@p6", fulfil="stock_then_source", source="tee@p4")
    call(withdraw_offer, offer="tee@p9")
    call(change_offer, offer="tee@p5", source="tee@p3")
    assert len(chain("tee@p8")) == 8


def test_suspending_resuming_and_withdrawing(market: None) -> None:
    with pytest.raises(WrongState):
        call(resume_offer, offer="tee@shop")
    call(suspend_offer, offer="tee@shop", why="holiday", by=acting("shop"))
    with pytest.raises(WrongState):
        call(suspend_offer, offer="tee@shop")
    call(change_offer, offer="tee@shop", price=10001)
    call(resume_offer, offer="tee@shop", by=acting("shop"))
    assert left("tee@shop") == 5
    call(withdraw_offer, offer="tee@shop", by=acting("shop"))
    ended: dict[Any, dict[str, Any]] = {resume_offer: {}, withdraw_offer: {}, change_offer: {"price": 5}}
    for operation, said in ended.items():
        with pytest.raises(WrongState):
            call(operation, offer="tee@shop", **said)
    changes = StateChange.objects.filter(subject="offer").order_by("id").values_list("event", "why")
    assert list(changes) == [("suspend", "holiday"), ("resume", ""), ("withdraw", "")]
    with pytest.raises(MalformedInput):
        call(suspend_offer, offer="tee@west", why="x" * 501)


def test_only_the_seller_changes_its_offer(market: None) -> None:
    every: tuple[tuple[Any, dict[str, Any]], ...] = (
        (change_offer, {"price": 1}),
        (suspend_offer, {}),
        (resume_offer, {}),
        (withdraw_offer, {}),
        (set_prices, {}),
    )
    for operation, said in every:
        for by in (acting("west"), STRANGER):
            with pytest.raises(NotFound):
                call(operation, offer="tee@shop", by=by, **said)
        with pytest.raises(NotAllowed):
            call(operation, offer="tee@shop", by=acting("shop", "finance"), **said)
    with pytest.raises(NotAllowed):
        call(change_offer, offer="tee@shop", by=acting("shop"), terms={"platform_fee": 0})


@pytest.mark.django_db(transaction=True)
def test_two_who_would_close_a_ring_together_do_not_both_get_through() -> None:
    parties("factory", "west", "shop")
    goods("tee", "factory", 5)
    offer("tee@west", 100)
    offer("tee@shop", 100)
    outcomes = at_once(
        lambda: call(change_offer, offer="tee@west", source="tee@shop"),
        lambda: call(change_offer, offer="tee@shop", source="tee@west"),
    )
    assert outcomes == ["chain_cycle", "ok"]


@pytest.mark.django_db(transaction=True)
def test_listing_onto_a_chain_while_it_grows_never_makes_it_too_long() -> None:
    parties(*(f"p{n}" for n in range(9)), "deep")
    goods("tee", "p0", 5)
    offer("tee@deep", 100)
    offer("tee@p0", 100)
    for n in range(1, 7):
        offer(f"tee@p{n}", 100, f"tee@p{n - 1}")
    outcomes = at_once(
        lambda: call(change_offer, offer="tee@p0", source="tee@deep"),
        lambda: offer("tee@p7", 100, "tee@p6"),
    )
    assert outcomes == ["chain_too_long", "ok"]


@pytest.mark.django_db(transaction=True)
def test_a_short_name_wanted_by_many_at_once_goes_to_one() -> None:
    parties("factory", "shop")
    goods("tee", "factory", 5)
    steps = [lambda price=price: offer("tee@shop", price) for price in range(100, 106)]
    assert at_once(*steps) == ["ok"] + ["slug_taken"] * 5
    assert Offer.objects.count() == 1

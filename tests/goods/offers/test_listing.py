"""Listing an offer: what may stand on which chain, and what is refused by name."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.offers.operations._insert import SlugTaken
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.offers.operations.list_offers import list_offers
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import chains, offers
from hanse.goods.offers.queries import offer as find_offer
from hanse.goods.offers.rules import (
    ChainCycle,
    ChainTooLong,
    MixedCurrency,
    NewOffer,
    Price,
    PriceOutsideBand,
    UpstreamMissing,
    UpstreamOther,
    UpstreamSuspended,
)
from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.once import KeyReused
from hanse.network.parties.operations.suspend_party import suspend_party
from tests.goods.market import AT, acting, call, chain, goods, left, offer, parties, supply

pytestmark = pytest.mark.django_db
PLAIN: dict[str, Any] = {"seller": "shop", "sku": "tee", "price": 5, "currency": "CNY"}


@pytest.fixture
def market(db: None) -> None:
    """A factory with five tees and a public offer, a wholesaler and a shop."""
    parties("factory", "west", "shop", "rival")
    goods("tee", "factory", 5)
    offer("tee@factory", 6000)


def test_an_offer_says_everything_that_it_was_listed_with(market: None) -> None:
    offer(
        "tee@shop", 10000, "tee@factory", fulfil="stock_then_source", audience="partners", band=(9000, None),
        commission=[800, 200], terms={"hold": 60}, freight=500,
    )  # fmt: skip
    (view, source) = chain("tee@shop")
    assert (view.price, view.currency, view.fulfil, view.audience) == (10000, "CNY", "stock_then_source", "partners")
    assert (view.band_min, view.band_max, view.freight, view.commission) == (9000, None, 500, (800, 200))
    assert (view.terms, view.source_id, view.source_id) == ({"hold": 60}, source.id, source.id)
    assert (view.seller_code, view.sku_code) == (find_offer("tee@shop").seller.code, source.sku_code)
    assert (view.product_name, view.sku_name, view.weight_g) == ("Tee", "", 0)


def test_goods_come_from_the_source_where_there_is_one(market: None) -> None:
    offer("tee@shop", 10000, "tee@factory")
    assert [view.fulfil for view in chain("tee@shop")] == ["source", "stock"]
    with pytest.raises(MalformedInput) as refusal:
        offer("tee@west", 8000, fulfil="source")
    assert refusal.value.details["field"] == "source"


def test_listing_is_done_once(market: None) -> None:
    said: dict[str, Any] = {"seller": "shop", "sku": "tee", "price": 5, "currency": "CNY"}
    first = list_offer(key="k", at=AT, by=ENGINE, **said)
    assert list_offer(key="k", at=AT, by=ENGINE, **said) == first
    assert Offer.objects.count() == 2
    with pytest.raises(KeyReused):
        list_offer(key="k", at=AT, by=ENGINE, **said | {"price": 6})


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("price", {"price": 0}), ("price", {"price": -1}), ("price", {"price": 10**15 + 1}), ("price", {"price": 9.5}),
        ("price", {"price": True}), ("freight", {"freight": -1}), ("currency", {"currency": "cny"}),
        ("currency", {"currency": "YUAN"}), ("currency", {"currency": None}), ("fulfil", {"fulfil": "magic"}),
        ("audience", {"audience": "friends"}), ("band", {"band": (0, 5)}), ("band", {"band": (9, 5)}),
        ("band", {"band": (1,)}), ("band", {"band": "ab"}), ("commission", {"commission": [10_001]}),
        ("commission", {"commission": [6000, 5000]}), ("commission", {"commission": [-1]}),
        ("commission", {"commission": [1] * 9}), ("commission", {"commission": ["8%"]}),
        ("slug", {"slug": "two words"}), ("slug", {"slug": "x" * 121}), ("slug", {"slug": "a\x00b"}),
        ("slug", {"slug": "\ud800"}), ("speed", {"terms": {"speed": 1}}), ("hold", {"terms": {"hold": -1}}),
    ],
)  # fmt: skip
def test_unfit_offers_are_refused_by_name(market: None, field: str, said: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput) as refusal:
        call(list_offer, **PLAIN | said)
    assert refusal.value.details["field"] == field
    assert Offer.objects.count() == 1


def test_unknown_names(market: None) -> None:
    for said in ({"seller": "nobody"}, {"sku": "nothing"}, {"sku": "\x00"}, {"sku": "\ud800"}):
        with pytest.raises(NotFound):
            call(list_offer, **PLAIN | said)
    for missing in ("tee@nobody", "a\x00b", "\ud800"):
        with pytest.raises(NotFound):
            find_offer(missing)
        with pytest.raises(UpstreamMissing):
            offer("tee@shop", 10000, missing)


def test_only_the_seller_lists_in_its_name(market: None) -> None:
    for by in (acting("rival"), STRANGER):
        with pytest.raises(NotFound):
            offer("tee@shop", 10000, by=by)
    with pytest.raises(NotAllowed):
        offer("tee@shop", 10000, by=acting("shop", "finance"))
    with pytest.raises(NotAllowed):
        offer("tee@shop", 10000, by=acting("shop"), terms={"platform_fee": 0})
    offer("tee@shop", 10000, by=acting("shop", "goods_manager"))


def test_short_names_are_taken_once(market: None) -> None:
    with pytest.raises(SlugTaken):
        offer("tee@factory", 5)
    new = NewOffer("shop", "tee", 5, "CNY", slug="tee@shop")
    with pytest.raises(SlugTaken):
        call(list_offers, offers=[new, new])
    assert Offer.objects.count() == 1


def test_a_withdrawn_suspended_or_foreign_source_is_refused(market: None) -> None:
    goods("cup", "factory", 5)
    with pytest.raises(UpstreamOther):
        offer("cup@shop", 10000, "tee@factory")
    with pytest.raises(MixedCurrency):
        offer("tee@shop", 10000, "tee@factory", currency="USD")
    call(suspend_offer, offer="tee@factory")
    with pytest.raises(UpstreamSuspended):
        offer("tee@shop", 10000, "tee@factory")
    call(withdraw_offer, offer="tee@factory")
    with pytest.raises(UpstreamMissing):
        offer("tee@shop", 10000, "tee@factory")
    assert list(Offer.objects.values_list("slug", flat=True)) == ["tee@factory"]


def test_a_source_whose_seller_or_product_is_out_of_business_is_refused(market: None) -> None:
    call(suspend_party, party="factory", why="test")
    with pytest.raises(UpstreamSuspended):
        offer("tee@shop", 10000, "tee@factory")
    goods("cup", "west", 5)
    offer("cup@west", 5)
    call(withdraw_product, product=Product.objects.get(name="Cup").code)
    with pytest.raises(UpstreamSuspended):
        offer("cup@shop", 10, "cup@west")


def test_a_source_that_cannot_draw_itself_is_refused_unless_it_has_its_own_stock(market: None) -> None:
    offer("tee@west", 8000, "tee@factory")
    call(suspend_offer, offer="tee@factory")
    with pytest.raises(UpstreamSuspended):
        offer("tee@shop", 10000, "tee@west")
    offer("tee@rival", 8000, fulfil="stock")
    offer("tee@shop", 10000, "tee@rival")


def test_partners_offers_are_a_source_for_partners_alone(market: None) -> None:
    offer("tee@west", 8000, audience="partners")
    with pytest.raises(UpstreamMissing):
        offer("tee@shop", 10000, "tee@west")
    supply("west", "shop")
    offer("tee@shop", 10000, "tee@west")


@pytest.mark.parametrize(("price", "fits"), [(8999, False), (9000, True), (12000, True), (12001, False)])
def test_the_resale_band_includes_its_edges(market: None, price: int, fits: bool) -> None:
    offer("tee@west", 8000, band=(9000, 12000))
    if fits:
        offer("tee@shop", price, "tee@west")
    else:
        with pytest.raises(PriceOutsideBand) as refusal:
            offer("tee@shop", price, "tee@west")
        assert (refusal.value.details["lowest"], refusal.value.details["highest"]) == (9000, 12000)


def test_a_band_may_be_open_on_either_side_and_binds_the_next_tier_alone(market: None) -> None:
    offer("tee@west", 8000, band=(9000, None))
    offer("tee@shop", 10**9, "tee@west", band=(None, 10**10))
    offer("tee@rival", 1, "tee@shop")
    with pytest.raises(PriceOutsideBand):
        call(list_offer, seller="rival", sku="tee", price=8999, currency="CNY", source="tee@west")


def test_eight_tiers_and_no_more() -> None:
    slugs = [f"p{n}" for n in range(9)]
    parties(*slugs)
    goods("tee", "p0", 5)
    offer("tee@p0", 100)
    for n in range(1, 8):
        offer(f"tee@p{n}", 100 + n, f"tee@p{n - 1}")
    assert len(chain("tee@p7")) == 8
    assert left("tee@p7") == 5
    with pytest.raises(ChainTooLong):
        offer("tee@p8", 200, "tee@p7")


def test_nobody_draws_from_itself_through_others(market: None) -> None:
    offer("tee@west", 8000, "tee@factory")
    for seller in ("west", "factory"):
        with pytest.raises(ChainCycle):
            call(list_offer, seller=seller, sku="tee", price=9000, currency="CNY", source="tee@west")


def test_many_at_once_are_all_or_none_and_few_statements(
    market: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def batch(n: int, tag: str) -> list[NewOffer]:
        return [
            NewOffer("shop", "tee", 10000 + i, "CNY", source="tee@factory", slug=f"{tag}{i}", prices=[Price(9000, 10)])
            for i in range(n)
        ]

    with django_assert_num_queries(14):
        call(list_offers, offers=batch(2, "a"))
    with django_assert_num_queries(14):
        codes = call(list_offers, offers=batch(40, "b"))
    assert [found.slug for found in offers(codes).values()] == [f"b{i}" for i in range(40)]
    assert PriceRule.objects.count() == 42
    with pytest.raises(UpstreamMissing):
        call(list_offers, offers=[*batch(1, "c"), NewOffer("shop", "tee", 5, "CNY", source="nothing")])
    assert Offer.objects.count() == 43


def test_any_number_of_chains_is_one_statement(market: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ids = [offer("tee@west", 8000, "tee@factory")]
    ids += [offer("tee@shop", 10000, "tee@west"), offer("tee@rival", 9000, "tee@west")]
    with django_assert_num_queries(1):
        found = chains([*ids, 0, ids[0]], at=AT)
    assert {pk: len(tiers) for pk, tiers in found.items()} == {ids[0]: 2, ids[1]: 3, ids[2]: 3}

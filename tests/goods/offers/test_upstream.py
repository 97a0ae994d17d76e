"""Whatever happens upstream shows downstream at once, because it is read, never copied."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.list_directly import list_directly
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.offers import rules
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import availability
from hanse.goods.offers.rules import sellable
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.rules import ShelfView, release, reserve
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.reinstate_party import reinstate_party
from hanse.network.parties.operations.suspend_party import suspend_party
from tests.goods.market import AT, book, call, chain, goods, left, offer, parties, shelf, supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def tee(db: None) -> int:
    """The SKU of a tee sold through three tiers; the factory has five, the shop two of its own."""
    parties("factory", "west", "shop", "outlet")
    sku = goods("tee", "factory", 5)
    call(restock, party="shop", sku="tee", quantity=2)
    offer("tee@factory", 60)
    offer("tee@west", 80, "tee@factory")
    offer("tee@shop", 100, "tee@west", fulfil="stock_then_source")
    offer("tee@outlet", 110, "tee@shop")
    return sku


def seen() -> list[tuple[int, str]]:
    """Return what can be had and why not, from the outlet down to the factory."""
    return [(left(f"tee@{who}"), sellable(chain(f"tee@{who}"))[1]) for who in ("outlet", "shop", "west", "factory")]


def test_a_chain_offers_its_own_stock_and_all_that_it_can_draw(tee: int) -> None:
    assert seen() == [(7, ""), (7, ""), (5, ""), (5, "")]


def test_selling_upstream_leaves_less_downstream_and_releasing_brings_it_back(tee: int) -> None:
    at = shelf("tee@factory").id
    book(reserve(at, tee, 4, "line:1"))
    assert seen() == [(3, ""), (3, ""), (1, ""), (1, "")]
    book(reserve(at, tee, 1, "line:2"))
    assert seen() == [(2, ""), (2, ""), (0, "out_of_stock"), (0, "out_of_stock")]
    book(reserve(shelf("tee@shop").id, tee, 2, "line:3"))
    assert seen() == [(0, "out_of_stock")] * 4
    book(release(at, tee, 4, "line:1"))
    assert seen() == [(4, ""), (4, ""), (4, ""), (4, "")]


@pytest.mark.parametrize(
    ("stop", "resume", "reason"),
    [
        (
            lambda: call(suspend_offer, offer="tee@factory"), lambda: call(resume_offer, offer="tee@factory"),
            "suspended",
        ),
        (lambda: call(withdraw_offer, offer="tee@factory"), None, "withdrawn"),
        (
            lambda: call(suspend_party, party="factory", why="x"), lambda: call(reinstate_party, party="factory"),
            "seller_suspended",
        ),
    ],
)  # fmt: skip
def test_what_stops_at_the_factory_stops_everything_but_own_stock(
    tee: int, stop: Callable[[], None], resume: Callable[[], None] | None, reason: str
) -> None:
    stop()
    assert seen() == [(2, ""), (2, ""), (0, "upstream_suspended"), (0, reason)]
    if resume:
        resume()
        assert seen() == [(7, ""), (7, ""), (5, ""), (5, "")]


def test_a_stop_in_the_middle_cuts_the_chain_there(tee: int) -> None:
    call(suspend_offer, offer="tee@shop")
    assert seen() == [(0, "upstream_suspended"), (0, "suspended"), (5, ""), (5, "")]


def test_a_withdrawn_product_is_sold_by_nobody(tee: int) -> None:
    product = Product.objects.get().code
    call(withdraw_product, product=product)
    assert seen() == [(0, "product_not_listed")] * 4
    call(list_directly, product=product)
    assert seen() == [(7, ""), (7, ""), (5, ""), (5, "")]


def test_a_new_band_shows_at_once_and_so_does_the_price_that_fits_it(tee: int) -> None:
    call(change_offer, offer="tee@factory", band=(81, None))
    assert seen() == [(2, ""), (2, ""), (0, "price_outside_band"), (5, "")]
    call(change_offer, offer="tee@west", price=81)
    assert seen() == [(7, ""), (7, ""), (5, ""), (5, "")]
    call(change_offer, offer="tee@shop", band=(None, 109))
    assert seen()[0] == (0, "price_outside_band")
    call(change_offer, offer="tee@shop", band=None)
    assert seen()[0] == (7, "")


def test_a_price_that_only_one_buyer_gets_matters_to_that_buyer_alone(tee: int) -> None:
    ann = parties("ann")[0]
    call(change_offer, offer="tee@outlet", prices_for={"ann": 90})
    call(change_offer, offer="tee@shop", band=(100, None))
    assert (left("tee@outlet"), left("tee@outlet", buyer=ann)) == (7, 0)


def test_closing_a_supply_link_cuts_partners_offers(tee: int) -> None:
    link = supply("factory", "west")
    call(change_offer, offer="tee@factory", audience="partners")
    assert seen() == [(7, ""), (7, ""), (5, ""), (0, "partners_only")]
    call(close_link, link=link)
    assert seen() == [(2, ""), (2, ""), (0, "upstream_suspended"), (0, "partners_only")]


def test_a_partner_may_buy_what_strangers_may_not(tee: int) -> None:
    west, ann = parties("ann")[0], parties("bob")[0]
    call(change_offer, offer="tee@shop", audience="partners", source=None)
    supply("shop", "ann")
    assert (left("tee@shop", buyer=west), left("tee@shop", buyer=ann), left("tee@shop")) == (2, 0, 0)


def test_unknown_offers_can_give_nothing(tee: int) -> None:
    assert availability([0], at=AT) == {0: 0}
    assert sellable(()) == (False, "withdrawn")


def test_an_overlong_chain_would_be_cut_not_followed(tee: int) -> None:
    (view,) = chain("tee@factory")
    views = [replace(view, id=n, fulfil="stock_then_source") for n in range(9)]
    judged = rules.judge(views)
    assert [one.obstacle for one in judged] == [""] * 8 + ["chain_too_long"]
    assert rules.available(judged) == 40


def test_shelves_are_chosen_whole_if_one_can_give_all() -> None:
    shelves = [ShelfView(1, 3), ShelfView(2, 10), ShelfView(3, 10)]
    assert rules.take(shelves, 3, {}) == ((1, 3),)
    assert rules.take(shelves, 5, {}) == ((2, 5),)
    assert rules.take(shelves, 12, {}) == ((1, 3), (2, 9))
    assert rules.take(shelves, 5, {2: 1}) == ((3, 5),)
    assert rules.take(shelves, 12, {1: 0, 2: 4}) == ((2, 4), (3, 8))
    assert rules.take(shelves, 50, {}) == ((1, 3), (2, 10), (3, 10))
    assert rules.take(shelves, 0, {}) == ()
    assert rules.take([], 5, {}) == ()

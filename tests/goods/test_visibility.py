"""Competitors share this database: nobody sees another's drafts, cost, source, stock or movements."""

from dataclasses import fields

import pytest
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.queries import SHOWN, Outward, shown
from hanse.goods.stock.models import Movement, Shelf, Warehouse
from hanse.goods.stock.rules import deliver_into, reserve, ship
from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.queries import party
from tests.goods.market import AT, acting, book, call, goods, offer, parties, shelf, supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def tee(db: None) -> int:
    """The SKU of a tee that a factory sells to its partner the shop, and the shop to everyone; a rival looks on."""
    parties("factory", "shop", "rival", "ann")
    sku = goods("tee", "factory", 500)
    supply("factory", "shop")
    offer("tee@factory", 6000, audience="partners", prices_for={"shop": 5500})
    offer("tee@shop", 10000, "tee@factory", commission=[800], band=(12000, None), prices={10: 9000, 50: 8000})
    return sku


def names(rows: QuerySet[Offer]) -> set[str | None]:
    """Return the short names of offers."""
    return set(rows.values_list("slug", flat=True))


def test_partners_offers_are_seen_by_partners_alone(tee: int) -> None:
    everyone = {"tee@shop"}
    assert names(Offer.objects.visible_to(STRANGER)) == everyone
    assert names(Offer.objects.visible_to(acting("rival"))) == everyone
    assert names(Offer.objects.visible_to(acting("ann"))) == everyone
    for who in (acting("shop"), acting("factory"), ENGINE):
        assert names(Offer.objects.visible_to(who)) == {"tee@shop", "tee@factory"}
    call(suspend_offer, offer="tee@shop")
    assert names(Offer.objects.visible_to(acting("rival"))) == set()
    assert names(Offer.objects.visible_to(acting("shop"))) == {"tee@shop", "tee@factory"}


def test_a_closed_link_hides_what_it_showed(tee: int) -> None:
    link = supply("factory", "rival")
    assert "tee@factory" in names(Offer.objects.visible_to(acting("rival")))
    call(close_link, link=link)
    assert "tee@factory" not in names(Offer.objects.visible_to(acting("rival")))


def test_insides_are_kept_by_the_seller(tee: int) -> None:
    assert names(Offer.objects.kept_by(acting("shop"))) == {"tee@shop"}
    assert names(Offer.objects.kept_by(acting("rival"))) == set()
    assert names(Offer.objects.kept_by(STRANGER)) == set()
    assert names(Offer.objects.kept_by(ENGINE)) == {"tee@shop", "tee@factory"}


def test_what_a_buyer_is_shown_has_no_inside(tee: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ids = list(Offer.objects.order_by("-id").values_list("id", flat=True))
    ann = acting("ann")
    with django_assert_num_queries(3):
        (seen,) = shown(ann, ids, at=AT)
    assert (seen.slug, seen.price, seen.breaks) == ("tee@shop", 10000, ((1, 10000), (10, 9000), (50, 8000)))
    assert seen.available == SHOWN, "500 lie there, which is nobody's business"
    inside = {"source", "source_id", "band_min", "band_max", "commission", "terms", "shelves", "obstacle", "fulfil"}
    assert not inside & {field.name for field in fields(Outward)}
    ours = shown(acting("shop"), ids, at=AT)
    assert [(one.slug, one.price) for one in ours] == [("tee@shop", 10000), ("tee@factory", 5500)]
    assert [one.slug for one in shown(STRANGER, ids, at=AT)] == ["tee@shop"]
    assert shown(STRANGER, [0], at=AT) == []


def test_drafts_are_seen_by_their_owner_and_reviewers(tee: int) -> None:
    call(create_product, owner="factory", name="Secret")

    def seen(actor: Actor) -> set[str]:
        return set(Product.objects.visible_to(actor).values_list("name", flat=True))

    reviewer = Actor(permissions=frozenset({"goods.review"}))
    assert seen(acting("factory")) == seen(ENGINE) == seen(reviewer) == {"Tee", "Secret"}
    assert seen(acting("rival")) == seen(STRANGER) == {"Tee"}
    assert set(Product.objects.kept_by(acting("factory")).values_list("name", flat=True)) == {"Tee", "Secret"}
    assert Product.objects.kept_by(ENGINE).count() == 2
    assert not Product.objects.kept_by(acting("rival")).exists()
    assert not Product.objects.kept_by(STRANGER).exists()


def test_stock_is_seen_by_its_keeper_alone(tee: int) -> None:
    at = shelf("tee@factory").id
    goods("cup", "shop", 1)
    target = shelf("cup@shop")
    assert target.party == party("shop").pk
    for model in (Shelf, Warehouse):
        assert model.objects.visible_to(acting("factory")).count() == 1
        assert model.objects.visible_to(ENGINE).count() == 2
        for other in (acting("rival"), STRANGER):
            assert not model.objects.visible_to(other).exists()
    assert Shelf.objects.visible_to(acting("factory")).get().pk == at


def test_movements_are_seen_at_either_end_and_by_nobody_else(tee: int) -> None:
    from hanse.goods.stock.operations.ensure_shelves import ensure_shelves

    at, shop = shelf("tee@factory").id, party("shop").pk
    target = ensure_shelves(pairs=[(shop, tee)], at=AT, by=ENGINE)[shop, tee]
    book(reserve(at, tee, 2, "line:1"), ship(at, tee, 2, "line:1"), deliver_into(at, tee, 2, target))

    def seen(actor: Actor) -> int:
        return Movement.objects.visible_to(actor).count()

    assert (seen(acting("factory")), seen(acting("shop")), seen(ENGINE)) == (4, 1, 4)
    assert (seen(acting("rival")), seen(STRANGER)) == (0, 0)

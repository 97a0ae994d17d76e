"""Baskets: of parties, and of visitors who sign in later."""

from typing import Any

import pytest

from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.kernel.actor import STRANGER, Actor
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.operations.empty_basket import empty_basket
from hanse.trade.quotes.operations.merge_basket import merge_basket
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from hanse.trade.quotes.queries import basket_of
from hanse.trade.quotes.rules import MOST_LINES, MOST_PIECES
from tests.trade.refusals import refused, unchanged
from tests.trade.world import World

TOKEN = "visitor"


def named(slug: str) -> str:
    """Return the code of an offer."""
    return Offer.objects.get(slug=slug).code


def put(world: World, by: Actor, slug: str, quantity: int, **more: Any) -> int:
    """Put an offer into a basket; a stranger's is that of the token."""
    said = {"token": TOKEN} if by.party is None else {}
    return int(world.call(put_in_basket, by=by, offer=named(slug), quantity=quantity, **{**said, **more}))


def basket(by: Actor, token: str = TOKEN) -> dict[str, int]:
    """Return what lies in a basket, by slug."""
    return {str(line.offer.slug): line.quantity for line in basket_of(by.party, token)}


@pytest.fixture
def ann(chain: World) -> Actor:
    """Ann, in a world that also sells cups."""
    chain.goods("cup", "shop", shop=9)
    chain.offer("cup@shop", 1_000)
    return chain.actor("ann", frozenset())


@pytest.mark.parametrize("visitor", [False, True])
def test_putting_changing_adding_and_taking_out(chain: World, ann: Actor, visitor: bool) -> None:
    by = STRANGER if visitor else ann
    assert put(chain, by, "tee@shop", 2) == 2
    assert put(chain, by, "tee@shop", 5) == 5
    assert put(chain, by, "tee@shop", 3, add=True) == 8
    assert put(chain, by, "cup@shop", 1, add=True) == 1
    assert basket(by) == {"tee@shop": 8, "cup@shop": 1}
    assert put(chain, by, "tee@shop", 0, add=True) == 8
    assert put(chain, by, "tee@shop", 0) == 0
    assert put(chain, by, "tee@shop", 0) == 0
    assert basket(by) == {"cup@shop": 1}


def test_the_same_request_again_adds_once(chain: World, ann: Actor) -> None:
    said: dict[str, Any] = {"at": chain.at, "by": ann, "offer": named("tee@shop"), "quantity": 2, "add": True}
    assert [put_in_basket(key="twice", **said) for _ in range(2)] == [2, 2]
    assert basket(ann) == {"tee@shop": 2}


def test_baskets_do_not_mix(chain: World, ann: Actor) -> None:
    rival = chain.actor("rival")
    put(chain, ann, "tee@shop", 1)
    put(chain, rival, "tee@shop", 2)
    put(chain, STRANGER, "tee@shop", 3)
    put(chain, STRANGER, "tee@shop", 4, token="other")
    assert [basket(ann), basket(rival)] == [{"tee@shop": 1}, {"tee@shop": 2}]
    assert [basket(STRANGER), basket(STRANGER, "other")] == [{"tee@shop": 3}, {"tee@shop": 4}]
    assert (
        basket(STRANGER, "")
        == basket(STRANGER, "nobody")
        == basket(STRANGER, "\x00")
        == basket(STRANGER, "\ud800")
        == {}
    )


def test_a_party_needs_no_token_and_its_token_is_not_kept(chain: World, ann: Actor) -> None:
    put(chain, ann, "tee@shop", 1, token="left over")
    assert BasketLine.objects.get().token == ""
    assert basket(STRANGER, "left over") == {}


# signing in


def test_a_visitors_basket_is_kept_on_signing_in(chain: World, ann: Actor) -> None:
    put(chain, ann, "tee@shop", 2)
    put(chain, STRANGER, "tee@shop", 1)
    put(chain, STRANGER, "cup@shop", 3)
    assert chain.call(merge_basket, by=ann, token=TOKEN) == 2
    assert (basket(ann), basket(STRANGER)) == ({"tee@shop": 2, "cup@shop": 3}, {})
    put(chain, STRANGER, "tee@shop", 9)
    assert chain.call(merge_basket, by=ann, token=TOKEN) == 1
    assert basket(ann)["tee@shop"] == 9
    assert chain.call(merge_basket, by=ann, token=TOKEN) == 0


@pytest.mark.parametrize("token", ["", "nobody's", "\x00", "\ud800"])
def test_a_token_without_a_basket(chain: World, ann: Actor, token: str) -> None:
    with unchanged():
        assert chain.call(merge_basket, by=ann, token=token) == 0


def test_who_has_not_signed_in_merges_nothing(chain: World, ann: Actor) -> None:
    put(chain, STRANGER, "tee@shop", 1)
    assert chain.call(merge_basket, by=STRANGER, token=TOKEN) == 0
    assert basket(STRANGER) == {"tee@shop": 1}


# emptying


def test_what_was_ordered_is_taken_out(chain: World, ann: Actor) -> None:
    for by in (ann, STRANGER):
        put(chain, by, "tee@shop", 2)
        put(chain, by, "cup@shop", 1)
    offers = [named("tee@shop"), "F-00000-00000", "\x00", "\ud800"]
    assert chain.call(empty_basket, by=ann, offers=offers) == 1
    assert chain.call(empty_basket, by=STRANGER, offers=offers) == 0
    assert (basket(ann), basket(STRANGER)) == ({"cup@shop": 1}, {"tee@shop": 2, "cup@shop": 1})


# limits


@pytest.mark.parametrize("quantity", [-1, MOST_PIECES + 1])
def test_quantities_that_make_no_sense(chain: World, ann: Actor, quantity: int) -> None:
    with refused("malformed", field="quantity", given=quantity):
        put(chain, ann, "tee@shop", quantity)


def test_adding_ends_at_the_most_that_can_be_ordered(chain: World, ann: Actor) -> None:
    put(chain, ann, "tee@shop", MOST_PIECES - 1)
    assert put(chain, ann, "tee@shop", 5, add=True) == MOST_PIECES


def test_a_basket_holds_no_more_than_an_order(chain: World, ann: Actor) -> None:
    offers = list(Offer.objects.filter(slug__startswith="tee").values_list("pk", flat=True))
    tee = Offer.objects.get(slug="tee@factory")
    for n in range(MOST_LINES):
        tee.pk, tee.code, tee.slug, tee._state.adding = None, f"F-{n}", f"copy-{n}", True
        tee.save()
        offers.append(tee.pk)
    BasketLine.objects.bulk_create(
        BasketLine(party_id=ann.party, offer_id=offer, quantity=1, at=chain.at) for offer in offers[-MOST_LINES:]
    )
    with refused("malformed", field="lines"):
        put(chain, ann, "cup@shop", 1)
    assert put(chain, ann, "copy-0", 7) == 7


@pytest.mark.parametrize("token", ["", " ", "x" * 65, "\x00", "\ud800"])
def test_a_visitor_needs_a_token_that_can_be_kept(chain: World, ann: Actor, token: str) -> None:
    with refused("malformed", field="token"):
        put(chain, STRANGER, "tee@shop", 1, token=token)


@pytest.mark.parametrize("offer", ["F-00000-00000", "", "\x00", "\ud800", "tee@shop"])
def test_an_offer_that_does_not_exist(chain: World, ann: Actor, offer: str) -> None:
    with refused("not_found"):
        chain.call(put_in_basket, by=ann, offer=offer, quantity=1)


def test_an_offer_that_one_cannot_see(chain: World, ann: Actor) -> None:
    chain.offer("tee#2@shop", 9_000, "tee@west", audience="partners")
    chain.call(suspend_offer, offer="cup@shop")
    for slug in ("tee#2@shop", "cup@shop"):
        with refused("not_found"):
            put(chain, ann, slug, 1)
    chain.link("supply", "shop", "ann")
    assert put(chain, ann, "tee#2@shop", 1) == 1

"""Two tabs put things into one basket."""

from functools import partial

import pytest

from hanse.goods.offers.models import Offer
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.operations import put_in_basket as putting
from hanse.trade.quotes.operations.merge_basket import merge_basket
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from tests.races.rivals import at_once
from tests.trade.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def adding(world: World) -> list[partial[int]]:
    """Return eight steps that add a tee to ann's basket."""
    offer = Offer.objects.get(slug="tee@shop").code
    return [partial(world.call, put_in_basket, by=world.actor("ann"), offer=offer, quantity=1, add=True)] * 8


def test_what_many_tabs_add_adds_up(chain: World) -> None:
    assert at_once(*adding(chain)) == ["ok"] * 8
    assert BasketLine.objects.get().quantity == 8


def test_control_whoever_counts_first_and_writes_then_loses_some(chain: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put = putting._put
    monkeypatch.setattr(putting, "_put", lambda *said, add: put(*said, add=False))
    at_once(*adding(chain))
    assert BasketLine.objects.get().quantity == 1


def test_one_sign_in_in_two_tabs_moves_a_basket_once(chain: World) -> None:
    offer = Offer.objects.get(slug="tee@shop").code
    chain.call(put_in_basket, token="visitor", offer=offer, quantity=3)
    steps = [partial(chain.call, merge_basket, by=chain.actor("ann"), token="visitor")] * 4
    assert at_once(*steps) == ["ok"] * 4
    assert list(BasketLine.objects.values_list("party__slug", "token", "quantity")) == [("ann", "", 3)]

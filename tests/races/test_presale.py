"""Pieces that do not exist yet are never promised twice, however many want the last ones at once."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from hanse.goods.offers.models import Presale
from hanse.goods.offers.operations.open_presale import open_presale
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.trade.orders.models import Order, Promise
from hanse.trade.orders.operations import place as placing
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line
from tests.races.rivals import Meeting, at_once, tally
from tests.trade.world import START, World

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


@pytest.fixture
def presale(chain: World) -> World:
    """The chain in presale: nothing lies there, five pieces may be promised."""
    chain.call(count_stock, party="factory", sku="tee", found=0)
    for name, most in (("tee@factory", 5), ("tee@west", 0), ("tee@shop", 0)):
        chain.call(
            open_presale, offer=name, most=most, deposit=2_000, balance_from=START + timedelta(days=1),
            balance_until=START + timedelta(days=2), ships_from=START + timedelta(days=3),
        )  # fmt: skip
    return chain


def wants(world: World) -> Any:
    return partial(world.call, place, buyer="ann", lines=[Line("tee@shop", 1)])


def test_the_last_promised_pieces_go_to_as_many_as_there_are(presale: World) -> None:
    assert tally(at_once(*[wants(presale)] * HANDS)) == {"ok": 5, "out_of_stock": 3}
    assert Presale.objects.get(offer__slug="tee@factory").promised == 5
    assert Promise.objects.count() == Order.objects.filter(tier=0).count() == 5


def test_control_without_the_condition_more_is_promised_than_counted(
    presale: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    meeting = Meeting(HANDS)

    def careless(*, presale: int, pieces: int, **_said: Any) -> bool:
        found = Presale.objects.get(pk=presale)
        meeting.wait()
        return bool(Presale.objects.filter(pk=presale).update(promised=found.promised + pieces))

    monkeypatch.setattr(placing, "promise", careless)
    assert tally(at_once(*[wants(presale)] * HANDS)) == {"ok": HANDS}
    assert Promise.objects.count() == HANDS > Presale.objects.get(offer__slug="tee@factory").promised


def test_the_balance_is_paid_or_the_deposit_forfeited_never_both(presale: World) -> None:
    for _ in range(3):
        presale.at = START
        code = presale.place("ann", {"tee@shop": 1})
        presale.call(pay, order=code)
        presale.at = START + timedelta(days=2)
        root = presale.roots(code)[0].code
        outcomes = at_once(partial(presale.call, pay, order=code), partial(presale.call, expire, order=root))
        order = Order.objects.get(code=root)
        if order.status == "paid":
            assert (outcomes, order.forfeited) == (["ok", "ok"], 0)
        else:
            assert (outcomes, order.status, order.forfeited) == (["order_expired", "ok"], "expired", 2_000)
    paid = Order.objects.filter(tier=0, status="paid").count()
    assert presale.money("held") == ({"ann": paid * 10_000} if paid else {})
    assert sum(presale.money("earned").values()) == (3 - paid) * 2_000

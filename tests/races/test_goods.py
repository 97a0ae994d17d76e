"""Many want the same goods: nobody gets what is not there, nobody waits for ever, nobody is refused what is there."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connection

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.stock.operations import post as stock
from hanse.goods.stock.operations.restock import restock
from hanse.kernel import once
from hanse.network.parties.queries import party
from hanse.trade.aftersales.operations import refund as refunding
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Allocation, Checkout, Order
from hanse.trade.orders.operations import cancel_pieces as cancelling
from hanse.trade.orders.operations import place as placing
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.quotes.queries import Line, quote_for
from hanse.trade.quotes.rules import Quote
from tests.races.rivals import Meeting, at_once, tally
from tests.trade.refusals import refused
from tests.trade.world import World

pytestmark = pytest.mark.django_db(transaction=True)

HANDS = 16


def buy(world: World, buyer: str, lines: dict[str, int]) -> partial[str]:
    """Return the step that places an order."""
    return partial(world.place, buyer, lines)


# the last pieces


def test_the_last_pieces_through_a_chain(chain: World) -> None:
    chain.goods("mug", "factory", factory=5)
    chain.offer("mug@factory", 600)
    chain.offer("mug@shop", 1_000, "mug@factory")
    outcomes = at_once(*[buy(chain, "ann", {"mug@shop": 1})] * HANDS)
    assert tally(outcomes) == {"ok": 5, "out_of_stock": HANDS - 5}
    assert chain.stock("mug@factory") == (0, 5, 0)
    assert (Checkout.objects.count(), Order.objects.count(), Allocation.objects.count()) == (5, 10, 5)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch, control: None) -> Iterator[None]:
    """Shelves without their lock, and without the constraint that would still catch what the lock prevents."""
    careless, times = re.subn(r"ORDER BY s\.id FOR NO KEY UPDATE OF s", "ORDER BY s.id", stock.POST)
    assert times == 1
    careless = careless.replace("sound AS (\n    SELECT 1 FROM (", "sound AS (\n    SELECT pg_sleep(0.3) FROM (")
    monkeypatch.setattr(stock, "POST", careless)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goods_shelf DROP CONSTRAINT shelf_available")
    yield
    with connection.cursor() as cursor:
        cursor.execute("UPDATE goods_shelf SET available = 0 WHERE available < 0")
        cursor.execute("ALTER TABLE goods_shelf ADD CONSTRAINT shelf_available CHECK (available >= 0)")


def test_control_without_the_shelfs_lock_they_are_oversold(chain: World, unguarded: None) -> None:
    chain.goods("mug", "factory", factory=5)
    chain.offer("mug@factory", 600)
    chain.offer("mug@shop", 1_000, "mug@factory")
    outcomes = at_once(*[buy(chain, "ann", {"mug@shop": 1})] * HANDS)
    assert outcomes.count("ok") > 5
    assert chain.stock("mug@factory")[0] < 0


# somebody was quicker


@pytest.fixture
def one_here_many_there(chain: World) -> World:
    """One tee lies at the shop, which sells it first; a hundred at the factory."""
    chain.call(restock, party="shop", sku="tee", quantity=1)
    chain.call(change_offer, offer="tee@shop", fulfil="stock_then_source")
    return chain


def all_have_quoted(monkeypatch: pytest.MonkeyPatch, hands: int) -> None:
    """Let nobody take anything before everybody has seen the same shelf."""
    monkeypatch.setattr(placing, "quote_for", Meeting(hands).after(quote_for))


def test_whoever_is_late_gets_what_lies_upstream(one_here_many_there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = one_here_many_there
    all_have_quoted(monkeypatch, 8)
    assert tally(at_once(*[buy(world, "ann", {"tee@shop": 1})] * 8)) == {"ok": 8}
    assert (world.stock("tee@shop"), world.stock("tee@factory")) == ((0, 1, 0), (93, 7, 0))
    assert Order.objects.count() == 1 + 7 * 3, "the one that got the shop's own piece needs nobody upstream"


def test_control_without_another_attempt_they_are_refused_what_is_there(
    one_here_many_there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_have_quoted(monkeypatch, 8)
    monkeypatch.setattr(once, "ATTEMPTS", 1)
    outcomes = at_once(*[buy(one_here_many_there, "ann", {"tee@shop": 1})] * 8)
    assert tally(outcomes) == {"ok": 1, "out_of_stock": 7}


def test_attempts_end_when_somebody_is_always_quicker(
    one_here_many_there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quote that never comes true is refused, with what the shelf says, and leaves nothing behind."""
    world, tries = one_here_many_there, []
    stale = quote_for(party("ann").pk, [Line("tee@shop", 1)], world.at)
    world.place("ann", {"tee@shop": 1})

    def late(*_said: object, **_how: object) -> Quote:
        tries.append(1)
        return stale

    monkeypatch.setattr(placing, "quote_for", late)
    with refused("out_of_stock", available=0, wanted=1):
        world.place("ann", {"tee@shop": 1})
    assert len(tries) == once.ATTEMPTS


# opposite orders


@pytest.fixture
def two_sellers(chain: World) -> World:
    """Hats of rival's, caps of the shop's, plenty of both."""
    for thing, seller in (("hat", "rival"), ("cap", "shop")):
        chain.goods(thing, seller, **{seller: 500})
        chain.offer(f"{thing}@{seller}", 1_000)
    return chain


HAT_AND_CAP = ({"hat@rival": 1, "cap@shop": 1}, {"cap@shop": 1, "hat@rival": 1})


def test_orders_over_the_same_shelves_in_opposite_orders(two_sellers: World) -> None:
    def often(n: int) -> None:
        for turn in range(5):
            two_sellers.place("ann", HAT_AND_CAP[(n + turn) % 2])

    assert at_once(*(partial(often, n) for n in range(8))) == ["ok"] * 8
    assert (two_sellers.stock("hat@rival"), two_sellers.stock("cap@shop")) == ((460, 40, 0), (460, 40, 0))


def test_cancelling_over_the_same_shelves_in_opposite_orders(two_sellers: World) -> None:
    codes = [two_sellers.deal("ann", HAT_AND_CAP[n % 2]) for n in range(16)]
    outcomes = at_once(*(partial(two_sellers.call, cancel, order=code) for code in codes))
    assert outcomes == ["ok"] * 16
    assert (two_sellers.stock("hat@rival"), two_sellers.stock("cap@shop")) == ((500, 0, 0), (500, 0, 0))
    assert two_sellers.money("held") == {}


def one_by_one(meeting: Meeting) -> Any:
    """Return a way to post that takes one shelf after the other, as they come."""

    def post(*, key: str, moves: Sequence[Any], **said: Any) -> None:
        for n, move in enumerate(moves):
            stock.post(key=f"{key}:{n}", moves=[move], **said)
            meeting.wait()

    return post


def test_control_shelf_by_shelf_they_wait_for_each_other(
    two_sellers: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    codes = [two_sellers.deal("ann", lines) for lines in HAT_AND_CAP]
    monkeypatch.setattr(cancelling, "post", one_by_one(Meeting(2)))
    outcomes = at_once(*(partial(two_sellers.call, cancel, order=code) for code in codes))
    assert sorted(outcomes) == ["OperationalError", "ok"], "the database ends the deadlock at somebody's cost"


def mixed(world: World, lines: dict[str, int]) -> str:
    """Return a paid order of two sellers of which the cap has left and the hat has not."""
    code = world.deal("ann", lines)
    world.call(ship, order=world.order(code, "shop").code)
    return code


def test_returning_what_left_and_freeing_what_waits_while_others_buy(two_sellers: World) -> None:
    codes = [mixed(two_sellers, HAT_AND_CAP[n % 2]) for n in range(6)]
    steps = [partial(two_sellers.call, refund, order=code) for code in codes]
    steps += [buy(two_sellers, "ann", lines) for lines in HAT_AND_CAP * 3]
    assert at_once(*steps) == ["ok"] * 12
    assert (two_sellers.stock("hat@rival"), two_sellers.stock("cap@shop")) == ((494, 6, 0), (494, 6, 0))


def test_control_in_two_postings_they_wait_for_each_other(
    two_sellers: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    """The refund takes the cap's shelf and then the hat's; a rival holds the hat's and wants the cap's."""
    code, rival = mixed(two_sellers, HAT_AND_CAP[0]), two_sellers.deal("ann", HAT_AND_CAP[0])
    meeting = Meeting(2)
    monkeypatch.setattr(refunding, "post_goods", one_by_one(meeting))
    monkeypatch.setattr(cancelling, "post", one_by_one(meeting))
    steps = partial(two_sellers.call, refund, order=code), partial(two_sellers.call, cancel, order=rival)
    assert sorted(at_once(*steps)) == ["OperationalError", "ok"]

"""Goods that the buyer fetches: kept where it comes for them, handed to whoever shows the code."""

import pytest

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.stock.models import Warehouse
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.kernel.actor import ENGINE, STRANGER
from hanse.network.parties.queries import party
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.hand_over import hand_over
from hanse.trade.logistics.operations.place_for_pickup import place_for_pickup
from hanse.trade.logistics.queries import pickup_of, pickup_points, pickups
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.pay import pay
from hanse.trade.quotes.queries import Line, quote_for
from tests.trade.refusals import refused
from tests.trade.world import World

STOCK = frozenset({"stock.edit"})


@pytest.fixture
def shop(chain: World) -> World:
    """The shop of the chain with five tees of its own in a warehouse where one may fetch them."""
    chain.call(open_warehouse, party="rival", code="corner", name="街角店", name_en="Corner")
    chain.call(restock, party="rival", sku="tee", quantity=5, warehouse="corner")
    chain.offer("tee@rival", 9_000)
    by = chain.actor("rival", STOCK)
    chain.call(offer_pickup, by, party="rival", warehouse="corner", address="Pingjiang Road 1", hours="9-21")
    return chain


def corner() -> Warehouse:
    return Warehouse.objects.get(code="corner")


def ordered(world: World, pieces: int = 2) -> str:
    lines = [Line("tee@rival", pieces)]
    ann = world.actor("ann")
    said = {"buyer": party("ann").code, "lines": lines, "warehouse": corner().pk, "name": "Ann", "phone": "138"}
    return str(world.call(place_for_pickup, ann, **said))


def number(code: str) -> str:
    return Pickup.objects.get(checkout__code=code).code


def test_what_is_ordered_is_kept_there_and_handed_over_for_the_code(shop: World) -> None:
    code = ordered(shop)
    address = Checkout.objects.get(code=code).address
    assert address == {"name": "Ann", "phone": "138", "place": "街角店", "street": "Pingjiang Road 1"}
    assert shop.stock("tee@rival") == (3, 2, 0)
    clerk = shop.actor("rival")
    with refused("wrong_state"):
        shop.call(hand_over, clerk, order=code, code=number(code))
    shop.call(pay, order=code)
    wrong = "000000" if number(code) != "000000" else "000001"
    with refused("wrong_pickup_code"):
        shop.call(hand_over, clerk, order=code, code=wrong)
    assert shop.call(hand_over, clerk, order=shop.order(code, "rival").code, code=f" {number(code)} ") == code
    assert shop.statuses(code) == {"rival": "received"}
    assert shop.stock("tee@rival") == (3, 0, 0)
    found = Pickup.objects.get()
    assert (found.handed_at, found.handed_by) == (shop.at, str(clerk))
    with refused("wrong_state"):
        shop.call(hand_over, clerk, order=code, code=number(code))
    shop.carry_on(code)
    assert shop.statuses(code) == {"rival": "closed"}


def test_who_fetches_pays_nobody_for_sending(shop: World) -> None:
    shop.call(change_offer, offer="tee@rival", freight=700)
    lines = [Line("tee@rival", 2)]
    sent, fetched = (quote_for(party("ann").pk, lines, shop.at, fetched=how) for how in (False, True))
    assert (sent.total, fetched.total) == (19_400, 18_000)
    code = ordered(shop)
    assert Checkout.objects.get(code=code).total == 18_000
    shop.call(pay, order=code)
    shop.call(hand_over, shop.actor("rival"), order=code, code=number(code))
    shop.carry_on(code)
    assert shop.statuses(code) == {"rival": "closed"}
    by = {"buyer": party("ann").code, "lines": lines, "warehouse": corner().pk}
    with refused("quote_changed"):
        shop.call(place_for_pickup, shop.actor("ann"), **by, expected=sent.fingerprint)
    shop.call(place_for_pickup, shop.actor("ann"), **by, expected=fetched.fingerprint)


def test_only_the_seller_hands_over_and_only_the_buyer_knows_the_code(shop: World) -> None:
    code = ordered(shop)
    shop.call(pay, order=code)
    for nobody in ("shop", "factory"):
        with refused("not_found"):
            shop.call(hand_over, shop.actor(nobody), order=code, code=number(code))
    with refused("not_allowed"):
        shop.call(hand_over, shop.actor("ann"), order=code, code=number(code))
    with refused("not_allowed"):
        shop.call(hand_over, shop.actor("rival", STOCK), order=code, code=number(code))
    mine = pickup_of(code, shop.actor("ann"))
    assert mine is not None
    assert mine.code == number(code)
    assert len(mine.code) == 6
    assert mine.code.isdecimal()
    assert pickup_of(code, shop.actor("rival")) is None
    assert pickups(shop.actor("rival")).count() == 1
    assert [pickups(who).count() for who in (shop.actor("shop"), STRANGER, ENGINE)] == [0, 0, 1]
    shop.call(hand_over, order=code, code=number(code))


def test_an_order_that_is_sent_is_not_handed_over(shop: World) -> None:
    code = shop.deal("ann", {"tee@rival": 1})
    with refused("not_found"):
        shop.call(hand_over, shop.actor("rival"), order=code, code="000000")


def test_where_goods_can_be_fetched(shop: World) -> None:
    (point,) = pickup_points({"tee@rival": 5})
    shown = (point.warehouse, point.name, point.address, point.hours)
    assert shown == (corner().pk, "街角店", "Pingjiang Road 1", "9-21")
    assert pickup_points(["tee@rival"]) == [point]
    both = {"tee@rival": 1, "tee@shop": 1}
    nowhere: list[dict[str, int]] = [{}, {"tee@rival": 6}, {"tee@shop": 1}, both, {"x": 1}]
    assert [pickup_points(one) for one in nowhere] == [[], [], [], [], []]
    with refused("not_at_pickup_point"):
        shop.place("ann", {"tee@factory": 1}, warehouse=corner().pk)
    shop.call(offer_pickup, party="rival", warehouse="corner", address="")
    assert corner().pickup_hours == ""
    assert pickup_points(["tee@rival"]) == []
    with refused("not_found"):
        ordered(shop)
    with refused("not_found"):
        shop.call(offer_pickup, party="rival", warehouse="nowhere", address="x")
    with refused("not_found"):
        shop.call(offer_pickup, shop.actor("shop", STOCK), party="rival", warehouse="corner", address="x")

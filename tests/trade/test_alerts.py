"""What is late or may come short is told to every tier, each by its own order, once."""

import pytest

from hanse.goods.stock.models import Shelf, Warehouse
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.network.notices.models import Notice
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.queries import party
from hanse.trade.logistics.operations.place_for_pickup import place_for_pickup
from hanse.trade.logistics.operations.reroute import reroute
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.logistics.operations.tell_delays import tell_delays
from hanse.trade.logistics.operations.tell_shortage import tell_shortage
from hanse.trade.orders.models import Allocation
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.trade.quotes.queries import Line
from tests.trade.refusals import refused
from tests.trade.world import World


def told(kind: str) -> dict[str, str]:
    rows = Notice.objects.filter(kind=kind).order_by("pk").values_list("party__slug", "subject")
    return {str(slug): subject for slug, subject in rows}


def codes(world: World, code: str) -> dict[str, str]:
    """Return by which order each party of ann's chain knows the deal."""
    found = {seller: world.order(code, seller).code for seller in ("factory", "west", "shop")}
    return {**found, "ann": found["shop"]}


def test_an_order_that_did_not_leave_in_time_is_late_for_everyone_once(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    chain.wait(hours=47)
    assert chain.call(tell_delays) == 0
    chain.wait(hours=1)
    assert chain.call(tell_delays) == 1
    assert told("order.delayed") == codes(chain, code)
    assert Notice.objects.get(party__slug="ann").said == {"side": "purchase"}
    assert chain.call(tell_delays) == 0
    with refused("not_allowed"):
        chain.call(tell_delays, chain.actor("shop"))


def test_the_terms_say_how_long_and_what_left_is_not_late(chain: World) -> None:
    chain.call(change_terms, party="factory", terms={"ship_within": 3_600})
    late, sent = chain.deal("ann", {"tee@shop": 2}), chain.deal("ann", {"tee@shop": 1})
    part = chain.deal("ann", {"tee@shop": 5})
    chain.call(ship, order=sent)
    chain.call(ship, order=part, lines={"tee@shop": 2})
    chain.place("ann", {"tee@shop": 1})
    chain.wait(hours=1)
    assert chain.call(tell_delays) == 2
    factory = set(Notice.objects.filter(party__slug="factory").values_list("subject", flat=True))
    assert factory == {chain.order(code, "factory").code for code in (late, part)}


def test_goods_that_the_buyer_fetches_are_never_late(chain: World) -> None:
    chain.call(restock, party="rival", sku="tee", quantity=5)
    chain.offer("tee@rival", 9_000)
    chain.call(offer_pickup, party="rival", warehouse="main", address="Here")
    house = Warehouse.objects.get(party=party("rival")).pk
    code = chain.call(place_for_pickup, buyer="ann", lines=[Line("tee@rival", 1)], warehouse=house)
    chain.call(pay, order=code)
    chain.wait(days=30)
    assert chain.call(tell_delays) == 0
    with refused("wrong_state"):
        chain.call(reroute, order=chain.order(code, "rival").code, warehouse="main")


def test_the_latest_orders_come_short_first(chain: World) -> None:
    first = chain.deal("ann", {"tee@shop": 5})
    chain.wait(hours=1)
    second = chain.deal("ann", {"tee@shop": 3})
    shelf = Shelf.objects.get(party__slug="factory").pk
    assert chain.call(tell_shortage, shelf=shelf, missing=2, mark="V-1") == 1
    assert told("order.short") == {slug: f"{one}|V-1" for slug, one in codes(chain, second).items()}
    assert chain.call(tell_shortage, shelf=shelf, missing=4, mark="V-2") == 2
    subjects = set(Notice.objects.filter(party__slug="factory").values_list("subject", flat=True))
    assert f"{chain.order(first, 'factory').code}|V-2" in subjects
    assert chain.call(tell_shortage, shelf=shelf, missing=0, mark="V-3") == 0


# rerouting


@pytest.fixture
def houses(chain: World) -> World:
    """The factory of the chain with two more warehouses."""
    for code, pieces in (("north", 20), ("south", 5)):
        chain.call(open_warehouse, party="factory", code=code, name=code)
        chain.call(restock, party="factory", sku="tee", quantity=pieces, warehouse=code)
    return chain


def lies(world: World, code: str) -> dict[str, int]:
    rows = Allocation.objects.filter(line__order__checkout__code=code).order_by("pk")
    return dict(rows.values_list("shelf__warehouse__code", "quantity"))


def test_another_warehouse_sends_what_one_cannot(houses: World) -> None:
    code = houses.deal("ann", {"tee@shop": 4})
    order = houses.order(code, "factory").code
    factory = houses.actor("factory")
    assert lies(houses, code) == {"main": 4}
    assert houses.call(reroute, factory, order=order, warehouse="main", target="south") == 4
    assert lies(houses, code) == {"south": 4}
    assert houses.call(reroute, factory, order=order, warehouse="south") == 4
    assert lies(houses, code) == {"main": 4}
    houses.call(ship, factory, order=order)
    with refused("wrong_state"):
        houses.call(reroute, factory, order=order, warehouse="main")


def test_what_left_already_stays_and_the_rest_is_split_if_need_be(houses: World) -> None:
    code = houses.deal("ann", {"tee@shop": 26})
    order = houses.order(code, "factory").code
    houses.call(ship, order=code, lines={"tee@shop": 2})
    with refused("nowhere_else"):
        houses.call(reroute, order=order, warehouse="main", target="north")
    assert houses.call(reroute, order=order, warehouse="main") == 24
    assert lies(houses, code) == {"main": 2, "north": 20, "south": 4}
    assert houses.stock("tee@factory") == (99, 24, 2)
    assert houses.call(reroute, order=order, warehouse="south", target="main") == 4
    assert lies(houses, code) == {"main": 6, "north": 20}
    houses.carry_on(code)
    assert houses.statuses(code) == {"shop": "closed", "west": "closed", "factory": "closed"}


def test_only_who_sends_it_reroutes(houses: World) -> None:
    code = houses.deal("ann", {"tee@shop": 4})
    order = houses.order(code, "factory").code
    for stranger in ("shop", "ann", "rival"):
        with refused("not_found"):
            houses.call(reroute, houses.actor(stranger), order=order, warehouse="main")
    with refused("not_allowed"):
        houses.call(reroute, houses.actor("west"), order=order, warehouse="main")
    with refused("not_allowed"):
        houses.call(reroute, houses.actor("factory", frozenset({"orders.see"})), order=order, warehouse="main")
    with refused("not_found"):
        houses.call(reroute, order=order, warehouse="nowhere")
    with refused("not_found"):
        houses.call(reroute, order=code, warehouse="main")
    with refused("nowhere_else"):
        houses.call(reroute, order=order, warehouse="north")
    houses.call(cancel, order=code)

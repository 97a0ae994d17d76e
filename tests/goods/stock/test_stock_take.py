"""Counting a warehouse on a sheet: goods move on meanwhile, and only real differences are booked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.catalogue.queries import sku
from hanse.goods.stock.models import Shelf, StockTake, StockTakeLine
from hanse.goods.stock.operations.begin_stock_take import begin_stock_take
from hanse.goods.stock.operations.count_in_take import count_in_take
from hanse.goods.stock.operations.drop_stock_take import drop_stock_take
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.post_stock_take import post_stock_take
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.set_aside import set_aside
from hanse.goods.stock.rules import settle_count
from hanse.kernel.actor import STRANGER
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.operations.pay import pay
from tests.trade.refusals import refused
from tests.trade.world import World

STOCK = frozenset({"stock.edit", "stock.see"})


@pytest.fixture
def world(db: None) -> World:
    made = World().found().three_tiers()
    made.goods("cup", "factory", factory=7)
    return made


def begun(world: World) -> str:
    return str(world.call(begin_stock_take, world.actor("factory", STOCK), party="factory", warehouse="main"))


def count(world: World, take: str, **found: int | None) -> int:
    return int(world.call(count_in_take, world.actor("factory", STOCK), take=take, found=found))


def test_what_moves_while_counting_is_no_difference(world: World) -> None:
    code = world.place("ann", {"tee@shop": 10})
    take = begun(world)
    assert count(world, take, tee=98) == 1
    world.call(pay, order=code)
    world.call(ship, order=code)
    world.call(restock, party="factory", sku="tee", quantity=30)
    assert count(world, take, cup=7) == 2
    entry = world.call(post_stock_take, world.actor("factory", STOCK), take=take)
    assert entry is not None
    assert world.stock("tee@factory") == (100 - 10 + 30 - 2, 0, 10)
    assert world.stock("cup@factory") == (7, 0, 0)
    assert StockTake.objects.get().status == "posted"
    with refused("wrong_state"):
        count(world, take, tee=1)


def test_counting_again_replaces_and_nothing_takes_a_line_off(world: World) -> None:
    take = begun(world)
    count(world, take, tee=1, cup=1)
    world.call(restock, party="factory", sku="tee", quantity=5)
    assert count(world, take, tee=105, cup=None) == 1
    line = StockTakeLine.objects.get()
    assert (line.found, line.known, line.difference) == (105, 105, 0)
    assert world.call(post_stock_take, take=take) is None
    assert (str(line.take), str(line)) == (take, f"{line.take_id}:{line.sku_id}")


def test_goods_that_never_lay_there_get_a_shelf(world: World) -> None:
    world.call(open_warehouse, party="factory", code="north", name="North")
    take = world.call(begin_stock_take, party="factory", warehouse="north", note="yearly")
    count(world, take, cup=4)
    world.call(post_stock_take, take=take)
    assert Shelf.objects.get(warehouse__code="north").available == 4
    assert world.stock("cup@factory") == (11, 0, 0)


def test_promised_pieces_that_are_missing_stay_promised_and_are_announced(world: World) -> None:
    world.call(set_aside, party="factory", sku="cup", quantity=5, name="fair")
    take = begun(world)
    count(world, take, cup=3)
    world.call(post_stock_take, take=take)
    assert world.stock("cup@factory") == (0, 5, 0)
    assert StockTakeLine.objects.get().short == 2


def test_one_sheet_at_a_time_and_only_ones_own(world: World) -> None:
    take = begun(world)
    with refused("already_counting"):
        begun(world)
    with refused("not_found"):
        world.call(begin_stock_take, world.actor("west", STOCK), party="factory", warehouse="main")
    with refused("not_found"):
        world.call(begin_stock_take, party="factory", warehouse="nowhere")
    with refused("not_found"):
        world.call(count_in_take, world.actor("west", STOCK), take=take, found={"tee": 1})
    with refused("not_allowed"):
        world.call(count_in_take, world.actor("factory", frozenset({"stock.see"})), take=take, found={"tee": 1})
    with refused("not_found"):
        count(world, take, nothing=1)
    with refused("malformed"):
        count(world, take)
    with refused("malformed"):
        count(world, take, tee=-1)
    with refused("malformed"):
        world.call(post_stock_take, take=take)
    seen = [
        StockTake.objects.visible_to(who).count() for who in (world.actor("factory"), world.actor("west"), STRANGER)
    ]
    assert seen == [1, 0, 0]
    assert world.call(drop_stock_take, world.actor("factory", STOCK), take=take) == take
    begun(world)
    assert world.stock("tee@factory")[0] == 100
    assert sku("tee").code


@given(st.integers(-500, 500), st.integers(0, 300))
def test_no_more_is_booked_away_than_is_free(difference: int, available: int) -> None:
    booked, short = settle_count(difference, available)
    assert booked - short == difference
    assert available + booked >= 0
    assert short >= 0
    assert short == 0 or available + booked == 0

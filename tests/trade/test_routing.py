"""Orders leave from the warehouse that is nearest to where they go, and from as few as possible."""

import pytest

from hanse.goods.stock.models import Warehouse
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.network.parties.queries import party
from hanse.trade.orders.models import Allocation
from hanse.trade.orders.operations.cancel import cancel
from tests.trade.refusals import refused
from tests.trade.world import World

BEIJING, GUANGZHOU = (39_900_000, 116_400_000), (23_100_000, 113_300_000)


@pytest.fixture
def houses(chain: World) -> World:
    """The factory of the chain with a warehouse in Beijing and one in Guangzhou beside its usual one."""
    for code, place, pieces in (("north", BEIJING, 20), ("south", GUANGZHOU, 5)):
        chain.call(open_warehouse, party="factory", code=code, name=code, place=place)
        chain.call(restock, party="factory", sku="tee", quantity=pieces, warehouse=code)
    return chain


def sent_from(world: World, code: str) -> dict[str, int]:
    rows = Allocation.objects.filter(line__order__checkout__code=code).order_by("pk")
    return dict(rows.values_list("shelf__warehouse__code", "quantity"))


@pytest.mark.parametrize(
    ("place", "pieces", "expected"),
    [
        ("广东省 深圳市 南山区", 2, {"south": 2}),
        ("天津市", 2, {"north": 2}),
        ("Reykjavík", 2, {"main": 2}),
        ("广东省 深圳市", 6, {"north": 6}),
        ("广东省 深圳市", 120, {"main": 100, "north": 20}),
        ("广东省 深圳市", 123, {"main": 100, "north": 20, "south": 3}),
    ],
)
def test_goods_leave_near_the_buyer(houses: World, place: str, pieces: int, expected: dict[str, int]) -> None:
    code = houses.place("ann", {"tee@shop": pieces}, address={"place": place})
    assert sent_from(houses, code) == expected


def test_lines_of_one_seller_leave_together(houses: World) -> None:
    houses.goods("hat", "factory")
    houses.call(restock, party="factory", sku="hat", quantity=3, warehouse="south")
    houses.offer("hat@factory", 500)
    code = houses.place("ann", {"tee@factory": 2, "hat@factory": 3}, address={"place": "北京市"})
    assert set(sent_from(houses, code)) == {"south"}
    houses.call(cancel, order=code)
    assert houses.stock("tee@factory") == (125, 0, 0)


def test_goods_to_be_fetched_come_from_there_or_not_at_all(houses: World) -> None:
    south = Warehouse.objects.get(party=party("factory"), code="south").pk
    code = houses.place("ann", {"tee@factory": 5}, warehouse=south)
    assert sent_from(houses, code) == {"south": 5}
    with refused("not_at_pickup_point"):
        houses.place("ann", {"tee@factory": 1}, warehouse=south)
    with refused("not_at_pickup_point"):
        houses.place("ann", {"tee@shop": 1}, warehouse=south)

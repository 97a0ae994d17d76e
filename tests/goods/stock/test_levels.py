"""Low stock: told once each time it runs low, to the party and to whom its goods come from."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.catalogue.queries import sku
from hanse.goods.offers.operations.watch_stock import watch_stock
from hanse.goods.offers.queries import restocking
from hanse.goods.stock.models import Level
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.set_level import set_level
from hanse.goods.stock.queries import left_of_late, levels_of
from hanse.goods.stock.rules import replenishment
from hanse.kernel.actor import ENGINE, STRANGER
from hanse.network.notices.models import Notice
from hanse.network.parties.queries import party
from tests.trade.refusals import refused
from tests.trade.world import World

STOCK = frozenset({"stock.edit", "stock.see"})


@pytest.fixture
def world(db: None) -> World:
    made = World().found().three_tiers()
    made.call(restock, party="shop", sku="tee", quantity=12)
    return made


def watch(world: World) -> int:
    world.wait(minutes=1)
    return int(world.call(watch_stock))


def told(kind: str = "stock.low") -> list[tuple[str, dict[str, object]]]:
    return [
        (str(row.party.slug), {name: value for name, value in row.said.items() if not name.endswith("_en")})
        for row in Notice.objects.filter(kind=kind).order_by("pk")
    ]


def test_a_party_is_told_when_it_crosses_the_line_and_not_at_every_movement(world: World) -> None:
    assert watch(world) == 0
    world.call(count_stock, party="shop", sku="tee", found=10)
    assert watch(world) == 1
    assert told() == [("shop", {"goods": "tee · tee", "available": 10, "least": 10})]
    assert told("stock.low_downstream") == [("west", {"party": "shop", "goods": "tee · tee"})]
    world.call(count_stock, party="shop", sku="tee", found=9)
    assert watch(world) == 0
    world.call(count_stock, party="shop", sku="tee", found=11)
    assert watch(world) == 0
    assert Level.objects.get().low_since is None
    world.call(count_stock, party="shop", sku="tee", found=3)
    assert watch(world) == 1
    assert len(told()) == 2


def test_its_own_number_goes_before_the_usual_one(world: World) -> None:
    by = world.actor("shop", STOCK)
    assert world.call(set_level, by, party="shop", least=50) == 50
    assert world.call(set_level, by, party="shop", sku="tee", least=5) == 5
    assert levels_of(by, party("shop").pk) == (50, {sku("tee").pk: 5})
    assert watch(world) == 0
    world.call(set_level, by, party="shop", sku="tee", least=None)
    assert watch(world) == 1
    assert told()[0][1]["least"] == 50
    assert world.call(set_level, by, party="shop", least=None) is None
    assert levels_of(by, party("shop").pk) == (10, {})
    assert world.call(set_level, by, party="shop", least=None) is None
    assert watch(world) == 0
    with refused("not_found"):
        world.call(set_level, world.actor("west", STOCK), party="shop", least=1)
    with refused("malformed"):
        world.call(set_level, by, party="shop", least=-1)
    with refused("not_allowed"):
        world.call(watch_stock, by)
    assert levels_of(STRANGER, party("shop").pk) == (10, {})
    assert [Level.objects.visible_to(who).count() for who in (ENGINE, by, world.actor("west"))] == [1, 1, 0]


def test_who_supplies_it_by_a_link_is_told_where_no_offer_names_a_source(world: World) -> None:
    world.link("supply", "factory", "rival")
    world.call(restock, party="rival", sku="tee", quantity=2)
    assert watch(world) == 1
    assert told("stock.low_downstream") == [("factory", {"party": "rival", "goods": "tee · tee"})]
    assert {str(level) for level in Level.objects.all()} == {f"{party('rival').pk}:{sku('tee').pk}"}


def test_many_goods_at_once_are_one_notice(world: World) -> None:
    for number in range(6):
        world.goods(f"thing{number}", "west", west=1)
    assert watch(world) == 6
    assert [(slug, said["count"]) for slug, said in told("stock.low_many")] == [("west", 6)]
    assert told() == []


def test_what_left_of_late_and_where_more_would_come_from(world: World) -> None:
    from hanse.goods.offers.operations.change_offer import change_offer

    world.call(change_offer, offer="tee@shop", fulfil="stock_then_source")
    world.deal("ann", {"tee@shop": 4}, "shipped")
    shop, tee = party("shop").pk, sku("tee").pk
    since = world.at - timedelta(days=30)
    assert left_of_late(ENGINE, shop, [tee], since) == {tee: 4}
    assert left_of_late(ENGINE, shop, [tee], world.at + timedelta(seconds=1)) == {}
    assert left_of_late(world.actor("west"), shop, [tee], since) == {}
    found = restocking(world.actor("shop"), shop, [tee], world.at)
    assert (found[tee].price, found[tee].seller) == (8_000, party("west").code)
    world.link("supply", "factory", "rival")
    cheap = restocking(world.actor("rival"), party("rival").pk, [tee], world.at)
    assert cheap[tee].price == 6_000
    assert restocking(world.actor("ann"), party("ann").pk, [tee], world.at) == {}


def test_how_much_to_order() -> None:
    common = {"days": 30, "lead": 7, "cover": 30, "least": 10}
    assert replenishment(sold=60, available=5, awaited=0, **common) == 74 - 5
    assert replenishment(sold=60, available=5, awaited=10, **common) == 0
    assert replenishment(sold=0, available=10, awaited=0, **common) == 1
    assert replenishment(sold=0, available=11, awaited=0, **common) == 0


NUMBER = st.integers(0, 500)


@given(NUMBER, st.integers(1, 90), NUMBER, NUMBER, NUMBER, NUMBER, NUMBER)
def test_what_is_ordered_is_enough_and_ordering_twice_is_not_needed(
    sold: int, days: int, lead: int, cover: int, available: int, awaited: int, least: int
) -> None:
    given_ = {"sold": sold, "days": days, "lead": lead, "cover": cover, "least": least}
    order = replenishment(available=available, awaited=awaited, **given_)
    assert order >= 0
    if order:
        assert available + awaited + order > least
        assert (available + awaited + order) * days >= sold * (lead + cover)

"""The worlds that tests of the trade floor begin in; after each, books and stock are checked."""

from collections.abc import Iterator

import pytest

from hanse.goods.stock import queries as stock
from hanse.network.parties.operations.found_platform import found_platform
from hanse.value.books import queries as books
from tests.trade.world import World


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Return a world with a platform in it."""
    made = World()
    made.call(found_platform, name="Hanse", name_en="Hanse", terms={"platform_fee": 500})
    yield made
    assert books.check() == []
    assert stock.check() == []


@pytest.fixture
def chain(world: World) -> World:
    """Return a world in which ann may buy tees of a shop that draws them from west and the factory."""
    for slug, kind in [("factory", "supplier"), ("west", "wholesaler"), ("shop", "retailer"), ("ann", "consumer")]:
        world.party(slug, kind)
    world.goods("tee", "factory", factory=100)
    world.offer("tee@factory", 6000)
    world.offer("tee@west", 8000, "tee@factory")
    world.offer("tee@shop", 10000, "tee@west")
    return world

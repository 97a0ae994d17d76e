"""The worlds that tests of the trade floor begin in; after each, books and stock are checked (tests/conftest.py)."""

import pytest

from hanse.network.parties.operations.found_platform import found_platform
from tests.trade.world import World


@pytest.fixture
def world(db: None) -> World:
    """A world with a platform in it that takes 5 %; on real transactions where the test's marker asks for them."""
    made = World()
    made.call(found_platform, name="Hanse", name_en="Hanse", terms={"platform_fee": 500})
    return made


@pytest.fixture
def chain(world: World) -> World:
    """A world in which ann may buy tees of a shop that draws them from west and the factory."""
    kinds = {"factory": "supplier", "west": "wholesaler", "shop": "retailer", "rival": "retailer", "ann": "consumer"}
    for slug, kind in kinds.items():
        world.party(slug, kind)
    world.goods("tee", "factory", factory=100)
    world.offer("tee@factory", 6000)
    world.offer("tee@west", 8000, "tee@factory")
    world.offer("tee@shop", 10000, "tee@west")
    return world

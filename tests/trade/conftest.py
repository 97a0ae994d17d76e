"""The worlds that tests of the trade floor begin in; after each, books and stock are checked (tests/conftest.py)."""

import pytest

from tests.trade.world import World


@pytest.fixture
def world(db: None) -> World:
    """A world with a platform in it."""
    return World().found()


@pytest.fixture
def chain(world: World) -> World:
    """A world in which ann may buy tees of a shop that draws them from west and the factory."""
    return world.three_tiers()

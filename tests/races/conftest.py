"""Worlds on real transactions, in which rivals meet; after each, books and stock are checked (tests/conftest.py)."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command

from tests.trade.world import World


@pytest.fixture
def chain(transactional_db: None) -> World:
    """A world in which ann may buy tees of a shop that draws them from west and the factory."""
    return World().found().three_tiers()


@pytest.fixture
def control() -> Iterator[None]:
    """For what shows a race without its guard: whatever it spoiled is gone before anything is checked."""
    yield
    call_command("flush", verbosity=0, interactive=False)

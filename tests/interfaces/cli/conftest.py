"""Worlds for tests that play scenarios."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from hanse.interfaces.cli.scenario.worlds import Worlds


@pytest.fixture(scope="module")
def worlds(django_db_blocker: DjangoDbBlocker) -> Iterator[Worlds]:
    """Worlds of their own, beside the test database."""
    with django_db_blocker.unblock(), Worlds() as opened:
        yield opened

"""What every test of the value floor stands on, and what it must leave behind: sound books."""

from collections.abc import Iterator

import pytest

from hanse.value.books import queries
from tests.value.world import World


@pytest.fixture(autouse=True)
def sound_books(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """Checks the books after every test that used the database."""
    yield
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        assert queries.check() == []


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    """A platform, two sellers, a buyer and a promoter; in a real transaction where the test asks for one."""
    request.getfixturevalue("db")
    return World()

"""What every test of the goods floor must leave behind: stock in which every piece is accounted for."""

from collections.abc import Iterator

import pytest

from hanse.goods.stock.queries import check


@pytest.fixture(autouse=True)
def sound_stock(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """Checks the stock after every test that used the database."""
    yield
    if request.node.get_closest_marker("django_db"):
        assert check() == []

"""What every test stands on, a running PostgreSQL, and what it must leave behind: sound books and stock."""

import os
from collections.abc import Iterator

# Before Django's settings are read: tests bring no key of their own, whichever server they run against.
os.environ.setdefault("HANSE_DEMO", "1")

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hanse.config import postgres
from hanse.config.translations import compile_catalogues

_server = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Starts the embedded server unless HANSE_DATABASE_URL names another; workers of xdist use their parent's."""
    if not hasattr(config, "workerinput"):
        compile_catalogues()
        _server.enter_context(postgres.held())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Lets the server go; the last user stops it."""
    _server.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another account may enter; pytest closes the one of `tmp_path` whenever a run starts."""
    with TemporaryDirectory(prefix="hanse-") as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Reads messages in the language of the code, whichever catalogues are compiled; tests of languages say theirs."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def sound_books_and_stock(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """Checks books and stock after every test that used the database, whatever it was about."""
    by_fixture = {"db", "transactional_db", "live_server"}.intersection(request.fixturenames)
    if not (by_fixture or request.node.get_closest_marker("django_db")):
        yield
        return
    request.getfixturevalue("_django_db_helper")  # so that this ends before the test's rows are taken back
    yield
    from django.db import connection

    from hanse.goods.stock import queries as stock
    from hanse.value.books import queries as books

    if not connection.needs_rollback:
        assert books.check() == []
        assert stock.check() == []

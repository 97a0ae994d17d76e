"""What every test stands on: a running PostgreSQL and demo settings."""

import os

# Before Django's settings are read: tests bring no key of their own, whichever server they run against.
os.environ.setdefault("HANSE_DEMO", "1")

from contextlib import ExitStack

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

"""The mall with everyone who has a console: an enterprise that buys on account, a leader who brought somebody."""

import pytest
from pytest_django import Settings

from tests.interfaces.web.faces import Mall, made


@pytest.fixture
def mall(db: None, settings: Settings) -> Mall:
    """Return the mall with an enterprise and a community leader."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    mall = made()
    mall.party("works", "enterprise")
    mall.user("works", "works")
    mall.link("supply", "west", "works", pay="credit", limit=500_000, period=86_400)
    mall.party("lea", "leader")
    mall.user("lea", "lea")
    mall.link("promotes", "lea", "ann")
    return mall

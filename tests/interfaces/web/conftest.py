"""The mall for tests of pages."""

import pytest
from pytest_django import Settings

from tests.interfaces.web.faces import Mall, made


@pytest.fixture
def mall(db: None, settings: Settings) -> Mall:
    """Return a mall in which three tiers sell tees."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return made()

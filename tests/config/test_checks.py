"""A database that is too old is refused before a migration fails in the middle."""

import pytest
from django.db import connection

from hanse.config.checks import database_is_new_enough


@pytest.mark.django_db
def test_the_database_of_the_tests_is_new_enough() -> None:
    assert database_is_new_enough(databases=["default"]) == []


@pytest.mark.django_db
def test_an_old_database_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "get_database_version", lambda: (14, 11))
    (error,) = database_is_new_enough(databases=["default"])
    assert "PostgreSQL 14 is too old" in error.msg

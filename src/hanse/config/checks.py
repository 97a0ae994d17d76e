"""What must be true of the surroundings before anything runs."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import Error, Tags, register
from django.db import connections

OLDEST = 15
"""NULLS NOT DISTINCT and MERGE came with this version; older ones would fail in the middle of a migration."""


@register(Tags.database)
def database_is_new_enough(
    *, app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **_: Any
) -> list[Error]:
    """Refuse a PostgreSQL that is older than what the tables need."""
    del app_configs
    found = [connections[alias].get_database_version()[0] for alias in databases or ()]
    return [
        Error(f"PostgreSQL {version} is too old: Hanse needs {OLDEST} or newer.", id="hanse.E001")
        for version in found
        if version < OLDEST
    ]

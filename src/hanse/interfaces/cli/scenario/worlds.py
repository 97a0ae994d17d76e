"""Database states for scenarios: one empty template, migrated once for each state of the migrations, a copy per file.

Worlds carry the process id of the database session that made them, so that the next run clears away what a killed
run left behind. The process's default connection, in every thread, points at the world while it lasts.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from psycopg import errors, sql

from hanse.kernel import clock

TEMPLATE, WORLD = "hanse_scenarios_", "hanse_world_"
SESSION = "hanse worlds"
KEPT = timedelta(days=7)
"""Templates of other states of the migrations are kept so long, for whoever goes back and forth between branches."""


class WorldsUnavailable(Exception):
    """The server does not let us make databases; the text says what is needed."""


class Worlds:
    """Makes worlds for as long as it is open."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __enter__(self) -> Self:
        try:
            self._session = psycopg.connect(**_address(), autocommit=True, application_name=SESSION)
        except psycopg.OperationalError as error:
            raise WorldsUnavailable(f"cannot connect to the database server: {error}") from error
        try:
            self._clear_away()
            self.template = self._template()
        except errors.InsufficientPrivilege as error:
            self._session.close()
            raise WorldsUnavailable(
                "the database user needs the right CREATEDB: every scenario gets its own"
            ) from error
        except BaseException:
            self._session.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Make a world, point Django at it, and drop it in the end."""
        name = self._next_name()
        self._do("CREATE DATABASE {} TEMPLATE {}", name, self.template)
        try:
            # What is thrown away in a second need not survive a power cut in between.
            self._do("ALTER DATABASE {} SET synchronous_commit TO off", name)
            with _pointed_at(name):
                yield name
        finally:
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    def _next_name(self) -> str:
        return f"{WORLD}{self._session.info.backend_pid}_{next(self._numbers)}"

    def _template(self) -> str:
        name = TEMPLATE + fingerprint()
        if not self._names(name):
            self._make_template(name)
        return name

    def _make_template(self, name: str) -> None:
        """Migrate aside and rename, so that a killed run leaves no half template and two runs do no harm."""
        aside = self._next_name()
        self._do("CREATE DATABASE {} TEMPLATE template0", aside)
        try:
            with _pointed_at(aside):
                call_command("migrate", verbosity=0, interactive=False)
            self._do("COMMENT ON DATABASE {} IS " + f"'{clock.now().isoformat()}'", aside)
            self._do("ALTER DATABASE {} RENAME TO {}", aside, name)
        except errors.DuplicateDatabase:
            self._do("DROP DATABASE {} WITH (FORCE)", aside)
        except BaseException:
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", aside)
            raise

    def _clear_away(self) -> None:
        """Drop the worlds of dead runs and templates that nobody has needed for long."""
        found = self._names(WORLD + "%")  # before asking who lives: whoever begins in between is not taken for dead
        sessions = list(self._session.execute("SELECT pid, application_name, datname FROM pg_stat_activity"))
        living = {pid for pid, name, _ in sessions if name == SESSION}
        in_use = {database for _, _, database in sessions}
        dead = [name for name in found if _maker(name) not in living]
        old = [name for name, made in self._templates() if clock.now() - made > KEPT]
        for name in {*dead, *old} - in_use:
            try:
                self._do("DROP DATABASE IF EXISTS {}", name)
            except psycopg.Error:  # another's, or another run clears away as well: the next one will see
                continue

    def _templates(self) -> list[tuple[str, datetime]]:
        rows = self._session.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE %s",
            [TEMPLATE + "%"],
        )
        return [(name, datetime.fromisoformat(said)) for name, said in rows if said]

    def _names(self, like: str) -> list[str]:
        return [
            row[0] for row in self._session.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])
        ]

    def _do(self, statement: str, *names: str) -> None:
        self._session.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def fingerprint() -> str:
    """Return a short digest of every migration there is: what the template was made of."""
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted(Path(app.path, "migrations").glob("*")):
            if file.suffix in {".py", ".sql"}:
                digest.update(f"{app.label}/{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _maker(world: str) -> int:
    found = re.match(WORLD + r"(\d+)_", world)
    return int(found[1]) if found else 0


def _address() -> dict[str, Any]:
    known = connections["default"].get_connection_params()
    return {key: known[key] for key in ("dbname", "user", "password", "host", "port") if known.get(key)}


@contextmanager
def _pointed_at(name: str) -> Iterator[None]:
    # One dict serves the connections of every thread: whoever connects from now on connects there.
    settings = connections["default"].settings_dict
    connections["default"].close()
    home, settings["NAME"] = settings["NAME"], name
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = home

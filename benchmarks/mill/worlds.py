"""The databases that are measured in: one with the market, and copies of it filled with orders; made once."""

import time
from collections.abc import Callable

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from benchmarks.mill import fill, market
from benchmarks.mill import shelves as stocked
from benchmarks.mill.load import use
from hanse.config import postgres
from hanse.goods.stock import queries as stock
from hanse.interfaces.cli.scenario.worlds import fingerprint
from hanse.trade.orders.models import Checkout
from hanse.value.books import queries as books

PREFIX = "hanse_mill"
MANY = 100_000
"""From so many orders on it takes long enough to say how far it is."""


def made(orders: int, say: Callable[[str], None], *, label: str = "", fresh: bool = False) -> str:
    """Return the name of a database with about so many orders, each through three tiers, making it if need be.

    Another `label` is another database.
    """
    name = f"{PREFIX}_{fingerprint()[:8]}_{orders}{label}"
    if fresh:
        _do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    if not _exists(name):
        base = _base(say)
        begun, unfinished = time.perf_counter(), f"{name}_unfinished"
        connection.close()
        _do("DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
        _do("CREATE DATABASE {} TEMPLATE {}", unfinished, base)
        use(unfinished)
        for table in fill.fill(orders):
            if orders >= MANY:
                say(f"  {orders:,} orders: {table}, {time.perf_counter() - begun:.0f} s")
        connection.close()
        _do("ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def shelves(goods: int, say: Callable[[str], None], *, fresh: bool = False) -> str:
    """Return the name of a database with a mall of so many goods, making it if need be."""
    name = f"{PREFIX}_{fingerprint()[:8]}_goods_{goods}"
    if fresh:
        _do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    return _built(name, lambda: stocked.build(goods, say))


def _base(say: Callable[[str], None]) -> str:
    def fill_it() -> None:
        say("making the market")
        market.build()
        fill.models()

    return _built(f"{PREFIX}_{fingerprint()[:8]}", fill_it)


def _built(name: str, build: Callable[[], None]) -> str:
    if not _exists(name):
        unfinished = f"{name}_unfinished"
        _do("DROP DATABASE IF EXISTS {} WITH (FORCE)", unfinished)
        _do("CREATE DATABASE {}", unfinished)
        use(unfinished)
        call_command("migrate", verbosity=0, interactive=False)
        build()
        connection.close()
        _do("ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def orders_in(database: str) -> int:
    """Return how many orders have been placed there, the legs upstream not counted."""
    use(database)
    found = Checkout.objects.count()
    connection.close()
    return found


def unsound(database: str) -> list[str]:
    """Return what is wrong with the books and the stock there: nothing."""
    use(database)
    found = books.check() + stock.check()
    connection.close()
    return found


def _exists(name: str) -> bool:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as session:
        return session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _do(statement: str, *names: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as session:
        session.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

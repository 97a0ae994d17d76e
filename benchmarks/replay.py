"""Replays a real marketplace through the engine and proves that every cent and every piece is accounted for.

    python -m benchmarks.replay FOLDER [--orders N] [--workers 8] [--url DATABASE_URL]

FOLDER holds the Olist dataset (CSV, plain or gzip). It is read where it lies; what is made of it goes into a database
of its own, on the embedded server unless --url names another, which must be empty or hold an earlier run of the same:
an interrupted run goes on where it was. The exit code is 0 only if everything was proved.
"""

import argparse
import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also when it is started by its path

from hanse.config import places, postgres

ZONE = "America/Sao_Paulo"
DATABASE = "hanse_replay"


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = parser().parse_args(argv)
    if options.upset and options.url:
        print("--upset restarts the database, so it needs the embedded one", file=sys.stderr)
        return 2
    with server(options.url):
        name = DATABASE if options.orders is None else f"{DATABASE}_{options.orders}"
        url = options.url or embedded(name, fresh=options.fresh)
        os.environ |= {
            "HANSE_DATABASE_URL": url,
            "HANSE_DEMO": "1",
            "HANSE_ZONE": ZONE,
            "DJANGO_SETTINGS_MODULE": "hanse.config.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command

        from benchmarks.olist.session import Options, play

        call_command("migrate", verbosity=0, interactive=False)
        report = options.report or places.var() / "replay" / f"{name}.csv"
        chosen = Options(options.folder, options.orders, options.workers, report, options.json, options.upset)
        return play(chosen)


def parser() -> argparse.ArgumentParser:
    """Return what may be said on the command line."""
    found = argparse.ArgumentParser(prog="benchmarks.replay", description=(__doc__ or "").split("\n\n")[0])
    found.add_argument("folder", type=Path, help="where the dataset lies")
    found.add_argument("--orders", type=int, help="only the first so many orders")
    found.add_argument("--workers", type=int, default=8, help="worker processes (default 8)")
    found.add_argument("--url", help="a PostgreSQL database other than the embedded server's")
    found.add_argument("--fresh", action="store_true", help="begin anew on the embedded server")
    found.add_argument("--report", type=Path, help="where to list the rows that contradict themselves, as CSV")
    found.add_argument("--json", type=Path, help="where to write the figures")
    found.add_argument("--upset", action="store_true", help="kill a worker and crash the database in the middle")
    return found


def server(url: str | None) -> AbstractContextManager[None]:
    """Return what keeps the embedded server running, or nothing for another one."""
    if url:
        os.environ["HANSE_DATABASE_URL"] = url
    else:
        os.environ.pop("HANSE_DATABASE_URL", None)
    return postgres.held()


def embedded(name: str, *, fresh: bool = False) -> str:
    """Return the address of a database on the embedded server, made if need be."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        if fresh:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return postgres.url(name)


if __name__ == "__main__":
    sys.exit(main())

"""PostgreSQL's own benchmark, TPC-B-like, as the yardstick: what the same machine does at the same time."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from hanse.config import postgres

DATABASE = "hanse_pgbench"
SCALE, CLIENTS = 10, 8


def prepare() -> None:
    """Make its tables, if they are not there."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            return
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    _pgbench("-i", "-q", "-s", str(SCALE))


def measure(seconds: int) -> float:
    """Return its transactions per second, with every commit durable."""
    said = _pgbench("-c", str(CLIENTS), "-j", "2", "-T", str(seconds), "-n")
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _pgbench(*arguments: str) -> str:
    program: Path = postgres.binaries() / "pgbench"
    command = [str(program), "-h", str(postgres.socket_folder()), "-U", postgres.SUPERUSER, *arguments, DATABASE]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    return done.stdout + done.stderr

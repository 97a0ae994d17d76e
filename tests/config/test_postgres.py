"""The embedded server survives what happens to servers: kills, stale files, two starts at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hanse.config import postgres


@pytest.fixture
def elsewhere(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("HANSE_VAR", str(open_folder / "var"))
    monkeypatch.delenv("HANSE_DATABASE_URL", raising=False)
    yield open_folder / "var"
    postgres.stop()


def _ask(query: str) -> object:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def _postmaster() -> int:
    return int((postgres.data_folder() / "postmaster.pid").read_text().split("\n", 1)[0])


def _kill_postmaster() -> None:
    number = _postmaster()
    os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while postgres.is_running() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_it_starts_durable_and_stops(elsewhere: Path) -> None:
    with postgres.held():
        assert _ask("SHOW fsync") == "on"
        assert _ask("SHOW synchronous_commit") == "on"
        assert _ask("SHOW server_encoding") == "UTF8"
        assert _ask("SELECT current_database()") == "hanse"
    assert not postgres.is_running()


def test_what_was_confirmed_outlives_a_kill(elsewhere: Path) -> None:
    postgres.start()
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    _kill_postmaster()
    assert postgres.start()
    assert _ask("SELECT answer FROM kept") == 42


def test_a_number_that_another_process_got_is_no_owner(elsewhere: Path) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data_folder() / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data_folder()}\n")
    assert postgres.start()
    assert _ask("SELECT 1") == 1


def test_two_starts_at_once_make_one_server(elsewhere: Path) -> None:
    started: list[bool] = []
    threads = [threading.Thread(target=lambda: started.append(postgres.start())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(started) == [False, False, True]


def test_the_last_holder_stops_it(elsewhere: Path) -> None:
    with postgres.held():
        holder = subprocess.Popen(
            [sys.executable, "-m", "hanse.config.postgres"], stdout=subprocess.PIPE, env={**os.environ}
        )
        assert holder.stdout is not None
        assert b"answers at" in holder.stdout.readline()
    assert postgres.is_running()
    holder.send_signal(signal.SIGTERM)
    assert holder.wait(20) == 0
    holder.stdout.close()
    assert not postgres.is_running()


def test_another_server_is_left_alone(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_DATABASE_URL", "postgresql://somewhere.example/else")
    with postgres.held():
        assert not (elsewhere / "postgres").exists()


def test_a_path_too_long_for_a_socket_is_avoided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_VAR", str(tmp_path / ("deep" * 30)))
    assert len(str(postgres.socket_folder() / ".s.PGSQL.5432")) < 100


def test_a_failure_says_why(elsewhere: Path) -> None:
    postgres.start()
    postgres.stop()
    with (postgres.data_folder() / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    with pytest.raises(postgres.PostgresUnavailableError, match="no_such_setting"):
        postgres.start()


def test_a_fault_is_told_while_somebody_else_holds_the_server() -> None:
    with postgres.held(), pytest.raises(ZeroDivisionError), postgres.held():
        raise ZeroDivisionError

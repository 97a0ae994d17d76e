"""Worlds: each one empty and its own, made from one template, and nothing left behind."""

import psycopg
import pytest
from django.db import connection, connections
from psycopg import errors

from hanse.interfaces.cli.scenario import trace
from hanse.interfaces.cli.scenario.worlds import TEMPLATE, WORLD, Worlds, WorldsUnavailable, fingerprint
from hanse.network.parties.models import Party


def databases(opened: Worlds, like: str) -> set[str]:
    rows = opened._session.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like])
    return {row[0] for row in rows}


def mine(opened: Worlds) -> set[str]:
    return databases(opened, f"{WORLD}{opened._session.info.backend_pid}_%")


def _connected_to(name: str) -> psycopg.Connection:
    known = connections["default"].get_connection_params()
    address = {key: known[key] for key in ("user", "password", "host", "port") if known.get(key)}
    return psycopg.connect(**address, dbname=name)


def current() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


def test_a_world_is_the_default_database_while_it_lasts_and_is_gone_afterwards(worlds: Worlds) -> None:
    home = connections["default"].settings_dict["NAME"]
    with worlds.fresh() as name:
        assert current() == name
        assert name in databases(worlds, WORLD + "%")
        Party.objects.create(code="P-1", kind="consumer", name="x", created_at="2026-01-01T00:00:00Z")
    assert name not in databases(worlds, WORLD + "%")
    assert connections["default"].settings_dict["NAME"] == home
    with worlds.fresh() as other:
        assert other != name
        assert not Party.objects.exists()


def test_a_world_is_dropped_even_if_what_is_played_in_it_breaks(worlds: Worlds) -> None:
    with pytest.raises(ZeroDivisionError), worlds.fresh():
        raise ZeroDivisionError
    assert mine(worlds) == set()


def test_the_template_is_made_once_for_a_state_of_the_migrations(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(Worlds, "_make_template", lambda _self, name: made.append(name))
    with Worlds() as again:
        assert again.template == worlds.template
    assert made == []
    monkeypatch.setattr("hanse.interfaces.cli.scenario.worlds.fingerprint", lambda: "0123")
    with Worlds() as other:
        assert other.template == TEMPLATE + "0123"
    assert made == [TEMPLATE + "0123"]


def test_what_dead_runs_and_old_branches_left_is_cleared_away(worlds: Worlds) -> None:
    pid = worlds._session.info.backend_pid
    dead, old, new = f"{WORLD}0_{pid}", f"{TEMPLATE}old{pid}", f"{TEMPLATE}new{pid}"
    for name in (dead, old, new):
        worlds._do("DROP DATABASE IF EXISTS {}", name)
        worlds._do("CREATE DATABASE {} TEMPLATE template0", name)
    worlds._do("COMMENT ON DATABASE {} IS '2020-01-01T00:00:00+00:00'", old)
    worlds._do("COMMENT ON DATABASE {} IS '2999-01-01T00:00:00+00:00'", new)
    with worlds.fresh() as living, _connected_to(dead):
        Worlds().__enter__().__exit__()  # what is in use cannot go, and keeps nobody from working
        assert dead in databases(worlds, dead)
    with worlds.fresh() as living, Worlds():
        found = databases(worlds, "hanse_%")
        assert {dead, old}.isdisjoint(found)
        assert {living, new, worlds.template} <= found
    worlds._do("DROP DATABASE {}", new)


def test_a_template_that_cannot_be_migrated_is_not_kept(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("hanse.interfaces.cli.scenario.worlds.call_command", broken)
    with pytest.raises(ZeroDivisionError):
        worlds._make_template(TEMPLATE + "broken")
    assert mine(worlds) | databases(worlds, TEMPLATE + "broken") == set()


def test_two_runs_that_make_the_template_at_once_share_one(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanse.interfaces.cli.scenario.worlds.call_command", lambda *_, **__: None)
    worlds._make_template(worlds.template)  # the other run was quicker
    assert mine(worlds) == set()
    assert worlds.template in databases(worlds, TEMPLATE + "%")


def test_a_user_who_may_not_make_databases_is_told_so(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise errors.InsufficientPrivilege

    monkeypatch.setattr(Worlds, "_template", refuse)
    with pytest.raises(WorldsUnavailable, match="CREATEDB"), Worlds():
        pass


def test_a_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise psycopg.OperationalError("nobody listens")

    monkeypatch.setattr("hanse.interfaces.cli.scenario.worlds.psycopg.connect", refuse)
    with pytest.raises(WorldsUnavailable, match="nobody listens"), Worlds():
        pass


def test_the_fingerprint_follows_the_migrations(worlds: Worlds) -> None:
    assert worlds.template == TEMPLATE + fingerprint()


def test_a_digest_tells_in_which_tables_something_changed(worlds: Worlds) -> None:
    with worlds.fresh():
        party = Party.objects.create(code="P-1", kind="consumer", name="x", created_at="2026-01-01T00:00:00Z")
        before = trace.digest()
        assert trace.changes(before, trace.digest()) == []
        Party.objects.filter(pk=party.pk).update(name="y")
        assert trace.changes(before, trace.digest()) == ["network_party"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")
        assert trace.changes(before, trace.digest()) == ["locks still held", "network_party"]

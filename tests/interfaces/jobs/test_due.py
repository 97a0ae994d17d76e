"""What falls due by the clock is done in the order of time, once, whoever does it and whatever breaks on the way."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from hanse.goods.stock.operations.set_aside import set_aside
from hanse.goods.stock.queries import levels
from hanse.interfaces.cli.scenario import player, reader
from hanse.interfaces.cli.scenario.outcome import Outcome
from hanse.interfaces.cli.scenario.worlds import Worlds
from hanse.interfaces.jobs import due
from hanse.kernel.actor import ENGINE
from hanse.kernel.models import StateChange
from hanse.trade.orders import queries as orders
from hanse.trade.orders.models import Order
from hanse.value.settlement.models import Payout, Statement

START = datetime(2026, 3, 1, 2, tzinfo=UTC)  # 10:00 in Shanghai
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)
WORLD = """scenario: three orders that the clock will carry on
at: 2026-03-01T10:00:00+08:00
policy: {auto_receive: 2h, return_window: 12h, settlement: {every: day}}
parties:
  shop: {kind: retailer}
  ann: {kind: consumer}
goods:
  tee: {by: shop, stock: 9}
offers:
  tee@shop: {price: 20.00}
steps:
  - {place: unpaid, buyer: ann, lines: {tee@shop: 1}}
  - {place: sent, buyer: ann, lines: {tee@shop: 1}}
  - {place: here, buyer: ann, lines: {tee@shop: 1}}
  - pay: sent
  - pay: here
  - ship: sent
  - ship: here
  - receive: here
"""


@pytest.fixture(scope="module")
def worlds(django_db_blocker: DjangoDbBlocker) -> Iterator[Worlds]:
    with django_db_blocker.unblock(), Worlds() as opened:
        yield opened


@pytest.fixture
def world(worlds: Worlds) -> Iterator[Outcome]:
    """A world in which an order will expire after 15 minutes, two arrive or close later, and settlements follow."""
    with worlds.fresh():
        outcome = player.play(reader.read(WORLD.encode(), "due.yaml"))
        assert outcome.ok
        yield outcome


def history() -> list[tuple[datetime, str]]:
    """Return what the engine did to orders, in the order in which it was done."""
    rows = StateChange.objects.filter(subject="order", by_name="engine").order_by("id")
    return list(rows.values_list("at", "event"))


def test_everything_is_done_at_its_time_and_in_its_order(world: Outcome) -> None:
    assert due.run_due(START + timedelta(days=2)) == 6
    hours = [(at - START, event) for at, event in history()]
    assert hours == [
        (timedelta(minutes=15), "expire"),
        (timedelta(hours=2), "receive"),
        (timedelta(hours=12), "close"),
        (timedelta(hours=14), "close"),  # at midnight, so it belongs to the next day
    ]
    assert list(Statement.objects.order_by("end").values_list("end", "paid")) == [
        (MIDNIGHT, 2000),
        (MIDNIGHT + timedelta(days=1), 2000),
    ]


def test_what_follows_from_a_thing_done_keeps_the_order_of_time(worlds: Worlds) -> None:
    text = WORLD.replace("return_window: 12h", "return_window: 30m").replace("auto_receive: 2h", "auto_receive: 10m")
    steps = """  - {place: later, buyer: ann, lines: {tee@shop: 1}}
  - pay: later
  - wait: 1m
  - ship: later
"""
    with worlds.fresh():
        assert player.play(reader.read(f"{text}{steps}".encode(), "due.yaml")).ok
        due.run_due(START + timedelta(hours=1))
        minutes = [((at - START).seconds // 60, event) for at, event in history()]
    assert minutes == [
        (10, "receive"),
        (11, "receive"),
        (15, "expire"),
        (30, "close"),
        (40, "close"),
        (41, "close"),
    ]


def test_what_is_done_is_not_done_again_and_nothing_is_done_before_its_time(world: Outcome) -> None:
    assert due.run_due(START + timedelta(minutes=14)) == 0
    assert due.run_due(START + timedelta(minutes=15)) == 1
    assert due.run_due(START + timedelta(minutes=15)) == 0
    assert due.run_due(START + timedelta(days=2)) == 5
    assert due.run_due(START + timedelta(days=2)) == 0
    assert Payout.objects.count() == 2


def test_the_zone_decides_where_days_end(world: Outcome) -> None:
    due.run_due(START + timedelta(days=2), zone="UTC")
    assert list(Statement.objects.order_by("end").values_list("end", "paid")) == [
        (datetime(2026, 3, 2, tzinfo=UTC), 4000),
    ]


def test_what_cannot_be_done_is_told_and_the_rest_is_done(world: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> str:
        raise ZeroDivisionError("no way")

    with monkeypatch.context() as patch:
        patch.setitem(due.EVENTS, "expire", broken)
        with pytest.raises(due.NotDone) as told:
            due.run_due(START + timedelta(days=2))
    (late,) = Order.objects.filter(status="placed")
    assert str(told.value) == f"{late.code}: ZeroDivisionError('no way')"
    assert [event for _, event in history()] == ["receive", "close", "close"]
    assert Payout.objects.count() == 2
    assert due.run_due(START + timedelta(days=2)) == 1  # the next time it is done, at the time at which it was due
    assert history()[-1] == (START + timedelta(minutes=15), "expire")


def test_a_settlement_that_cannot_be_done_waits_alone(world: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> str:
        raise ZeroDivisionError("no way")

    with monkeypatch.context() as patch:
        patch.setattr(due, "settle", broken)
        with pytest.raises(due.NotDone, match="CNY: ZeroDivisionError"):
            due.run_due(START + timedelta(days=2))
    assert not orders.due(START + timedelta(days=2), 10)
    assert due.run_due(START + timedelta(days=2)) == 2
    assert Payout.objects.count() == 2


def test_what_stays_due_after_it_was_done_does_not_go_on_for_ever(
    world: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(due.EVENTS, "expire", lambda **_: "placed")
    with pytest.raises(due.NotDone, match="it was done and is still due"):
        due.run_due(START + timedelta(hours=1))


def test_workers_that_meet_do_each_thing_once(world: Outcome) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(10)
        try:
            due.run_due(START + timedelta(days=2))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for run in [pool.submit(work) for _ in range(4)]:
            run.result()
    assert sorted(event for _, event in history()) == ["close", "close", "expire", "receive"]
    assert [payout.amount for payout in Payout.objects.all()] == [2000, 2000]


def test_a_run_that_was_killed_is_taken_up_where_it_stopped(world: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    do: Callable[..., None] = due._Run.do
    done: list[str] = []

    def killed(run: Any, what: str, key: str, work: Callable[..., object], **given: object) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(key)
        do(run, what, key, work, **given)

    with monkeypatch.context() as patch:
        patch.setattr(due._Run, "do", killed)
        with pytest.raises(KeyboardInterrupt):
            due.run_due(START + timedelta(days=2))
    assert due.run_due(START + timedelta(days=2)) == 4
    assert [payout.amount for payout in Payout.objects.all()] == [2000, 2000]


def test_pieces_set_aside_without_an_order_come_back(world: Outcome) -> None:
    line = Order.objects.get(status="placed").lines.get()
    shop, until = line.order.seller, START + timedelta(hours=1)
    set_aside(key="a", at=START, by=ENGINE, party=shop.code, sku=line.sku.code, quantity=4, until=until, name="show")
    before = levels([(shop.pk, line.sku_id)])[shop.pk, line.sku_id]
    due.run_due(START + timedelta(hours=2))
    after = levels([(shop.pk, line.sku_id)])[shop.pk, line.sku_id]
    assert (before.reserved, after.reserved) == (5, 0)  # the unpaid order's piece is back as well

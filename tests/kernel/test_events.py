"""Facts: one job for each follower, in the transaction of the change, or none."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from hanse.kernel import events, once
from hanse.kernel.actor import ENGINE, Actor

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def followers() -> Iterator[None]:
    before = dict(events._followers)
    events.subscribe({"tea.made": ["drink", "wash_up"], "tea.spilt": ["wipe"]})
    yield
    events.subscribe(before)


@pytest.fixture(autouse=True)
def no_jobs_of_others(db: None) -> None:
    """Forget what tests left behind that committed: the tables of jobs are not Django's to empty."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs")


def jobs() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queue_name, args FROM procrastinate_jobs ORDER BY id")
        return [
            (task, queue, args if isinstance(args, dict) else __import__("json").loads(args))
            for task, queue, args in cursor
        ]


@pytest.mark.django_db
def test_a_fact_becomes_a_job_for_each_follower() -> None:
    events.announce("tea.made", cup="C-1")
    assert jobs() == [
        (events.TASK, events.QUEUE, {"fact": "tea.made", "follower": name, "payload": {"cup": "C-1"}})
        for name in ("drink", "wash_up")
    ]


@pytest.mark.django_db
def test_a_fact_that_nobody_follows_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        events.announce("tea.cold")


@pytest.mark.django_db
def test_an_operation_writes_all_its_facts_at_once() -> None:
    @once.operation("test.tea")
    def make(*, key: str, at: datetime, by: Actor) -> Any:
        events.announce("tea.made", cup="1")
        assert jobs() == []
        events.announce("tea.spilt", cup="2")

    make(key="k", at=AT, by=ENGINE)
    assert [args["follower"] for _t, _q, args in jobs()] == ["drink", "wash_up", "wipe"]


@pytest.mark.django_db(transaction=True)
def test_no_commit_no_fact() -> None:
    def fails() -> None:
        with transaction.atomic():
            events.announce("tea.made", cup="1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert jobs() == []

"""Rows of several tables in one statement, and back."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from hanse.kernel import rows
from hanse.kernel.models import Claim, StateChange
from hanse.trade.orders.models import Checkout

AT = datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)


def change(number: int, **more: Any) -> StateChange:
    said = {"subject": "order", "event": "pay", "source": "", "target": "paid", "by_name": "me", "why": ""}
    return StateChange(subject_id=number, at=AT, **{**said, **more})


@pytest.mark.django_db
def test_a_day_comes_back_as_a_day() -> None:
    said = {field.attname: None for field in Checkout._meta.concrete_fields}
    first, second = rows.load(Checkout, json.dumps([{**said, "wanted_on": "2026-03-02"}, said]))
    assert (first.wanted_on, second.wanted_on) == (date(2026, 3, 2), None)


@pytest.mark.django_db
def test_rows_of_several_tables_are_one_statement(django_assert_num_queries: Any) -> None:
    claim = Claim(scope="s", key="k", digest="\\x00ff", result={"a": ["é", None, 2**62]}, at=AT)
    with django_assert_num_queries(1):
        rows.insert([change(n, why="\"'\\%s") for n in range(3)], [claim], [])
    assert list(StateChange.objects.order_by("id").values_list("subject_id", "why", "at", "by_party")) == [
        (n, "\"'\\%s", AT, None) for n in range(3)
    ]
    found = Claim.objects.get()
    assert (bytes(found.digest), found.result) == (b"\x00\xff", {"a": ["é", None, 2**62]})


@pytest.mark.django_db
def test_rows_keep_the_ids_that_they_carry() -> None:
    rows.insert([change(1, id=7_000_001), change(2, id=7_000_002)])
    assert list(StateChange.objects.order_by("id").values_list("id", flat=True)) == [7_000_001, 7_000_002]


@pytest.mark.django_db
def test_nothing_to_insert_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        rows.insert([], [])


@pytest.mark.django_db
def test_rows_come_back_as_a_query_returns_them() -> None:
    rows.insert([change(5), change(6, by_party=3)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT json_agg(c ORDER BY c.id)::text FROM kernel_statechange c")
        found = rows.load(StateChange, cursor.fetchone()[0])
    plain = list(StateChange.objects.order_by("id"))
    assert found == plain
    assert [row.__dict__.keys() for row in found] == [row.__dict__.keys() for row in plain]
    assert [(row.at, row.by_party, row.why) for row in found] == [(AT, None, ""), (AT, 3, "")]
    found[0].why = "changed"
    found[0].save()
    assert StateChange.objects.count() == 2


def test_no_text_is_no_rows() -> None:
    assert rows.load(StateChange, None) == []


@pytest.mark.django_db
def test_moments_that_are_not_there() -> None:
    from hanse.interfaces.cli.imports.models import ImportJob

    text = (
        '[{"id": 1, "kind": "stock", "name": "a", "digest": "d", "line": 0, "imported": 0, "known": 0, "rejected": 0,'
        ' "started_at": "2026-03-01T10:00:00.123456+00:00", "started_by": "me", "finished_at": null}]'
    )
    (job,) = rows.load(ImportJob, text)
    assert (job.started_at, job.finished_at) == (AT, None)


@pytest.mark.django_db
def test_what_has_no_place_in_json_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        rows.insert([Claim(scope="s", key="k", digest=b"\x00", at=AT)])

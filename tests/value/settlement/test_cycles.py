"""On which midnights a cycle pays out: business zones, clock changes, short months, long jumps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel.clock import day_of, midnight
from hanse.value.settlement.rules import Cycle, boundaries, next_boundary, payable

SHANGHAI = "Asia/Shanghai"
DAILY, WEEKLY, MONTHLY = ({"every": every} for every in ("day", "week", "month"))
ZONES = [SHANGHAI, "UTC", "America/New_York", "Europe/Berlin", "America/Santiago", "Pacific/Apia", "Asia/Beirut"]


def local(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def days(cycle: Cycle | None, after: str, upto: str, zone: str = SHANGHAI) -> list[str]:
    """The business days that begin at the boundaries."""
    return [str(day_of(moment, zone)) for moment in boundaries(cycle, local(after, zone), local(upto, zone), zone)]


def test_no_cycle_has_no_boundary() -> None:
    assert days(None, "2026-03-01", "2027-03-01") == []


def test_a_day_ends_at_midnight_of_the_business_zone_not_of_utc() -> None:
    assert next_boundary(DAILY, local("2026-03-01T23:59:59"), SHANGHAI) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert days(DAILY, "2026-03-01T10:00", "2026-03-04T00:00") == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_the_boundary_itself_is_past_when_it_has_come() -> None:
    assert next_boundary(DAILY, local("2026-03-02"), SHANGHAI) == local("2026-03-03")
    assert days(DAILY, "2026-03-02", "2026-03-02") == []


def test_a_week_begins_on_monday() -> None:
    assert days(WEEKLY, "2026-03-01", "2026-03-16") == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert days(WEEKLY, "2026-03-02", "2026-03-08T23:59") == []


def test_a_month_begins_on_the_first_also_across_the_year() -> None:
    assert days(MONTHLY, "2026-11-15", "2027-02-01") == ["2026-12-01", "2027-01-01", "2027-02-01"]
    assert days(MONTHLY, "2026-12-01", "2026-12-31T23:59") == []


def test_days_of_the_month_end_at_the_midnight_after_them() -> None:
    assert days({"days": [15, 31]}, "2026-01-01", "2026-03-31") == [
        "2026-01-16", "2026-02-01", "2026-02-16", "2026-03-01", "2026-03-16",
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "last"), [(2026, "2026-03-01"), (2028, "2028-03-01")])
def test_a_day_that_a_month_lacks_is_its_last_day(year: int, last: str) -> None:
    assert days({"days": [31]}, f"{year}-02-02", f"{year}-03-15") == [last]
    assert days({"days": [30]}, f"{year}-02-02", f"{year}-03-15") == [last]
    assert days({"days": [31]}, f"{year}-04-01T12:00", f"{year}-05-15") == [f"{year}-05-01"]


def test_two_days_that_a_month_lacks_are_one_boundary() -> None:
    assert days({"days": [29, 30, 31]}, "2026-02-10", "2026-03-29") == ["2026-03-01"]


def test_the_first_boundary_may_lie_in_the_month_before_last() -> None:
    assert next_boundary({"days": [31]}, local("2026-03-31T08:00"), SHANGHAI) == local("2026-04-01")


def test_days_are_as_long_as_the_zone_makes_them() -> None:
    zone = "America/New_York"
    spring = boundaries(DAILY, local("2026-03-07", zone), local("2026-03-10", zone), zone)
    assert [b - a for a, b in pairwise(spring)] == [timedelta(hours=23), timedelta(hours=24)]
    autumn = boundaries(DAILY, local("2026-10-31", zone), local("2026-11-03", zone), zone)
    assert [b - a for a, b in pairwise(autumn)] == [timedelta(hours=25), timedelta(hours=24)]


def test_a_midnight_that_the_clocks_skip_is_the_moment_they_do() -> None:
    """In Santiago, on 2026-09-06, the hour from 00:00 to 01:00 does not exist."""
    boundary = next_boundary(DAILY, local("2026-09-05T12:00", "America/Santiago"), "America/Santiago")
    assert boundary == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert boundary.astimezone(ZoneInfo("America/Santiago")).isoformat() == "2026-09-06T01:00:00-03:00"


def test_a_midnight_that_comes_twice_counts_once() -> None:
    """In Havana the clocks go back from 01:00 to 00:00."""
    zone = "America/Havana"
    assert days(DAILY, "2026-10-31T12:00", "2026-11-02T00:00", zone) == ["2026-11-01", "2026-11-02"]


def test_a_day_that_a_zone_never_had_is_no_second_boundary() -> None:
    """Samoa went from 2011-12-29 straight to 2011-12-31."""
    zone = "Pacific/Apia"
    found = boundaries(DAILY, local("2011-12-28T12:00", zone), local("2012-01-01", zone), zone)
    assert len(found) == len(set(found))
    assert found == sorted(found)


def test_after_a_long_jump_every_boundary_is_there() -> None:
    assert len(days(DAILY, "2016-01-01", "2026-01-01")) == 3653
    assert len(days(MONTHLY, "2016-01-01", "2026-01-01")) == 120


cycles = st.sampled_from([DAILY, WEEKLY, MONTHLY]) | st.lists(st.integers(1, 31), min_size=1, max_size=4).map(
    lambda chosen: {"days": chosen}
)
START = datetime(2011, 6, 1, tzinfo=UTC)
moments = st.integers(0, 28 * 365 * 24 * 60).map(lambda n: START + timedelta(minutes=n))


@given(cycles, moments, st.integers(0, 400), st.sampled_from(ZONES))
def test_boundaries_are_later_than_the_start_ordered_and_midnights(
    cycle: Cycle, after: datetime, length: int, zone: str
) -> None:
    upto = after + timedelta(days=length)
    found = boundaries(cycle, after, upto, zone)
    assert found == sorted(set(found))
    assert all(after < moment <= upto and moment == midnight(day_of(moment, zone), zone) for moment in found)


@given(cycles, moments, st.lists(st.integers(0, 60), max_size=5), st.sampled_from(ZONES))
def test_however_often_one_looks_no_boundary_is_missed_or_found_twice(
    cycle: Cycle, after: datetime, steps: list[int], zone: str
) -> None:
    whole = boundaries(cycle, after, after + timedelta(hours=7 * sum(steps)), zone)
    pieces, start = [], after
    for step in steps:
        end = start + timedelta(hours=7 * step)
        pieces += boundaries(cycle, start, end, zone)
        start = end
    assert pieces == whole


def test_the_naive_expectation_of_a_month_holds() -> None:
    assert next_boundary({"days": [28]}, local("2026-02-28T23:00"), SHANGHAI) == midnight(date(2026, 3, 1), SHANGHAI)


@pytest.mark.parametrize(
    ("closing", "present", "paid"), [(100, 100, 100), (100, 130, 100), (100, 40, 40), (100, -5, 0), (-5, 100, 0)]
)
def test_never_more_is_paid_than_was_owed_then_and_is_owed_now(closing: int, present: int, paid: int) -> None:
    assert payable(closing, present, None) == paid

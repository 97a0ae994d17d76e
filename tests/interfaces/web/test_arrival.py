"""When goods may be there, as far as that can be said."""

from datetime import date

import pytest

from hanse.interfaces.web.arrival import FAR, MIDDLE, NEAR, REMOTE, Arrival, days_on_the_road, estimate, province_of

TODAY = date(2026, 3, 1)
DAY = 86_400


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("江苏省 苏州市 姑苏区", "32"), ("浙江绍兴", "33"), ("苏州工业园区", "32"), ("内蒙古自治区 包头市", "15"),
        ("广西 南宁", "45"), ("上海市 静安区", "31"), ("香港特别行政区", "81"), ("Berlin", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_place_is_known_by_its_province_or_city(text: str, province: str) -> None:
    assert province_of(text) == province


@pytest.mark.parametrize(
    ("here", "there", "days"),
    [("32", "32", NEAR), ("32", "33", MIDDLE), ("33", "32", MIDDLE), ("32", "51", FAR), ("32", "65", REMOTE),
     ("54", "54", NEAR), ("", "32", None), ("32", "", None)],
)  # fmt: skip
def test_the_road_is_longer_the_farther_it_leads(here: str, there: str, days: tuple[int, int] | None) -> None:
    assert days_on_the_road(here, there) == days


def test_the_earliest_is_sent_today_and_the_latest_at_the_last_moment() -> None:
    assert estimate(TODAY, 2 * DAY, "浙江省", "江苏省") == Arrival(2, date(2026, 3, 3), date(2026, 3, 6))
    assert estimate(TODAY, DAY + 1, "浙江", "浙江") == Arrival(2, date(2026, 3, 2), date(2026, 3, 5))
    assert estimate(TODAY, 0, "浙江", "浙江") == Arrival(1, date(2026, 3, 2), date(2026, 3, 4))
    assert estimate(TODAY, DAY, "浙江", "Paris") is None

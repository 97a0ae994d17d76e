"""Money: parsed, rounded and shared to the last unit."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel import money
from hanse.kernel.errors import MalformedInput

AMOUNTS = st.integers(min_value=-(10**12), max_value=10**12)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [
        (20000, 500, 1000),
        (3000, 335, 101),  # 100.5 is rounded away from zero
        (-3000, 335, -101),
        (1, 4999, 0),
        (1, 5000, 1),
        (-1, 5000, -1),
        (1, -5000, -1),
        (0, 10_000, 0),
        (7, 10_000, 7),
    ],
)
def test_percent_rounds_half_away_from_zero(amount: int, rate: int, expected: Any) -> None:
    assert money.percent(amount, rate) == expected


@given(AMOUNTS, st.integers(min_value=0, max_value=20_000))
def test_percent_is_the_nearest_unit(amount: int, rate: int) -> None:
    exact = Fraction(amount * rate, 10_000)
    assert abs(money.percent(amount, rate) - exact) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (101, [1, 1, 1], [34, 34, 33]),
        (100, [1, 2], [33, 67]),
        (10, [0, 3], [0, 10]),
        (0, [0, 0], [0, 0]),
        (-101, [1, 1, 1], [-34, -34, -33]),
        (1, [1, 1], [1, 0]),
        (5, [3, 3, 1], [2, 2, 1]),
    ],
)
def test_split_by_largest_remainder_the_earlier_first(total: int, weights: list[int], shares: list[int]) -> None:
    assert money.split(total, weights) == shares


@given(AMOUNTS, WEIGHTS)
def test_shares_sum_to_the_total_and_stay_within_one_unit_of_their_due(total: int, weights: list[int]) -> None:
    shares = money.split(total, weights)
    assert sum(shares) == total
    whole = sum(weights)
    assert all(abs(s - Fraction(total * w, whole)) < 1 for s, w in zip(shares, weights, strict=True))


def test_nothing_to_share_by() -> None:
    with pytest.raises(ValueError, match="every weight is zero"):
        money.split(1, [0, 0])
    with pytest.raises(ValueError, match="negative"):
        money.split(1, [-1, 2])


@given(AMOUNTS, st.integers(1, 60), st.data())
def test_a_span_is_the_sum_of_its_shares(total: int, pieces: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, pieces))
    count = data.draw(st.integers(0, pieces - first))
    assert money.span(total, pieces, first, count) == sum(money.split(total, [1] * pieces)[first : first + count])


def test_a_span_lies_within_the_pieces() -> None:
    with pytest.raises(ValueError, match="within"):
        money.span(10, 3, 2, 2)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.30", "CNY", 1230),
        ("12.3", "CNY", 1230),
        ("12", "CNY", 1200),
        ("-0.05", "CNY", -5),
        ("300", "JPY", 300),
        ("1.234", "KWD", 1234),
        ("0.0001", "CLF", 1),
    ],
)
def test_parse(text: str, currency: str, amount: int) -> None:
    assert money.parse(text, currency) == amount


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "CNY"), ("-", "CNY"), ("1,000", "CNY"), ("1.", "CNY"), (".5", "CNY"), ("1.234", "CNY"), ("1.0", "JPY"),
        ("1e3", "CNY"), ("٣", "CNY"), ("1.٣", "CNY"), (" 1", "CNY"), ("--1", "CNY"),
        ("99999999999999999999", "CNY"), ("9" * 5000, "CNY"),
    ],
)  # fmt: skip
def test_what_is_no_amount_names_the_field(text: str, currency: str) -> None:
    with pytest.raises(MalformedInput) as refusal:
        money.parse(text, currency, "price")
    assert refusal.value.details["field"] == "price"
    assert "price" in str(refusal.value)


@given(AMOUNTS, st.sampled_from(["CNY", "JPY", "KWD", "CLF", "POINTS"]))
def test_plain_and_parse_are_inverse(amount: int, currency: str) -> None:
    assert money.parse(money.plain(amount, currency), currency) == amount


def test_plain() -> None:
    assert money.plain(5, "CNY") == "0.05"
    assert money.plain(-1230, "CNY") == "-12.30"
    assert money.plain(1230, "JPY") == "1230"

"""How the drawing divides what a buyer paid: pure arithmetic."""

from itertools import pairwise

import pytest

from hanse.interfaces.console.chain import Standing, shares
from hanse.network.parties.models import Party


def standing(expected: int, earned: int = 0) -> Standing:
    return Standing(Party(name="p"), 1, expected=expected, earned=earned)


@pytest.mark.parametrize("amounts", [[1], [1, 1, 1], [120, 40, 30, 10], [1, 10**12], [7, 0, -3, 9]])
def test_the_bar_is_always_full_and_has_no_gaps(amounts: list[int]) -> None:
    slices = shares([standing(amount) for amount in amounts], booked=False)
    assert [one.amount for one in slices] == [amount for amount in amounts if amount > 0]
    assert sum(one.width for one in slices) == 1000
    assert all(one.width >= 0 for one in slices)
    for one, following in pairwise(slices):
        assert one.start + one.width == following.start


def test_what_is_booked_counts_once_it_is() -> None:
    assert [one.amount for one in shares([standing(5, 3), standing(5, 2)], booked=True)] == [3, 2]


def test_nothing_to_divide_draws_nothing() -> None:
    assert shares([standing(0)], booked=False) == []

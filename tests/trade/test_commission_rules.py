"""Who earns which commission."""

from hypothesis import given
from hypothesis import strategies as st

from hanse.trade.commission.rules import Award, awards

SHOP, BOB, EVE, DAN = 1, 2, 3, 4


def test_the_nearest_promoter_earns_the_first_rate() -> None:
    assert awards(10_000, [800, 200], [BOB, EVE, DAN], SHOP) == [Award(BOB, 1, 800, 800), Award(EVE, 2, 200, 200)]


def test_fewer_promoters_than_rates() -> None:
    assert awards(10_000, [800, 200, 100], [BOB], SHOP) == [Award(BOB, 1, 800, 800)]


def test_nobody_brought_the_buyer_or_nothing_is_promised() -> None:
    assert awards(10_000, [800], [], SHOP) == awards(10_000, [], [BOB], SHOP) == []


def test_a_seller_earns_none_on_its_own_sale_and_the_levels_stay_what_they_are() -> None:
    assert awards(10_000, [800, 200], [SHOP, EVE], SHOP) == [Award(EVE, 2, 200, 200)]


def test_a_level_with_nothing_to_earn_is_left_out() -> None:
    assert awards(10_000, [0, 200], [BOB, EVE], SHOP) == [Award(EVE, 2, 200, 200)]
    assert awards(4, [1000], [BOB], SHOP) == []


def test_it_is_rounded_half_up() -> None:
    assert [award.amount for award in awards(5, [1000], [BOB], SHOP)] == [1]


@given(st.integers(0, 10**15), st.lists(st.integers(0, 1250), max_size=8), st.lists(st.integers(1, 9), max_size=8))
def test_levels_rise_and_nobody_earns_more_than_its_rate(amount: int, rates: list[int], promoters: list[int]) -> None:
    found = awards(amount, rates, promoters, SHOP)
    assert [award.level for award in found] == sorted({award.level for award in found})
    for award in found:
        assert award.promoter == promoters[award.level - 1] != SHOP
        assert award.rate == rates[award.level - 1]
        assert abs(award.amount * 10_000 - amount * award.rate) <= 5_000

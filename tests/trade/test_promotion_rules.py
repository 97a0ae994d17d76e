"""What promotions take off a line, in lanes, and who bears it."""

from hypothesis import given
from hypothesis import strategies as st

from hanse.trade.promotions.rules import Adjustment, Promise, adjust

SHOP, PLATFORM = 1, 2
HALVES = ((SHOP, 5000), (PLATFORM, 5000))


Bearers = tuple[tuple[int, int], ...]


def promise(code: str, rate: int, lane: int = 1, least: int = 1, bearers: Bearers = ((SHOP, 10_000),)) -> Promise:
    return Promise(code, f"offer {code}", lane, rate, least, bearers)


def test_nothing_runs() -> None:
    assert adjust(10_000, [], 3) == ()


def test_one_promotion_borne_by_its_seller() -> None:
    assert adjust(10_000, [promise("a", 1500)], 1) == (Adjustment("a", "offer a", 1, -1500, ((SHOP, 1500),)),)


def test_shares_are_rounded_so_that_they_sum() -> None:
    (found,) = adjust(10_000, [promise("a", 333, bearers=HALVES)], 1)
    assert (found.amount, found.bearers) == (-333, ((SHOP, 167), (PLATFORM, 166)))


def test_within_a_lane_the_highest_rate_wins_and_the_lower_code_breaks_ties() -> None:
    promises = [promise("c", 1000), promise("b", 2000), promise("a", 1000)]
    assert [found.code for found in adjust(100, promises, 1)] == ["b"]
    assert [found.code for found in adjust(100, [promises[0], promises[2]], 1)] == ["a"]


def test_each_lane_works_on_what_the_earlier_ones_left() -> None:
    found = adjust(10_000, [promise("late", 1000, lane=2), promise("early", 5000)], 1)
    assert [(one.code, one.amount) for one in found] == [("early", -5000), ("late", -500)]


def test_a_promotion_from_a_quantity_on() -> None:
    promises = [promise("few", 500), promise("many", 1000, least=10)]
    assert [one.code for one in adjust(100, promises, 9)] == ["few"]
    assert [one.code for one in adjust(100, promises, 10)] == ["many"]


def test_a_lane_in_which_nothing_applies_is_passed_over() -> None:
    assert [one.code for one in adjust(100, [promise("many", 1000, least=10), promise("all", 500, lane=2)], 1)] == [
        "all"
    ]


def test_what_rounds_to_nothing_is_no_adjustment() -> None:
    assert adjust(4, [promise("a", 1000)], 1) == ()


def test_everything_may_be_taken_off_but_no_more() -> None:
    found = adjust(999, [promise("a", 10_000), promise("b", 10_000, lane=2)], 1)
    assert [(one.code, one.amount) for one in found] == [("a", -999)]


rates = st.integers(1, 10_000)


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    weight = draw(rates)
    bearers = ((SHOP, weight), (PLATFORM, 10_000 - weight)) if weight < 10_000 else ((SHOP, 10_000),)
    code = draw(st.sampled_from("abcdef"))
    return Promise(code, code, draw(st.integers(1, 4)), draw(rates), draw(st.integers(1, 20)), bearers)


@given(st.integers(0, 10**15), st.lists(promises(), max_size=8), st.integers(1, 20))
def test_whatever_runs_sums(amount: int, running: list[Promise], quantity: int) -> None:
    found = adjust(amount, running, quantity)
    assert 0 <= amount + sum(one.amount for one in found) <= amount
    assert all(one.amount == -sum(share for _party, share in one.bearers) < 0 for one in found)
    assert all(share >= 0 for one in found for _party, share in one.bearers)
    lanes = [one.lane for one in found]
    assert lanes == sorted(set(lanes))


@given(st.integers(0, 10**9), st.lists(promises(), max_size=6), st.integers(1, 20))
def test_the_order_in_which_they_were_read_does_not_matter(amount: int, running: list[Promise], quantity: int) -> None:
    unique = list({(one.code, one.rate, one.lane): one for one in running}.values())
    assert len({(one.lane, one.rate, one.code) for one in unique}) == len(unique)
    assert adjust(amount, unique, quantity) == adjust(amount, unique[::-1], quantity)

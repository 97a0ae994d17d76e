"""What a provider's word means for what we know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.value.payments.rules import (
    ACT,
    Difference,
    Known,
    Moved,
    Told,
    Verdict,
    differences,
    judge,
    judge_refund,
    spread,
)


def known(status: str, amount: int = 100, currency: str = "CNY", provider: str = "sandbox") -> Known:
    return Known(status, amount, currency, provider)


def told(status: str, amount: int = 100, currency: str = "CNY", provider: str = "sandbox") -> Told:
    return Told(status, amount, currency, provider)


@pytest.mark.parametrize("before", ["created", "pending", "failed", "expired"])
def test_money_that_arrived_counts_from_every_state(before: str) -> None:
    assert judge(told("succeeded"), known(before)) == ACT


@pytest.mark.parametrize(
    ("before", "says", "why"),
    [
        ("succeeded", "succeeded", "already_known"),
        ("failed", "failed", "already_known"),
        ("succeeded", "failed", "late_failure"),
    ],
)
def test_news_that_change_nothing_say_why(before: str, says: str, why: str) -> None:
    assert judge(told(says), known(before)) == Verdict(act=False, why=why)


@pytest.mark.parametrize("before", ["created", "pending", "expired"])
def test_a_failure_counts_while_the_outcome_is_open(before: str) -> None:
    assert judge(told("failed"), known(before)) == ACT


def test_a_provider_speaks_only_of_what_is_its_own() -> None:
    assert judge(told("succeeded"), None).why == "unknown_reference"
    assert judge(told("succeeded", provider="other"), known("pending")).why == "unknown_reference"


def test_other_amounts_and_currencies_are_not_believed() -> None:
    assert judge(told("succeeded", amount=99), known("pending")).why == "amount_mismatch"
    assert judge(told("succeeded", currency="USD"), known("pending")).why == "amount_mismatch"
    assert judge(told("failed", amount=101), known("succeeded")).why == "amount_mismatch"


def test_a_status_that_we_do_not_know_is_nothing_to_act_on() -> None:
    assert judge(told("processing"), known("pending")).why == "unknown_status"


def test_a_refund_that_failed_is_not_revived_because_its_money_went_to_the_wallet() -> None:
    assert judge_refund(told("succeeded"), known("failed")) == Verdict(act=False, why="success_after_failure")
    assert judge_refund(told("succeeded"), known("pending")) == ACT
    assert judge_refund(told("failed"), known("pending")) == ACT
    assert judge_refund(told("failed"), known("succeeded")).why == "late_failure"
    assert judge_refund(told("failed"), None).why == "unknown_reference"


def test_a_refund_is_taken_from_the_first_payment_as_far_as_it_reaches() -> None:
    assert spread(150, [("a", 100), ("b", 100)]) == [("a", 100), ("b", 50)]
    assert spread(100, [("a", 100), ("b", 100)]) == [("a", 100)]
    assert spread(0, [("a", 100)]) == []


@given(st.integers(0, 10**6), st.lists(st.tuples(st.text(max_size=3), st.integers(0, 10**6)), max_size=8))
def test_the_shares_of_a_refund_sum_to_it_or_to_all_there_is(amount: int, left: list[tuple[str, int]]) -> None:
    shares = spread(amount, left)
    assert sum(share for _, share in shares) == min(amount, sum(rest for _, rest in left))
    assert all(share > 0 for _, share in shares)


def test_a_bill_that_agrees_has_no_differences() -> None:
    rows = [Moved("Y-1", 100, "CNY"), Moved("R-1", -40, "CNY")]
    assert differences(rows, rows, ["Y-1"]) == []
    assert differences([], [], []) == []


def test_a_bill_shows_what_we_do_not_know_what_differs_and_what_it_lacks() -> None:
    bill = [Moved("Y-1", 100, "CNY"), Moved("Y-2", 200, "CNY")]
    ours = [Moved("Y-2", 201, "CNY"), Moved("Y-3", 300, "CNY"), Moved("Y-4", 400, "CNY")]
    assert differences(bill, ours, ["Y-2", "Y-3"]) == [
        Difference("Y-1", bill[0], None),
        Difference("Y-2", bill[1], ours[0]),
        Difference("Y-3", None, ours[1]),
    ]

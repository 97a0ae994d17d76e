"""The heart of closing: what was held becomes what every party earned, to the last unit, whatever the results are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hanse.value.books.rules import AccountRef, Move, effect
from hanse.value.funds import rules as funds

PLATFORM, BUYER = 1, 2
SELLERS = range(3, 11)
CNY = "CNY"
SIGNED = st.integers(-(10**15), 10**15)

Trade = tuple[list[tuple[AccountRef, int]], dict[AccountRef, int]]


@st.composite
def trades(draw: st.DrawFn) -> Trade:
    """Amounts held in cash and on credit of several sellers, and results that sum to them, some below zero."""
    grantors = draw(st.lists(st.sampled_from(SELLERS), unique=True, max_size=3))
    sources = [(funds.held_credit(BUYER, seller, CNY), draw(st.integers(0, 10**15))) for seller in grantors]
    if draw(st.booleans()) or not sources:
        sources.insert(draw(st.integers(0, len(sources))), (funds.held(BUYER, CNY), draw(st.integers(0, 10**15))))
    parties = draw(st.lists(st.sampled_from(SELLERS), unique=True, max_size=8))
    nets = {funds.owed(party, CNY): draw(SIGNED) for party in parties}
    nets[funds.fee(PLATFORM, CNY)] = sum(amount for _, amount in sources) - sum(nets.values())
    return sources, nets


def results(moves: list[Move]) -> dict[int, int]:
    """What everyone earned: cash owed, claims on the buyer, fee."""
    earned: dict[int, int] = {}
    for ref, change in effect(moves).items():
        if ref.purpose in ("owed", "receivable", "fee"):
            earned[ref.holder] = earned.get(ref.holder, 0) + change
    return {party: change for party, change in earned.items() if change}


@given(trades())
@example(([(funds.held(BUYER, CNY), 0)], {}))
@example((
    [(funds.held(BUYER, CNY), 100)],
    {funds.owed(3, CNY): -50, funds.owed(4, CNY): 150, funds.fee(PLATFORM, CNY): 0},
))  # fmt: skip
def test_the_moves_give_every_party_exactly_its_result(trade: Trade) -> None:
    sources, nets = trade
    moves = funds.settle_trade(sources, nets)
    assert all(move.amount > 0 for move in moves)
    assert results(moves) == {ref.holder: net for ref, net in nets.items() if net}
    changes = effect(moves)
    for source, amount in sources:
        assert changes.get(source, 0) == -amount
    for source, amount in sources:
        if source.partner is not None:
            assert changes.get(funds.receivable(source.partner, BUYER, CNY), 0) == amount
    assert set(changes) <= {
        *nets,
        *(source for source, _ in sources),
        *(funds.receivable(s.partner, BUYER, CNY) for s, _ in sources if s.partner),
        *(funds.owed(s.partner, CNY) for s, _ in sources if s.partner),
    }


@given(trades())
def test_what_is_taken_back_leaves_no_trace(trade: Trade) -> None:
    sources, nets = trade
    changes = effect([*funds.settle_trade(sources, nets), *funds.unsettle_trade(sources, nets)])
    assert set(changes.values()) <= {0}


@given(trades())
def test_there_are_no_more_moves_than_accounts(trade: Trade) -> None:
    sources, nets = trade
    assert len(funds.settle_trade(sources, nets)) <= 2 * len(sources) + len(nets)


@given(trades(), st.integers(1, 10**6), st.booleans())
def test_results_that_do_not_sum_to_what_was_held_are_an_error_of_the_code(
    trade: Trade, wrong: int, more: bool
) -> None:
    sources, nets = trade
    nets[funds.fee(PLATFORM, CNY)] += wrong if more else -wrong
    with pytest.raises(ValueError, match="more than" if more else "less than"):
        funds.settle_trade(sources, nets)


def test_three_tiers_paid_in_cash() -> None:
    nets = {funds.owed(3, CNY): 12000, funds.owed(4, CNY): 4000, funds.owed(5, CNY): 3000,
            funds.fee(PLATFORM, CNY): 1000}  # fmt: skip
    held = funds.held(BUYER, CNY)
    assert funds.settle_trade([(held, 20000)], nets) == [Move(held, ref, net) for ref, net in nets.items()]


def test_a_tier_that_sells_below_cost_pays_out_of_what_it_is_owed() -> None:
    nets = {funds.owed(3, CNY): 12000, funds.owed(4, CNY): -3000, funds.fee(PLATFORM, CNY): 1000}
    held = funds.held(BUYER, CNY)
    assert funds.settle_trade([(held, 10000)], nets) == [
        Move(held, funds.owed(3, CNY), 10000),
        Move(funds.owed(4, CNY), funds.owed(3, CNY), 2000),
        Move(funds.owed(4, CNY), funds.fee(PLATFORM, CNY), 1000),
    ]


def test_who_grants_credit_has_the_claim_and_pays_the_others() -> None:
    """A shop (5) sells for 100.00 on credit what it buys for 80.00, and bears a fee of 5.00."""
    drawn = funds.held_credit(BUYER, 5, CNY)
    nets = {funds.owed(5, CNY): 1500, funds.owed(4, CNY): 8000, funds.fee(PLATFORM, CNY): 500}
    assert funds.settle_trade([(drawn, 10000)], nets) == [
        Move(drawn, funds.receivable(5, BUYER, CNY), 10000),
        Move(funds.owed(5, CNY), funds.owed(4, CNY), 8000),
        Move(funds.owed(5, CNY), funds.fee(PLATFORM, CNY), 500),
    ]


def test_a_refund_of_what_was_not_yet_repaid_frees_the_credit_line() -> None:
    line = funds.credit(BUYER, 5, CNY)
    nets = {funds.owed(5, CNY): 1500, funds.owed(4, CNY): 8500}
    assert effect(funds.unsettle_trade([(line, 10000)], nets)) == {
        line: 10000, funds.receivable(5, BUYER, CNY): -10000, funds.owed(4, CNY): -8500, funds.owed(5, CNY): 8500,
    }  # fmt: skip

"""Moves: sound by construction, or refused before any SQL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel.money import LARGEST
from hanse.value.books.rules import PURPOSES, AccountRef, Move, accounts_of, effect, floors, undo

HELD = AccountRef(1, "held", "CNY")
OWED = AccountRef(2, "owed", "CNY")


@pytest.mark.parametrize(
    ("source", "target", "amount", "said"),
    [
        (HELD, OWED, -1, "between 0 and"),
        (HELD, OWED, LARGEST + 1, "between 0 and"),
        (HELD, HELD, 1, "two accounts"),
        (HELD, AccountRef(2, "owed", "USD"), 1, "cannot turn CNY into USD"),
        (HELD, AccountRef(2, "pending", "CNY"), 1, "a memo is not money"),
    ],
)
def test_an_unsound_move_cannot_be_written(source: AccountRef, target: AccountRef, amount: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Move(source, target, amount)


def test_a_partner_belongs_to_paired_purposes_alone() -> None:
    with pytest.raises(ValueError, match="partner"):
        AccountRef(1, "held", "CNY", 2)
    with pytest.raises(ValueError, match="partner"):
        AccountRef(1, "credit", "CNY")


def test_an_unknown_purpose_is_an_error_of_the_code() -> None:
    with pytest.raises(KeyError):
        AccountRef(1, "slush", "CNY")


def test_a_floor_does_not_make_another_account() -> None:
    assert AccountRef(1, "credit", "CNY", 2, -100) == AccountRef(1, "credit", "CNY", 2, -5)
    assert len({AccountRef(1, "credit", "CNY", 2, -100), AccountRef(1, "credit", "CNY", 2)}) == 1


def test_the_strictest_floor_of_those_taken_from_wins() -> None:
    loose, strict = (AccountRef(1, "credit", "CNY", 2, floor) for floor in (-100, -5))
    draw = AccountRef(1, "held_credit", "CNY", 2)
    assert floors([Move(loose, draw, 1), Move(strict, draw, 1)]) == {loose: -5}
    assert floors([Move(strict, draw, 1), Move(loose, draw, 1)]) == {loose: -5}
    assert floors([Move(draw, loose, 1)]) == {}


def test_every_account_is_named_once_in_order() -> None:
    assert accounts_of([Move(HELD, OWED, 1), Move(OWED, HELD, 2)]) == [HELD, OWED]


refs = st.builds(AccountRef, st.integers(1, 4), st.sampled_from([n for n, p in PURPOSES.items() if not p.paired]),
                 st.just("CNY"))  # fmt: skip


@st.composite
def moves(draw: st.DrawFn) -> list[Move]:
    ends = draw(st.lists(st.tuples(refs, refs, st.integers(0, 10**12))))
    memo = {name for name, purpose in PURPOSES.items() if purpose.memo}
    return [Move(s, t, n) for s, t, n in ends if s != t and (s.purpose in memo) == (t.purpose in memo)]


@given(moves())
def test_what_is_undone_leaves_no_effect(some: list[Move]) -> None:
    assert set(effect([*some, *undo(some)]).values()) <= {0}
    assert undo(undo(some)) == some
    assert sum(effect(some).values()) == 0

"""The words for moving goods, and what they add up to."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.stock import rules
from hanse.goods.stock.rules import HoldChange, HoldView, ShelfChange, StockMove
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import MalformedInput

UNTIL = datetime(2026, 3, 1, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moves", "source", "target"),
    [
        (rules.reserve(1, 7, 3, "line:1"), (1, "available"), (1, "reserved")),
        (rules.release(1, 7, 3, "line:1"), (1, "reserved"), (1, "available")),
        (rules.ship(1, 7, 3, "line:1"), (1, "reserved"), (1, "in_transit")),
        (rules.deliver(1, 7, 3), (1, "in_transit"), (None, "delivered")),
        (rules.deliver_into(1, 7, 3, 2), (1, "in_transit"), (2, "available")),
        (rules.return_to_sender(1, 7, 3), (1, "in_transit"), (1, "available")),
        (rules.lose(1, 7, 3), (1, "in_transit"), (None, "scrap")),
        (rules.restock(1, 7, 3), (None, "made"), (1, "available")),
        (rules.restock(1, 7, 3, "supplier"), (None, "supplier"), (1, "available")),
        (rules.take_back(1, 7, 3), (None, "delivered"), (1, "available")),
        (rules.take_back(1, 7, 3, "damaged"), (None, "delivered"), (1, "damaged")),
        (rules.give_back(1, 7, 3, 2), (1, "available"), (2, "available")),
        (rules.damage(1, 7, 3), (1, "available"), (1, "damaged")),
        (rules.mend(1, 7, 3), (1, "damaged"), (1, "available")),
        (rules.scrap(1, 7, 3), (1, "damaged"), (None, "scrap")),
        (rules.transfer(1, 7, 3, 2), (1, "available"), (2, "available")),
        (rules.count(1, 7, 5, 8), (None, "count"), (1, "available")),
        (rules.count(1, 7, 8, 5), (1, "available"), (None, "count")),
    ],
)
def test_every_verb_says_from_where_to_where(moves: list[StockMove], source: rules.Side, target: rules.Side) -> None:
    (move,) = moves
    assert (move.sku, move.quantity, move.source, move.target) == (7, 3, source, target)


def test_what_enters_or_leaves_reserved_names_its_hold() -> None:
    (kept,) = rules.reserve(1, 7, 3, "line:1", UNTIL)
    (freed,) = rules.release(1, 7, 3, "line:1")
    (sent,) = rules.ship(1, 7, 3, "line:1")
    assert (kept.source_hold, kept.target_hold, kept.until) == ("", "line:1", UNTIL)
    assert (freed.source_hold, freed.target_hold) == ("line:1", "")
    assert (sent.source_hold, sent.target_hold) == ("line:1", "")


def test_reversing_swaps_sides_and_order() -> None:
    moves = rules.reserve(1, 7, 3, "line:1") + rules.ship(1, 7, 3, "line:1")
    assert rules.reverse(moves) == [
        StockMove(7, 3, (1, "in_transit"), (1, "reserved"), target_hold="line:1"),
        StockMove(7, 3, (1, "reserved"), (1, "available"), source_hold="line:1"),
    ]


def test_moves_are_added_up_by_shelf_and_by_hold() -> None:
    moves = [
        *rules.reserve(2, 7, 3, "b", UNTIL),
        *rules.reserve(1, 8, 5, "a"),
        *rules.ship(1, 8, 2, "a"),
        *rules.release(2, 7, 3, "c"),
        *rules.deliver(1, 8, 1),
    ]
    assert rules.shelf_changes(moves) == [
        ShelfChange(1, 8, available=-5, reserved=3, in_transit=1),
        ShelfChange(2, 7, available=0, reserved=0),
    ]
    assert rules.hold_changes(moves) == [
        HoldChange(1, "a", 3, None),
        HoldChange(2, "b", 3, UNTIL),
        HoldChange(2, "c", -3, None),
    ]
    assert rules.places(moves) == [1, 2]


def test_a_hold_that_is_filled_and_used_up_at_once_does_not_change() -> None:
    assert rules.hold_changes(rules.reserve(1, 7, 3, "a") + rules.ship(1, 7, 3, "a")) == []


def test_the_deadline_named_last_is_kept() -> None:
    moves = rules.reserve(1, 7, 3, "a", UNTIL) + rules.release(1, 7, 1, "a")
    assert rules.hold_changes(moves) == [HoldChange(1, "a", 2, UNTIL)]


def test_releasing_what_is_left_of_holds() -> None:
    held = [HoldView(1, 7, "a", 2, UNTIL), HoldView(3, 8, "a", 5, None)]
    assert rules.release_held(held) == rules.release(1, 7, 2, "a") + rules.release(3, 8, 5, "a")


@pytest.mark.parametrize("bad", [0, -1, 1_000_000_001, 10**30, True, 1.0, "1", None])
def test_impossible_quantities_are_refused(bad: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.quantity(bad, "pieces")
    assert refusal.value.details["field"] == "pieces"


def test_possible_quantities_are_returned() -> None:
    assert [rules.quantity(1), rules.quantity(1_000_000_000), rules.quantity(0, least=0)] == [1, 1_000_000_000, 0]


@pytest.mark.parametrize("bad", [(90_000_001, 0), (0, -180_000_001), (1,), (1, 2, 3), (1.0, 2.0), "ab", 5, (True, 1)])
def test_places_off_the_earth_are_refused(bad: Any) -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.check_place(bad)
    assert refusal.value.details["field"] == "place"


def test_places_on_earth() -> None:
    assert rules.check_place(None) == (None, None)
    assert rules.check_place((31_230_000, 121_470_000)) == (31_230_000, 121_470_000)
    assert rules.check_place([-90_000_000, 180_000_000]) == (-90_000_000, 180_000_000)


def test_entry_keys_are_as_unique_as_the_claims_of_their_requests() -> None:
    assert rules.entry_key("stock.restock", ENGINE, "k") == "stock.restock:engine:k"
    assert rules.entry_key("stock.restock", Actor(party=5), "k") == "stock.restock:5:k"


STATES = st.sampled_from(["available", "reserved", "in_transit", "damaged"])
SIDES = st.tuples(st.integers(1, 3), STATES) | st.tuples(st.none(), st.sampled_from(["made", "delivered"]))


@given(st.lists(st.builds(StockMove, st.just(7), st.integers(1, 50), SIDES, SIDES), max_size=12))
def test_shelves_gain_together_what_came_from_outside(moves: list[StockMove]) -> None:
    def total(change: ShelfChange) -> int:
        return change.available + change.reserved + change.in_transit + change.damaged

    inward = sum(move.quantity for move in moves if move.source[0] is None and move.target[0] is not None)
    outward = sum(move.quantity for move in moves if move.source[0] is not None and move.target[0] is None)
    assert sum(total(change) for change in rules.shelf_changes(moves)) == inward - outward

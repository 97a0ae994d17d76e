"""Which pieces move, how far a refund climbs, and which state an order is in: the decision tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.trade.orders.models import ORDER
from hanse.trade.orders.rules import (
    FAULTS,
    Room,
    climbs,
    fill,
    gives_freight_back,
    pick,
    room_of,
    through,
    way,
)

# A chain of three lines: 1 is the buyer's, 2 and 3 lie upstream; allocations are numbered by their line.
CHAIN = {1: Room(((10, 2), (11, 1)), 2), 2: Room(((20, 4),), 3), 3: Room(((30, 8),), None)}


def test_the_room_of_a_line_is_its_own_and_what_lies_upstream() -> None:
    assert [room_of(line, CHAIN) for line in (1, 2, 3)] == [15, 12, 8]


@pytest.mark.parametrize(
    ("pieces", "own_first", "farthest_first"),
    [
        (1, {10: 1}, {30: 1}),
        (3, {10: 2, 11: 1}, {30: 3}),
        (6, {10: 2, 11: 1, 20: 3}, {30: 6}),
        (9, {10: 2, 11: 1, 20: 4, 30: 2}, {30: 8, 20: 1}),
        (15, {10: 2, 11: 1, 20: 4, 30: 8}, {30: 8, 20: 4, 10: 2, 11: 1}),
        (0, {}, {}),
    ],
)
def test_own_pieces_leave_first_and_the_farthest_are_undone_first(
    pieces: int, own_first: dict[int, int], farthest_first: dict[int, int]
) -> None:
    assert pick(1, pieces, CHAIN) == own_first
    assert pick(1, pieces, CHAIN, farthest_first=True) == farthest_first


@pytest.mark.parametrize("far", [False, True])
def test_no_more_is_picked_than_there_is_room_for(far: bool) -> None:
    with pytest.raises(ValueError, match="more pieces"):
        pick(1, 16, CHAIN, farthest_first=far)
    with pytest.raises(ValueError, match="more pieces"):
        pick(3, 9, CHAIN, farthest_first=far)


@st.composite
def chains_of_rooms(draw: st.DrawFn) -> dict[int, Room]:
    depth = draw(st.integers(1, 8))
    return {
        n: Room(
            tuple((100 * n + shelf, draw(st.integers(0, 5))) for shelf in range(draw(st.integers(0, 3)))),
            n + 1 if n < depth else None,
        )
        for n in range(1, depth + 1)
    }


@given(chains_of_rooms(), st.booleans(), st.data())
def test_what_is_picked_is_there_and_near_or_far(rooms: dict[int, Room], far: bool, data: st.DataObject) -> None:
    pieces = data.draw(st.integers(0, room_of(1, rooms)))
    chosen = pick(1, pieces, rooms, farthest_first=far)
    there = {allocation: count for room in rooms.values() for allocation, count in room.own}
    assert sum(chosen.values()) == pieces
    assert all(0 < count <= there[allocation] for allocation, count in chosen.items())
    touched = sorted({allocation // 100 for allocation in chosen}, reverse=far)
    for line in touched[:-1]:
        assert all(chosen[allocation] == count for allocation, count in rooms[line].own if count), "emptied in turn"


def test_what_passes_through_a_line_is_all_that_lies_beyond_it() -> None:
    line_of = {10: 1, 11: 1, 20: 2, 30: 3, 40: 4}
    cause_of = {1: None, 2: 1, 3: 2, 4: None}
    assert through({11: 1, 20: 2, 30: 5, 40: 7}, line_of, cause_of) == {1: 8, 2: 7, 3: 5, 4: 7}
    assert through({}, line_of, cause_of) == {}


@given(chains_of_rooms(), st.booleans(), st.data())
def test_the_buyers_line_sees_every_piece_pass(rooms: dict[int, Room], far: bool, data: st.DataObject) -> None:
    pieces = data.draw(st.integers(1, max(1, room_of(1, rooms))))
    if not room_of(1, rooms):
        return
    line_of = {allocation: line for line, room in rooms.items() for allocation, _count in room.own}
    causes = {line: line - 1 or None for line in rooms}
    passing = through(pick(1, pieces, rooms, farthest_first=far), line_of, causes)
    assert passing[1] == pieces
    counts = [passing.get(line, 0) for line in sorted(rooms)]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [(1, {1: 1, 2: 0}), (3, {1: 2, 2: 1}), (9, {1: 2, 2: 7})],
)
def test_pieces_of_an_offer_on_two_lines_fill_them_in_order(pieces: int, expected: dict[int, int]) -> None:
    assert fill([1, 2], pieces, {1: 2, 2: 2}) == expected
    assert fill([2], pieces, {2: 0}) == {2: pieces}


@pytest.mark.parametrize(
    ("fault", "returned", "climbing"),
    [
        ("buyer", True, True),
        ("buyer", False, False),
        ("seller", True, False),
        ("seller", False, False),
        ("upstream", True, True),
        ("upstream", False, True),
        ("carrier", True, True),
        ("carrier", False, True),
    ],
)
def test_how_far_a_refund_climbs(fault: str, returned: bool, climbing: bool) -> None:
    assert climbs(fault, returned=returned) is climbing


def test_every_fault_is_decided() -> None:
    cases = [(fault, shipped) for fault in FAULTS for shipped in (False, True)]
    assert [case for case in cases if not gives_freight_back(case[0], shipped=case[1])] == [("buyer", True)]


STAGES = {  # pieces that still count, shipped, received: where the order then stands
    (0, 0, 0): "cancelled",
    (3, 0, 0): "paid",
    (3, 1, 0): "partly_shipped",
    (3, 2, 2): "partly_shipped",
    (3, 3, 0): "shipped",
    (3, 3, 2): "shipped",
    (3, 3, 3): "received",
}
LIVE = ("paid", "partly_shipped", "shipped", "received")
ORDERLY = {status: rank for rank, status in enumerate(LIVE)}


@pytest.mark.parametrize(("status", "pieces"), [(status, pieces) for status in LIVE for pieces in STAGES])
def test_the_events_lead_to_where_the_pieces_are(status: str, pieces: tuple[int, int, int]) -> None:
    stage = STAGES[pieces]
    state = status
    for event in way(status, *pieces):
        step = ORDER.step(event)
        assert state in step.sources
        state = step.target
    if stage == "cancelled":
        assert state == ("cancelled" if status == "paid" else status), "what has left cannot be cancelled"
    elif (status, stage) == ("paid", "received"):
        assert state == "paid", "pieces leave before they arrive, in a step of its own"
    else:
        assert state == (stage if ORDERLY[stage] >= ORDERLY[status] else status), "an order never goes back"


@pytest.mark.parametrize("status", ["placed", "expired", "cancelled", "closed"])
@pytest.mark.parametrize("pieces", STAGES)
def test_orders_that_wait_for_money_or_are_over_stay_where_they_are(status: str, pieces: tuple[int, int, int]) -> None:
    assert way(status, *pieces) == ()

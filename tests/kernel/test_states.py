"""State tables: only declared ways, all rows or none, and a history of every step."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hanse.kernel import states
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import NotAllowed
from hanse.kernel.models import StateChange
from hanse.network.parties.models import PARTY, Party

AT = datetime(2026, 3, 1, tzinfo=UTC)
DOOR = states.table(
    "door", "closed", [("open", "closed", "open", "guest owner"), ("lock", "closed open", "locked", "owner")]
)


def test_a_table_knows_its_states_and_ways() -> None:
    assert DOOR.states == ("closed", "open", "locked")
    assert DOOR.step("lock").target == "locked"
    assert DOOR.actions("closed", {"guest"}) == ("open",)
    assert DOOR.actions("closed", {"owner", "guest"}) == ("open", "lock")
    assert DOOR.actions("locked", {"owner"}) == ()
    with pytest.raises(KeyError, match="door has no event 'paint'"):
        DOOR.step("paint")


def test_an_event_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        states.table("door", "closed", [("open", "closed", "open", "guest"), ("open", "open", "open", "guest")])


@pytest.fixture
def parties(db: None) -> Any:
    return [
        Party.objects.create(
            code=f"P-{i}", kind="retailer", name=f"p{i}", status="applied", created_at=AT, created_by="test"
        ).pk
        for i in range(2)
    ]


def move(ids: list[int], event: str, **more: Any) -> None:
    states.move(PARTY, Party, ids, event, at=AT, by=Actor(party=3, user=4), **more)


def test_move_changes_all_rows_and_writes_down_who_when_and_why(parties: list[int]) -> None:
    move([*parties, parties[0]], "accept", why="fine", also={"region": "Ningbo"})
    assert set(Party.objects.values_list("status", "region")) == {("active", "Ningbo")}
    change = StateChange.objects.filter(subject_id=parties[0]).get()
    assert (change.subject, change.event, change.source, change.target) == ("party", "accept", "applied", "active")
    assert (change.by_party, change.by_user, change.why, change.at) == (3, 4, "fine", AT)


@pytest.mark.django_db(transaction=True)
def test_one_row_in_the_wrong_state_and_nothing_moves(transactional_db: None) -> None:
    ids = [
        Party.objects.create(code=f"P-{s}", kind="retailer", name=s, status=s, created_at=AT, created_by="test").pk
        for s in ("applied", "active")
    ]
    from django.db import transaction

    with pytest.raises(states.WrongState), transaction.atomic():
        move(ids, "accept")
    assert sorted(Party.objects.values_list("status", flat=True)) == ["active", "applied"]
    assert not StateChange.objects.exists()


def test_only_those_whom_the_table_names(parties: list[int]) -> None:
    with pytest.raises(NotAllowed):
        move(parties, "accept", roles={"applicant"})
    move(parties, "accept", roles={"reviewer"})


def test_copies_follow(parties: list[int]) -> None:
    row = Party.objects.get(pk=parties[0])
    states.move(PARTY, Party, [row.pk], "accept", at=AT, by=ENGINE)
    states.follow(PARTY, [row], "accept")
    assert row.status == "active"

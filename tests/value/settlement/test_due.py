"""What is due: by the terms of each party, at the first midnight at which there is something to settle."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from hanse.kernel.actor import ENGINE
from hanse.network.parties.operations.change_terms import change_terms
from hanse.value.settlement.models import Statement
from hanse.value.settlement.operations.settle import settle
from hanse.value.settlement.queries import Due, due
from tests.value.world import AT, CNY, World

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""The first after AT."""


def agree(world: World, party: str, cycle: object) -> None:
    change_terms(key=world.key, at=AT, by=ENGINE, party=world.codes[party], terms={"settlement": cycle})


def settle_all(world: World, upto: datetime) -> list[Due]:
    """What the engine does: the earliest, and then it looks again."""
    done = []
    while found := due(upto, ZONE):
        first = found[0]
        code = settle(key=world.key, at=upto, by=ENGINE, party=first.party, asset=first.asset, boundary=first.boundary)
        assert code
        done.append(first)
    return done


def test_without_a_cycle_nothing_is_due(world: World) -> None:
    world.earn({world.shop: 100})
    assert due(AT + 999 * DAY, ZONE) == []


def test_the_platforms_cycle_holds_for_all_and_a_partys_own_wins(world: World) -> None:
    agree(world, "platform", {"every": "day"})
    agree(world, "factory", {"days": [15]})
    agree(world, "bob", None)
    world.earn({world.shop: 100, world.factory: 50, world.bob: 5})
    code = world.codes
    assert due(MIDNIGHT - timedelta(seconds=1), ZONE) == []
    assert due(MIDNIGHT, ZONE) == [Due(MIDNIGHT, code["shop"], CNY)]
    assert due(MIDNIGHT + 30 * DAY, ZONE) == [
        Due(MIDNIGHT, code["shop"], CNY), Due(MIDNIGHT + 14 * DAY, code["factory"], CNY),
    ]  # fmt: skip


def test_days_on_which_nothing_happened_are_skipped(world: World) -> None:
    agree(world, "platform", {"every": "day"})
    world.earn({world.shop: 1}, AT)
    world.earn({world.shop: 2}, AT + 5 * DAY)
    done = settle_all(world, AT + 40 * DAY)
    assert [item.boundary for item in done] == [MIDNIGHT, MIDNIGHT + 5 * DAY]
    assert list(Statement.objects.order_by("end").values_list("paid", flat=True)) == [1, 2]


def test_what_was_booked_late_is_due_at_the_next_boundary(world: World) -> None:
    agree(world, "platform", {"every": "day"})
    world.earn({world.shop: 1}, AT)
    settle_all(world, MIDNIGHT)
    world.earn({world.shop: 2}, AT)
    assert due(MIDNIGHT + timedelta(hours=23), ZONE) == []
    assert [item.boundary for item in settle_all(world, MIDNIGHT + 9 * DAY)] == [MIDNIGHT + DAY]


def test_a_cycle_that_changes_holds_from_the_last_statement_on(world: World) -> None:
    agree(world, "shop", {"every": "day"})
    world.earn({world.shop: 1}, AT)
    settle_all(world, MIDNIGHT)
    agree(world, "shop", {"every": "month"})
    world.earn({world.shop: 2}, AT + 3 * DAY)
    assert [item.boundary for item in settle_all(world, AT + 60 * DAY)] == [datetime(2026, 3, 31, 16, tzinfo=UTC)]


def test_due_is_asked_with_three_statements_however_many_parties_wait(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    agree(world, "platform", {"every": "day"})
    world.earn({world.shop: 100, world.factory: 50, world.bob: 5})
    with django_assert_num_queries(3):
        assert len(due(MIDNIGHT, ZONE)) == 3


def test_what_was_booked_out_of_order_behind_a_long_backlog_is_settled_with_a_later_boundary(world: World) -> None:
    agree(world, "platform", {"every": "day"})
    for _ in range(100):
        world.earn({world.shop: 1}, AT + DAY)
    world.earn({world.shop: 1}, AT)
    assert [item.boundary for item in settle_all(world, AT + 9 * DAY)] == [MIDNIGHT + DAY]
    assert Statement.objects.get().entries == 101

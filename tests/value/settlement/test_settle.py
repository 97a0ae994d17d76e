"""Settling: every entry in exactly one statement, what is positive paid out, what is negative carried over."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.value.books import queries as books
from hanse.value.funds import rules as funds
from hanse.value.settlement import queries
from hanse.value.settlement.models import Payout, Statement
from hanse.value.settlement.operations.return_payout import return_payout
from hanse.value.settlement.operations.settle import settle
from hanse.value.settlement.operations.withdraw import withdraw
from tests.value.world import AT, CNY, World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def run(world: World, party: str, boundary: datetime, late: timedelta = timedelta()) -> Statement | None:
    code = settle(key=world.key, at=boundary + late, by=ENGINE, party=world.codes[party], asset=CNY, boundary=boundary)
    return Statement.objects.get(code=code) if code else None


def amounts(statement: Statement | None) -> list[int]:
    assert statement
    return [line.amount for line in queries.lines(statement)]


def sums(statement: Statement | None) -> tuple[int, int, int, int]:
    assert statement
    return statement.opening, statement.amount, statement.paid, statement.closing


def test_a_statement_lists_every_entry_and_pays_their_sum(world: World) -> None:
    for n in range(1, 6):
        world.earn({world.shop: n, world.platform: 1}, AT + n * HOUR, f"O-{n}")
    statement = run(world, "shop", AT + DAY)
    assert statement
    assert sums(statement) == (0, 15, 15, 0)
    assert (statement.start, statement.end, statement.entries) == (AT + HOUR, AT + DAY, 5)
    assert [(line.subject, line.amount) for line in queries.lines(statement, limit=2)] == [("O-1", 1), ("O-2", 2)]
    second = queries.lines(statement, limit=2)[-1].entry
    assert [line.amount for line in queries.lines(statement, after=second)] == [3, 4, 5]
    assert (world.owed(world.shop), world.paid_out(world.shop)) == (0, 15)
    payout = statement.payout
    assert (payout.amount, payout.status, payout.entry.at) == (15, "created", AT + DAY)


def test_the_boundary_belongs_to_the_next_statement(world: World) -> None:
    world.earn({world.shop: 1}, AT)
    world.earn({world.shop: 2}, AT + DAY - timedelta(microseconds=1))
    world.earn({world.shop: 4}, AT + DAY)
    assert amounts(run(world, "shop", AT + DAY)) == [1, 2]
    assert amounts(run(world, "shop", AT + 2 * DAY)) == [4]


def test_nothing_booked_is_no_statement(world: World) -> None:
    assert run(world, "shop", AT + DAY) is None
    world.earn({world.shop: 1}, AT + 2 * DAY)
    assert run(world, "shop", AT + DAY) is None
    assert run(world, "shop", AT + 3 * DAY)
    assert run(world, "shop", AT + 4 * DAY) is None


def test_a_boundary_is_settled_once_whoever_runs_it(world: World) -> None:
    world.earn({world.shop: 7})
    first = run(world, "shop", AT + DAY)
    assert run(world, "shop", AT + DAY, late=HOUR) == first
    assert run(world, "shop", AT + HOUR) is None, "an earlier boundary is settled already"
    assert (Payout.objects.count(), world.paid_out(world.shop)) == (1, 7)


def test_what_is_negative_is_carried_over_and_subtracted_once(world: World) -> None:
    """A refund after the payout: the seller owes it, and its next earnings pay it."""
    world.earn({world.shop: 100})
    run(world, "shop", AT + DAY)
    back = funds.unsettle_trade([(funds.refund_due(world.ann, CNY), 100)], {funds.owed(world.shop, CNY): 100})
    world.post(back, AT + DAY + HOUR, "refunded")
    assert world.owed(world.shop) == -100
    carried = run(world, "shop", AT + 2 * DAY)
    assert sums(carried) == (0, -100, 0, -100)
    assert run(world, "shop", AT + 3 * DAY) is None
    world.earn({world.shop: 30}, AT + 3 * DAY)
    assert sums(run(world, "shop", AT + 4 * DAY)) == (-100, 30, 0, -70)
    world.earn({world.shop: 90}, AT + 4 * DAY)
    assert sums(run(world, "shop", AT + 5 * DAY)) == (-70, 90, 20, 0)
    assert world.paid_out(world.shop) == 120 == 100 + 30 + 90 - 100


def test_a_returned_payout_is_owed_again_and_paid_by_the_next_cycle(world: World) -> None:
    world.earn({world.shop: 100})
    first = run(world, "shop", AT + DAY)
    assert first
    return_payout(key="r", at=AT + DAY + HOUR, by=ENGINE, payout=first.payout.code, why="account closed")
    assert (world.owed(world.shop), world.paid_out(world.shop)) == (100, 0)
    second = run(world, "shop", AT + 2 * DAY)
    assert sums(second) == (0, 100, 100, 0)
    assert amounts(second) == [100]
    assert (world.owed(world.shop), world.paid_out(world.shop)) == (0, 100)


def test_a_late_run_settles_as_of_the_boundary(world: World) -> None:
    """Three boundaries were missed: each gets its own entries, and no payout counts twice."""
    for day in range(3):
        world.earn({world.shop: 10**day}, AT + day * DAY)
    late = [run(world, "shop", AT + day * DAY, late=9 * DAY) for day in (1, 2, 3)]
    assert [amounts(statement) for statement in late] == [[1], [10], [100]]
    assert [sums(statement) for statement in late] == [(0, 1, 1, 0), (0, 10, 10, 0), (0, 100, 100, 0)]
    assert run(world, "shop", AT + 10 * DAY) is None


def test_what_was_booked_late_is_in_the_next_statement(world: World) -> None:
    world.earn({world.shop: 1}, AT)
    world.earn({world.shop: 2}, AT + DAY + HOUR)
    assert amounts(run(world, "shop", AT + DAY, late=2 * HOUR)) == [1]
    world.earn({world.shop: 4}, AT + HOUR)
    world.earn({world.shop: 8}, AT + DAY)
    second = run(world, "shop", AT + 2 * DAY)
    assert amounts(second) == [2, 4, 8]
    assert amounts(queries.last_statement(world.shop, CNY)) == [2, 4, 8]
    first = Statement.objects.earliest("id")
    assert amounts(first) == [1], "what was listed stays as it was"


def test_a_late_run_does_not_pay_what_has_left_since(world: World) -> None:
    world.earn({world.shop: 100}, AT)
    seller = world.actor(world.shop, "money.payout")
    withdraw(key="w", at=AT + DAY + HOUR, by=seller, party=world.codes["shop"], asset=CNY, amount=70)
    assert sums(run(world, "shop", AT + DAY, late=2 * HOUR)) == (0, 100, 30, 70)
    assert sums(run(world, "shop", AT + 2 * DAY)) == (70, -70, 0, 0)
    assert world.paid_out(world.shop) == 100


def test_claims_on_credit_are_not_paid_out_before_the_buyer_repays(world: World) -> None:
    """Nets of 100.00 on credit, 80.00 of it owed upstream: the seller finances it and is carried negative."""
    drawn = funds.held_credit(world.ann, world.shop, CNY)
    world.post([
        *funds.draw_credit(world.ann, world.shop, 100, asset=CNY, limit=100),
        *funds.settle_trade([(drawn, 100)], {funds.owed(world.shop, CNY): 20, funds.owed(world.factory, CNY): 80}),
    ])  # fmt: skip
    assert sums(run(world, "shop", AT + DAY)) == (0, -80, 0, -80)
    assert sums(run(world, "factory", AT + DAY)) == (0, 80, 80, 0)
    gateway = funds.gateway(world.platform, CNY)
    world.post(funds.repay_credit(world.ann, world.shop, 100, paying=gateway, closed=True), AT + DAY)
    assert sums(run(world, "shop", AT + 2 * DAY)) == (-80, 100, 20, 0)


def test_settling_is_the_platforms_business(world: World) -> None:
    with pytest.raises(NotAllowed):
        settle(key="k", at=AT, by=STRANGER, party=world.codes["shop"], asset=CNY)
    with pytest.raises(NotFound):
        settle(key="k", at=AT, by=ENGINE, party="P-NOBODY", asset=CNY)


def test_the_boundary_is_now_unless_said_otherwise(world: World) -> None:
    world.earn({world.shop: 5})
    code = settle(key="k", at=AT + HOUR, by=ENGINE, party=world.codes["shop"], asset=CNY)
    assert Statement.objects.get(code=code).end == AT + HOUR


def test_statements_and_payouts_are_seen_by_their_party_and_by_operators(world: World) -> None:
    world.earn({world.shop: 1, world.factory: 2})
    for party in ("shop", "factory"):
        run(world, party, AT + DAY)
    for model in (Statement, Payout):
        mine = model.objects.visible_to(world.actor(world.shop, "money.see"))
        assert {row.party_id for row in mine} == {world.shop}
        assert not model.objects.visible_to(world.actor(world.shop)).exists()
        assert not model.objects.visible_to(STRANGER).exists()
        assert model.objects.visible_to(ENGINE).count() == 2


Steps = list[tuple[str, int, int]]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["earn", "earn", "late", "settle", "withdraw", "return"]), st.integers(-50, 50),
                  st.integers(0, 30)),
        max_size=14,
    )
)  # fmt: skip
def test_every_entry_is_in_one_statement_and_all_money_is_accounted_for(world: World, steps: Steps) -> None:
    """Hours pass; entries come in time or late, statements come in time or late: nothing is lost or listed twice."""
    with transaction.atomic():
        now, earned = AT, 0
        for verb, amount, hours in steps:
            now += hours * HOUR
            if verb in ("earn", "late"):
                at = now if verb == "earn" else now - hours * HOUR
                world.earn({world.shop: amount, world.factory: 100}, at)
                earned += amount
            elif verb == "settle":
                run(world, "shop", now - timedelta(hours=now.hour), late=timedelta(hours=now.hour))
            elif verb == "withdraw" and 0 < amount <= world.owed(world.shop):
                withdraw(key=world.key, at=now, by=ENGINE, party=world.codes["shop"], asset=CNY, amount=amount)
            elif verb == "return" and (open_ := Payout.objects.filter(status="created").first()):
                return_payout(key=world.key, at=now, by=ENGINE, payout=open_.code, why="no such account")
            assert world.owed(world.shop) + world.paid_out(world.shop) == earned
        run(world, "shop", now + 31 * DAY)
        listed = [line for statement in Statement.objects.order_by("end") for line in queries.lines(statement)]
        owed = {line.entry: line.amount for line in books.statement(funds.owed(world.shop, CNY), limit=1000)}
        paid = set(Payout.objects.exclude(statement=None).values_list("entry_id", flat=True))
        assert sorted(line.entry for line in listed) == sorted(set(owed) - paid)
        for statement in Statement.objects.all():
            assert sum(amounts(statement)) == statement.amount
            assert len(amounts(statement)) == statement.entries
        last = queries.last_statement(world.shop, CNY)
        assert world.owed(world.shop) == (last.closing if last else 0)
        transaction.set_rollback(True)

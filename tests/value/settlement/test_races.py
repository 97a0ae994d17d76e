"""Two at once for the same money: settling, withdrawing, returning; and the controls without what guards them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from django.db import connection, transaction

from hanse.kernel.actor import ENGINE
from hanse.value.books import queries as books
from hanse.value.books.operations.snapshot import snapshot
from hanse.value.books.rules import FENCE
from hanse.value.funds import rules as funds
from hanse.value.settlement import queries
from hanse.value.settlement.models import Payout, Statement
from hanse.value.settlement.operations import _payout
from hanse.value.settlement.operations.return_payout import return_payout
from hanse.value.settlement.operations.settle import settle
from hanse.value.settlement.operations.withdraw import NothingToPayOut, withdraw
from tests.value.world import AT, CNY, World, at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
HANDS = 6


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading what is owed and booking the payout lies a moment in which others read as well."""
    make = _payout.make

    def slowly(*args: object, **kwargs: object) -> Payout:
        time.sleep(0.2)
        return make(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(_payout, "make", slowly)


@pytest.fixture
def unfenced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for anybody: the locks of readers and writers are of different kinds, and so are the readers'."""
    monkeypatch.setattr(books, "fence", lambda account: books.Fence(account, 10**15))


@pytest.fixture
def repeatable() -> Iterator[None]:
    """The control may make two statements of one boundary."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE value_statement DROP CONSTRAINT statement_once")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE value_statement CASCADE")
        cursor.execute('ALTER TABLE value_statement ADD CONSTRAINT statement_once UNIQUE (party_id, asset, "end")')


def settling(world: World) -> list[str | None]:
    world.earn({world.shop: 100})
    keys, code = [world.key for _ in range(HANDS)], world.codes["shop"]
    return at_once(*(
        lambda key=key: settle(key=key, at=AT + DAY, by=ENGINE, party=code, asset=CNY) for key in keys
    ))  # fmt: skip


def withdrawing(world: World) -> list[str]:
    world.earn({world.shop: 100})
    keys, by, code = [world.key for _ in range(HANDS)], world.actor(world.shop, "money.payout"), world.codes["shop"]
    return at_once(*(
        lambda key=key: withdraw(key=key, at=AT, by=by, party=code, asset=CNY, amount=60) for key in keys
    ))  # fmt: skip


def test_a_boundary_settled_by_many_at_once_is_one_statement_and_one_payout(world: World, slow: None) -> None:
    assert set(settling(world)) == {Statement.objects.get().code}
    assert (Payout.objects.count(), world.paid_out(world.shop)) == (1, 100)


def test_control_without_the_fence_a_boundary_is_paid_more_than_once(
    world: World, slow: None, unfenced: None, repeatable: None
) -> None:
    settling(world)
    assert Payout.objects.count() > 1
    assert world.owed(world.shop) < 0


def test_only_what_is_owed_is_withdrawn(world: World, slow: None) -> None:
    outcomes = withdrawing(world)
    assert outcomes.count("nothing_to_pay_out") == HANDS - 1
    assert world.owed(world.shop) == 40


def test_control_without_the_fence_more_is_withdrawn_than_is_owed(world: World, slow: None, unfenced: None) -> None:
    outcomes = withdrawing(world)
    assert outcomes.count("nothing_to_pay_out") < HANDS - 1
    assert world.owed(world.shop) < 0


def test_a_withdrawal_and_a_settlement_at_once_pay_what_is_owed_once(world: World, slow: None) -> None:
    world.earn({world.shop: 100})
    by, code = world.actor(world.shop, "money.payout"), world.codes["shop"]
    at_once(
        lambda: withdraw(key="w", at=AT + DAY, by=by, party=code, asset=CNY),
        lambda: settle(key="s", at=AT + DAY, by=ENGINE, party=code, asset=CNY),
    )
    assert (world.owed(world.shop), world.paid_out(world.shop), Payout.objects.count()) == (0, 100, 1)


def test_a_payout_that_the_bank_returns_many_times_at_once_is_owed_once(world: World) -> None:
    world.earn({world.shop: 100})
    code = settle(key="s", at=AT + DAY, by=ENGINE, party=world.codes["shop"], asset=CNY)
    payout = Statement.objects.get(code=code).payout.code
    at_once(*(
        lambda n=n: return_payout(key=f"r{n}", at=AT + DAY, by=ENGINE, payout=payout, why="closed")
        for n in range(HANDS)
    ))  # fmt: skip
    assert (world.owed(world.shop), world.paid_out(world.shop)) == (100, 0)


def settle_beside(world: World) -> tuple[list[int], int]:
    """Settle while an entry from before the boundary is in flight: what is listed, and what is summed?"""
    world.earn({world.shop: 1})
    code = world.codes["shop"]
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            world.earn({world.shop: 10}, AT)
            at_once(lambda: world.earn({world.shop: 100}, AT))
            future = other.submit(
                lambda: at_once(lambda: settle(key="s", at=AT + DAY, by=ENGINE, party=code, asset=CNY))
            )
            time.sleep(0.3)
        future.result(timeout=10)
    settle(key="s2", at=AT + 2 * DAY, by=ENGINE, party=code, asset=CNY)
    statements = Statement.objects.order_by("end")
    listed = [line.amount for statement in statements for line in queries.lines(statement)]
    return sorted(listed), sum(statement.amount for statement in statements)


def test_an_entry_in_flight_is_awaited_and_settled(world: World) -> None:
    assert settle_beside(world) == ([1, 10, 100], 111)
    assert world.owed(world.shop) == 0


def test_control_without_the_fence_an_entry_in_flight_is_in_no_sum(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a number below the newest that the statement saw: no later statement looks for it."""
    monkeypatch.setattr(books, "FENCE", FENCE + 1)
    assert settle_beside(world) == ([1, 10, 100], 101)
    assert world.owed(world.shop) == 10


ROUNDS = 12
SHARES = {"shop": 3, "factory": 7, "bob": 11}


def trade(world: World, order: list[str]) -> None:
    """Three sales and a refund, again and again."""
    for n in range(ROUNDS):
        sign = -1 if n % 4 == 3 else 1
        world.earn({world.ids[slug]: sign * SHARES[slug] for slug in order} | {world.platform: 100}, AT)


def settle_all(world: World) -> None:
    for n, slug in product(range(1, ROUNDS), SHARES):
        settle(key=f"s{n}{slug}", at=AT + n * DAY, by=ENGINE, party=world.codes[slug], asset=CNY)


def withdraw_all(world: World) -> None:
    for n in range(ROUNDS):
        with suppress(NothingToPayOut):
            withdraw(key=f"w{n}", at=AT + n * DAY, by=ENGINE, party=world.codes["bob"], asset=CNY)


def shorten(world: World) -> None:
    for n in range(ROUNDS):
        for account in books.long_sums(1):
            snapshot(key=f"n{n}:{account}", at=AT, by=ENGINE, account=account)


def test_trades_settlements_withdrawals_and_snapshots_at_once_lose_nothing_and_do_not_deadlock(world: World) -> None:
    """Each hand goes its own round; at the end all that was earned is owed or paid out, and listed once."""
    world.earn({world.ids[slug]: 1 for slug in SHARES})
    orders = [list(SHARES), list(SHARES)[::-1], list(SHARES)]
    others = (settle_all, withdraw_all, shorten)
    at_once(*(partial(trade, world, order) for order in orders), *(partial(hand, world) for hand in others))
    for slug, share in SHARES.items():
        party = world.ids[slug]
        assert world.owed(party) + world.paid_out(party) == 1 + 3 * ROUNDS * share // 2
        settle(key=f"last{slug}", at=AT + 99 * DAY, by=ENGINE, party=world.codes[slug], asset=CNY)
        paid = set(Payout.objects.exclude(statement=None).values_list("entry_id", flat=True))
        statements = Statement.objects.filter(party=party)
        listed = sorted(line.entry for one in statements for line in queries.lines(one, limit=1000))
        every = [line.entry for line in books.statement(funds.owed(party, CNY), limit=1000)]
        assert listed == [entry for entry in every if entry not in paid]
        assert sum(one.amount - one.paid for one in statements) == world.owed(party)

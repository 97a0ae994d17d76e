"""Scarce money: as many spendings at once as there are hands, and exactly as many succeed as there is money for.

Each has a control: the same with what guards it taken away, in which too much is spent.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from hanse.kernel.actor import ENGINE
from hanse.value.books import queries
from hanse.value.books.operations import post as module
from hanse.value.books.operations.post import post
from hanse.value.books.operations.snapshot import snapshot
from hanse.value.books.rules import FENCE, Move
from hanse.value.funds import rules as funds
from tests.value.world import AT, CNY, World, at_once

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 8


def posting(key: str, moves: list[Move], then: Callable[[], object] = lambda: None) -> str:
    """Post as a use case does, and linger in its transaction."""
    with transaction.atomic():
        post(key=key, kind="race", moves=moves, at=AT, by=ENGINE)
        then()
    return "ok"


def linger() -> None:
    time.sleep(0.05)


def race(world: World, moves: list[Move]) -> dict[str, int]:
    keys = [world.key for _ in range(HANDS)]
    outcomes = at_once(*(lambda key=key: posting(key, moves, linger) for key in keys))
    return {outcome: outcomes.count(outcome) for outcome in set(outcomes)}


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The books without their lock, and without the constraint that would still catch what the lock prevents."""
    monkeypatch.setattr(module, "_POST", module._POST.replace("FOR NO KEY UPDATE", ""))
    condition = "CHECK ((floor IS NULL AND balance IS NULL) OR (floor IS NOT NULL AND balance >= floor))"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE value_account DROP CONSTRAINT account_floor")
    yield
    assert any("below its floor" in problem for problem in queries.check())
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE value_account, value_entry, value_transfer CASCADE")
        cursor.execute(f"ALTER TABLE value_account ADD CONSTRAINT account_floor {condition}")


def fill(world: World) -> list[Move]:
    """Enough in ann's wallet for three of the spendings returned."""
    world.post(funds.top_up(world.ann, 350, asset=CNY, platform=world.platform))
    return funds.pay_from_wallet(world.ann, 100, asset=CNY)


def test_a_wallet_is_spent_no_further_than_it_reaches(world: World) -> None:
    assert race(world, fill(world)) == {"ok": 3, "insufficient_funds": HANDS - 3}
    assert queries.balance(funds.wallet(world.ann, CNY)) == 50


def test_control_without_the_lock_the_wallet_is_overspent(world: World, unguarded: None) -> None:
    assert race(world, fill(world))["ok"] > 3
    assert queries.balance(funds.wallet(world.ann, CNY)) < 0


def test_a_credit_line_is_drawn_no_further_than_its_limit(world: World) -> None:
    draw = funds.draw_credit(world.ann, world.shop, 100, asset=CNY, limit=500)
    assert race(world, draw) == {"ok": 5, "credit_limit_exceeded": HANDS - 5}
    assert queries.balance(funds.credit(world.ann, world.shop, CNY)) == -500


def test_control_without_the_lock_the_credit_line_is_overdrawn(world: World, unguarded: None) -> None:
    world.post(funds.draw_credit(world.ann, world.shop, 1, asset=CNY, limit=500))
    assert race(world, funds.draw_credit(world.ann, world.shop, 100, asset=CNY, limit=500))["ok"] > 4
    assert queries.balance(funds.credit(world.ann, world.shop, CNY)) < -500


def test_the_same_key_from_many_hands_posts_once(world: World) -> None:
    spend = fill(world)
    outcomes = at_once(*[lambda: posting("one key", spend, linger)] * HANDS)
    assert outcomes == ["ok"] * HANDS
    assert queries.balance(funds.wallet(world.ann, CNY)) == 250


def test_accounts_that_many_make_at_once_are_made_once(world: World) -> None:
    moves = [
        *funds.hold(world.ann, 100, asset=CNY, platform=world.platform),
        *funds.grant_points(world.ann, 5, platform=world.platform),
    ]
    assert race(world, moves) == {"ok": HANDS}
    assert queries.balance(funds.held(world.ann, CNY)) == 100 * HANDS


def test_entries_that_cross_do_not_deadlock(world: World) -> None:
    buyers = [world.ann, world.bob]
    for buyer in buyers:
        world.post(funds.top_up(buyer, 1000, asset=CNY, platform=world.platform))
    pay = [move for buyer in buyers for move in funds.pay_from_wallet(buyer, 1, asset=CNY)]
    keys = [world.key for _ in range(10 * HANDS)]
    outcomes = at_once(*(
        lambda n=n: [posting(key, pay[::-1] if n % 2 else pay) for key in keys[n::HANDS]] for n in range(HANDS)
    ))  # fmt: skip
    assert outcomes == [["ok"] * 10] * HANDS


def test_whoever_only_credits_an_unbounded_account_waits_for_nobody(world: World) -> None:
    """Every order writes to the platform's fee: none of them may queue for it."""
    world.earn({world.platform: 1, world.shop: 1})
    moves = [
        [*funds.hold(buyer, 10, asset=CNY, platform=world.platform),
         *funds.settle_trade([(funds.held(buyer, CNY), 10)], {funds.fee(world.platform, CNY): 10})]
        for buyer in (world.ann, world.bob)
    ]  # fmt: skip
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        post(key="mine", kind="k", moves=moves[0], at=AT, by=ENGINE)
        done = other.submit(lambda: at_once(lambda: posting("theirs", moves[1])))
        assert done.result(timeout=10) == ["ok"]


def test_without_a_transaction_nothing_is_posted_or_fenced(world: World) -> None:
    """The locks would be gone before anybody could rely on them."""
    with pytest.raises(TransactionManagementError):
        post(key="k", kind="k", moves=funds.grant_points(world.ann, 1, platform=world.platform), at=AT, by=ENGINE)
    with pytest.raises(TransactionManagementError):
        queries.fence(1)


def fence_beside(world: World, read: Callable[[int], Any]) -> tuple[Any, bool]:
    """Read the platform's fee while an entry of 5 is in flight; return it, and whether the reader had waited."""
    world.earn({world.platform: 1})
    account = queries.account_id(funds.fee(world.platform, CNY))
    assert account
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            world.earn({world.platform: 5})
            future = other.submit(lambda: at_once(lambda: read(account)))
            time.sleep(0.3)
            waited = not future.done()
        return future.result(timeout=10)[0], waited


def test_a_snapshot_waits_for_entries_in_flight(world: World) -> None:
    seen = fence_beside(world, lambda account: snapshot(key="s", at=AT, by=ENGINE, account=account))
    assert seen == (6, True)
    world.earn({world.platform: 4})
    assert queries.balance(funds.fee(world.platform, CNY)) == 10


def test_control_without_the_fence_a_snapshot_misses_what_is_in_flight(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once a later transfer lies below it, its sum is lost for good."""
    monkeypatch.setattr(queries, "FENCE", FENCE + 1)
    assert fence_beside(world, lambda account: snapshot(key="s", at=AT, by=ENGINE, account=account)) == (1, False)

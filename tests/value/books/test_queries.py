"""Reading the books: balances, entries by the page, the journal, snapshots, and the check that finds any damage."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import NotAllowed
from hanse.value.books import queries
from hanse.value.books.models import Account, Snapshot
from hanse.value.books.operations.snapshot import snapshot
from hanse.value.books.queries import Cut, Line
from hanse.value.books.rules import AccountRef
from hanse.value.funds import rules as funds
from tests.value.world import AT, CNY, World

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
UNGUARDED = "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE value_account DROP CONSTRAINT account_floor;"


def test_balances_are_by_holder_and_add_purposes_and_partners_up(world: World) -> None:
    world.earn({world.shop: 30, world.factory: 60, world.platform: 10})
    for seller in (world.shop, world.factory):
        world.post(funds.draw_credit(world.ann, seller, 5, asset=CNY, limit=5))
    assert queries.balances("owed", CNY) == {world.shop: 30, world.factory: 60}
    assert queries.balances("owed", CNY, [world.shop, world.bob]) == {world.shop: 30}
    assert queries.balances("owed", "USD") == {}
    assert queries.balances(("owed", "fee"), CNY, [world.platform, world.shop]) == {world.platform: 10, world.shop: 30}
    assert queries.balances("credit", CNY) == {world.ann: -10}
    assert queries.balances("credit", CNY, partners=[world.shop]) == {world.ann: -5}
    assert queries.balance(funds.credit(world.ann, world.shop, CNY)) == -5
    assert queries.balance(funds.credit(world.bob, world.shop, CNY)) == 0


def test_a_statement_lists_what_each_entry_did_in_pages(world: World) -> None:
    numbers = [world.earn({world.shop: 10 + n}, AT + n * DAY, f"O-{n}") for n in range(5)]
    ref = funds.owed(world.shop, CNY)
    every = queries.statement(ref)
    assert every == [Line(numbers[n], AT + n * DAY, "closed", f"O-{n}", 10 + n) for n in range(5)]
    assert queries.statement(ref, AT + DAY, AT + 3 * DAY) == every[1:3]
    pages, after = [], 0
    while page := queries.statement(ref, after=after, limit=2):
        pages.append(page)
        after = page[-1].entry
    assert pages == [every[:2], every[2:4], every[4:]]
    assert queries.statement(funds.owed(world.bob, CNY)) == []


def test_an_entry_that_touches_the_account_twice_is_one_line(world: World) -> None:
    world.post([
        *funds.hold(world.ann, 100, asset=CNY, platform=world.platform),
        *funds.refund_outside(world.ann, 30, asset=CNY),
        *funds.refund_to_wallet(world.ann, 5, asset=CNY),
    ])  # fmt: skip
    assert [line.amount for line in queries.statement(funds.held(world.ann, CNY))] == [65]


def test_the_journal_tells_every_transfer_in_full(world: World) -> None:
    world.earn({world.shop: 90, world.platform: 10}, subject="O-1")
    second = world.earn({world.factory: 7}, subject="O-2")
    first = [(p.subject, p.source, p.target, p.amount) for p in queries.journal(["O-1"])]
    held = funds.held(world.ann, CNY)
    assert first == [
        ("O-1", funds.gateway(world.platform, CNY), held, 100),
        ("O-1", held, funds.owed(world.shop, CNY), 90),
        ("O-1", held, funds.fee(world.platform, CNY), 10),
    ]
    assert [posting.entry for posting in queries.journal(after=second - 1)] == [second] * 2
    assert len(queries.journal()) == 5
    assert len(queries.journal(limit=1)) == 3


def test_a_snapshot_shortens_the_sum_and_changes_no_balance(world: World) -> None:
    fee = funds.fee(world.platform, CNY)
    for _ in range(3):
        world.earn({world.shop: 95, world.platform: 5})
    account = queries.account_id(fee)
    assert account
    assert account in queries.long_sums(3)
    assert snapshot(key="1", at=AT, by=ENGINE, account=account) == 15
    assert queries.long_sums(1, limit=1) != [account]
    world.earn({world.shop: 95, world.platform: 5})
    assert queries.balance(fee) == 20
    assert account not in queries.long_sums(2)
    assert snapshot(key="2", at=AT, by=ENGINE, account=account) == 20
    assert snapshot(key="3", at=AT, by=ENGINE, account=account) == 20
    assert list(Snapshot.objects.values_list("balance", flat=True)) == [15, 20]
    assert queries.balances("fee", CNY) == {world.platform: 20}


def test_only_the_platform_writes_snapshots(world: World) -> None:
    with pytest.raises(NotAllowed):
        snapshot(key="1", at=AT, by=STRANGER, account=1)


def test_an_empty_account_has_nothing_to_snapshot(world: World) -> None:
    world.earn({world.shop: 1})
    empty = Account.objects.create(holder_id=world.bob, purpose="owed", asset=CNY).pk
    assert snapshot(key="1", at=AT, by=ENGINE, account=empty) == 0
    assert not Snapshot.objects.exists()


def test_a_cut_takes_in_what_was_booked_late_and_leaves_out_what_is_listed(world: World) -> None:
    ref = funds.owed(world.shop, CNY)
    world.earn({world.shop: 1}, AT)
    account = queries.account_id(ref)
    assert account
    seen = queries.fence(account).upto
    skip = world.earn({world.shop: 2}, AT + DAY)
    world.earn({world.shop: 4}, AT)  # late
    world.earn({world.shop: 8}, AT + DAY)
    world.earn({world.shop: 16}, AT + 2 * DAY)
    cut = Cut(AT + DAY, AT + 2 * DAY, done=0, seen=seen, skip=skip)
    assert [line.amount for line in queries.lines(account, cut)] == [4, 8]
    found = queries.total(account, cut)
    assert (found.amount, found.entries, found.start, found.later) == (12, 2, AT, 16)
    assert found.first_later == queries.fence(account).upto


def test_accounts_are_seen_by_their_holder_and_by_operators(world: World) -> None:
    world.earn({world.shop: 1, world.factory: 2})

    def seen(*permissions: str) -> set[int]:
        by = world.actor(world.shop, *permissions)
        return {account.holder_id for account in Account.objects.visible_to(by)}

    assert seen("money.see") == {world.shop}
    assert seen() == set()
    assert not Account.objects.visible_to(STRANGER).exists()
    assert Account.objects.visible_to(ENGINE).count() == Account.objects.count()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE value_account SET balance = 99 WHERE purpose = 'held'", "kept balance of account"),
        ("UPDATE value_snapshot SET balance = 99", "snapshot"),
        ("UPDATE value_transfer SET amount = amount + 1", "kept balance of account"),
        ("UPDATE value_transfer SET target_id = 0 WHERE amount = 95", "an account that does not exist"),
        ("UPDATE value_account SET asset = 'USD' WHERE purpose = 'fee'", "turns CNY into USD"),
        ("UPDATE value_account SET purpose = 'promised' WHERE purpose = 'fee'", "moves a memo"),
        ("UPDATE value_account SET asset = 'USD' WHERE purpose = 'fee'", "the accounts of"),
        ("UPDATE value_entry SET at = at + interval '1 second'", "at another time than its entry"),
        ("DELETE FROM value_transfer", "moves nothing"),
        ("UPDATE value_account SET balance = 4 WHERE purpose = 'held_credit'", "drawn, held and receivable"),
        (f"{UNGUARDED} UPDATE value_account SET balance = -1 WHERE purpose = 'held'", "below its floor"),
    ],
)
def test_the_check_finds_what_is_unsound(world: World, damage: str, said: str) -> None:
    world.earn({world.shop: 95, world.platform: 5})
    world.post(funds.draw_credit(world.ann, world.shop, 5, asset=CNY, limit=5))
    account = queries.account_id(AccountRef(world.platform, "fee", CNY))
    assert account
    snapshot(key="1", at=AT, by=ENGINE, account=account)
    assert queries.check() == []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(damage)
        assert any(said in problem for problem in queries.check())
        transaction.set_rollback(True)

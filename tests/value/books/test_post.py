"""Posting: one entry, all or nothing, once per key."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.once import KeyReused
from hanse.value.books import queries
from hanse.value.books.models import Account, Entry, Transfer
from hanse.value.books.operations import post as module
from hanse.value.books.operations.post import CreditLimitExceeded, FloorBroken, post
from hanse.value.books.rules import POINTS, AccountRef, Move
from hanse.value.funds import rules as funds
from tests.value.world import AT, CNY, World

pytestmark = pytest.mark.django_db
COLUMNS = "holder_id, purpose, asset, floor, balance"


def counts() -> tuple[int, int, int]:
    return Account.objects.count(), Entry.objects.count(), Transfer.objects.count()


def test_an_entry_takes_two_statements_however_many_moves_it_has(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    moves = [
        *funds.hold(world.ann, 5000, asset=CNY, platform=world.platform),
        *(Move(funds.held(world.ann, CNY), funds.owed(world.shop, CNY), n) for n in range(1, 80)),
        *funds.promise_commission(world.shop, world.bob, 7, asset=CNY),
        *funds.grant_points(world.ann, 3, platform=world.platform),
    ]
    for _ in ("accounts are made", "accounts are there"):
        with django_assert_num_queries(2):
            world.post(moves)
    assert queries.balance(funds.held(world.ann, CNY)) == 2 * (5000 - 79 * 80 // 2)
    assert world.owed(world.shop) == 79 * 80
    assert queries.balance(AccountRef(world.bob, "pending", CNY)) == 14
    assert queries.balance(AccountRef(world.ann, "points", POINTS)) == 6


def test_an_entry_says_who_when_and_about_what(world: World) -> None:
    actor = Actor(party=world.shop, user=7, name="Ann of the shop")
    moves = funds.hold(world.ann, 100, asset=CNY, platform=world.platform)
    number = post(key="k", kind="order_paid", moves=moves, at=AT, by=actor, subject="C-1")
    entry = Entry.objects.get()
    assert entry.pk == number
    assert (entry.key, entry.kind, entry.at, entry.subject) == ("k", "order_paid", AT, "C-1")
    assert (entry.by_party, entry.by_user, entry.by_name) == (world.shop, 7, "Ann of the shop")
    assert list(entry.transfers.values_list("amount", "at")) == [(100, AT)]


def test_moves_of_nothing_are_no_entry(world: World, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert world.post([]) is None
        assert world.post(funds.hold(world.ann, 0, asset=CNY, platform=world.platform)) is None
    assert counts() == (0, 0, 0)


def test_the_same_key_posts_once(world: World) -> None:
    moves = funds.hold(world.ann, 100, asset=CNY, platform=world.platform)
    first = post(key="k", kind="paid", moves=moves, at=AT, by=ENGINE)
    before = counts()
    assert post(key="k", kind="paid", moves=moves, at=AT + timedelta(days=1), by=ENGINE) == first
    assert counts() == before
    with pytest.raises(KeyReused):
        post(key="k", kind="paid", moves=[*moves, *moves], at=AT, by=ENGINE)
    assert counts() == before
    assert queries.balance(funds.held(world.ann, CNY)) == 100


def test_a_repeated_spending_is_recognised_although_nothing_is_left_to_spend(world: World) -> None:
    world.post(funds.top_up(world.ann, 100, asset=CNY, platform=world.platform))
    moves = funds.pay_from_wallet(world.ann, 100, asset=CNY)
    assert post(key="k", kind="paid", moves=moves, at=AT, by=ENGINE) == post(
        key="k", kind="paid", moves=moves, at=AT, by=ENGINE
    )


def test_a_broken_floor_leaves_nothing_behind_even_if_the_caller_goes_on(world: World) -> None:
    world.post(funds.top_up(world.ann, 99, asset=CNY, platform=world.platform))
    entries = Entry.objects.count()
    with pytest.raises(FloorBroken) as refused:
        world.post([
            *funds.hold(world.ann, 50, asset=CNY, platform=world.platform),
            *funds.pay_from_wallet(world.ann, 100, asset=CNY),
        ])  # fmt: skip
    assert refused.value.code == "insufficient_funds"
    assert refused.value.details == {"purpose": "wallet", "asset": CNY, "wanted": 100}
    assert Entry.objects.count() == entries
    assert queries.balance(funds.wallet(world.ann, CNY)) == 99
    assert queries.balance(funds.held(world.ann, CNY)) == 0


def test_what_passes_through_an_account_within_one_entry_needs_no_cover(world: World) -> None:
    world.post([
        Move(funds.held(world.ann, CNY), funds.owed(world.shop, CNY), 100),
        *funds.hold(world.ann, 100, asset=CNY, platform=world.platform),
    ])  # fmt: skip
    assert world.owed(world.shop) == 100


def test_unbounded_accounts_are_neither_locked_nor_written(world: World) -> None:
    world.earn({world.shop: 100, world.platform: 5})
    rows = "SELECT id, xmin, xmax FROM value_account WHERE floor IS NULL ORDER BY id"
    with connection.cursor() as cursor:
        cursor.execute(rows)
        before = cursor.fetchall()
        world.earn({world.shop: 100, world.platform: 5})
        cursor.execute(rows)
        assert cursor.fetchall() == before


def test_a_lowered_limit_stops_draws_but_not_repayment(world: World) -> None:
    def draw(amount: int, limit: int) -> list[Move]:
        return funds.draw_credit(world.ann, world.shop, amount, asset=CNY, limit=limit)

    world.post(draw(100, 100))
    with pytest.raises(CreditLimitExceeded) as refused:
        world.post(draw(1, 50))
    assert refused.value.code == "credit_limit_exceeded"
    world.post(funds.release_credit(world.ann, world.shop, 10, asset=CNY))
    with pytest.raises(CreditLimitExceeded):
        world.post(draw(1, 50))
    world.post(draw(10, 100))
    assert queries.balance(funds.credit(world.ann, world.shop, CNY)) == -100


def test_what_is_drawn_and_given_back_in_one_entry_keeps_the_line_as_it_was(world: World) -> None:
    draw = funds.draw_credit(world.ann, world.shop, 100, asset=CNY, limit=100)
    world.post(draw)
    free = funds.release_credit(world.ann, world.shop, 60, asset=CNY)
    world.post([*free, *funds.draw_credit(world.ann, world.shop, 10, asset=CNY, limit=20)])
    line = Account.objects.get(purpose="credit")
    assert (line.balance, line.floor) == (-50, -100)


def test_accounts_that_a_rival_makes_at_this_moment_are_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rival's row is not visible to the statement that trips over it; the next one sees it."""
    blind = module._ACCOUNTS.replace("SELECT w.n, m.id FROM wanted", "SELECT w.n, NULL::bigint FROM wanted")
    seen = module._ACCOUNTS
    monkeypatch.setattr(module, "_ACCOUNTS", Alternating(blind, seen))
    world.earn({world.shop: 100})
    assert world.owed(world.shop) == 100


class Alternating(str):
    """A statement that is another one when it is first executed."""

    def __new__(cls, first: str, then: str) -> "Alternating":
        return super().__new__(cls, then)

    def __init__(self, first: str, then: str) -> None:
        self.texts = iter([first])

    def __mod__(self, other: object) -> str:
        return next(self.texts, str(self)) % other


def test_the_database_itself_refuses_what_the_code_would_never_write(world: World) -> None:
    world.post(funds.hold(world.ann, 100, asset=CNY, platform=world.platform))
    for sql in (
        "UPDATE value_account SET balance = -1 WHERE purpose = 'held'",
        "UPDATE value_account SET floor = NULL WHERE purpose = 'held'",
        "UPDATE value_account SET balance = NULL, floor = NULL WHERE purpose = 'held'",
        "UPDATE value_account SET balance = 0, floor = 0 WHERE purpose = 'gateway'",
        "UPDATE value_account SET partner_id = holder_id WHERE purpose = 'held'",
        "UPDATE value_account SET purpose = 'credit' WHERE purpose = 'held'",
        "UPDATE value_account SET purpose = 'slush'",
        "UPDATE value_account SET asset = ''",
        "UPDATE value_transfer SET amount = 0",
        "UPDATE value_transfer SET target_id = source_id",
        f"INSERT INTO value_account ({COLUMNS}) SELECT {COLUMNS} FROM value_account",
        "INSERT INTO value_entry (key, kind, at, by_name, subject) SELECT key, kind, at, '', '' FROM value_entry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

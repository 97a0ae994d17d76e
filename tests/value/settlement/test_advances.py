"""How far payouts may go beyond the cash that came in: as far as the platform's terms say."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from hanse.kernel.actor import ENGINE
from hanse.network.parties.operations.change_terms import change_terms
from hanse.value.books import queries as books
from hanse.value.books.rules import AccountRef, Move
from hanse.value.funds import queries as funds
from hanse.value.funds import rules
from hanse.value.settlement.models import Payout, Statement
from hanse.value.settlement.operations import _payout
from hanse.value.settlement.operations.settle import settle
from hanse.value.settlement.operations.withdraw import CashNotIn, withdraw
from hanse.value.settlement.queries import Due, due
from tests.value.world import AT, CNY, World, at_once

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)
ZONE = "Asia/Shanghai"


def advances(world: World, most: int | None, party: str = "platform") -> None:
    change_terms(key=world.key, at=AT, by=ENGINE, party=world.codes[party], terms={"advance": most})


def ask(world: World, party: str, amount: int | None = None) -> str:
    by = world.actor(world.ids[party], "money.payout")
    return withdraw(key=world.key, at=AT, by=by, party=world.codes[party], asset=CNY, amount=amount)


def run(world: World, party: str, boundary: datetime) -> tuple[int, int, int, int] | None:
    code = settle(key=world.key, at=boundary, by=ENGINE, party=world.codes[party], asset=CNY, boundary=boundary)
    found = Statement.objects.filter(code=code).first()
    return (found.opening, found.amount, found.paid, found.closing) if found else None


def in_hand() -> int:
    """The cash that came in and did not leave, without what lies in trades, in wallets and on its way back."""
    mine = books.balances(("gateway", "paid_out", "held", "wallet", "refund_due"), CNY)
    return -sum(mine.values())


def below_cost(world: World) -> None:
    """A shop sells for 1 what a factory gets 1000 for."""
    world.earn({world.factory: 1000, world.shop: -999})


@pytest.mark.django_db
def test_without_the_term_all_that_is_owed_is_paid(world: World) -> None:
    below_cost(world)
    ask(world, "factory")
    assert (world.paid_out(world.factory), in_hand()) == (1000, -999)


@pytest.mark.django_db
def test_no_more_is_withdrawn_than_came_in_and_the_platform_advances(world: World) -> None:
    advances(world, 0)
    below_cost(world)
    for amount in (None, 2):
        with pytest.raises(CashNotIn) as refused:
            ask(world, "factory", amount)
        assert (refused.value.code, refused.value.details) == ("cash_not_in", {})
    ask(world, "factory", 1)
    advances(world, 300)
    with pytest.raises(CashNotIn):
        ask(world, "factory", 301)
    ask(world, "factory", 300)
    assert in_hand() == funds.uncommitted(CNY) == -300
    advances(world, None, "factory")
    ask(world, "factory")
    assert world.owed(world.factory) == 0


@pytest.mark.django_db
def test_the_platforms_result_covers_and_what_points_cost_does_not(world: World) -> None:
    advances(world, 0)
    below_cost(world)
    world.earn({world.platform: 50})
    ask(world, "factory", 51)
    with pytest.raises(CashNotIn):
        ask(world, "factory", 1)
    world.earn({world.platform: 50})
    cost = AccountRef(world.platform, "points_cost", CNY)
    world.post([Move(cost, rules.held(world.ann, CNY), 45)])
    world.post([Move(rules.held(world.ann, CNY), rules.wallet(world.ann, CNY), 45)])
    assert in_hand() == funds.uncommitted(CNY) == 5
    with pytest.raises(CashNotIn):
        ask(world, "factory", 6)
    ask(world, "factory", 5)


@pytest.mark.django_db
def test_a_settlement_pays_what_it_can_and_the_rest_when_the_cash_is_in(world: World) -> None:
    advances(world, 0)
    change_terms(key=world.key, at=AT, by=ENGINE, party=world.codes["factory"], terms={"settlement": {"every": "day"}})
    below_cost(world)
    assert run(world, "factory", MIDNIGHT) == (0, 1000, 1, 999)
    assert due(MIDNIGHT + DAY / 2, ZONE) == []
    assert due(MIDNIGHT + DAY, ZONE) == [Due(MIDNIGHT + DAY, world.codes["factory"], CNY)]
    assert run(world, "factory", MIDNIGHT + DAY) == (999, 0, 0, 999)
    world.earn({world.shop: 400}, MIDNIGHT + DAY)  # nothing of the factory's
    assert run(world, "factory", MIDNIGHT + 2 * DAY) == (999, 0, 400, 599)
    world.earn({world.shop: 900}, MIDNIGHT + 2 * DAY)
    assert run(world, "factory", MIDNIGHT + 3 * DAY) == (599, 0, 599, 0)
    assert due(MIDNIGHT + 9 * DAY, ZONE) == []
    assert run(world, "factory", MIDNIGHT + 4 * DAY) is None
    assert (world.paid_out(world.factory), in_hand()) == (1000, 301)


@pytest.mark.django_db
def test_what_was_carried_while_nothing_bounds_it_any_more_waits_for_an_entry(world: World) -> None:
    advances(world, 0)
    change_terms(key=world.key, at=AT, by=ENGINE, party="factory", terms={"settlement": {"every": "day"}})
    below_cost(world)
    run(world, "factory", MIDNIGHT)
    advances(world, None, "factory")
    assert due(MIDNIGHT + DAY, ZONE) == []
    assert run(world, "factory", MIDNIGHT + DAY) is None
    world.earn({world.factory: 1}, MIDNIGHT)
    assert run(world, "factory", MIDNIGHT + DAY) == (999, 1, 1000, 0)


def race(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two parties at once for the same 600 of cash."""
    make = _payout.make

    def slowly(*args: object, **kwargs: object) -> Payout:
        time.sleep(0.3)
        return make(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(_payout, "make", slowly)
    world.earn({world.factory: 600, world.bob: 600, world.shop: -600})
    advances(world, 0)
    return at_once(lambda: ask(world, "factory", 400), lambda: ask(world, "bob", 400))


@pytest.mark.django_db(transaction=True)
def test_two_payouts_at_once_do_not_use_the_same_cash(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "cash_not_in" in race(world, monkeypatch)
    assert (Payout.objects.count(), in_hand()) == (1, 200)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_payout, "room", lambda _party, asset: funds.uncommitted(asset))
    assert "cash_not_in" not in race(world, monkeypatch)
    assert in_hand() == -200

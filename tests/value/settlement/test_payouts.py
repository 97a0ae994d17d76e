"""Payouts: on demand, on their way to the bank, and back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import StateChange
from hanse.kernel.states import WrongState
from hanse.value.books.models import Entry
from hanse.value.settlement.models import Payout
from hanse.value.settlement.operations.fail_payout import fail_payout
from hanse.value.settlement.operations.mark_paid import mark_paid
from hanse.value.settlement.operations.mark_sent import mark_sent
from hanse.value.settlement.operations.return_payout import return_payout
from hanse.value.settlement.operations.withdraw import NothingToPayOut, withdraw
from tests.value.world import AT, CNY, World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def ask(world: World, amount: int | None = None, party: str = "bob") -> str:
    by = world.actor(world.ids[party], "money.payout")
    return withdraw(key=world.key, at=AT, by=by, party=world.codes[party], asset=CNY, amount=amount)


def test_a_promoter_withdraws_a_part_and_then_the_rest(world: World) -> None:
    world.earn({world.bob: 100})
    ask(world, 30)
    code = ask(world)
    assert Payout.objects.get(code=code).amount == 70
    assert (world.owed(world.bob), world.paid_out(world.bob)) == (0, 100)
    assert Payout.objects.waiting().count() == 2


@pytest.mark.parametrize("amount", [None, 1, 101])
def test_what_is_not_owed_cannot_be_withdrawn(world: World, amount: int | None) -> None:
    with pytest.raises(NothingToPayOut):
        ask(world, amount)
    world.earn({world.bob: -5, world.shop: 10})
    with pytest.raises(NothingToPayOut) as refused:
        ask(world, amount)
    assert (refused.value.code, refused.value.details) == ("nothing_to_pay_out", {"owed": -5})
    world.earn({world.bob: 105})
    if amount == 101:
        with pytest.raises(NothingToPayOut):
            ask(world, amount)
    assert not Payout.objects.exists()


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_more_than_zero(world: World, amount: int) -> None:
    world.earn({world.bob: 100})
    with pytest.raises(MalformedInput):
        ask(world, amount)


def test_an_asset_is_a_short_text(world: World) -> None:
    for asset in ("", "C\x00Y", "X" * 9):
        with pytest.raises(MalformedInput):
            withdraw(key="k", at=AT, by=ENGINE, party=world.codes["bob"], asset=asset)


def test_a_long_story_of_the_bank_is_cut(world: World) -> None:
    world.earn({world.bob: 100})
    code = ask(world)
    fail_payout(key="f", at=AT, by=ENGINE, payout=code, why="no " * 500)
    assert len(Payout.objects.get(code=code).reason) == 500


def test_nobody_withdraws_for_another(world: World) -> None:
    world.earn({world.bob: 100})
    shop = world.actor(world.shop, "money.payout")
    with pytest.raises(NotFound):
        withdraw(key="k", at=AT, by=shop, party=world.codes["bob"], asset=CNY)
    with pytest.raises(NotAllowed):
        withdraw(key="k", at=AT, by=world.actor(world.bob), party=world.codes["bob"], asset=CNY)
    assert withdraw(key="k", at=AT, by=ENGINE, party=world.codes["bob"], asset=CNY)


def test_the_same_request_pays_once(world: World) -> None:
    world.earn({world.bob: 100})
    by = world.actor(world.bob, "money.payout")
    codes = {withdraw(key="k", at=AT, by=by, party=world.codes["bob"], asset=CNY, amount=40) for _ in range(3)}
    assert (len(codes), world.paid_out(world.bob)) == (1, 40)


def test_the_way_to_the_bank_is_recorded_once_per_step(world: World) -> None:
    world.earn({world.bob: 100})
    code = ask(world)
    for n in (1, 2):
        assert mark_sent(key=f"s{n}", at=AT, by=ENGINE, payout=code, reference="B-77") == code
    assert not Payout.objects.waiting().exists()
    for n in (1, 2):
        mark_paid(key=f"p{n}", at=AT + HOUR, by=ENGINE, payout=code)
    payout = Payout.objects.get(code=code)
    assert (payout.status, payout.reference) == ("paid", "B-77")
    assert list(StateChange.objects.filter(subject="payout").values_list("event", flat=True)) == ["send", "pay"]
    with pytest.raises(WrongState):
        mark_sent(key="s3", at=AT, by=ENGINE, payout=code)
    with pytest.raises(WrongState):
        fail_payout(key="f", at=AT, by=ENGINE, payout=code, why="too late")


@pytest.mark.parametrize("told", [fail_payout, return_payout])
def test_what_did_not_arrive_is_owed_again_once_however_often_the_bank_says_so(
    world: World, told: Callable[..., str]
) -> None:
    world.earn({world.bob: 100})
    code = ask(world)
    mark_sent(key="s", at=AT, by=ENGINE, payout=code)
    for n in (1, 2, 3):
        assert told(key=f"r{n}", at=AT + HOUR, by=ENGINE, payout=code, why="no such account") == code
    assert (world.owed(world.bob), world.paid_out(world.bob)) == (100, 0)
    payout = Payout.objects.get(code=code)
    assert payout.status in ("failed", "returned")
    assert payout.reason == "no such account"
    assert Entry.objects.filter(subject=code).count() == 2
    with pytest.raises(WrongState):
        mark_paid(key="p", at=AT, by=ENGINE, payout=code)


def test_a_bank_may_return_what_it_has_paid(world: World) -> None:
    world.earn({world.bob: 100})
    code = ask(world)
    mark_paid(key="p", at=AT, by=ENGINE, payout=code)
    return_payout(key="r", at=AT, by=ENGINE, payout=code, why="account closed")
    assert world.owed(world.bob) == 100
    assert ask(world) != code


def test_only_the_platform_speaks_for_the_bank(world: World) -> None:
    world.earn({world.bob: 100})
    code = ask(world)
    for step in (mark_sent, mark_paid):
        with pytest.raises(NotAllowed):
            step(key="k", at=AT, by=STRANGER, payout=code)
    for end in (return_payout, fail_payout):
        with pytest.raises(NotAllowed):
            end(key="k", at=AT, by=STRANGER, payout=code, why="")
    with pytest.raises(NotFound):
        mark_sent(key="k", at=AT, by=ENGINE, payout="W-NOTHING")

"""Every verb and where it takes the money from and to; and the two operations by which funds come without a trade."""

from collections.abc import Callable

import pytest

from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.kernel.once import KeyReused
from hanse.value.books.operations.post import FloorBroken
from hanse.value.books.rules import POINTS, AccountRef, Move, effect, undo
from hanse.value.funds import queries
from hanse.value.funds import rules as funds
from hanse.value.funds.operations.grant_points import grant_points
from hanse.value.funds.operations.top_up_wallet import top_up_wallet
from tests.value.world import AT, CNY, World

P, BUYER, SELLER, PROMOTER = 1, 2, 3, 4


def account(holder: int, purpose: str, asset: str = CNY, partner: int | None = None) -> AccountRef:
    return AccountRef(holder, purpose, asset, partner)


GATEWAY, HELD, WALLET = account(P, "gateway"), account(BUYER, "held"), account(BUYER, "wallet")
DUE, COST = account(BUYER, "refund_due"), account(P, "points_cost")
POINTS_HELD, ISSUED = account(BUYER, "points", POINTS), account(P, "points_issued", POINTS)


@pytest.mark.parametrize(
    ("moves", "changes"),
    [
        (funds.hold(BUYER, 9, asset=CNY, platform=P), {GATEWAY: -9, HELD: 9}),
        (funds.top_up(BUYER, 9, asset=CNY, platform=P), {GATEWAY: -9, WALLET: 9}),
        (funds.pay_from_wallet(BUYER, 9, asset=CNY), {WALLET: -9, HELD: 9}),
        (funds.grant_points(BUYER, 9, platform=P), {ISSUED: -9, POINTS_HELD: 9}),
        (
            funds.pay_with_points(BUYER, 9, 90, asset=CNY, platform=P),
            {POINTS_HELD: -9, ISSUED: 9, COST: -90, HELD: 90},
        ),
        (
            funds.refund_points(BUYER, 9, 90, asset=CNY, platform=P),
            {POINTS_HELD: 9, ISSUED: -9, COST: 90, HELD: -90},
        ),
        (funds.refund_outside(BUYER, 9, asset=CNY), {HELD: -9, DUE: 9}),
        (funds.refund_to_wallet(BUYER, 9, asset=CNY), {HELD: -9, WALLET: 9}),
        (funds.refund_arrived(BUYER, 9, asset=CNY, platform=P), {DUE: -9, GATEWAY: 9}),
        (funds.refund_bounced(BUYER, 9, asset=CNY), {DUE: -9, WALLET: 9}),
        (
            funds.promise_commission(SELLER, PROMOTER, 9, asset=CNY),
            {account(SELLER, "promised"): -9, account(PROMOTER, "pending"): 9},
        ),
        (funds.payout(SELLER, 9, asset=CNY), {account(SELLER, "owed"): -9, account(SELLER, "paid_out"): 9}),
    ],
)
def test_a_verb_moves_what_it_says(moves: list[Move], changes: dict[AccountRef, int]) -> None:
    assert effect(moves) == changes


@pytest.mark.parametrize(
    ("does", "undoes"),
    [
        (funds.promise_commission(SELLER, PROMOTER, 9, asset=CNY), funds.withdraw_commission),
        (funds.payout(SELLER, 9, asset=CNY), funds.payout_returned),
    ],
)
def test_what_ends_a_thing_takes_it_back(does: list[Move], undoes: Callable[..., list[Move]]) -> None:
    arguments = (SELLER, PROMOTER, 9) if undoes is funds.withdraw_commission else (SELLER, 9)
    assert undoes(*arguments, asset=CNY) == undo(does)


@pytest.mark.django_db
def test_a_wallet_is_filled_by_the_platform_once_per_key(world: World) -> None:
    ann = world.codes["ann"]
    for _ in range(2):
        top_up_wallet(key="k", at=AT, by=ENGINE, party=ann, amount=500, asset=CNY)
    with pytest.raises(KeyReused):
        top_up_wallet(key="k", at=AT, by=ENGINE, party=ann, amount=501, asset=CNY)
    assert queries.wallet(CNY) == {world.ann: 500}
    with pytest.raises(NotAllowed):
        top_up_wallet(key="j", at=AT, by=STRANGER, party=ann, amount=500, asset=CNY)
    for amount, asset in ((0, CNY), (-1, CNY), (10**30, CNY), (1, ""), (1, "C\x00Y"), (1, "X" * 9)):
        with pytest.raises(MalformedInput):
            top_up_wallet(key="j", at=AT, by=ENGINE, party=ann, amount=amount, asset=asset)
    assert queries.wallet(CNY) == {world.ann: 500}


@pytest.mark.django_db
def test_points_are_given_by_the_platform_and_spent_once(world: World) -> None:
    ann = world.codes["ann"]
    grant_points(key="k", at=AT, by=ENGINE, party=ann, points=30)
    assert queries.points() == {world.ann: 30}
    assert queries.points([world.bob]) == {}
    pay = funds.pay_with_points(world.ann, 30, 300, asset=CNY, platform=world.platform)
    world.post(pay)
    with pytest.raises(FloorBroken):
        world.post(pay)
    assert (queries.points(), queries.held(CNY)) == ({world.ann: 0}, {world.ann: 300})
    assert queries.owed(CNY) == {world.platform: -300}, "the platform bears what points buy"
    with pytest.raises(NotAllowed):
        grant_points(key="j", at=AT, by=STRANGER, party=ann, points=1)
    for points in (0, -1, 10**30):
        with pytest.raises(MalformedInput):
            grant_points(key="j", at=AT, by=ENGINE, party=ann, points=points)


@pytest.mark.django_db
def test_the_questions_that_scenarios_ask(world: World) -> None:
    world.pay(world.ann, 200)
    promise = funds.promise_commission(world.shop, world.bob, 8, asset=CNY)
    world.post(promise)
    assert queries.held(CNY) == {world.ann: 200}
    assert queries.pending(CNY) == {world.bob: 8}
    nets = {
        funds.owed(world.factory, CNY): 120, funds.owed(world.shop, CNY): 62, funds.owed(world.bob, CNY): 8,
        funds.fee(world.platform, CNY): 10,
    }  # fmt: skip
    closing = funds.settle_trade([(funds.held(world.ann, CNY), 200)], nets)
    world.post([*closing, *funds.withdraw_commission(world.shop, world.bob, 8, asset=CNY)])
    earned = {world.factory: 120, world.shop: 62, world.bob: 8, world.platform: 10}
    assert (queries.held(CNY), queries.pending(CNY)) == ({world.ann: 0}, {world.bob: 0})
    assert queries.owed(CNY) == queries.earned(CNY) == earned
    world.post(funds.payout(world.factory, 120, asset=CNY))
    assert queries.owed(CNY) == {**earned, world.factory: 0}
    assert queries.earned(CNY) == earned
    assert queries.paid_out(CNY) == {world.factory: 120}
    assert queries.payable(CNY, [world.shop]) == {world.shop: 62}
    world.post(funds.unsettle_trade([(funds.refund_due(world.ann, CNY), 200)], nets))
    assert queries.refund_due(CNY) == {world.ann: 200}
    assert queries.advanced(CNY) == {world.factory: 120}
    assert queries.owed(CNY) == {world.factory: -120, world.shop: 0, world.bob: 0, world.platform: 0}

"""Credit that a seller grants: who has the claim, who finances, and that no way round the limit exists."""

from datetime import timedelta

import pytest

from hanse.kernel.actor import ENGINE
from hanse.network.parties.models import Link
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.queries import terms_for
from hanse.value.books.operations.post import CreditLimitExceeded, FloorBroken
from hanse.value.funds import queries
from hanse.value.funds import rules as funds
from tests.value.world import AT, CNY, World

pytestmark = pytest.mark.django_db


def draw(world: World, amount: int, limit: int = 1000) -> None:
    world.post(funds.draw_credit(world.shop, world.factory, amount, asset=CNY, limit=limit))


def close(world: World, amount: int) -> None:
    source = funds.held_credit(world.shop, world.factory, CNY)
    world.post(funds.settle_trade([(source, amount)], {funds.owed(world.factory, CNY): amount}))


def repay(world: World, amount: int, *, closed: bool) -> None:
    gateway = funds.gateway(world.platform, CNY)
    world.post(funds.repay_credit(world.shop, world.factory, amount, paying=gateway, closed=closed))


def standing(world: World) -> tuple[int, ...]:
    """What the buyer drew, what is held for open trades, and what the factory may be paid and still awaits."""
    return (
        queries.credit_used(CNY).get(world.shop, 0),
        queries.held(CNY).get(world.shop, 0),
        queries.payable(CNY).get(world.factory, 0),
        queries.receivable(CNY).get(world.factory, 0),
    )


def test_drawn_closed_and_repaid(world: World) -> None:
    draw(world, 600)
    assert standing(world) == (600, 600, 0, 0)
    close(world, 600)
    assert standing(world) == (600, 0, 0, 600)
    repay(world, 250, closed=True)
    assert standing(world) == (350, 0, 250, 350)
    repay(world, 350, closed=True)
    assert standing(world) == (0, 0, 600, 0)
    assert queries.owed(CNY)[world.factory] == 600


def test_repaid_before_it_closes(world: World) -> None:
    draw(world, 600)
    repay(world, 600, closed=False)
    assert standing(world) == (0, 600, 0, 0)
    source = funds.held(world.shop, CNY)
    world.post(funds.settle_trade([(source, 600)], {funds.owed(world.factory, CNY): 600}))
    assert standing(world) == (0, 0, 600, 0)


def test_repaid_out_of_the_wallet(world: World) -> None:
    world.post(funds.top_up(world.shop, 600, asset=CNY, platform=world.platform))
    draw(world, 600)
    close(world, 600)
    wallet = funds.wallet(world.shop, CNY)
    world.post(funds.repay_credit(world.shop, world.factory, 600, paying=wallet, closed=True))
    assert standing(world) == (0, 0, 600, 0)
    assert queries.wallet(CNY)[world.shop] == 0


@pytest.mark.parametrize("closed", [False, True])
def test_no_more_is_repaid_than_was_drawn(world: World, closed: bool) -> None:
    """Two tabs repay at once, or a payment is told twice: the second is refused and its money stays where it was."""
    draw(world, 600)
    if closed:
        close(world, 600)
    repay(world, 600, closed=closed)
    with pytest.raises(FloorBroken):
        repay(world, 600, closed=closed)
    assert queries.credit_used(CNY)[world.shop] == 0


def test_no_more_is_released_than_is_held(world: World) -> None:
    draw(world, 600)
    world.post(funds.release_credit(world.shop, world.factory, 600, asset=CNY))
    with pytest.raises(FloorBroken):
        world.post(funds.release_credit(world.shop, world.factory, 1, asset=CNY))


def test_a_refund_after_closing_frees_the_line_instead_of_paying_cash(world: World) -> None:
    draw(world, 600)
    close(world, 600)
    line = funds.credit(world.shop, world.factory, CNY)
    world.post(funds.unsettle_trade([(line, 200)], {funds.owed(world.factory, CNY): 200}))
    assert standing(world) == (400, 0, 0, 400)


def test_the_limit_is_that_of_the_seller_who_grants_it(world: World) -> None:
    draw(world, 1000)
    world.post(funds.draw_credit(world.shop, world.bob, 1000, asset=CNY, limit=1000))
    with pytest.raises(CreditLimitExceeded):
        draw(world, 1)
    assert queries.credit_used(CNY, partners=[world.factory]) == {world.shop: 1000}
    assert queries.credit_used(CNY) == {world.shop: 2000}


def test_closing_and_reopening_the_link_frees_no_credit(world: World) -> None:
    up, down = world.codes["factory"], world.codes["shop"]
    terms = {"pay": "credit", "limit": 1000}

    def limit() -> int:
        pair = (world.factory, world.shop)
        return terms_for([pair])[pair].limit

    open_link(key="o1", at=AT, by=ENGINE, kind="supply", upstream=up, downstream=down, terms=terms)
    draw(world, 900, limit())
    close_link(key="c1", at=AT + timedelta(days=1), by=ENGINE, link=Link.objects.get().pk)
    with pytest.raises(CreditLimitExceeded):
        draw(world, 1, limit())
    open_link(key="o2", at=AT + timedelta(days=2), by=ENGINE, kind="supply", upstream=up, downstream=down, terms=terms)
    with pytest.raises(CreditLimitExceeded):
        draw(world, 101, limit())
    draw(world, 100, limit())
    assert queries.credit_used(CNY)[world.shop] == 1000


def test_a_raised_limit_holds_at_once(world: World) -> None:
    draw(world, 100, limit=100)
    draw(world, 50, limit=150)
    with pytest.raises(CreditLimitExceeded):
        draw(world, 1, limit=150)

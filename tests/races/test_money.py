"""Money of one buyer in many deals at once: no more goes out than there is, and nobody waits for ever."""

from functools import partial
from typing import Any

import pytest

from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from hanse.value.payments.models import ProviderRefund
from hanse.value.payments.operations.finish_refund import finish_refund
from tests.races.rivals import at_once, tally
from tests.trade.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("way", ["wallet", "points", "credit"])
def test_many_orders_are_paid_as_far_as_it_reaches(chain: World, way: str) -> None:
    chain.fill("ann", wallet=25_000, points=25_000)
    chain.link("supply", "shop", "ann", pay="credit", limit=25_000, period=60)
    codes = [chain.place("ann", {"tee@shop": 1}) for _ in range(8)]
    outcomes = at_once(*(partial(chain.call, pay, order=code, with_=way) for code in codes))
    refusal = "credit_limit_exceeded" if way == "credit" else "insufficient_funds"
    assert tally(outcomes) == {refusal: 6, "ok": 2}
    assert chain.money("held") == {"ann": 20_000}


def test_a_debt_is_repaid_once(chain: World) -> None:
    chain.link("supply", "shop", "ann", pay="credit", limit=25_000, period=60)
    chain.fill("ann", wallet=99_999)
    code = chain.deal("ann", {"tee@shop": 2}, with_="credit")
    outcomes = at_once(*[partial(chain.call, pay, order=code, with_="wallet", amount=8_000)] * 8)
    assert tally(outcomes) == {"amount_exceeds_due": 6, "ok": 2}
    assert (chain.money("credit_used"), chain.money("wallet")) == ({"ann": 4_000}, {"ann": 83_999})


def test_commission_of_one_promoter_from_many_deals(chain: World) -> None:
    for slug in ("bob", "eve"):
        chain.party(slug)
    chain.link("promotes", "bob", "ann")
    chain.link("promotes", "eve", "bob")
    for thing, seller, rates in [("cup", "shop", [1_000, 0]), ("hat", "rival", [0, 1_000])]:
        chain.goods(thing, seller, **{seller: 99})
        chain.offer(f"{thing}@{seller}", 1_000, commission=rates)
    lines = {"cup@shop": 1, "hat@rival": 1}
    codes = [chain.deal("ann", dict(sorted(lines.items(), reverse=n % 2 == 1))) for n in range(12)]
    assert chain.money("pending") == {"bob": 1_200, "eve": 1_200}
    outcomes = at_once(*(partial(chain.call, cancel, order=code) for code in codes))
    assert tally(outcomes) == {"ok": 12}
    assert (chain.money("pending"), chain.money("held")) == ({}, {})


def through_a_provider(world: World) -> tuple[str, partial[Any], partial[Any]]:
    """Return a checkout paid through a provider, of which one of four pieces is on its way back, and two steps.

    The provider says that it has arrived; at the same moment another piece is given back.
    """
    code = world.place("ann", {"tee@shop": 4})
    world.call(pay, order=code, payment=world.payment(code, 40_000))
    world.call(refund, order=code, lines={"tee@shop": 1})
    back = ProviderRefund.objects.get(payment__subject=code)
    return (
        code,
        partial(world.call, finish_refund, refund=back.code, succeeded=True),
        partial(world.call, refund, order=code, lines={"tee@shop": 1}),
    )


def test_one_refund_arrives_as_the_next_is_ordered(chain: World) -> None:
    for n in range(1, 7):
        _code, arrives, ordered = through_a_provider(chain)
        assert at_once(arrives, ordered) == ["ok", "ok"]
        assert chain.money("refund_due") == {"ann": 10_000 * n}

"""Two deeds on one order at the same moment come out as if one of them had come first; each with a control.

The controls take the checkout's lock away and let both read before either writes: then the race shows.
"""

from functools import partial
from typing import Any

import pytest

from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.auto_receive import auto_receive
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Allocation, Checkout, OrderLine, Refund, Tender
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line
from hanse.value.payments.models import Payment, ProviderRefund
from tests.races.rivals import at_once, tally, unlocked
from tests.trade.world import World

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6
HANDS = 16


def times(world: World, hands: int, step: Any, **said: Any) -> dict[str, int]:
    """Let so many hands do the same at once, each as a request of its own, and count what came of it."""
    return tally(at_once(*[partial(world.call, step, **said)] * hands))


# paying


def test_an_order_is_paid_once(chain: World) -> None:
    chain.fill("ann", wallet=100_000)
    code = chain.place("ann", {"tee@shop": 2})
    assert times(chain, 8, pay, order=code, with_="wallet") == {"nothing_to_pay": 7, "ok": 1}
    assert chain.money("wallet") == {"ann": 80_000}


def test_part_payments_never_exceed_what_is_due(chain: World) -> None:
    chain.fill("ann", wallet=100_000)
    code = chain.place("ann", {"tee@shop": 2})
    assert times(chain, 8, pay, order=code, with_="wallet", amount=6_000) == {"amount_exceeds_due": 5, "ok": 3}
    assert chain.money("held") == {"ann": 18_000}


def test_control_without_the_lock_more_is_paid_than_is_due(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    chain.fill("ann", wallet=100_000)
    code = chain.place("ann", {"tee@shop": 2})
    unlocked(monkeypatch, 4)
    assert times(chain, 4, pay, order=code, with_="wallet", amount=6_000) == {"ok": 4}
    assert sum(Tender.objects.values_list("amount", flat=True)) == 24_000


def test_paid_or_expired(chain: World) -> None:
    for _ in range(ROUNDS):
        code = chain.place("ann", {"tee@shop": 2})
        root = chain.roots(code)[0].code
        chain.wait(minutes=15)
        outcomes = at_once(partial(chain.call, pay, order=code), partial(chain.call, expire, order=root))
        statuses = set(chain.statuses(code).values())
        assert (outcomes, statuses) in ((["ok", "ok"], {"paid"}), (["order_expired", "ok"], {"expired"}))
        if statuses == {"paid"}:
            chain.call(cancel, order=code)
        assert (chain.money("held"), chain.stock("tee@factory")) == ({}, (100, 0, 0))


def test_control_without_the_lock_one_of_them_is_stopped_half_way(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    """Both believe to be first; only the guard of the state remains, and stops whoever comes second half way."""
    code = chain.place("ann", {"tee@shop": 2})
    root = chain.roots(code)[0].code
    chain.wait(minutes=15)
    unlocked(monkeypatch, 2)
    outcomes = at_once(partial(chain.call, pay, order=code), partial(chain.call, expire, order=root))
    assert sorted(outcomes) == ["ok", "wrong_state"]


def test_the_providers_word_and_the_clock(chain: World) -> None:
    """Money that arrives as the order expires pays it, or goes back: never both, never neither."""
    for _ in range(ROUNDS):
        code = chain.place("ann", {"tee@shop": 2})
        payment, root = chain.payment(code, 20_000), chain.roots(code)[0].code
        chain.wait(minutes=15)
        steps = partial(chain.call, pay, order=code, payment=payment), partial(chain.call, expire, order=root)
        assert at_once(*steps) == ["ok", "ok"]
        paid = set(chain.statuses(code).values()) == {"paid"}
        assert paid or set(chain.statuses(code).values()) == {"expired"}
        assert ProviderRefund.objects.filter(payment__code=payment).count() == (0 if paid else 1)
        assert chain.money("held") == ({"ann": 20_000} if paid else {})
        if paid:
            chain.call(cancel, order=code)
    assert chain.money("refund_due") == {"ann": 20_000 * ROUNDS}


def test_one_notice_heard_by_many(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    payment = chain.payment(code, 20_000)
    assert times(chain, 8, pay, order=code, payment=payment) == {"ok": 8}
    assert (chain.money("held"), Tender.objects.count(), Refund.objects.count()) == ({"ann": 20_000}, 1, 0)


def test_two_payments_that_arrive_together(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    payments = [chain.payment(code, 20_000) for _ in range(4)]
    outcomes = at_once(*(partial(chain.call, pay, order=code, payment=payment) for payment in payments))
    assert outcomes == ["ok"] * 4
    assert set(Payment.objects.values_list("status", flat=True)) == {"succeeded"}
    assert (chain.money("held"), chain.money("refund_due")) == ({"ann": 20_000}, {"ann": 60_000})


def test_paid_as_a_piece_is_cancelled(chain: World) -> None:
    chain.fill("ann", wallet=20_000 * ROUNDS)
    for _ in range(ROUNDS):
        code = chain.place("ann", {"tee@shop": 2})
        outcomes = at_once(
            partial(chain.call, pay, order=code, with_="wallet"),
            partial(chain.call, cancel, order=code, lines={"tee@shop": 1}),
        )
        assert outcomes == ["ok", "ok"]
        assert set(chain.statuses(code).values()) == {"paid"}
    assert chain.money("held") == {"ann": 10_000 * ROUNDS}


def test_control_without_the_lock_the_cancelled_piece_is_paid(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    chain.fill("ann", wallet=20_000)
    code = chain.place("ann", {"tee@shop": 2})
    unlocked(monkeypatch, 2)
    outcomes = at_once(
        partial(chain.call, pay, order=code, with_="wallet"),
        partial(chain.call, cancel, order=code, lines={"tee@shop": 1}),
    )
    held, left = chain.money("held").get("ann"), chain.roots(code)[0].left
    assert (outcomes, held, left) != (["ok", "ok"], 10_000, 10_000), "paid for what is gone, or one waits for the other"


# goods


def test_shipped_or_cancelled(chain: World) -> None:
    for _ in range(ROUNDS):
        code = chain.deal("ann", {"tee@shop": 2})
        outcomes = at_once(partial(chain.call, ship, order=code), partial(chain.call, cancel, order=code))
        shipped = set(chain.statuses(code).values()) == {"shipped"}
        assert outcomes == (["ok", "wrong_state"] if shipped else ["wrong_state", "ok"])
        assert chain.money("held").get("ann", 0) == (20_000 if shipped else 0)
        if shipped:
            chain.call(refund, order=code)
    assert chain.stock("tee@factory") == (100, 0, 0)


def test_one_piece_leaves_as_another_is_cancelled(chain: World) -> None:
    for _ in range(ROUNDS):
        code = chain.deal("ann", {"tee@shop": 2})
        assert at_once(*one_of_each(chain, code)) == ["ok", "ok"]
        assert set(chain.statuses(code).values()) == {"shipped"}


def one_of_each(world: World, code: str) -> list[partial[Any]]:
    """Return the two steps: one piece leaves, another is cancelled."""
    return [partial(world.call, step, order=code, lines={"tee@shop": 1}) for step in (ship, cancel)]


def test_control_without_the_lock_the_order_is_stuck_between(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    unlocked(monkeypatch, 2)
    assert at_once(*one_of_each(chain, code)) == ["ok", "ok"]
    assert set(chain.statuses(code).values()) == {"partly_shipped"}, "although nothing is left to ship"


def test_received_once(chain: World) -> None:
    chain.party("mill", "enterprise")
    code = chain.deal("mill", {"tee@shop": 8}, "shipped")
    assert times(chain, HANDS, receive, order=code, lines={"tee@shop": 1}) == {"ok": 8, "wrong_state": 8}
    assert (chain.stock("tee@mill"), OrderLine.objects.get(order__tier=0).received) == ((8, 0, 0), 8)


def test_control_without_the_lock_pieces_arrive_that_nobody_counted(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    chain.party("mill", "enterprise")
    code = chain.deal("mill", {"tee@shop": 8}, "shipped")
    unlocked(monkeypatch, 4)
    assert times(chain, 4, receive, order=code, lines={"tee@shop": 1}) == {"ok": 4}
    assert (chain.stock("tee@mill"), OrderLine.objects.get(order__tier=0).received) == ((4, 0, 0), 1)


def test_the_buyer_and_the_clock_receive(chain: World) -> None:
    for _ in range(ROUNDS):
        code = chain.deal("ann", {"tee@shop": 2}, "shipped")
        root = chain.roots(code)[0].code
        chain.wait(days=10)
        outcomes = at_once(partial(chain.call, receive, order=code), partial(chain.call, auto_receive, order=root))
        assert outcomes in (["ok", "ok"], ["wrong_state", "ok"])
        assert set(chain.statuses(code).values()) == {"received"}


# giving back


@pytest.mark.parametrize("stage", ["paid", "received", "closed"])
def test_sixteen_refunds_of_one_piece(chain: World, stage: str) -> None:
    code = chain.deal("ann", {"tee@shop": 1}, stage)
    outcomes = times(chain, HANDS, refund, order=code, lines={"tee@shop": 1})
    refusal = "wrong_state" if stage == "paid" else "nothing_left_to_refund"
    assert outcomes == {refusal: HANDS - 1, "ok": 1}
    assert (Refund.objects.get().amount, chain.money("held"), chain.money("earned")) == (10_000, {}, {})


def test_control_without_the_lock_one_piece_is_given_back_again_and_again(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    code = chain.deal("ann", {"tee@shop": 4}, "received")
    unlocked(monkeypatch, 4)
    assert times(chain, 4, refund, order=code, lines={"tee@shop": 1}) == {"ok": 4}
    line = OrderLine.objects.get(order__tier=0)
    assert (line.refunded, line.amount_left, sum(Refund.objects.values_list("amount", flat=True))) == (
        1,
        30_000,
        40_000,
    )


def test_sixteen_refunds_by_amount_give_back_no_more_than_was_paid(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1}, "closed")
    assert times(chain, HANDS, refund, order=code, amount=3_000) == {"more_than_left": HANDS - 3, "ok": 3}
    assert chain.money("earned")["shop"] == 10_000 - 9_000 - 8_000 - 50


def test_closed_as_a_piece_is_given_back(chain: World) -> None:
    for n in range(1, ROUNDS + 1):
        code = chain.deal("ann", {"tee@shop": 2}, "received")
        root = chain.roots(code)[0].code
        chain.wait(days=7)
        steps = partial(chain.call, close, order=root), partial(chain.call, refund, order=code, lines={"tee@shop": 1})
        assert at_once(*steps) == ["ok", "ok"]
        assert chain.money("earned") == {
            "factory": 6_000 * n,
            "west": 2_000 * n,
            "shop": 1_500 * n,
            "platform": 500 * n,
        }


def test_control_without_the_lock_it_closes_with_money_that_went_back(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    """Both count on what is held; the floor of that account stops whoever comes second."""
    code = chain.deal("ann", {"tee@shop": 2}, "received")
    root = chain.roots(code)[0].code
    chain.wait(days=7)
    unlocked(monkeypatch, 2)
    steps = partial(chain.call, close, order=root), partial(chain.call, refund, order=code, lines={"tee@shop": 1})
    assert sorted(at_once(*steps)) == ["insufficient_funds", "ok"]


def test_cancelled_by_both_sides(chain: World) -> None:
    for _ in range(ROUNDS):
        code = chain.deal("ann", {"tee@shop": 2})
        steps = [partial(chain.call, cancel, by=chain.actor(who), order=code) for who in ("ann", "shop")]
        assert sorted(at_once(*steps)) == ["ok", "wrong_state"]
    assert (chain.money("held"), chain.stock("tee@factory")) == ({}, (100, 0, 0))
    assert set(Allocation.objects.values_list("cancelled", flat=True)) == {2}


# one request sent often


def test_one_request_from_many_hands_is_one_order(chain: World) -> None:
    by = chain.actor("ann")
    step = partial(place, key="once", at=chain.at, by=by, buyer="ann", lines=[Line("tee@shop", 2)])
    assert tally(at_once(*[step] * 8)) == {"ok": 8}
    assert (Checkout.objects.count(), chain.stock("tee@factory")) == (1, (98, 2, 0))

"""Money that arrives through a provider: for what it was asked, twice, too late, too much, or for something else."""

from typing import Any

import pytest

from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.orders.models import Refund, Tender
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.queries import to_pay
from hanse.value.books import queries as books
from hanse.value.payments.models import Payment, ProviderRefund
from hanse.value.payments.operations.finish_refund import finish_refund
from tests.trade.refusals import refused, unchanged
from tests.trade.world import CNY, World


def sent_back() -> list[tuple[str, int, str]]:
    """Return payment, amount and status of everything that a provider was told to send back."""
    return list(ProviderRefund.objects.order_by("pk").values_list("payment__code", "amount", "status"))


def surplus() -> list[int]:
    """Return the documents of money that was not needed."""
    return list(Refund.objects.filter(kind="surplus", order=None).order_by("pk").values_list("amount", flat=True))


@pytest.fixture
def code(chain: World) -> str:
    """A checkout of ann's over 200.00."""
    return chain.place("ann", {"tee@shop": 2})


def test_a_payment_that_was_asked_for(chain: World, code: str) -> None:
    chain.call(pay, order=code, payment=chain.payment(code, 20_000))
    assert set(chain.statuses(code).values()) == {"paid"}
    assert Tender.objects.get().payment == Payment.objects.get()
    assert chain.money("held") == {"ann": 20_000}
    assert sent_back() == []


def test_the_notice_of_a_payment_counts_once_however_often_it_comes(chain: World, code: str) -> None:
    payment = chain.payment(code, 20_000)
    for _ in range(3):
        chain.call(pay, order=code, payment=payment)
    assert (chain.money("held"), Tender.objects.count(), sent_back()) == ({"ann": 20_000}, 1, [])
    with unchanged():
        chain.call(pay, order=code, payment=payment)


def test_two_payments_for_one_checkout_the_second_goes_back(chain: World, code: str) -> None:
    first, second = (chain.payment(code, 20_000) for _ in range(2))
    for payment in (first, second):
        chain.call(pay, order=code, payment=payment)
    assert (sent_back(), surplus()) == ([(second, 20_000, "pending")], [20_000])
    assert (chain.money("held"), chain.money("refund_due")) == ({"ann": 20_000}, {"ann": 20_000})
    chain.call(finish_refund, refund=ProviderRefund.objects.get().code, succeeded=True)
    assert chain.money("refund_due") == {}


def test_of_what_is_too_much_only_that_goes_back(chain: World, code: str) -> None:
    payment = chain.payment(code, 20_000)
    chain.call(pay, order=code, amount=500)
    chain.call(pay, order=code, payment=payment)
    assert (sent_back(), chain.money("held")) == ([(payment, 500, "pending")], {"ann": 20_000})
    assert set(chain.statuses(code).values()) == {"paid"}


def test_a_part_by_a_provider_leaves_the_rest_open(chain: World, code: str) -> None:
    chain.call(pay, order=code, payment=chain.payment(code, 5_000))
    assert (chain.statuses(code)["shop"], chain.money("held")) == ("placed", {"ann": 5_000})
    chain.call(pay, order=code, payment=chain.payment(code, 15_000))
    assert (chain.statuses(code)["shop"], sent_back()) == ("paid", [])


@pytest.mark.parametrize("many", [1, 2])
def test_money_that_comes_after_the_order_expired_goes_back(chain: World, code: str, many: int) -> None:
    payments = [chain.payment(code, 20_000) for _ in range(many)]
    chain.wait(minutes=15)
    chain.call(expire, order=chain.roots(code)[0].code)
    assert set(Payment.objects.values_list("status", flat=True)) == {"expired"}
    for payment in payments:
        chain.call(pay, order=code, payment=payment)
    assert sent_back() == [(payment, 20_000, "pending") for payment in payments]
    assert (chain.money("held"), chain.money("refund_due")) == ({}, {"ann": many * 20_000})
    assert set(chain.statuses(code).values()) == {"expired"}


def test_money_that_comes_after_a_cancellation_goes_back(chain: World, code: str) -> None:
    payment = chain.payment(code, 20_000)
    chain.call(cancel, order=code)
    chain.call(pay, order=code, payment=payment)
    assert (sent_back(), set(chain.statuses(code).values())) == ([(payment, 20_000, "pending")], {"cancelled"})


@pytest.mark.parametrize("who", ["ann", "shop"])
@pytest.mark.parametrize("arrived", [False, True])
def test_either_side_cancels_while_a_payment_is_open_or_came(chain: World, code: str, who: str, arrived: bool) -> None:
    payment = chain.payment(code, 20_000)
    if arrived:
        chain.call(pay, order=code, payment=payment)
    chain.call(cancel, by=chain.actor(who), order=code)
    assert sent_back() == ([(payment, 20_000, "pending")] if arrived else [])
    assert Payment.objects.get().status == ("succeeded" if arrived else "expired")


def test_money_for_pieces_that_were_cancelled_meanwhile_goes_back(chain: World, code: str) -> None:
    payment = chain.payment(code, 20_000)
    chain.call(cancel, order=code, lines={"tee@shop": 1})
    chain.call(pay, order=code, payment=payment)
    assert (sent_back(), chain.money("held")) == ([(payment, 10_000, "pending")], {"ann": 10_000})
    assert chain.statuses(code)["shop"] == "paid"


def test_what_came_in_part_goes_back_when_the_order_expires(chain: World, code: str) -> None:
    payment = chain.payment(code, 7_000)
    chain.call(pay, order=code, payment=payment)
    chain.fill("ann", wallet=1_000)
    chain.call(pay, order=code, with_="wallet", amount=1_000)
    chain.wait(minutes=15)
    chain.call(expire, order=chain.roots(code)[0].code)
    assert (sent_back(), chain.money("wallet")) == ([(payment, 7_000, "pending")], {"ann": 1_000})
    assert chain.money("held") == {}


def test_a_payment_repays_credit_once_nothing_else_is_due(chain: World) -> None:
    chain.link("supply", "shop", "ann", pay="credit", limit=20_000, period=60)
    code = chain.deal("ann", {"tee@shop": 2}, with_="credit")
    payment = chain.payment(code, 25_000)
    chain.call(pay, order=code, payment=payment)
    assert (chain.money("credit_used"), sent_back()) == ({}, [(payment, 5_000, "pending")])
    assert chain.money("held") == {"ann": 20_000}
    chain.call(refund, order=code)
    assert sent_back()[1:] == [(payment, 20_000, "pending")]


def test_a_refund_goes_back_through_the_payments_that_came_the_latest_first(chain: World, code: str) -> None:
    first, second = chain.payment(code, 12_000), chain.payment(code, 8_000)
    for payment in (first, second):
        chain.call(pay, order=code, payment=payment)
    chain.call(refund, order=code, lines={"tee@shop": 1})
    assert sent_back() == [(second, 8_000, "pending"), (first, 2_000, "pending")]


def test_one_refund_of_two_sellers_is_sent_back_in_two_orders(chain: World) -> None:
    """One payment paid both; each seller's refund is a document of its own, and so is what the provider is told."""
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_000)
    code = chain.place("ann", {"tee@shop": 1, "hat@rival": 1})
    payment = chain.payment(code, 13_000)
    chain.call(pay, order=code, payment=payment)
    assert len(chain.call(refund, order=code)) == 2
    assert sent_back() == [(payment, 10_000, "pending"), (payment, 3_000, "pending")]


@pytest.mark.parametrize("stage", ["received", "closed"])
def test_a_refund_after_anything_waits_for_the_provider(chain: World, stage: str) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(pay, order=code, payment=chain.payment(code, 20_000))
    chain.carry(code, stage)
    chain.call(refund, order=code, lines={"tee@shop": 1}, fault="upstream", goods="returned")
    assert chain.money("refund_due") == {"ann": 10_000}
    chain.call(finish_refund, refund=ProviderRefund.objects.get().code, succeeded=False)
    assert (chain.money("refund_due"), chain.money("wallet")) == ({}, {"ann": 10_000})
    assert books.check() == []


# what is not taken


def test_a_payment_for_another_order_is_not_taken(chain: World, code: str) -> None:
    other = chain.place("ann", {"tee@shop": 1})
    payment = chain.payment(other, 10_000)
    with refused("malformed", field="payment"):
        chain.call(pay, order=code, payment=payment)
    chain.call(pay, order=other, payment=payment)
    with refused("malformed", field="payment"):
        chain.call(pay, order=code, payment=payment)


def test_nor_is_one_in_another_currency(chain: World, code: str) -> None:
    payment = chain.payment(code, 20_000, currency="JPY")
    with refused("malformed", field="payment"):
        chain.call(pay, order=code, payment=payment)


@pytest.mark.parametrize("said", [{}, {"with_": "wallet"}])
def test_a_buyer_cannot_say_that_a_payment_arrived(chain: World, code: str, said: dict[str, Any]) -> None:
    payment = chain.payment(code, 20_000)
    with refused("not_allowed"):
        chain.call(pay, by=chain.actor("ann"), order=code, payment=payment, **said)


def test_the_entry_names_the_checkout(chain: World, code: str) -> None:
    for _ in range(2):
        chain.call(pay, order=code, payment=chain.payment(code, 20_000))
    kinds = [(one.kind, one.amount) for one in books.journal(subjects=[code])]
    assert kinds == [("pay", 20_000), ("surplus", 20_000)]
    assert chain.money("held", CNY) == {"ann": 20_000}


@pytest.mark.parametrize("succeeded", [True, False])
@pytest.mark.parametrize("stage", ["paid", "closed"])
def test_what_another_party_paid_goes_back_to_that_one(chain: World, code: str, stage: str, succeeded: bool) -> None:
    chain.party("eve")
    first, second = (chain.payment(code, 20_000, buyer="eve") for _ in range(2))
    chain.call(pay, order=code, payment=first)
    chain.call(pay, order=code, payment=second)
    chain.carry(code, stage)
    chain.call(cancel if stage == "paid" else refund, order=code)
    assert chain.money("refund_due") == {"eve": 40_000}
    for one in ProviderRefund.objects.all():
        chain.call(finish_refund, refund=one.code, succeeded=succeeded)
    assert chain.money("refund_due") == {}
    assert chain.money("wallet") == ({} if succeeded else {"eve": 40_000})


def test_what_there_is_to_ask_for_is_what_is_left_and_not_paid(chain: World, code: str) -> None:
    (root,) = chain.roots(code)

    def open_() -> dict[int, int]:
        return to_pay([root.checkout_id])

    assert open_() == {root.checkout_id: 20_000}
    chain.call(cancel, order=code, lines={"tee@shop": 1})
    assert open_() == {root.checkout_id: 10_000}
    chain.call(pay, order=code, amount=4_000)
    assert open_() == {root.checkout_id: 6_000}
    chain.call(pay, order=code)
    assert open_() == {root.checkout_id: 0}
    assert to_pay([]) == {}

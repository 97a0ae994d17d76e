"""Payments and refunds by several at once, each on a connection of its own.

Each has a control: the same with its lock taken away, in which too much happens.
"""

from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.db import transaction

from hanse.kernel import states
from hanse.kernel.actor import ENGINE
from hanse.value.books.operations.post import post
from hanse.value.funds import rules as funds
from hanse.value.payments import queries
from hanse.value.payments.models import Payment, ProviderRefund
from hanse.value.payments.operations import start_refund as refunding
from hanse.value.payments.operations import succeed as succeeding
from hanse.value.payments.operations.finish_refund import finish_refund
from hanse.value.payments.operations.start_refund import start_refund
from hanse.value.payments.operations.succeed import succeed
from tests.value.payments.conftest import AT, Till
from tests.value.world import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def refund(payment: str, subject: str, key: str, amount: int = 3_000) -> str:
    return start_refund(key=key, at=AT, by=ENGINE, payment=payment, amount=amount, subject=subject)


def refund_by_eight(payment: str) -> list[str]:
    return at_once(*(lambda n=n: refund(payment, f"Z-{n}", f"k{n}") for n in range(8)))


def arrive(payment: str) -> int:
    return len(succeed(key=f"pay:{payment}", at=AT, by=ENGINE, payment=payment)["others"])


def held_back(module: Any, name: str, parties: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody look before anybody writes."""
    gate, real = Barrier(parties), getattr(module, name)

    def waits(*given: Any, **named: Any) -> Any:
        gate.wait(timeout=20)
        return real(*given, **named)

    monkeypatch.setattr(module, name, waits)


def test_refunds_at_once_never_exceed_the_payment(till: Till) -> None:
    payment = till.paid()
    outcomes = refund_by_eight(payment)
    assert outcomes.count("refund_exceeds_payment") == 5
    assert queries.refundable("C-1") == [(payment, 1_000)]


def test_control_without_the_lock_more_is_refunded_than_was_paid(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = till.paid()
    monkeypatch.setattr(refunding, "locked_payment", lambda code: Payment.objects.get(code=code))
    held_back(refunding, "_record", 8, monkeypatch)
    refund_by_eight(payment)
    assert ProviderRefund.objects.count() == 8


def test_one_document_at_once_orders_one_refund(till: Till) -> None:
    payment = till.paid()
    outcomes = at_once(*(lambda n=n: refund(payment, "Z-1", f"k{n}") for n in range(6)))
    assert len(set(outcomes)) == 1
    assert ProviderRefund.objects.count() == 1


def test_the_end_of_a_refund_told_twice_at_once_is_booked_once(till: Till) -> None:
    code = refund(till.paid(), "Z-1", "k")

    def finish(key: str) -> bool:
        return finish_refund(key=key, at=AT, by=ENGINE, refund=code, succeeded=True)["fresh"]

    assert sorted(at_once(*(lambda n=n: finish(f"f{n}") for n in range(4)))) == [False, False, False, True]
    assert till.balances() == (-7_000, 7_000, 0)


def test_tabs_that_pay_at_once_each_learn_of_those_before(till: Till) -> None:
    payments = [till.start() for _ in range(4)]
    assert sorted(at_once(*(lambda p=p: arrive(p) for p in payments))) == [0, 1, 2, 3]


def test_control_without_the_lock_tabs_do_not_learn_of_each_other(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    payments = [till.start() for _ in range(4)]

    def unlocked(code: str) -> tuple[Payment, list[Payment]]:
        rows = list(Payment.objects.all())
        return next(row for row in rows if row.code == code), [row for row in rows if row.code != code]

    monkeypatch.setattr(succeeding, "locked_siblings", unlocked)
    held_back(states, "move", 4, monkeypatch)
    assert at_once(*(lambda p=p: arrive(p) for p in payments)) == [0, 0, 0, 0]


def test_one_payment_told_many_times_at_once_is_fresh_once(till: Till) -> None:
    payment = till.start()

    def told(key: str) -> bool:
        return succeed(key=key, at=AT, by=ENGINE, payment=payment)["fresh"]

    assert sorted(at_once(*(lambda n=n: told(f"t{n}") for n in range(4)))) == [False, False, False, True]


def test_a_refund_may_end_while_another_is_ordered_by_who_has_booked_already(till: Till) -> None:
    payment = till.paid()
    first = refund(payment, "Z-1", "k1")
    gate = Barrier(2)

    def order() -> str:
        with transaction.atomic():
            post(
                key="order",
                kind="test",
                moves=funds.refund_bounced(till.buyer, 1, asset="CNY"),
                at=AT,
                by=ENGINE,
                subject="",
            )
            gate.wait(timeout=20)
            sleep(0.3)  # the other one waits for the account by now
            return refund(payment, "Z-2", "k2")

    def end() -> str:
        gate.wait(timeout=20)
        return finish_refund(key="f", at=AT, by=ENGINE, refund=first, succeeded=True)["status"]

    assert at_once(order, end)[1] == "succeeded"
    assert ProviderRefund.objects.count() == 2

"""Refunds: never more than was paid, each once."""

from datetime import UTC, datetime, timedelta

import pytest

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.once import KeyReused
from hanse.value.payments import queries
from hanse.value.payments.models import ProviderRefund
from hanse.value.payments.operations.expire import expire
from hanse.value.payments.operations.finish_refund import Return, finish_refund
from hanse.value.payments.operations.note_asked import note_asked
from hanse.value.payments.operations.start_refund import NothingToRefund, RefundExceedsPayment, start_refund
from hanse.value.payments.rules import Moved
from tests.value.payments.conftest import AT, Till

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)


def refund(payment: str, amount: int, subject: str = "Z-1", key: str = "") -> str:
    key = key or f"{payment}{subject}{amount}"
    return start_refund(key=key, at=AT, by=ENGINE, payment=payment, amount=amount, subject=subject)


def finish(code: str, succeeded: bool = True, key: str = "") -> Return:
    return finish_refund(key=key or f"f{code}{succeeded}", at=LATER, by=ENGINE, refund=code, succeeded=succeeded)


def test_a_refund_is_started_and_finished_once(till: Till) -> None:
    payment = till.paid()
    code = refund(payment, 4_000)
    view = queries.refund(code)
    assert view is not None
    assert (view.payment, view.amount, view.currency, view.status) == (payment, 4_000, "CNY", "pending")
    assert finish(code) == {
        "refund": code, "payment": payment, "subject": "Z-1", "amount": 4_000, "status": "succeeded", "fresh": True,
    }  # fmt: skip
    assert finish(code, key="again")["fresh"] is False
    assert finish(code, succeeded=False)["status"] == "succeeded"
    assert queries.refundable("C-1") == [(payment, 6_000)]
    assert till.balances() == (-6_000, 6_000, 0)
    assert str(ProviderRefund.objects.get()) == code


def test_refunds_never_exceed_the_payment(till: Till) -> None:
    payment = till.paid()
    refund(payment, 6_000, "Z-1")
    with pytest.raises(RefundExceedsPayment) as refusal:
        refund(payment, 4_001, "Z-2")
    assert refusal.value.details["left"] == 4_000
    refund(payment, 4_000, "Z-2")
    assert queries.refundable("C-1") == []


def test_one_document_orders_one_refund(till: Till) -> None:
    payment = till.paid()
    code = refund(payment, 1_000, key="a")
    assert refund(payment, 1_000, key="b") == code
    with pytest.raises(KeyReused):
        refund(payment, 2_000, key="c")
    assert ProviderRefund.objects.count() == 1


def test_the_money_of_a_failed_refund_goes_to_the_wallet(till: Till) -> None:
    payment = till.paid()
    first = refund(payment, 4_000, key="a")
    assert finish(first, succeeded=False)["status"] == "failed"
    assert till.balances() == (-10_000, 6_000, 4_000)
    second = refund(payment, 6_000, key="b")
    assert second != first
    assert finish(second)["status"] == "succeeded"
    assert till.balances() == (-4_000, 0, 4_000)


def test_only_money_that_came_goes_back(till: Till) -> None:
    with pytest.raises(NothingToRefund):
        refund(till.start(), 1)
    with pytest.raises(MalformedInput):
        refund(till.paid(), 0)
    with pytest.raises(NotFound):
        refund("Y-0", 1)
    with pytest.raises(NotFound):
        finish("R-0")
    assert queries.refund("R-0") is None


def test_nobody_but_an_operator_orders_one_by_itself(till: Till) -> None:
    payment = till.paid()
    for by in (STRANGER, Actor(party=till.buyer), Actor(party=till.buyer + 1)):
        with pytest.raises(NotAllowed):
            start_refund(key="mine", at=AT, by=by, payment=payment, amount=1, subject="Z-1")
        with pytest.raises(NotAllowed):
            expire(key="theirs", at=AT, by=by, subjects=["C-1"])
    assert queries.refundable("C-1") == [(payment, 10_000)]


def test_pending_refunds_are_those_whose_end_we_do_not_know(till: Till) -> None:
    payment = till.paid()
    finish(refund(payment, 1, "Z-1"))
    waiting = refund(payment, 2, "Z-2")
    assert [view.code for view in queries.pending_refunds("sandbox", LATER)] == [waiting]
    assert queries.pending_refunds("sandbox", AT) == []


def test_a_refund_is_seen_by_its_payer_and_by_operators(till: Till) -> None:
    refund(till.paid(), 1)
    assert ProviderRefund.objects.visible_to(Actor(party=till.buyer)).count() == 1
    assert ProviderRefund.objects.visible_to(ENGINE).count() == 1
    assert ProviderRefund.objects.visible_to(Actor(party=till.buyer + 1)).count() == 0
    assert ProviderRefund.objects.visible_to(STRANGER).count() == 0


def test_what_we_booked_of_a_day_is_payments_and_refunds(till: Till) -> None:
    payment = till.paid()
    code = refund(payment, 2_500)
    finish(code)
    day = datetime(2026, 3, 1, tzinfo=UTC)
    rows = {row.code: row.amount for row in queries.moved_between("sandbox", day, day + timedelta(days=1))}
    assert rows == {payment: 10_000, code: -2_500}
    assert queries.moved_between("sandbox", day - timedelta(days=1), day) == []
    assert queries.moved_as("sandbox", [code]) == [Moved(code, -2_500, "CNY")]


# who is asked about, and when


def minutes(code: str, upto: int) -> list[int]:
    """Return the minutes after AT in which a sweep of every minute asks about the code."""
    found = []
    for minute in range(1, upto):
        at = AT + timedelta(minutes=minute)
        if code in [view.code for view in queries.pending_refunds("sandbox", at)]:
            note_asked(code=code, at=at, by=ENGINE)
            found.append(minute)
    return found


def test_what_stays_open_is_asked_about_ever_more_rarely(till: Till) -> None:
    code = refund(till.paid(), 1)
    assert minutes(code, 200) == [1, 2, 4, 8, 16, 32, 64, 128]
    ProviderRefund.objects.update(asked_at=AT + timedelta(days=5))
    assert queries.pending_refunds("sandbox", AT + timedelta(days=5, hours=23)) == []
    assert len(queries.pending_refunds("sandbox", AT + timedelta(days=6))) == 1


def test_a_page_at_a_time_is_asked_about_the_longest_unasked_first(till: Till) -> None:
    payments = [till.start(f"C-{n}") for n in range(3)]

    def wanted(minute: int) -> list[str]:
        return [view.code for view in queries.unsettled_payments("sandbox", AT + timedelta(minutes=minute), limit=2)]

    assert wanted(1) == payments[:2]
    note_asked(code=payments[0], at=AT + timedelta(minutes=1), by=ENGINE)
    assert wanted(1) == payments[1:]
    note_asked(code=payments[1], at=AT + timedelta(minutes=2), by=ENGINE)
    assert wanted(10) == [payments[0], payments[2]]

"""Payments: what was asked for and what arrived."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import StateChange
from hanse.value.payments import queries
from hanse.value.payments.models import Payment
from hanse.value.payments.operations.attach_provider_ref import ReferenceConflict, attach_provider_ref
from hanse.value.payments.operations.expire import expire
from hanse.value.payments.operations.fail import fail
from hanse.value.payments.operations.start_payment import start_payment
from hanse.value.payments.operations.succeed import AmountMismatch, Arrival, succeed
from tests.value.payments.conftest import AT, Till

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(hours=1)
NUMBERS = count()


def attach(code: str, ref: str = "sb_1", url: str = "http://pay/1") -> str:
    key = f"{code}{ref}{next(NUMBERS)}"
    return attach_provider_ref(key=key, at=AT, by=ENGINE, payment=code, provider_ref=ref, pay_url=url)


def arrive(code: str, key: str = "", amount: int | None = None, currency: str | None = None) -> Arrival:
    return succeed(key=key or f"pay:{code}", at=LATER, by=ENGINE, payment=code, amount=amount, currency=currency)


def status(code: str) -> str:
    return Payment.objects.get(code=code).status


def test_a_payment_is_started_once_by_its_key(till: Till) -> None:
    code = till.start(key="one")
    assert till.start(key="one") == code
    view = queries.payment(code)
    assert view is not None
    assert (view.payer, view.subject, view.amount, view.currency) == (till.buyer, "C-1", 10_000, "CNY")
    assert (view.status, view.provider, view.provider_ref, view.pay_url) == ("created", "sandbox", "", "")
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("amount", 0), ("amount", -1), ("amount", 2**63), ("currency", "yuan"), ("subject", ""), ("subject", "C" * 81)],
)
def test_what_cannot_be_paid_is_refused(buyer: int, field: str, wrong: object) -> None:
    given = {"payer": buyer, "subject": "C-1", "amount": 1, "currency": "CNY", "provider": "sandbox", field: wrong}
    with pytest.raises(MalformedInput) as refusal:
        start_payment(key="k", at=AT, by=ENGINE, **given)  # type: ignore[arg-type]
    assert refusal.value.details["field"] == field
    assert not Payment.objects.exists()


def test_the_way_of_a_payment_is_recorded(till: Till) -> None:
    code = till.start()
    assert attach(code) == "pending"
    assert arrive(code, amount=10_000, currency="CNY") == {
        "payment": code, "subject": "C-1", "payer": till.buyer, "amount": 10_000, "currency": "CNY",
        "fresh": True, "was": "pending", "others": [],
    }  # fmt: skip
    found = Payment.objects.get(code=code)
    assert (found.status, found.succeeded_at, found.provider_ref) == ("succeeded", LATER, "sb_1")
    assert list(StateChange.objects.filter(subject="payment").order_by("id").values_list("event", flat=True)) == [
        "attach", "succeed",
    ]  # fmt: skip


def test_another_amount_or_currency_is_refused_and_changes_nothing(till: Till) -> None:
    code = till.start()
    for wrong in ({"amount": 9_999}, {"currency": "USD"}):
        with pytest.raises(AmountMismatch):
            arrive(code, **wrong)
    assert status(code) == "created"


def test_the_notice_may_come_before_the_answer_to_create(till: Till) -> None:
    code = till.start()
    arrive(code)
    assert attach(code) == "succeeded"
    found = Payment.objects.get(code=code)
    assert (found.provider_ref, found.pay_url) == ("sb_1", "http://pay/1")


def test_a_payment_known_already_is_not_fresh_again(till: Till) -> None:
    code = till.start()
    arrive(code, key="notice")
    again = arrive(code, key="query")
    assert (again["fresh"], again["was"]) == (False, "succeeded")
    assert StateChange.objects.filter(subject="payment", event="succeed").count() == 1


def test_a_failure_after_the_success_changes_nothing(till: Till) -> None:
    code = till.paid()
    assert fail(key="late", at=LATER, by=ENGINE, payment=code) == "succeeded"
    assert status(code) == "succeeded"


def test_a_success_after_a_failure_is_money_that_arrived(till: Till) -> None:
    code = till.start()
    assert fail(key="no", at=AT, by=ENGINE, payment=code, why="refused") == "failed"
    assert StateChange.objects.get(event="fail").why == "refused"
    assert arrive(code)["was"] == "failed"
    assert status(code) == "succeeded"


def test_two_tabs_that_pay_one_checkout_are_told_of_each_other(till: Till) -> None:
    first, second, third = till.start(), till.start(), till.start("C-2")
    assert arrive(first)["others"] == []
    assert arrive(second)["others"] == [first]
    assert arrive(third)["others"] == []
    assert [view.status for view in queries.payments_for("C-1")] == ["succeeded", "succeeded"]


def test_what_expired_gives_up_open_payments_only(till: Till) -> None:
    paid, waiting, other = till.paid(), till.start(), till.start("C-2")
    assert expire(key="x", at=LATER, by=ENGINE, subjects=["C-1"]) == [waiting]
    assert expire(key="y", at=LATER, by=ENGINE, subjects=["C-1"]) == []
    assert (status(paid), status(waiting), status(other)) == ("succeeded", "expired", "created")
    assert arrive(waiting)["was"] == "expired"
    assert status(waiting) == "succeeded"


def test_a_second_reference_of_the_provider_is_a_conflict(till: Till) -> None:
    code = till.start()
    attach(code)
    assert attach(code) == "pending"
    with pytest.raises(ReferenceConflict):
        attach(code, ref="sb_2")
    assert Payment.objects.get(code=code).pay_url == "http://pay/1"


def test_one_reference_belongs_to_one_payment(till: Till) -> None:
    attach(till.start())
    with pytest.raises(IntegrityError), transaction.atomic():
        attach(till.start())


def test_an_unknown_payment_is_not_found() -> None:
    with pytest.raises(NotFound):
        attach("Y-0")
    with pytest.raises(NotFound):
        arrive("Y-0")
    with pytest.raises(NotFound):
        fail(key="k", at=AT, by=ENGINE, payment="Y-0")
    assert queries.payment("Y-0") is None


def test_a_payment_that_we_gave_up_is_asked_about_until_the_provider_says_its_last_word(till: Till) -> None:
    till.paid()
    waiting, given_up = till.start(), till.start("C-2")
    expire(key="x", at=LATER, by=ENGINE, subjects=["C-2"])
    assert [view.code for view in queries.unsettled_payments("sandbox", LATER)] == [waiting, given_up]
    assert queries.unsettled_payments("sandbox", AT) == []
    assert queries.unsettled_payments("other", LATER) == []
    assert fail(key="no", at=LATER, by=ENGINE, payment=given_up) == "failed"
    assert [view.code for view in queries.unsettled_payments("sandbox", LATER)] == [waiting]


def test_a_payment_is_seen_by_its_payer_and_by_operators(till: Till) -> None:
    till.start()
    assert Payment.objects.visible_to(Actor(party=till.buyer)).count() == 1
    assert Payment.objects.visible_to(ENGINE).count() == 1
    assert Payment.objects.visible_to(Actor(party=till.buyer + 1)).count() == 0
    assert Payment.objects.visible_to(STRANGER).count() == 0
    assert str(Payment.objects.get()) == Payment.objects.get().code


def test_one_starts_payments_of_ones_own_and_only_the_provider_ends_them(till: Till) -> None:
    ann, bob = Actor(party=till.buyer), Actor(party=till.buyer + 1)
    given = {"payer": till.buyer, "subject": "C-1", "amount": 1, "currency": "CNY"}
    code = start_payment(key="ann", at=AT, by=ann, **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        start_payment(key="bob", at=AT, by=bob, **given)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        succeed(key="trick", at=AT, by=ann, payment=code)
    with pytest.raises(NotAllowed):
        fail(key="trick", at=AT, by=ann, payment=code)
    with pytest.raises(NotAllowed):
        attach_provider_ref(key="trick", at=AT, by=ann, payment=code, provider_ref="x")
    assert status(code) == "created"

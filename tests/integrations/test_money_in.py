"""Money that comes in through a provider, with everything that goes wrong on the way."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from hanse.integrations import signatures
from hanse.interfaces.jobs import gateway
from hanse.interfaces.jobs.gateway import PaymentRefused, ProviderUnavailable
from hanse.kernel import clock
from hanse.kernel.errors import NotFound
from hanse.trade.orders.operations.expire import expire
from hanse.value.payments import queries
from hanse.value.payments.models import Notice, Payment, ProviderRefund
from tests.integrations.conftest import Till
from tests.integrations.stand_in import Letter, LetterBox

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=2)
MUCH_LATER = timedelta(minutes=40)


def status(payment: str) -> str:
    return Payment.objects.get(code=payment).status


def test_a_payment_on_the_providers_page_pays_the_order(till: Till) -> None:
    checkout, payment = till.paid()
    assert till.status(checkout) == "paid"
    assert status(payment) == "succeeded"
    assert till.money() == (10_000, 0, 0, -10_000)


def test_a_repeated_notice_changes_nothing(till: Till) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay", "duplicate")
    assert [till.deliver(payment) for _ in range(3)] == ["applied"] * 3
    assert Notice.objects.count() == 1
    assert till.money() == (10_000, 0, 0, -10_000)


def test_a_replayed_notice_changes_nothing(till: Till) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay")
    letter = till.letter(payment)
    assert [till.post(letter).status_code for _ in range(2)] == [200, 200]
    assert till.money() == (10_000, 0, 0, -10_000)


@pytest.mark.parametrize("trouble", ["late_failure", "reorder"])
def test_a_failure_that_comes_after_the_success_does_not_take_it_back(till: Till, trouble: str) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay", trouble)
    assert [till.deliver(payment) for _ in range(2)] == ["applied", "late_failure"]
    assert (till.status(checkout), status(payment)) == ("paid", "succeeded")
    assert [notice.outcome for notice in queries.troubled_notices()] == ["late_failure"]


def test_a_refused_payment_leaves_the_order_to_be_paid_another_way(till: Till) -> None:
    checkout = till.place()
    first = till.open(checkout)
    till.stand_in.payer(first, "refuse")
    assert till.deliver(first) == "applied"
    assert (till.status(checkout), status(first)) == ("placed", "failed")
    second = till.open(checkout)
    till.stand_in.payer(second, "pay")
    assert till.deliver(second) == "applied"
    assert till.status(checkout) == "paid"


def test_the_notice_may_come_before_the_answer_to_create(till: Till) -> None:
    checkout = till.place()
    payment = till.start(checkout)
    till.stand_in.next("early")
    view = queries.payment(payment)
    assert view is not None
    gateway._create(view, "", clock.now())  # and the process is killed before it writes down the answer
    assert till.deliver(payment) == "applied"
    assert gateway.open_payment(payment=payment, return_url="", at=clock.now()).startswith(till.stand_in.url)
    assert (till.status(checkout), status(payment)) == ("paid", "succeeded")
    assert till.money() == (10_000, 0, 0, -10_000)


def test_a_lost_notice_is_made_up_for_by_asking(till: Till) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay", "lost")
    assert gateway.query_payment(payment=payment, at=clock.now()) == "succeeded"
    assert till.status(checkout) == "paid"
    till.stand_in.again(payment)
    assert gateway.query_payment(payment=payment, at=clock.now()) == "succeeded"
    assert till.money() == (10_000, 0, 0, -10_000)


def test_a_sweep_asks_about_what_nobody_told_us_of(till: Till) -> None:
    lost, refused, waiting = (till.place() for _ in range(3))
    payments = [till.open(checkout) for checkout in (lost, refused, waiting)]
    till.stand_in.payer(payments[0], "pay", "lost")
    till.stand_in.payer(payments[1], "refuse", "lost")
    gateway.sweep(at=clock.now())  # too early to ask
    assert [status(payment) for payment in payments] == ["pending"] * 3
    gateway.sweep(at=clock.now() + SOON)
    assert [status(payment) for payment in payments] == ["succeeded", "failed", "pending"]
    assert [till.status(checkout) for checkout in (lost, refused, waiting)] == ["paid", "placed", "placed"]


def test_a_payment_that_the_provider_never_heard_of_fails_after_a_while(till: Till) -> None:
    payment = till.start(till.place())
    assert gateway.query_payment(payment=payment, at=clock.now()) == "created"
    assert gateway.query_payment(payment=payment, at=clock.now() + MUCH_LATER) == "failed"


def test_another_amount_is_kept_and_refused(till: Till) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay")
    told = {**till.letter(payment).told, "id": "n_other", "amount": 1}
    body = json.dumps(told).encode()
    forged_by_the_provider = Letter(signatures.signer(till.stand_in.own).sign(body, int(time.time())), body)
    assert till.post(forged_by_the_provider).json() == {"outcome": "amount_mismatch"}
    assert (till.status(checkout), status(payment)) == ("placed", "pending")
    assert [notice.outcome for notice in queries.troubled_notices()] == ["amount_mismatch"]
    assert till.money() == (0, 0, 0, 0)


def test_what_is_forged_altered_or_old_is_refused_and_leaves_no_trace(till: Till) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay")
    letter = till.letter(payment)
    old = signatures.signer(till.stand_in.own).sign(letter.body, int(time.time()) - 400)
    merchants = till.stand_in.signer.sign(letter.body, int(time.time()))
    for headers, body in (
        (letter.headers, letter.body + b" "),
        (old, letter.body),
        (merchants, letter.body),
        ({}, b"{}"),
    ):
        assert till.post(Letter(headers, body)).status_code == 401
    assert not Notice.objects.exists()
    assert till.status(checkout) == "placed"


def test_only_providers_that_we_know_are_listened_to(till: Till) -> None:
    assert till.post(Letter({}, b"{}"), provider="nobody").status_code == 404
    assert Client().get("/gateways/sandbox/notices").status_code == 405


def test_without_its_keys_the_sandbox_cannot_be_paid_with(till: Till, settings: Any) -> None:
    settings.HANSE_SANDBOX_KEYS = ""
    payment = till.start(till.place())
    with pytest.raises(ProviderUnavailable):
        gateway.open_payment(payment=payment, return_url="", at=clock.now())
    assert till.post(Letter({}, b"{}")).status_code == 404
    gateway.sweep(at=clock.now() + SOON)
    assert status(payment) == "created"


def test_two_tabs_pay_one_checkout_and_the_second_is_sent_back(till: Till) -> None:
    checkout = till.place()
    first, second = till.open(checkout), till.open(checkout)
    for payment in (first, second):
        till.stand_in.payer(payment, "pay")
        assert till.deliver(payment) == "applied"
    assert [status(payment) for payment in (first, second)] == ["succeeded", "succeeded"]
    assert till.money() == (10_000, 10_000, 0, -20_000)
    refund = ProviderRefund.objects.get(payment__code=second)
    gateway.send_refund(refund=refund.code, at=clock.now())
    assert till.deliver(refund.code) == "applied"
    assert till.money() == (10_000, 0, 0, -10_000)


def test_money_that_comes_after_the_order_expired_goes_back(till: Till) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.world.wait(minutes=16)
    till.world.call(expire, order=checkout)
    assert till.status(checkout) == "expired"
    till.stand_in.payer(payment, "pay")
    assert till.deliver(payment) == "applied"
    assert (till.status(checkout), status(payment)) == ("expired", "succeeded")
    assert till.money() == (0, 10_000, 0, -10_000)
    gateway.sweep(at=till.world.at + SOON)
    refund = ProviderRefund.objects.get(payment__code=payment)
    assert till.deliver(refund.code) == "applied"
    assert till.money() == (0, 0, 0, 0)


def test_a_killed_process_is_made_up_for_by_the_next_attempt(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay")
    letter = till.letter(payment)

    def dies(**_: object) -> None:
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "pay", dies)
        with pytest.raises(OperationalError):
            till.post(letter)
    assert Notice.objects.get().outcome == ""
    assert till.post(letter).json() == {"outcome": "applied"}
    assert Notice.objects.get().outcome == "applied"
    assert till.money() == (10_000, 0, 0, -10_000)


def test_what_the_engine_refuses_is_the_outcome_and_is_not_asked_for_again(till: Till) -> None:
    payment = till.start("C-UNKNOWN")
    gateway.open_payment(payment=payment, return_url="", at=clock.now())
    till.stand_in.payer(payment, "pay")
    assert till.deliver(payment) == "not_found"
    assert [notice.outcome for notice in queries.troubled_notices()] == ["not_found"]


def test_a_notice_on_what_we_do_not_know_is_kept(till: Till) -> None:
    for kind, outcome in (("payment", "unknown_reference"), ("payout", "unknown_reference"), ("fax", "unknown_kind")):
        told = {"id": f"n_{kind}", "kind": kind, "status": "succeeded", "reference": "X-1", "ref": "x", "amount": 1,
                "currency": "CNY"}  # fmt: skip
        body = json.dumps(told).encode()
        letter = Letter(signatures.signer(till.stand_in.own).sign(body, int(time.time())), body)
        assert till.post(letter).json() == {"outcome": outcome}
    long = json.dumps({**told, "id": "n" * 200}).encode()
    letter = Letter(signatures.signer(till.stand_in.own).sign(long, int(time.time())), long)
    assert till.post(letter).status_code == 422


def test_a_provider_that_breaks_while_creating_is_asked_what_it_did(till: Till) -> None:
    payment = till.start(till.place())
    till.stand_in.next("broken")
    assert gateway.open_payment(payment=payment, return_url="", at=clock.now()).startswith(till.stand_in.url)
    assert status(payment) == "pending"


def test_a_provider_that_is_not_there_is_said_and_tried_again(till: Till, settings: Any) -> None:
    payment = till.start(till.place())
    settings.HANSE_SANDBOX_URL = "http://127.0.0.1:9"
    with pytest.raises(ProviderUnavailable):
        gateway.open_payment(payment=payment, return_url="", at=clock.now())
    with pytest.raises(ProviderUnavailable):
        gateway.query_payment(payment=payment, at=clock.now())
    gateway.sweep(at=clock.now() + SOON)
    assert status(payment) == "created"
    settings.HANSE_SANDBOX_URL = till.stand_in.url
    first = gateway.open_payment(payment=payment, return_url="", at=clock.now())
    assert gateway.open_payment(payment=payment, return_url="", at=clock.now()) == first


def test_a_payment_that_the_provider_refuses_has_failed(till: Till) -> None:
    payment = till.start(till.place())
    till.stand_in.next("refused")
    with pytest.raises(PaymentRefused):
        gateway.open_payment(payment=payment, return_url="", at=clock.now())
    assert status(payment) == "failed"


def test_an_unknown_payment_is_not_found(till: Till) -> None:
    with pytest.raises(NotFound):
        gateway.open_payment(payment="Y-0", return_url="", at=clock.now())
    with pytest.raises(NotFound):
        gateway.query_payment(payment="Y-0", at=clock.now())


def test_the_log_never_holds_what_a_notice_says(till: Till, caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps({"id": "n", "payer": {"phone": "13800138000"}}).encode()
    till.post(Letter({}, body))
    till.post(Letter(signatures.signer(till.stand_in.own).sign(body, int(time.time())), body))
    assert "13800138000" not in caplog.text
    assert "is not believed" in caplog.text


# at once


@pytest.fixture
def at_once() -> Any:
    """Run pieces of work at the same moment on connections of their own."""

    def run(*work: Any) -> list[Any]:
        gate = Barrier(len(work))

        def one(piece: Any) -> Any:
            try:
                gate.wait()
                return piece()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(work)) as pool:
            return list(pool.map(one, work))

    return run


@pytest.mark.django_db(transaction=True)
def test_notice_and_query_at_once_pay_once(till: Till, at_once: Any) -> None:
    checkout = till.place()
    payment = till.open(checkout)
    till.stand_in.payer(payment, "pay")
    letter = till.letter(payment)
    ask = lambda: gateway.query_payment(payment=payment, at=clock.now())  # noqa: E731
    answers = at_once(lambda: till.post(letter).status_code, ask, lambda: till.post(letter).status_code, ask)
    assert answers == [200, "succeeded", 200, "succeeded"]
    assert till.money() == (10_000, 0, 0, -10_000)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_pay_once_and_one_is_sent_back(till: Till, at_once: Any) -> None:
    checkout = till.place()
    payments = [till.open(checkout) for _ in range(3)]
    for payment in payments:
        till.stand_in.payer(payment, "pay")
    letters = [till.letter(payment) for payment in payments]
    outcomes = at_once(*(lambda letter=letter: till.post(letter).json()["outcome"] for letter in letters))
    assert outcomes == ["applied"] * 3
    assert till.status(checkout) == "paid"
    assert till.money() == (10_000, 20_000, 0, -30_000)
    assert ProviderRefund.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_notice_really_comes_before_the_answer(till: Till, box: LetterBox) -> None:
    checkout = till.place()
    payment = till.start(checkout)
    outcomes: list[str] = []

    def take(letter: Letter) -> None:
        outcomes.append(till.post(letter).json()["outcome"])
        connection.close()

    box.early = take
    till.stand_in.next("early")
    assert gateway.open_payment(payment=payment, return_url="", at=clock.now())
    till.letter(payment)
    assert set(outcomes) == {"applied"}
    view = queries.payment(payment)
    assert view is not None
    assert (view.status, bool(view.pay_url), bool(view.provider_ref)) == ("succeeded", True, True)
    assert till.money() == (10_000, 0, 0, -10_000)

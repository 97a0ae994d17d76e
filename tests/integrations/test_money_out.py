"""Money that goes out: refunds through the provider, payouts through the bank, and the bill that proves it."""

import logging
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from hanse.integrations.gateways.port import Reversal
from hanse.integrations.gateways.sandbox import SandboxGateway
from hanse.interfaces.jobs import gateway
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.parties.queries import party, platform_id
from hanse.trade.aftersales.operations.refund import refund
from hanse.value.books.operations.post import post
from hanse.value.funds import queries as funds
from hanse.value.funds import rules as words
from hanse.value.payments.models import Notice, Payment, ProviderRefund
from hanse.value.settlement.models import Payout
from hanse.value.settlement.operations.withdraw import withdraw
from tests.integrations.conftest import Till

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=2)


def give_back(till: Till, *troubles: str) -> tuple[str, str]:
    """Pay an order and refund it whole; return the payment and the provider's refund, not sent yet."""
    checkout, payment = till.paid()
    till.world.call(refund, order=checkout, fault="seller", goods="kept")
    if troubles:
        till.stand_in.next(*troubles)
    return payment, ProviderRefund.objects.get().code


def status(code: str) -> str:
    return ProviderRefund.objects.get(code=code).status


def test_a_refund_goes_back_through_the_provider_once(till: Till) -> None:
    _, code = give_back(till)
    assert till.money() == (0, 10_000, 0, -10_000)
    gateway.send_refund(refund=code, at=clock.now())
    letter = till.letter(code)
    gateway.send_refund(refund=code, at=clock.now())  # its answer tells already what the notice will
    assert till.post(letter).json() == {"outcome": "already_known"}
    gateway.send_refund(refund=code, at=clock.now())
    assert till.post(letter).json() == {"outcome": "already_known"}
    assert status(code) == "succeeded"
    assert till.money() == (0, 0, 0, 0)
    till.stand_in.again(code)
    assert till.deliver(code) == "already_known"
    assert Notice.objects.filter(about=code).count() == 2


def test_a_refund_that_the_provider_cannot_make_goes_to_the_wallet(till: Till) -> None:
    _, code = give_back(till, "refund_fails")
    gateway.send_refund(refund=code, at=clock.now())
    assert till.deliver(code) == "applied"
    assert status(code) == "failed"
    assert till.money() == (0, 0, 10_000, -10_000)


def test_a_refund_that_the_provider_refuses_goes_to_the_wallet(till: Till) -> None:
    _, code = give_back(till, "refused")
    gateway.send_refund(refund=code, at=clock.now())
    assert status(code) == "failed"
    assert till.money() == (0, 0, 10_000, -10_000)


def test_a_refund_without_an_answer_waits_and_a_sweep_asks(till: Till) -> None:
    _, code = give_back(till, "broken", "lost")
    gateway.send_refund(refund=code, at=clock.now())
    assert status(code) == "pending"
    chase(till, code)
    assert status(code) == "succeeded"
    assert till.money() == (0, 0, 0, 0)


def test_a_refund_that_nobody_sent_is_sent_by_a_sweep(till: Till) -> None:
    _, code = give_back(till, "lost")
    gateway.sweep(at=clock.now())
    assert SandboxGateway(till.stand_in.wire).query_refund(code) is None
    chase(till, code)
    assert till.money() == (0, 0, 0, 0)


def chase(till: Till, code: str) -> None:
    """Sweep, the later each time, until the refund is finished: the stand-in takes a moment."""
    from tests.integrations.stand_in import wait_for

    days = count(1)

    def look() -> bool:
        gateway.sweep(at=clock.now() + timedelta(days=next(days)))
        return status(code) != "pending"

    assert wait_for(look)


def test_a_success_after_the_failure_is_shown_and_changes_nothing(till: Till) -> None:
    payment, code = give_back(till, "refused")
    gateway.send_refund(refund=code, at=clock.now())
    SandboxGateway(till.stand_in.wire).refund(Reversal(code, payment, 10_000, "CNY"))
    assert till.deliver(code) == "success_after_failure"
    assert till.money() == (0, 0, 10_000, -10_000)


def test_what_is_not_there_or_over_is_not_sent(till: Till) -> None:
    gateway.send_refund(refund="R-0", at=clock.now())
    gateway.send_payout(payout="W-0", at=clock.now())


# payouts


def earn(amount: int = 5_000) -> None:
    """Let the shop be owed money, as if a trade had closed."""
    shop = party("shop").pk
    moves = [
        *words.hold(shop, amount, asset="CNY", platform=platform_id()),
        *words.settle_trade([(words.held(shop, "CNY"), amount)], {words.owed(shop, "CNY"): amount}),
    ]
    post(key=f"earn:{amount}", kind="test", moves=moves, at=clock.now(), by=ENGINE, subject="test")


def pay_out(till: Till, *troubles: str) -> str:
    """Withdraw what the shop is owed; return the payout, not sent yet."""
    earn()
    if troubles:
        till.stand_in.next(*troubles)
    return str(till.world.call(withdraw, party="shop", asset="CNY"))


def shop_money() -> tuple[int, int]:
    shop = party("shop").pk
    return funds.owed("CNY", [shop]).get(shop, 0), funds.paid_out("CNY", [shop]).get(shop, 0)


def payout_status(code: str) -> str:
    return Payout.objects.get(code=code).status


def test_a_payout_is_sent_once_and_paid(till: Till) -> None:
    code = pay_out(till)
    for _ in range(2):
        gateway.send_payout(payout=code, at=clock.now())
    assert payout_status(code) == "sent"
    assert till.deliver(code) == "applied"
    assert payout_status(code) == "paid"
    assert shop_money() == (0, 5_000)


@pytest.mark.parametrize(
    ("trouble", "notices", "ends"), [("payout_fails", 1, "failed"), ("payout_returned", 2, "returned")]
)
def test_a_payout_that_does_not_arrive_is_owed_again(till: Till, trouble: str, notices: int, ends: str) -> None:
    code = pay_out(till, trouble, "duplicate")
    gateway.send_payout(payout=code, at=clock.now())
    assert [till.deliver(code) for _ in range(notices * 3)] == ["applied"] * notices * 3
    assert payout_status(code) == ends
    assert shop_money() == (5_000, 0)


def test_a_payout_that_the_bank_refuses_is_owed_again(till: Till) -> None:
    code = pay_out(till, "refused")
    gateway.send_payout(payout=code, at=clock.now())
    assert payout_status(code) == "failed"
    assert shop_money() == (5_000, 0)


def test_a_payout_without_an_answer_or_a_notice_is_chased(till: Till) -> None:
    from tests.integrations.stand_in import wait_for

    code = pay_out(till, "broken", "lost")
    gateway.send_payout(payout=code, at=clock.now())
    assert payout_status(code) == "created"

    days = count(1)

    def look() -> bool:
        gateway.sweep(at=clock.now() + timedelta(days=next(days)))
        return payout_status(code) == "paid"

    assert wait_for(look)
    assert shop_money() == (0, 5_000)


def test_a_bank_that_is_not_there_leaves_payouts_waiting(till: Till, settings: Any) -> None:
    code = pay_out(till)
    settings.HANSE_SANDBOX_URL = "http://127.0.0.1:9"
    gateway.sweep(at=clock.now() + SOON)
    assert payout_status(code) == "created"
    settings.HANSE_BANK = "nobody"
    gateway.sweep(at=clock.now() + SOON)
    assert payout_status(code) == "created"


def test_a_notice_on_a_payout_is_held_against_our_own_records(till: Till) -> None:
    from dataclasses import replace

    code = pay_out(till)
    gateway.send_payout(payout=code, at=clock.now())
    letter = till.letter(code)
    notice = SandboxGateway(till.stand_in.wire).verify(letter.headers, letter.body)
    wrong = [replace(notice, id="n1", amount=1), replace(notice, id="n2", currency="USD")]
    assert [gateway.handle(notice=one, at=clock.now()) for one in wrong] == ["amount_mismatch"] * 2
    assert gateway.handle(notice=replace(notice, id="n3", status="eaten"), at=clock.now()) == "unknown_status"
    assert payout_status(code) == "sent"
    assert gateway.handle(notice=notice, at=clock.now()) == "applied"


# the bill


def test_the_bill_of_a_day_agrees_with_our_records(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "MIDNIGHT_SLACK", timedelta(0))
    _, code = give_back(till)
    gateway.send_refund(refund=code, at=clock.now())
    till.deliver(code)
    own = {Payment.objects.get().code, code}
    assert not own & {
        difference.code for difference in gateway.check_bill(provider="sandbox", day=today(), at=clock.now())
    }


def test_the_bill_makes_up_for_what_was_lost_and_shows_what_nobody_can_explain(
    till: Till, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(gateway, "MIDNIGHT_SLACK", timedelta(0))
    checkout = till.place()
    lost = till.open(checkout)
    till.stand_in.payer(lost, "pay", "lost")
    _, known = till.paid()
    Payment.objects.filter(code=known).update(code="Y-OTHER")
    with caplog.at_level(logging.WARNING):
        left = gateway.check_bill(provider="sandbox", day=today(), at=clock.now())
    found = {difference.code: difference for difference in left}
    assert lost not in found
    assert till.status(checkout) == "paid"
    assert found[known].ours is None
    assert found["Y-OTHER"].billed is None
    assert known in caplog.text


def today() -> Any:
    return clock.day_of(datetime.now(UTC), "Asia/Shanghai")

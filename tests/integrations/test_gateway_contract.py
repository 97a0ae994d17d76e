"""What every payment provider must do for us; HANSE_CONTRACT_GATEWAY puts a real one in the stand-in's place."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from hanse.integrations.gateways.port import Refused, Reversal, State, Unknown
from hanse.integrations.gateways.sandbox import SandboxGateway
from hanse.kernel.clock import day_of
from tests.integrations.conftest import Provider, charge, fresh
from tests.integrations.stand_in import LetterBox, StandIn, wait_for


@pytest.fixture
def payer(provider: Provider) -> StandIn:
    """Somebody who pays."""
    if provider.payer is None:
        pytest.skip("at this provider nobody pays by program")
    return provider.payer


def paid(provider: Provider, payer: StandIn, amount: int = 1_234) -> str:
    """Create a payment that is paid, and return its reference."""
    wanted = charge(amount)
    provider.gateway.create(wanted)
    payer.payer(wanted.reference, "pay", "lost")
    return wanted.reference


def refund(provider: Provider, payment: str, amount: int, reference: str = "") -> State:
    return provider.gateway.refund(Reversal(reference or fresh("R"), payment, amount, "CNY"))


def refunded(provider: Provider, reference: str) -> State:
    def look() -> State | None:
        state = provider.gateway.query_refund(reference)
        return state if state and state.status != "pending" else None

    return wait_for(look)


def test_a_payment_is_created_with_an_address_at_which_it_is_paid(provider: Provider) -> None:
    wanted = charge()
    state = provider.gateway.create(wanted)
    assert (state.reference, state.status, state.amount, state.currency) == (wanted.reference, "pending", 1_234, "CNY")
    assert state.ref
    assert httpx.get(state.pay_url, trust_env=False).status_code == 200
    assert provider.gateway.query(wanted.reference) == state


def test_one_reference_is_one_payment(provider: Provider) -> None:
    wanted = charge()
    assert provider.gateway.create(wanted) == provider.gateway.create(wanted)
    with pytest.raises(Refused):
        provider.gateway.create(replace(wanted, amount=1_235))


def test_a_reference_that_nobody_created_is_unknown(provider: Provider) -> None:
    assert provider.gateway.query(fresh("Y")) is None
    assert provider.gateway.query_refund(fresh("R")) is None


@pytest.mark.parametrize("amount", [0, -1, 2**63])
def test_an_absurd_amount_is_refused(provider: Provider, amount: int) -> None:
    with pytest.raises(Refused):
        provider.gateway.create(charge(amount))


def test_what_is_paid_is_known_to_a_query(provider: Provider, payer: StandIn) -> None:
    state = provider.gateway.query(paid(provider, payer))
    assert state is not None
    assert state.status == "succeeded"


def test_what_is_refused_is_known_to_a_query(provider: Provider, payer: StandIn) -> None:
    wanted = charge()
    provider.gateway.create(wanted)
    payer.payer(wanted.reference, "refuse")
    state = provider.gateway.query(wanted.reference)
    assert state is not None
    assert state.status == "failed"


def test_a_slow_payment_is_pending_until_it_succeeds(provider: Provider, payer: StandIn) -> None:
    wanted = charge()
    provider.gateway.create(wanted)
    payer.payer(wanted.reference, "slow")

    def status() -> str:
        state = provider.gateway.query(wanted.reference)
        assert state is not None
        return state.status

    assert status() == "pending"
    assert wait_for(lambda: status() == "succeeded")


def test_nobody_can_pay_after_the_time_given(provider: Provider, payer: StandIn) -> None:
    wanted = charge(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    state = provider.gateway.create(wanted)
    payer.payer(wanted.reference, "pay")
    after = provider.gateway.query(wanted.reference)
    assert after is not None
    assert after.status == "failed"
    assert "已过期" in payer.page(state.pay_url, "zh-CN").text


def test_a_paid_payment_is_announced_once_and_signed(provider: Provider, payer: StandIn, box: LetterBox) -> None:
    wanted = charge()
    state = provider.gateway.create(wanted)
    payer.payer(wanted.reference, "pay")
    letter = box.next(wanted.reference)
    notice = provider.gateway.verify(letter.headers, letter.body)
    assert (notice.kind, notice.status, notice.reference) == ("payment", "succeeded", wanted.reference)
    assert (notice.ref, notice.amount, notice.currency) == (state.ref, 1_234, "CNY")
    assert notice.id
    assert box.stays_empty()


def test_a_refund_in_parts_never_exceeds_the_payment(provider: Provider, payer: StandIn) -> None:
    reference = paid(provider, payer, 1_000)
    assert refund(provider, reference, 600).amount == 600
    with pytest.raises(Refused):
        refund(provider, reference, 401)
    last = refund(provider, reference, 400)
    assert refunded(provider, last.reference).status == "succeeded"


def test_one_reference_is_one_refund(provider: Provider, payer: StandIn) -> None:
    reference, mine = paid(provider, payer, 1_000), fresh("R")
    first = refund(provider, reference, 600, mine)
    again = refund(provider, reference, 600, mine)
    assert (again.ref, again.amount) == (first.ref, 600)
    with pytest.raises(Refused):
        refund(provider, reference, 300, mine)
    assert refund(provider, reference, 400).amount == 400


def test_only_what_was_paid_is_refunded(provider: Provider) -> None:
    wanted = charge()
    provider.gateway.create(wanted)
    with pytest.raises(Refused):
        refund(provider, wanted.reference, 1)
    with pytest.raises(Refused):
        refund(provider, fresh("Y"), 1)


def test_a_refund_is_announced_by_a_signed_notice(provider: Provider, payer: StandIn, box: LetterBox) -> None:
    state = refund(provider, paid(provider, payer), 34)
    letter = box.next(state.reference)
    notice = provider.gateway.verify(letter.headers, letter.body)
    assert (notice.kind, notice.status, notice.amount) == ("refund", "succeeded", 34)


def test_the_bill_of_a_day_lists_payments_and_refunds(provider: Provider, payer: StandIn) -> None:
    reference = paid(provider, payer, 1_000)
    back = refund(provider, reference, 250).reference
    refunded(provider, back)
    today = day_of(datetime.now(UTC), "Asia/Shanghai")
    rows = {row.reference: row for row in provider.gateway.bill(today)}
    assert (rows[reference].kind, rows[reference].amount) == ("payment", 1_000)
    assert (rows[back].kind, rows[back].amount) == ("refund", -250)
    assert day_of(rows[reference].at, "Asia/Shanghai") == today
    assert reference not in {row.reference for row in provider.gateway.bill(today - timedelta(days=1))}


def test_a_bill_that_cannot_be_read_is_no_bill(monkeypatch: pytest.MonkeyPatch, stand_in: StandIn) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["kind", "reference"], ["payment", "Y-1"]])
    monkeypatch.setattr(type(stand_in.wire), "get_raw", lambda *_: out.getvalue().encode())
    with pytest.raises(Unknown):
        SandboxGateway(stand_in.wire).bill(date(2026, 3, 1))


def test_an_answer_that_did_not_come_is_unknown_and_a_query_tells(provider: Provider, payer: StandIn) -> None:
    payer.next("broken")
    wanted = charge()
    with pytest.raises(Unknown):
        provider.gateway.create(wanted)
    state = provider.gateway.query(wanted.reference)
    assert state is not None
    assert state.pay_url


def test_what_the_provider_refuses_did_not_happen(provider: Provider, payer: StandIn) -> None:
    payer.next("refused")
    wanted = charge()
    with pytest.raises(Refused) as refusal:
        provider.gateway.create(wanted)
    assert refusal.value.code == "risk_control"
    assert provider.gateway.query(wanted.reference) is None


def test_a_provider_that_is_not_there_is_unknown(stand_in: StandIn) -> None:
    nobody = SandboxGateway(replace(stand_in.wire, url="http://127.0.0.1:9"))
    with pytest.raises(Unknown):
        nobody.create(charge())
    with pytest.raises(Unknown):
        nobody.query("Y-1")

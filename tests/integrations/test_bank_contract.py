"""What every bank must do for us."""

from dataclasses import replace

import pytest

from hanse.integrations.banks.port import Bank, Remittance, Transfer
from hanse.integrations.gateways.port import Refused, Unknown
from tests.integrations.conftest import Provider, fresh
from tests.integrations.stand_in import LetterBox, StandIn, wait_for


@pytest.fixture
def bank(provider: Provider) -> Bank:
    """The bank."""
    if provider.bank is None:
        pytest.skip("no bank is set up")
    return provider.bank


def transfer(amount: int = 5_000) -> Transfer:
    return Transfer(fresh("W"), "P-SHOP", amount, "CNY")


def finished(bank: Bank, reference: str, status: str) -> Remittance:
    def look() -> Remittance | None:
        told = bank.query(reference)
        return told if told and told.status == status else None

    return wait_for(look)


def test_a_payout_is_sent_once_and_paid(bank: Bank, stand_in: StandIn, box: LetterBox) -> None:
    wanted = transfer()
    first = bank.pay_out(wanted)
    assert (first.reference, first.status, first.amount, first.currency) == (wanted.reference, "sent", 5_000, "CNY")
    assert bank.pay_out(wanted).ref == first.ref
    with pytest.raises(Refused):
        bank.pay_out(replace(wanted, amount=5_001))
    letter = box.next(wanted.reference)
    notice = bank.verify(letter.headers, letter.body)
    assert (notice.kind, notice.status, notice.amount, notice.ref) == ("payout", "paid", 5_000, first.ref)
    assert finished(bank, wanted.reference, "paid").ref == first.ref


def test_a_payout_that_nobody_sent_is_unknown(bank: Bank) -> None:
    assert bank.query(fresh("W")) is None


def test_a_payout_may_fail(bank: Bank, stand_in: StandIn, box: LetterBox) -> None:
    stand_in.next("payout_fails")
    wanted = transfer()
    bank.pay_out(wanted)
    assert box.next(wanted.reference).told["status"] == "failed"
    assert finished(bank, wanted.reference, "failed")


def test_a_paid_payout_may_come_back(bank: Bank, stand_in: StandIn, box: LetterBox) -> None:
    stand_in.next("payout_returned")
    wanted = transfer()
    bank.pay_out(wanted)
    assert [box.next(wanted.reference).told["status"] for _ in range(2)] == ["paid", "returned"]
    assert finished(bank, wanted.reference, "returned")


def test_a_paid_payout_may_be_brought_back_by_hand_once(bank: Bank, stand_in: StandIn, box: LetterBox) -> None:
    wanted = transfer()
    bank.pay_out(wanted)
    finished(bank, wanted.reference, "paid")
    stand_in.bring_back(wanted.reference)
    assert finished(bank, wanted.reference, "returned")
    with pytest.raises(Refused):
        stand_in.bring_back(wanted.reference)


def test_a_bank_refuses_or_does_not_answer(bank: Bank, stand_in: StandIn) -> None:
    stand_in.next("refused")
    with pytest.raises(Refused) as refusal:
        bank.pay_out(transfer())
    assert refusal.value.code == "account_unknown"
    stand_in.next("broken")
    wanted = transfer()
    with pytest.raises(Unknown):
        bank.pay_out(wanted)
    assert bank.query(wanted.reference) is not None

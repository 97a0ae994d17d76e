"""Notices: kept as they came, judged once."""

import pytest

from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import MalformedInput
from hanse.kernel.once import KeyReused
from hanse.value.payments import queries
from hanse.value.payments.models import Notice
from hanse.value.payments.operations.close_notice import close_notice
from hanse.value.payments.operations.record_notice import Recorded, record_notice
from hanse.value.payments.operations.start_refund import start_refund
from hanse.value.payments.rules import Told
from tests.value.payments.conftest import AT, Till

pytestmark = pytest.mark.django_db


def record(
    about: str,
    status: str = "succeeded",
    amount: int = 10_000,
    key: str = "",
    notice_id: str = "n1",
    kind: str = "payment",
) -> Recorded:
    told = Told(status, amount, "CNY", "sandbox")
    return record_notice(
        key=key or notice_id, at=AT, by=ENGINE, notice_id=notice_id, kind=kind, about=about, told=told, body="{}"
    )


def test_a_notice_is_kept_and_waits_for_its_outcome(till: Till) -> None:
    recorded = record(till.start())
    assert (recorded["act"], recorded["outcome"]) == (True, "")
    assert close_notice(key="c", at=AT, by=ENGINE, notice=recorded["notice"], outcome="applied") == "applied"
    assert close_notice(key="d", at=AT, by=ENGINE, notice=recorded["notice"], outcome="other") == "applied"
    assert str(Notice.objects.get()) == "sandbox:n1"
    assert Notice.objects.get().kind == "payment.succeeded"


def test_a_repeated_notice_is_kept_once_and_taken_up_only_while_unfinished(till: Till) -> None:
    code = till.start()
    first = record(code, key="a")
    assert record(code, key="a") == first
    assert record(code, key="b") == first
    close_notice(key="c", at=AT, by=ENGINE, notice=first["notice"], outcome="applied")
    assert record(code, key="d") == {"notice": first["notice"], "act": False, "outcome": "applied"}
    assert Notice.objects.count() == 1


def test_a_mismatch_is_kept_refused_and_shown_to_operators(till: Till) -> None:
    recorded = record(till.start(), amount=1)
    assert (recorded["act"], recorded["outcome"]) == (False, "amount_mismatch")
    assert [notice.pk for notice in queries.troubled_notices()] == [recorded["notice"]]


def test_a_late_failure_is_kept_and_changes_nothing(till: Till) -> None:
    recorded = record(till.paid(), status="failed")
    assert (recorded["act"], recorded["outcome"]) == (False, "late_failure")


def test_a_notice_on_a_refund_is_judged_by_the_refund(till: Till) -> None:
    code = start_refund(key="r", at=AT, by=ENGINE, payment=till.paid(), amount=500, subject="Z-1")
    assert record(code, kind="refund", amount=500)["act"] is True
    assert record(code, kind="refund", amount=501, notice_id="n2")["outcome"] == "amount_mismatch"
    assert record("R-0", kind="refund", notice_id="n3")["outcome"] == "unknown_reference"


def test_a_notice_on_something_else_is_only_kept() -> None:
    assert record("W-1", kind="payout")["act"] is True


def test_one_notice_id_cannot_tell_two_stories(till: Till) -> None:
    record(till.start())
    with pytest.raises(KeyReused):
        record("Y-0")
    assert Notice.objects.count() == 1


def test_a_notice_that_names_nothing_is_malformed() -> None:
    with pytest.raises(MalformedInput):
        record("")
    with pytest.raises(MalformedInput):
        record("Y-1", notice_id="", key="k")
    assert not Notice.objects.exists()

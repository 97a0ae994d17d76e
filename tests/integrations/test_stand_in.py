"""The stand-in: everything that real providers do wrong, on demand; and it survives whatever is done to it."""

import json
import time
from dataclasses import replace

import httpx
import pytest

from hanse.integrations.gateways.port import Reversal, State
from hanse.integrations.gateways.sandbox import SandboxGateway
from hanse.integrations.sandbox.journal import Journal, Message, Payment
from tests.integrations.conftest import charge, fresh
from tests.integrations.stand_in import LetterBox, StandIn, wait_for


def created(stand_in: StandIn, *troubles: str) -> State:
    if troubles:
        stand_in.next(*troubles)
    return SandboxGateway(stand_in.wire).create(charge())


def status(stand_in: StandIn, reference: str) -> str:
    state = SandboxGateway(stand_in.wire).query(reference)
    assert state is not None
    return state.status


def test_a_duplicate_notice_is_the_same_notice(stand_in: StandIn, box: LetterBox) -> None:
    reference = created(stand_in, "duplicate").reference
    stand_in.payer(reference, "pay")
    assert len({box.next(reference).told["id"] for _ in range(3)}) == 1
    assert box.stays_empty()


@pytest.mark.parametrize("trouble", ["late_failure", "reorder"])
def test_a_failure_comes_after_the_success(stand_in: StandIn, box: LetterBox, trouble: str) -> None:
    reference = created(stand_in).reference
    stand_in.payer(reference, "pay", trouble)
    assert [box.next(reference).told["status"] for _ in range(2)] == ["succeeded", "failed"]
    assert status(stand_in, reference) == "succeeded"


def test_a_lost_notice_is_only_known_to_a_query(stand_in: StandIn, box: LetterBox) -> None:
    reference = created(stand_in, "lost").reference
    stand_in.payer(reference, "pay")
    assert box.stays_empty()
    assert status(stand_in, reference) == "succeeded"


def test_a_delayed_notice_takes_its_time(stand_in: StandIn, box: LetterBox) -> None:
    reference = created(stand_in).reference
    began = time.monotonic()
    stand_in.payer(reference, "pay", "delay")
    assert box.next(reference).told["status"] == "succeeded"
    assert time.monotonic() - began > 0.8  # 30 seconds at the stand-in's pace


def test_the_notice_may_come_before_the_answer(stand_in: StandIn, box: LetterBox) -> None:
    seen: list[str] = []
    box.early = lambda letter: seen.append(letter.told["reference"])
    state = created(stand_in, "early")
    assert state.reference in seen
    assert state.status == "pending"  # the answer is older than the news
    assert box.next(state.reference)


def test_a_notice_is_sent_until_it_is_taken(stand_in: StandIn, box: LetterBox) -> None:
    attempts: list[str] = []

    def take_the_third(letter: object) -> None:
        attempts.append("")
        box.status = 200 if len(attempts) == 3 else 503

    box.early = take_the_third
    reference = created(stand_in).reference
    stand_in.payer(reference, "pay")
    assert box.next(reference)
    assert len(attempts) == 3


def test_a_notice_is_sent_again_when_asked_for(stand_in: StandIn, box: LetterBox) -> None:
    reference = created(stand_in).reference
    stand_in.payer(reference, "pay")
    first = box.next(reference)
    stand_in.again(reference)
    assert box.next(reference).body == first.body


def test_a_refund_may_fail_and_then_frees_its_amount(stand_in: StandIn, box: LetterBox) -> None:
    reference = created(stand_in).reference
    stand_in.payer(reference, "pay", "lost")
    stand_in.next("refund_fails")
    gateway = SandboxGateway(stand_in.wire)
    bad = gateway.refund(Reversal(fresh("R"), reference, 1_234, "CNY"))
    assert box.next(bad.reference).told["status"] == "failed"
    assert gateway.refund(Reversal(fresh("R"), reference, 1_234, "CNY")).status == "pending"


def test_what_was_paid_cannot_be_paid_or_refused_again(stand_in: StandIn, box: LetterBox) -> None:
    reference = created(stand_in).reference
    stand_in.payer(reference, "pay")
    box.next(reference)
    for do in ("pay", "refuse", "slow"):
        stand_in.payer(reference, do)
    assert status(stand_in, reference) == "succeeded"
    assert box.stays_empty()


# pages


def test_the_pay_page_speaks_the_payers_language(stand_in: StandIn) -> None:
    url = created(stand_in).pay_url
    chinese, english = stand_in.page(url, "zh-CN,zh;q=0.9,en;q=0.8"), stand_in.page(url, "en-GB,en;q=0.9")
    assert 'lang="zh-Hans"' in chinese.text
    assert "立即支付" in chinese.text
    assert 'lang="en"' in english.text
    assert "Pay now" in english.text
    assert "12.34" in english.text
    assert "Pay now" in stand_in.page(url + "?lang=en", "zh-CN").text
    assert "立即支付" in stand_in.page(url, "fr").text
    assert english.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_one_pays_on_the_page_and_finds_the_way_back(stand_in: StandIn, box: LetterBox) -> None:
    state = created(stand_in)
    answer = httpx.post(
        state.pay_url + "?lang=en", data={"do": "pay", "trouble": ["duplicate", "nonsense"]}, trust_env=False
    )
    assert (answer.status_code, answer.headers["Location"].rpartition("?")[2]) == (303, "lang=en")
    page = stand_in.page(state.pay_url, "en").text
    assert "Paid" in page
    assert 'href="http://127.0.0.1/back"' in page
    assert len([box.next(state.reference) for _ in range(3)]) == 3


def test_one_refuses_or_pays_slowly_on_the_page(stand_in: StandIn) -> None:
    refused, slow = created(stand_in), created(stand_in)
    httpx.post(refused.pay_url, data={"do": "refuse"}, trust_env=False)
    httpx.post(slow.pay_url, data={"do": "slow"}, trust_env=False)
    assert "Not paid" in stand_in.page(refused.pay_url, "en").text
    assert "working on it" in stand_in.page(slow.pay_url, "en").text
    assert wait_for(lambda: "Paid" in stand_in.page(slow.pay_url, "en").text)


def test_another_site_cannot_pay_for_somebody(stand_in: StandIn) -> None:
    state = created(stand_in)
    forged = httpx.post(state.pay_url, data={"do": "pay"}, headers={"Origin": "http://evil.example"}, trust_env=False)
    assert forged.status_code == 403
    assert status(stand_in, state.reference) == "pending"


def test_what_merchants_write_is_not_believed_to_be_html(stand_in: StandIn) -> None:
    state = SandboxGateway(stand_in.wire).create(charge(title='<script>alert("x")</script>'))
    assert "<script" not in stand_in.page(state.pay_url).text
    with pytest.raises(Exception, match="malformed_return_url"):
        SandboxGateway(stand_in.wire).create(charge(return_url="javascript:alert(1)"))


def test_the_desk_shows_everything_and_returns_payouts(stand_in: StandIn, box: LetterBox) -> None:
    reference = fresh("W")
    stand_in.wire.post("/v1/payouts", {"reference": reference, "account": "P-1", "amount": 5, "currency": "CNY"})
    box.next(reference)
    desk = stand_in.page(stand_in.url + "/", "en").text
    assert reference in desk
    ref = stand_in.wire.get("/v1/payouts", reference) or {}
    httpx.post(stand_in.url + "/desk", data={"do": "return", "ref": ref["ref"]}, trust_env=False)
    assert box.next(reference).told["status"] == "returned"
    again = httpx.post(stand_in.url + "/desk", data={"do": "return", "ref": ref["ref"]}, trust_env=False)
    assert again.status_code == 422


@pytest.mark.parametrize("path", ["/nothing", "/pay/p_nothing", "/v1/", "/v1/payments/", "/control/nothing"])
def test_what_is_not_there_is_not_found(stand_in: StandIn, path: str) -> None:
    assert stand_in.page(stand_in.url + path).status_code in {401, 404}
    assert stand_in.page(stand_in.url + "/health").text == "ok"


def test_an_endless_request_is_not_read(stand_in: StandIn) -> None:
    assert httpx.post(stand_in.url + "/v1/payments", content=b"x" * 70_000, trust_env=False).status_code == 413
    chunks = httpx.post(stand_in.url + "/v1/payments", content=iter([b"x"]), trust_env=False)
    assert chunks.status_code == 413


@pytest.mark.parametrize("body", [b"\xff", b"[]", b"{", b"{}", b'{"amount": true}', b'{"amount": 1.5}'])
def test_signed_nonsense_is_refused(stand_in: StandIn, body: bytes) -> None:
    headers = stand_in.signer.sign(body, int(time.time()), "POST", "/v1/payments")
    answer = httpx.post(stand_in.url + "/v1/payments", content=body, headers=headers, trust_env=False)
    assert answer.status_code in {400, 422}
    assert answer.json()["code"].startswith("malformed_")


# living on


@pytest.mark.parametrize("kill", [False, True])
def test_everything_survives_a_restart(own_stand_in: StandIn, box: LetterBox, kill: bool) -> None:
    paid, waiting = created(own_stand_in).reference, created(own_stand_in).reference
    own_stand_in.payer(paid, "pay")
    box.next(paid)
    box.status = 503
    own_stand_in.payer(waiting, "slow")
    own_stand_in.next("lost")
    SandboxGateway(own_stand_in.wire).refund(Reversal("R-1", paid, 34, "CNY"))
    assert own_stand_in.stop(kill=kill) in {0, -9}
    with own_stand_in.state.open("a") as state:
        state.write('["Payment", {"ref": "p_cut')  # the line that a power cut leaves
    box.status = 200
    own_stand_in.start()
    assert status(own_stand_in, paid) == "succeeded"
    assert box.next(waiting).told["status"] == "succeeded"
    gateway = SandboxGateway(own_stand_in.wire)
    assert wait_for(lambda: (state := gateway.query_refund("R-1")) and state.status == "succeeded")


def test_the_journal_says_the_last_of_every_document(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "deep" / "state.jsonl"
    journal = Journal(path)
    payment = Payment("p_1", "Y-1", 1, "CNY", "标题", "", 0, 0, troubles=("lost",))
    journal.put(payment)
    journal.put(replace(payment, status="succeeded"))
    journal.put(Message("m_1", json.dumps({"id": "n_1"}), 0))
    journal.close()
    again = Journal(path)
    assert again.of(Payment, "Y-1") == replace(payment, status="succeeded")
    assert [message.ref for message in again.all(Message)] == ["m_1"]
    assert again.get(Payment, "p_2") is None
    assert len(path.read_text().splitlines()) == 2
    again.close()


def test_a_port_that_is_taken_is_said_and_not_waited_for(own_stand_in: StandIn) -> None:
    import subprocess
    import sys

    port = own_stand_in.url.rpartition(":")[2]
    second = subprocess.run(
        [sys.executable, "-m", "hanse.integrations.sandbox", "--port", port, "--state", str(own_stand_in.folder / "b"),
         "--notify", "http://127.0.0.1:9"],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip
    assert second.returncode == 1
    assert "cannot start" in second.stderr


def test_every_word_and_every_trouble_stands_in_both_languages() -> None:
    from hanse.integrations.sandbox.texts import TEXTS
    from hanse.integrations.sandbox.troubles import TROUBLES

    assert TEXTS["zh-Hans"].keys() == TEXTS["en"].keys()
    assert {f"trouble_{trouble}" for trouble in TROUBLES} <= TEXTS["en"].keys()

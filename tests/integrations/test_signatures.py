"""Signatures: what is forged, altered, too old or sent twice is not believed."""

import json
import time
from pathlib import Path

import httpx
import pytest

from hanse.integrations import signatures
from hanse.integrations.gateways.port import Untrusted
from hanse.integrations.gateways.sandbox import SandboxGateway
from hanse.integrations.signatures import NONCE, SIGNATURE, TIMESTAMP, TOLERANCE, BadSignature
from tests.integrations.conftest import charge
from tests.integrations.stand_in import Letter, LetterBox, StandIn

BODY = json.dumps({
    "id": "n_1", "kind": "payment", "status": "succeeded", "reference": "Y-1", "ref": "p_1", "amount": 1,
    "currency": "CNY", "at": 0,
}).encode()  # fmt: skip


def signed(stand_in: StandIn, body: bytes = BODY, age: int = 0) -> Letter:
    """Return a notice as the provider would sign it, so many seconds ago."""
    return Letter(signatures.signer(stand_in.own).sign(body, int(time.time()) - age), body)


def refusal(stand_in: StandIn, letter: Letter) -> str:
    with pytest.raises(Untrusted) as doubt:
        SandboxGateway(stand_in.wire).verify(letter.headers, letter.body)
    return doubt.value.reason


def test_a_notice_as_it_came_is_believed(stand_in: StandIn) -> None:
    letter = signed(stand_in)
    assert SandboxGateway(stand_in.wire).verify(letter.headers, letter.body).id == "n_1"
    upper = {name.title(): value for name, value in letter.headers.items()}
    assert SandboxGateway(stand_in.wire).verify(upper, letter.body).amount == 1


def test_an_altered_notice_is_not_believed(stand_in: StandIn) -> None:
    letter = signed(stand_in)
    assert refusal(stand_in, Letter(letter.headers, BODY.replace(b'"amount": 1', b'"amount": 9'))) == "invalid"
    for name, value in (
        (NONCE, "another"),
        (TIMESTAMP, str(int(time.time()) + 1)),
        (SIGNATURE, "bm8="),
        (SIGNATURE, "no"),
    ):
        assert refusal(stand_in, Letter({**letter.headers, name: value}, BODY)) == "invalid"


def test_a_notice_of_another_key_is_not_believed(stand_in: StandIn, tmp_path: Path) -> None:
    private, _ = signatures.pair(tmp_path, "forger")
    forged = Letter(signatures.signer(private).sign(BODY, int(time.time())), BODY)
    assert refusal(stand_in, forged) == "invalid"
    merchant = Letter(stand_in.signer.sign(BODY, int(time.time())), BODY)
    assert refusal(stand_in, merchant) == "invalid"


@pytest.mark.parametrize("age", [TOLERANCE + 2, -TOLERANCE - 2])
def test_an_old_notice_and_one_of_the_future_are_not_believed(stand_in: StandIn, age: int) -> None:
    assert refusal(stand_in, signed(stand_in, age=age)) == "expired"


@pytest.mark.parametrize("missing", [TIMESTAMP, NONCE, SIGNATURE])
def test_a_notice_without_a_signature_is_not_believed(stand_in: StandIn, missing: str) -> None:
    letter = signed(stand_in)
    assert refusal(stand_in, Letter({k: v for k, v in letter.headers.items() if k != missing}, BODY)) == "missing"
    assert refusal(stand_in, Letter({**letter.headers, TIMESTAMP: "٣"}, BODY)) == "missing"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff\xfe", b"null", BODY.replace(b'"Y-1"', b"7"), BODY.replace(b"n_1", b"n\\u0000"),
     BODY.replace(b'"amount": 1', b'"amount": "x"'), BODY.replace(b'"amount": 1', b'"amount": 1.5')],
)  # fmt: skip
def test_signed_nonsense_is_malformed(stand_in: StandIn, body: bytes) -> None:
    assert refusal(stand_in, signed(stand_in, body)) == "malformed"


def test_an_endless_notice_is_not_read(stand_in: StandIn) -> None:
    assert refusal(stand_in, Letter({}, b"x" * (64 * 1024 + 1))) == "too_long"


def test_every_attempt_of_a_notice_is_signed_anew(stand_in: StandIn, box: LetterBox) -> None:
    wanted = charge()
    SandboxGateway(stand_in.wire).create(wanted)
    stand_in.payer(wanted.reference, "pay", "duplicate")
    letters = [box.next(wanted.reference) for _ in range(3)]
    assert len({letter.body for letter in letters}) == 1
    nonces = {letter.headers.get("hanse-nonce") or letter.headers.get("Hanse-Nonce") for letter in letters}
    assert len(nonces) == 3


def send(
    stand_in: StandIn, headers: dict[str, str], body: bytes = b"", path: str = "/v1/payments/Y-1"
) -> tuple[int, str]:
    method = "POST" if body else "GET"
    answer = httpx.request(method, stand_in.url + path, content=body, headers=headers, trust_env=False)
    return answer.status_code, str(answer.json().get("code"))


def test_the_provider_believes_only_the_merchant_and_each_signature_once(stand_in: StandIn, tmp_path: Path) -> None:
    now, path = int(time.time()), "/v1/payments/Y-unknown"
    good = stand_in.signer.sign(b"", now, "GET", path)
    assert send(stand_in, good, path=path) == (404, "unknown")
    assert send(stand_in, good, path=path) == (401, "signature_replayed")
    assert send(stand_in, {}, path=path) == (401, "signature_missing")
    assert send(stand_in, stand_in.signer.sign(b"", now - 400, "GET", path), path=path) == (401, "signature_expired")
    assert (
        send(stand_in, stand_in.signer.sign(b"", now, "GET", "/v1/payments/Y-2"), path=path)[1] == "signature_invalid"
    )
    private, _ = signatures.pair(tmp_path, "forger")
    assert send(stand_in, signatures.signer(private).sign(b"", now, "GET", path), path=path)[1] == "signature_invalid"


def test_an_answer_that_the_provider_did_not_sign_is_not_believed(stand_in: StandIn, tmp_path: Path) -> None:
    from dataclasses import replace

    from hanse.integrations.gateways.port import Unknown

    _, public = signatures.pair(tmp_path, "another provider")
    with pytest.raises(Unknown):
        SandboxGateway(replace(stand_in.wire, verifier=signatures.verifier(public))).query("Y-1")


def test_a_pair_of_keys_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = signatures.pair(tmp_path / "new", "merchant")
    assert signatures.pair(tmp_path / "new", "merchant") == first
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["merchant.pem"]
    assert (tmp_path / "new" / "merchant.pem").stat().st_mode & 0o077 == 0


def test_keys_of_another_kind_are_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    key = X25519PrivateKey.generate()
    with pytest.raises(TypeError):
        signatures.signer(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    with pytest.raises(TypeError):
        signatures.verifier(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def test_a_message_signed_for_one_address_does_not_open_another(tmp_path: Path) -> None:
    private, public = signatures.pair(tmp_path, "merchant")
    headers = signatures.signer(private).sign(b"{}", 1000, "POST", "/a")
    assert signatures.verifier(public).verify(headers, b"{}", 1000, "POST", "/a") == headers[NONCE]
    with pytest.raises(BadSignature):
        signatures.verifier(public).verify(headers, b"{}", 1000, "POST", "/b")

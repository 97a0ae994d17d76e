"""Signed messages between this house and a provider: Ed25519 over timestamp, nonce and the exact bytes.

Requests are signed over method, path, timestamp, nonce and body, answers and notices over timestamp, nonce and body,
each joined by line feeds. The scheme is the one WeChat Pay's API v3 uses, with another curve.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

TIMESTAMP = "hanse-timestamp"
NONCE = "hanse-nonce"
SIGNATURE = "hanse-signature"

MERCHANT = "merchant"
PROVIDER = "gateway"
"""The names of the two key pairs in the sandbox's folder: who knows both is neither, so only a sandbox has one."""

TOLERANCE = 300
"""Seconds by which two clocks may differ; a message older than that is not believed."""


class BadSignature(Exception):
    """The message is not from who it says, or too old: `reason` is `missing`, `expired` or `invalid`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one private key."""

    key: Ed25519PrivateKey

    def sign(self, body: bytes, now: int, *prefix: str) -> dict[str, str]:
        """Return the headers that prove the body, and the prefix (method and path) of a request, to be ours."""
        nonce = secrets.token_hex(16)
        signature = self.key.sign(_message(prefix, str(now), nonce, body))
        return {TIMESTAMP: str(now), NONCE: nonce, SIGNATURE: base64.b64encode(signature).decode()}


@dataclass(frozen=True, slots=True)
class Verifier:
    """Believes one public key."""

    key: Ed25519PublicKey

    def verify(self, headers: Mapping[str, str], body: bytes, now: int, *prefix: str) -> str:
        """Return the nonce of a message that its headers prove; raise BadSignature for any other."""
        given = {name.lower(): value for name, value in headers.items()}
        timestamp, nonce, signature = (given.get(name, "") for name in (TIMESTAMP, NONCE, SIGNATURE))
        if not (timestamp.isdecimal() and timestamp.isascii() and len(timestamp) <= 12 and nonce and signature):
            raise BadSignature("missing")
        try:
            self.key.verify(base64.b64decode(signature, validate=True), _message(prefix, timestamp, nonce, body))
        except (InvalidSignature, binascii.Error, ValueError) as error:
            raise BadSignature("invalid") from error
        if abs(now - int(timestamp)) > TOLERANCE:
            raise BadSignature("expired")
        return nonce


def _message(prefix: tuple[str, ...], timestamp: str, nonce: str, body: bytes) -> bytes:
    return "\n".join([*prefix, timestamp, nonce, ""]).encode() + body


def signer(pem: str) -> Signer:
    """Read a private key."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("expected an Ed25519 private key")
    return Signer(key)


def verifier(pem: str) -> Verifier:
    """Read a public key."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("expected an Ed25519 public key")
    return Verifier(key)


def pair(folder: Path, name: str) -> tuple[str, str]:
    """Return the private and public key called so in the folder, as PEM; made once, whoever comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{name}.pem"
    if not kept.exists():
        fresh = folder / f".{name}.{secrets.token_hex(8)}"
        with open(fresh, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as handle:
            handle.write(_new_key())
        try:
            os.link(fresh, kept)  # a name appears with its whole content or not at all
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    private = kept.read_text()
    return private, _public(private)


def _new_key() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(private: str) -> str:
    return signer(private).key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

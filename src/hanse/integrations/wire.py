"""The sandbox's protocol, from the merchant's side: signed JSON over HTTP, for its gateway and its bank."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from hanse.integrations.gateways.port import Notice, Refused, Unknown, Untrusted
from hanse.integrations.signatures import BadSignature, Signer, Verifier

TIMEOUT = httpx.Timeout(10, connect=3)
LONGEST = 64 * 1024


def _client() -> httpx.Client:
    # No connection is kept: one that the provider has closed meanwhile would look like an unknown outcome.
    return httpx.Client(timeout=TIMEOUT, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True, slots=True)
class Wire:
    """One merchant's connection: its address, its own key, the provider's public key."""

    url: str
    signer: Signer
    verifier: Verifier
    client: httpx.Client = field(default_factory=_client, compare=False, repr=False)

    def post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Ask for something; raise Refused or Unknown unless it was done."""
        return _read(self._call("POST", path, json.dumps(content).encode()))

    def get(self, path: str, reference: str) -> dict[str, Any] | None:
        """Ask what became of something; None if there is no such thing."""
        answer = self.get_raw(path, reference)
        return None if answer is None else _read(answer)

    def get_raw(self, path: str, reference: str) -> bytes | None:
        """Return an answer as it came; None if there is no such thing."""
        try:
            return self._call("GET", f"{path}/{quote(reference, safe='')}", b"")
        except Refused as refusal:
            if refusal.code == "unknown":
                return None
            raise

    def notice(self, provider: str, headers: Mapping[str, str], body: bytes) -> Notice:
        """Return the notice that these bytes are; raise Untrusted unless the provider signed them lately."""
        if len(body) > LONGEST:
            raise Untrusted("too_long")
        try:
            self.verifier.verify(headers, body, int(time.time()))
            told = json.loads(body)
            return Notice(
                provider=provider, id=_text(told["id"]), kind=_text(told["kind"]), status=_text(told["status"]),
                reference=_text(told["reference"]), ref=_text(told["ref"]), amount=_whole(told["amount"]),
                currency=_text(told["currency"]), body=_text(body.decode()),
            )  # fmt: skip
        except BadSignature as error:
            raise Untrusted(error.reason) from error
        except (ValueError, KeyError, TypeError) as error:
            raise Untrusted("malformed") from error

    def _call(self, method: str, path: str, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", **self.signer.sign(body, int(time.time()), method, path)}
        try:
            answer = self.client.request(method, self.url + path, content=body, headers=headers)
            self.verifier.verify(answer.headers, answer.content, int(time.time()))
        except httpx.ConnectError as error:
            raise Unknown("the provider cannot be reached") from error
        except (httpx.HTTPError, BadSignature) as error:
            raise Unknown(type(error).__name__) from error
        if answer.is_success:
            return answer.content
        if answer.is_client_error:
            raise Refused(str(_read(answer.content).get("code", "")))
        raise Unknown(f"HTTP {answer.status_code}")


def _read(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise Unknown("the answer cannot be read") from error
    if not isinstance(content, dict):
        raise Unknown("the answer cannot be read")
    return content


def _text(value: object) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("a text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number")
    return value

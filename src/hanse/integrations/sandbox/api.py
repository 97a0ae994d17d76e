"""What the stand-in answers to the merchant's signed requests, and to those who give it orders in tests and demos."""

import csv
import io
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

from hanse.integrations.sandbox.bank import Bank
from hanse.integrations.sandbox.gateway import Gateway, House, Refusal, text
from hanse.integrations.sandbox.journal import Message, Payment, Payout, Refund
from hanse.integrations.sandbox.troubles import known
from hanse.integrations.signatures import TOLERANCE, BadSignature, Verifier
from hanse.kernel.clock import day_of

BILL_COLUMNS = ("kind", "reference", "ref", "amount", "fee", "currency", "at")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Doorkeeper:
    """Lets in what the merchant signed, each signature once."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._seen: dict[str, float] = {}

    def admit(self, headers: Mapping[str, str], method: str, target: str, body: bytes) -> None:
        """Raise a Refusal unless the request is fresh and the merchant's own."""
        now = time.time()
        try:
            nonce = self._verifier.verify(headers, body, int(now), method, target)
        except BadSignature as error:
            raise Refusal(f"signature_{error.reason}", 401) from error
        if self._seen.setdefault(nonce, now) != now:
            raise Refusal("signature_replayed", 401)
        if len(self._seen) > 10_000:
            self._seen = {known: at for known, at in self._seen.items() if at > now - 2 * TOLERANCE}


class Api:
    """The addresses under `/v1/` and `/control/`."""

    def __init__(self, house: House, gateway: Gateway, bank: Bank, zone: str, base: str) -> None:
        self._house = house
        self._gateway = gateway
        self._bank = bank
        self._zone = zone
        self._base = base
        self._creators: dict[str, Callable[[dict[str, Any]], Payment | Refund | Payout]] = {
            "payments": gateway.create, "refunds": gateway.refund, "payouts": bank.pay_out,
        }  # fmt: skip

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Answer an admitted request."""
        family, _, rest = path.removeprefix("/").partition("/")
        collection, _, reference = rest.partition("/")
        reference = unquote(reference)
        if family == "control" and method == "POST":
            return _json(200, self._control(collection, reference, _read(body)))
        if family == "v1" and method == "POST" and collection in self._creators and not reference:
            return self._created(collection, _read(body))
        if family == "v1" and method == "GET" and reference:
            return self._bill(reference) if collection == "bills" else _json(200, self._found(collection, reference))
        raise Refusal("unknown", 404)

    def _created(self, collection: str, given: dict[str, Any]) -> Answer:
        document = self._creators[collection](given)
        if "broken" in document.troubles:
            return _json(502, {"code": "broken"})
        return _json(201, self._shown(document))

    def _found(self, collection: str, reference: str) -> dict[str, Any]:
        found: Payment | Refund | Payout | None = None
        if collection == "payments":
            found = self._gateway.by_reference(reference)
        elif collection == "refunds":
            found = self._house.journal.of(Refund, reference)
        elif collection == "payouts":
            found = self._house.journal.of(Payout, reference)
        if found is None:
            raise Refusal("unknown", 404)
        return self._shown(found)

    def _shown(self, document: Payment | Refund | Payout) -> dict[str, Any]:
        names = ("ref", "reference", "amount", "currency", "status", "created_at", "finished_at")
        shown = {name: getattr(document, name) for name in names}
        if isinstance(document, Payment):
            shown["pay_url"] = f"{self._base}/pay/{document.ref}"
        return shown

    def _control(self, collection: str, reference: str, given: dict[str, Any]) -> dict[str, Any]:
        if collection == "troubles":
            if "always" in given:
                self._house.orders.for_all(given["always"])
            if "next" in given:
                self._house.orders.for_next(given["next"])
            return {}
        if collection == "notices":
            return {"sent": self._again(reference)}
        do = text(given, "do", 20)
        if collection == "payments" and do in {"pay", "refuse", "slow"}:
            return {
                "status": act(self._gateway, self._gateway.by_reference(reference).ref, do, given.get("troubles", ()))
            }
        if collection == "payouts" and do == "return":
            return {"status": self._bank.bring_back(self._bank.by_reference(reference).ref).status}
        raise Refusal("unknown", 404)

    def _again(self, reference: str) -> int:
        """Send every notice about a reference once more."""
        wanted = [m for m in self._house.journal.all(Message) if json.loads(m.body)["reference"] == reference]
        for message in wanted:
            self._house.postman.again(message.ref)
        return len(wanted)

    def _bill(self, day: str) -> Answer:
        try:
            wanted = date.fromisoformat(day)
        except ValueError as error:
            raise Refusal("malformed_day") from error
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(BILL_COLUMNS)
        journal = self._house.journal
        for kind, sign, rows in (("payment", 1, journal.all(Payment)), ("refund", -1, journal.all(Refund))):
            for row in rows:
                at = datetime.fromtimestamp(row.finished_at, UTC)
                if row.status == "succeeded" and day_of(at, self._zone) == wanted:
                    writer.writerow([kind, row.reference, row.ref, sign * row.amount, 0, row.currency, at.isoformat()])
        return Answer(200, out.getvalue().encode(), "text/csv; charset=utf-8")


def act(gateway: Gateway, ref: str, do: str, troubles: object) -> str:
    """Let the payer do one of what the pay page offers; return the payment's status after it."""
    wanted = known(str(name) for name in troubles) if isinstance(troubles, list | tuple) else ()
    doing = {"pay": gateway.pay, "refuse": gateway.refuse, "slow": gateway.pay_slowly}
    return doing[do](ref, wanted).status


def refused(refusal: Refusal) -> Answer:
    """Answer a refusal."""
    return _json(refusal.http, {"code": refusal.code})


def _json(status: int, content: dict[str, Any]) -> Answer:
    return Answer(status, json.dumps(content).encode())


def _read(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError as error:  # what is not UTF-8 included
        raise Refusal("malformed_body", 400) from error
    if not isinstance(given, dict):
        raise Refusal("malformed_body", 400)
    return given

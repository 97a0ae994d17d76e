"""Notices to the merchant: made when something happens, delivered with retries until they are answered."""

import json
import logging
import secrets
import time
from dataclasses import dataclass, replace

import httpx

from hanse.integrations.sandbox.agenda import Agenda
from hanse.integrations.sandbox.journal import Journal, Message, Payment, Payout, Refund
from hanse.integrations.signatures import Signer

logger = logging.getLogger(__name__)

BACKOFF = (2, 5, 15, 30, 60, 300, 900, 3600)
"""Seconds until a notice that was not answered with 2xx is sent again; after the last it is given up."""


@dataclass(slots=True)
class Pace:
    """How fast the stand-in lives: every wait is multiplied by `factor`; `delay` is how long a delayed notice waits."""

    factor: float = 1.0
    delay: float = 60.0

    def after(self, seconds: float) -> float:
        """Return the moment that many of its seconds from now."""
        return time.time() + seconds * self.factor


class Postman:
    """Writes notices and carries them to one address, signed anew at every attempt."""

    def __init__(self, journal: Journal, agenda: Agenda, pace: Pace, signer: Signer, url: str) -> None:
        self._journal = journal
        self._agenda = agenda
        self._pace = pace
        self._signer = signer
        self._url = url
        # Proxies of the environment are for the world outside, not for the process next door.
        self._client = httpx.Client(timeout=10, trust_env=False)

    def tell(self, document: Payment | Refund | Payout, status: str, troubles: tuple[str, ...] = ()) -> list[Message]:
        """Write the notice that the document came to this status, with the troubles that were ordered for it."""
        if "lost" in troubles:
            return []
        wait = self._pace.delay if "delay" in troubles else 0
        body = _body(document, status)
        messages = [self._write(body, wait + extra) for extra in ((0, 0.2, 1) if "duplicate" in troubles else (0,))]
        if status == "succeeded" and {"reorder", "late_failure"}.intersection(troubles):
            messages.append(self._write(_body(document, "failed"), wait + 3))
        return messages

    def deliver(self, ref: str) -> None:
        """Carry one notice; if it is not answered well, note when to try again."""
        message = self._journal.get(Message, ref)
        if message is None or message.status != "waiting":
            return
        answer = self._send(message.body.encode())
        attempts = message.attempts + 1
        if answer.startswith("2"):
            after = replace(message, status="delivered", attempts=attempts, answer=answer)
        elif attempts > len(BACKOFF):
            after = replace(message, status="given_up", attempts=attempts, answer=answer)
        else:
            due = self._pace.after(BACKOFF[attempts - 1])
            after = replace(message, attempts=attempts, answer=answer, due=due)
            self._agenda.add(due, Message.__name__, ref)
        self._journal.put(after)

    def again(self, ref: str) -> None:
        """Send one notice once more, whatever became of it."""
        message = self._journal.get(Message, ref)
        if message is not None:
            self._journal.put(replace(message, status="waiting", due=0))
            self._agenda.add(0, Message.__name__, ref)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _write(self, body: str, wait: float) -> Message:
        message = Message(ref="m_" + secrets.token_hex(8), body=body, due=self._pace.after(wait))
        self._journal.put(message)
        self._agenda.add(message.due, Message.__name__, message.ref)
        return message

    def _send(self, body: bytes) -> str:
        headers = {"Content-Type": "application/json", **self._signer.sign(body, int(time.time()))}
        try:
            return str(self._client.post(self._url, content=body, headers=headers).status_code)
        except httpx.HTTPError as error:
            logger.info("the merchant does not answer: %s", type(error).__name__)
            return type(error).__name__


def _body(document: Payment | Refund | Payout, status: str) -> str:
    return json.dumps({
        "id": "n_" + secrets.token_hex(12), "kind": type(document).__name__.lower(), "status": status,
        "reference": document.reference, "ref": document.ref, "amount": document.amount,
        "currency": document.currency, "at": int(time.time()),
    })  # fmt: skip

"""Idempotency: the outermost operation opens the transaction, claims its key first, and answers the same again."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DataError, connection, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import audit, events
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.kernel.intake import unstorable

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")

_inside: ContextVar[bool] = ContextVar("inside_operation", default=False)


class KeyReused(DomainError):
    """The idempotency key was used before with other input."""

    code = "idempotency_key_reused"
    message = _("This request key was already used for something else.")


class Stale(Exception):
    """What an operation read has changed under it: it is rolled back and run again, and refused if that never ends."""

    def __init__(self, refusal: DomainError) -> None:
        self.refusal = refusal
        super().__init__(refusal.code)


ATTEMPTS = 4


def operation(name: str, *, step: bool = False) -> Callable[[Callable[Inputs, Result]], Callable[Inputs, Result]]:
    """Make a function an operation: one transaction, one claim of its `key`, its facts written at the end.

    The function takes `key`, `at` and `by` among its keyword-only arguments and returns something JSON can hold
    (usually the code of the document). Called inside another operation it simply runs as part of that one.
    A repeated call with the same key and input returns the first answer and changes nothing; with other input
    it raises KeyReused, as long as keys are remembered (`forget`). A refusal rolls everything back, the claim included.

    A `step` is part of other operations, which have asked whether the actor may: on its own it is for operators alone.
    """

    def declare(work: Callable[Inputs, Result]) -> Callable[Inputs, Result]:
        @wraps(work)
        def run(*args: Inputs.args, **kwargs: Inputs.kwargs) -> Result:
            if _inside.get():
                return work(*args, **kwargs)
            if step:
                _actor(kwargs).require(OPERATE)
            attempt = 1
            while True:
                try:
                    return _attempt(name, work, kwargs)
                except Stale as stale:
                    if attempt == ATTEMPTS:
                        raise stale.refusal from None
                    attempt += 1

        return run

    return declare


def _attempt(name: str, work: Callable[..., Result], kwargs: dict[str, Any]) -> Result:
    token = _inside.set(True)
    try:
        with transaction.atomic():
            return _run_once(name, work, kwargs)
    except (DataError, ValueError, OverflowError) as failure:
        _blame(kwargs, failure)
        raise
    finally:
        events.discard()
        audit.discard()
        _inside.reset(token)


def _blame(kwargs: dict[str, Any], failure: Exception) -> None:
    """Raise MalformedInput if an input that no database holds was given: that is what failed, wherever it got to."""
    for name, given in kwargs.items():
        if unstorable(given):
            raise MalformedInput(name, _("text without control characters and numbers of 64 bits")) from failure


def _actor(kwargs: dict[str, Any]) -> Actor:
    by: Actor = kwargs["by"]
    return by


def _run_once(name: str, work: Callable[..., Result], kwargs: dict[str, Any]) -> Result:
    by, key = _actor(kwargs), kwargs["key"]
    if not 0 < len(key) <= 200 or not key.isprintable():
        raise MalformedInput("key", _("1 to 200 printable characters"))
    scope = f"{name}:{by.party or by.name}"
    digest = digest_of({k: v for k, v in kwargs.items() if k not in {"key", "at", "by"}})
    claim, result = _claim(scope, key, digest, kwargs["at"], by)
    if claim is None:
        return result  # type: ignore[no-any-return]
    jobs, changes = events.collect(), audit.collect()
    answer = work(**kwargs)
    events.release(jobs)
    noted = json.dumps(changes, default=_plain) if changes else None
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_claim SET result = %s, changes = %s WHERE id = %s", [json.dumps(answer), noted, claim]
        )
    return answer


def _claim(scope: str, key: str, digest: bytes, at: datetime, by: Actor) -> tuple[int | None, Any]:
    """Claim the key and return its row's id, or (None, earlier answer). A rival that is still at work is awaited."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_claim (scope, key, digest, at, by_party, by_user, by_name)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (scope, key) DO NOTHING RETURNING id",
            [scope, key, digest, at, by.party, by.user, by.name[:40]],
        )
        row = cursor.fetchone()
        if row:
            return row[0], None
        cursor.execute("SELECT digest, result FROM kernel_claim WHERE scope = %s AND key = %s", [scope, key])
        earlier, result = cursor.fetchone()
    if bytes(earlier) != digest:
        raise KeyReused(key=key)
    return None, json.loads(result) if isinstance(result, str) else result


MEMORY = timedelta(days=90)
"""So long is every key remembered; afterwards the same key is a new request."""

PAGE = 10_000


def forget(at: datetime, *, keep: Sequence[str] = ()) -> int:
    """Delete the claims that are older than MEMORY, a page at a time, and return how many they were.

    What overwrote something stays: it is the audit trail. So do the claims of the operations to `keep`, by name.
    """
    sql = """
        DELETE FROM kernel_claim WHERE id IN (
            SELECT id FROM kernel_claim WHERE at < %s AND changes IS NULL AND split_part(scope, ':', 1) <> ALL(%s)
             ORDER BY id LIMIT %s)
    """
    forgotten = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(sql, [at - MEMORY, list(keep), PAGE])
            forgotten += int(cursor.rowcount)
            if cursor.rowcount < PAGE:
                return forgotten


def digest_of(inputs: Any) -> bytes:
    """Return the SHA-256 of the inputs in one canonical JSON form."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=_plain, separators=(",", ":")).encode()).digest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)

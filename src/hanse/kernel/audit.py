"""What an operation changed in place: noted by the operation, kept with the claim of its key.

Who, when and which operation is on every claim. Statuses (`StateChange`), terms (`TermsChange`), roles, money and goods
keep their own histories; this is for everything else that is overwritten, so that what it was before can be told.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from django.db import connection

_noted: ContextVar[list[dict[str, Any]] | None] = ContextVar("noted_changes", default=None)


def changed(subject: str, code: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Note that fields of a thing were overwritten; those that stayed the same are left out."""
    noted = _noted.get()
    was = {name: value for name, value in before.items() if after.get(name) != value}
    if noted is None or not was:
        return
    noted.append({"subject": subject, "code": code, "was": was, "is": {name: after.get(name) for name in was}})


def collect() -> list[dict[str, Any]]:
    """Begin to collect what the outermost operation changes."""
    noted: list[dict[str, Any]] = []
    _noted.set(noted)
    return noted


def discard() -> None:
    """End collecting: outside an operation nothing is noted."""
    _noted.set(None)


def scrub(subject: str, code: str) -> None:
    """Take the values out of what was noted of a thing, answers included; who changed it when stays."""
    sql = """
        UPDATE kernel_claim SET result = NULL, changes = (
            SELECT jsonb_agg(CASE WHEN one ->> 'code' = %(code)s AND one ->> 'subject' = %(subject)s
                                  THEN one || '{"was": {}, "is": {}}' ELSE one END)
              FROM jsonb_array_elements(changes) one)
         WHERE changes @> jsonb_build_array(jsonb_build_object('subject', %(subject)s::text, 'code', %(code)s::text))
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"subject": subject, "code": code})

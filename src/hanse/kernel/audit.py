"""What an operation changed in place: noted by the operation, kept with the claim of its key.

Who, when and which operation is on every claim. Statuses (`StateChange`), terms (`TermsChange`), roles, money and goods
keep their own histories; this is for everything else that is overwritten, so that what it was before can be told.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

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

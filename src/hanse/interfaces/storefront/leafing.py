"""Leafing through long lists by keyset: a part begins behind the last row of the part before it."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest

AFTER = "after"
TARGET = "more"
"""The id of the end of the list, which htmx replaces by what follows."""
LONGEST = 1_000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a reader is in a list: `begun` if this is not its beginning, `next` to go on, if there is more."""

    begun: bool
    next: str | None


def cut(rows: Sequence[Row], most: int) -> tuple[Sequence[Row], Row | None]:
    """Return what is shown of the rows, and the last of it if there is more."""
    return rows[:most], rows[most - 1] if len(rows) > most else None


def sealed(values: Sequence[Any] | None) -> str | None:
    """Return a place in a list as it stands in an address: it tells nobody what it is made of."""
    if values is None:
        return None
    return _cipher().encrypt(json.dumps(list(values), default=datetime.isoformat).encode()).decode()


def opened(request: HttpRequest) -> list[Any] | None:
    """Return the place behind which the reader wants to go on; whatever we did not write means the beginning."""
    said = request.GET.get(AFTER, "")
    if not said or len(said) > LONGEST:
        return None
    try:
        found = json.loads(_cipher().decrypt(said.encode()))
    except (InvalidToken, ValueError):
        return None
    return found if isinstance(found, list) else None


def rest_only(request: HttpRequest) -> bool:
    """Say whether only what follows is asked for, to be put at the end of the list."""
    return request.headers.get("HX-Target") == TARGET


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"hanse.leaf:{settings.SECRET_KEY}".encode()).digest()))

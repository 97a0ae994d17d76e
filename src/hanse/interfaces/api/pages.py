"""Lists by keyset: a part begins behind the last row of the part before, whatever was inserted in the meantime."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from hanse.interfaces.api.schemas.words import In
from hanse.kernel.errors import MalformedInput

Row = TypeVar("Row", bound=Model)


class Slice(In):
    """Which part of a list is wanted."""

    after: Annotated[
        str | None, Field(max_length=200, description="`next` of the part before: the list goes on behind it.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=100, description="The most items of one part.", examples=[20])] = 20


Part = Annotated[Slice, Query()]


def page_of(
    rows: "QuerySet[Row, Row]", part: Slice, show: Callable[[Sequence[Row]], Sequence[Any]], *, oldest: bool = False
) -> dict[str, Any]:
    """Return a part of the rows, the newest first unless asked otherwise, each shown as `show` says."""
    behind = position(part.after)
    if behind is not None:
        rows = rows.filter(pk__gt=behind) if oldest else rows.filter(pk__lt=behind)
    found = list(rows.order_by("pk" if oldest else "-pk")[: part.limit + 1])
    return sliced(found, part, show, lambda row: row.pk)


def sliced(
    found: Sequence[Any], part: Slice, show: Callable[[Sequence[Any]], Sequence[Any]], key: Callable[[Any], int]
) -> dict[str, Any]:
    """Return the first `limit` of what was found (one more than wanted, if there is more) and the cursor behind it."""
    kept = found[: part.limit]
    return {"items": list(show(kept)), "next": cursor(key(kept[-1])) if len(found) > part.limit else None}


def cursor(place: int) -> str:
    """Return a place in a list in a form that tells nobody how many rows there are."""
    return _cipher().encrypt(str(place).encode()).decode()


def position(after: str | None) -> int | None:
    """Return the place that a cursor stands for."""
    if after is None:
        return None
    try:
        return int(_cipher().decrypt(after.encode()))
    except (InvalidToken, ValueError) as reason:
        raise MalformedInput("after", _("the cursor of an earlier answer")) from reason


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"hanse.cursor:{settings.SECRET_KEY}".encode()).digest()))

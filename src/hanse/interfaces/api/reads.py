"""How one document is found among those that the caller may see."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from hanse.kernel.errors import NotFound

Row = TypeVar("Row", bound=Model)


def one_of(rows: "QuerySet[Row, Row]", code: str, what: str | Promise) -> Row:
    """Return the row of that code; NotFound, whether it does not exist or is not for the caller to see."""
    found = rows.filter(code=code).first()
    if found is None:
        raise NotFound(what, code=code)
    return found

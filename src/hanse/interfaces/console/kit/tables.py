"""A table beside a detail: a title, columns, where its rows come from; long ones are leafed through."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from hanse.interfaces.console.kit.cells import PICTURE, Cell, Column, cells
from hanse.interfaces.console.kit.page import Desk, Page

MOST = 100
"""Rows that are shown at once."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong to a thing; `open` leads from a row to a page of its own."""

    title: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[..., Iterable[Any]]
    """Returns the rows for desk and thing; with `key` also for the key after which they begin."""
    empty: str | Promise = ""
    open: Callable[[Any], str] | None = None
    key: Callable[[Any], int] | None = None
    """What a row is found again by; without it rows are counted from the first."""
    picture: Callable[[Any], Any] | None = None
    all: Page | None = None
    """The list of which these rows are but the newest."""

    def part(self, desk: Desk, thing: Any, start: int) -> tuple[list[Any], int | None]:
        """Return some rows from there on, and where the next begin if there are more."""
        if self.key:
            rows = list(islice(self.rows(desk, thing, start), MOST + 1))
        else:
            found = self.rows(desk, thing)
            sliced = found[start : start + MOST + 1] if isinstance(found, QuerySet) else None
            rows = list(islice(found, start, start + MOST + 1)) if sliced is None else list(sliced)
        if len(rows) <= MOST:
            return rows, None
        return rows[:MOST], self.key(rows[MOST - 1]) if self.key else start + MOST


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the template wants it."""

    cells: list[Cell]
    href: str
    code: str = ""
    picture: str = ""
    forms: Sequence[Any] = ()
    """What can be done in the row itself, each with its form."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as the template wants it; without an `empty` text one without rows is left out."""

    title: str
    columns: tuple[Column, ...]
    rows: list[Row]
    empty: str
    back: str
    """The query that leads to the first rows, "" if they are shown."""
    further: str
    """The query that leads to the rows that follow, "" if there are none."""
    all: Page | None


def shown(tables: Iterable[Table], desk: Desk, thing: Any, given: QueryDict) -> list[Shown]:
    """Return the tables with the rows that there are for who looks, from where the address says."""
    found = []
    for place, table in enumerate(tables):
        name = f"t{place}"
        said = given.get(name, "")
        start = int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0
        rows, further = table.part(desk, thing, start)
        if rows or table.empty or start:
            leads = table.all if table.all and table.all.open_to(desk) else None
            back = _asking(given, name, None) if start else ""
            then = _asking(given, name, further) if further else ""
            lines = [_row(table, row) for row in rows]
            found.append(Shown(str(table.title), table.columns, lines, str(table.empty), back, then, leads))
    return found


def _asking(given: QueryDict, name: str, start: int | None) -> str:
    """Return the query of this address, but with that table from there on."""
    asked = given.copy()
    asked.pop(name, None)
    if start is not None:
        asked[name] = str(start)
    return f"?{asked.urlencode()}"


def _row(table: Table, row: Any) -> Row:
    picture = PICTURE.html(table.picture(row)) if table.picture else ""
    return Row(cells(table.columns, row), table.open(row) if table.open else "", picture=picture)

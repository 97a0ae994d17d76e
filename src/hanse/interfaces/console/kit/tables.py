"""A table beside a detail: a title, columns, and where its rows come from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from hanse.interfaces.console.kit.cells import Cell, Column, cells
from hanse.interfaces.console.kit.page import Desk

MOST = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that belong to a thing; `open` leads from a row to a page of its own."""

    title: str | Promise
    columns: tuple[Column, ...]
    rows: Callable[[Desk, Any], Iterable[Any]]
    empty: str | Promise = ""
    open: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the template wants it."""

    cells: list[Cell]
    href: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as the template wants it; without an `empty` text one without rows is left out."""

    title: str
    columns: tuple[Column, ...]
    rows: list[Row]
    empty: str


def shown(tables: Iterable[Table], desk: Desk, thing: Any) -> list[Shown]:
    """Return the tables with the rows that there are for who looks."""
    found = []
    for table in tables:
        rows = list(table.rows(desk, thing))[:MOST]
        if rows or table.empty:
            lines = [Row(cells(table.columns, row), table.open(row) if table.open else "") for row in rows]
            found.append(Shown(str(table.title), table.columns, lines, str(table.empty)))
    return found

"""Records to units: what goes in or stays out as one, a row, or all the rows of a product."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hanse.interfaces.cli.imports.reading import Record
from hanse.interfaces.web.spreadsheets import plain
from hanse.kernel.errors import MalformedInput

Values = Mapping[str, str]
"""Column to text; columns that are not there or empty are left out."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to bring in, and the lines it stands on; without a value, `column` and `expected` say why not."""

    line: int
    last_line: int
    shown: str
    value: Any = None
    column: str = ""
    expected: str = ""


def units(
    records: Iterable[Record], columns: Sequence[str], together: str, read: Callable[[Sequence[Values]], Any]
) -> Iterator[Unit]:
    """Yield units; rows that stand together and are equal in the column `together` (if any) are one.

    A broken row belongs to the rows around it if those on both sides are of one unit.
    """
    position = columns.index(together) if together in columns else None
    group: list[Record] = []
    pending: list[Record] = []
    name: str | None = None
    for record in records:
        key = record.fields[position] if position is not None and len(record.fields) > position else None
        if record.expected and (key is None or key != name):
            pending.append(record)
        elif group and key is not None and key == name:
            group += [*pending, record]
            pending = []
        else:
            yield from _flushed(group, pending, columns, read)
            group, pending, name = [record], [], key
    yield from _flushed(group, pending, columns, read)


def _flushed(
    group: list[Record], pending: list[Record], columns: Sequence[str], read: Callable[[Sequence[Values]], Any]
) -> Iterator[Unit]:
    if group:
        yield _unit(group, columns, read)
    for broken in pending:
        yield Unit(broken.line, broken.last_line, broken.shown, column=broken.column, expected=broken.expected)


def _unit(group: Sequence[Record], columns: Sequence[str], read: Callable[[Sequence[Values]], Any]) -> Unit:
    first, last = group[0], group[-1]
    for record in group:
        if record.expected:
            where = record.expected if len(group) == 1 else _("line %(line)d: %(expected)s") % _as_map(record)
            return Unit(first.line, last.last_line, record.shown, column=record.column, expected=where)
    rows = [
        {n: plain(field.strip()) for n, field in zip(columns, record.fields, strict=True) if n and field.strip()}
        for record in group
    ]
    try:
        return Unit(first.line, last.last_line, first.shown, value=read(rows))
    except MalformedInput as refusal:
        column, expected = refusal.details["field"], str(refusal.details["expected"])
        return Unit(first.line, last.last_line, first.shown, column=column, expected=expected)


def _as_map(record: Record) -> dict[str, Any]:
    return {"line": record.line, "expected": record.expected}

"""Rows brought in bulk: each goes in, was there already, or is refused, and the good ones do not wait for the bad."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, Q

from hanse.kernel.errors import DomainError, MalformedInput

Row = TypeVar("Row", bound=Model)


@dataclass
class Intake:
    """What became of the rows of one batch; a problem is (position of the row, column, what was expected)."""

    imported: int = 0
    known: int = 0
    problems: dict[int, tuple[str, str]] = field(default_factory=dict)

    def refuse(self, position: int, refusal: DomainError, column: str = "") -> None:
        """Note why a row does not go in; the column is that of malformed input if none is given."""
        if isinstance(refusal, MalformedInput):
            column, expected = column or refusal.details["field"], str(refusal.details["expected"])
        else:
            expected = str(refusal)
        self.problems[position] = (column, expected)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it, the problems in the order of their rows."""
        problems = [[position, *self.problems[position]] for position in sorted(self.problems)]
        return {"imported": self.imported, "known": self.known, "problems": problems}


def stage(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a temporary table of these columns (name to type) that lasts as long as the transaction.

    Names come from the code, never from input. What was staged under this name before is forgotten.
    """
    with connection.cursor() as cursor:
        said = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} ({said}) ON COMMIT DROP")
        cursor.execute(f"TRUNCATE {table}")
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")


def named(model: type[Row], names: Iterable[str | None]) -> dict[str, Row]:
    """Return those rows of a model with code and slug that have one of these names, by the name asked for."""
    wanted = storable(names)
    found: dict[str, Row] = {}
    for row in model._default_manager.filter(Q(code__in=wanted) | Q(slug__in=wanted)):
        for name in (getattr(row, "slug", None), getattr(row, "code", None)):
            if name in wanted:
                found[str(name)] = row
    return found


def unstorable(given: object) -> bool:
    """Say whether an input holds, at any depth, a text or number that no column of a database can."""
    if isinstance(given, str):
        return not storable([given])
    if isinstance(given, int):
        return not -(2**63) <= given < 2**63
    if is_dataclass(given) and not isinstance(given, type):
        return any(unstorable(getattr(given, name)) for name in given.__dataclass_fields__)
    if isinstance(given, Mapping):
        return any(unstorable(one) for pair in given.items() for one in pair)
    return isinstance(given, (list, tuple, set, frozenset)) and any(map(unstorable, given))


def storable(names: Iterable[str | None]) -> set[str]:
    """Leave the texts that a database may be asked for: PostgreSQL knows no NUL and no half surrogate pair."""
    return {
        name
        for name in names
        if isinstance(name, str) and not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in name)
    }

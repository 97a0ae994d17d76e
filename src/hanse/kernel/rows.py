"""Rows of several tables at once: what a use case writes or reads together is one statement.

Its text depends on the tables alone, never on the number of rows, so that the server can keep its plan. Rows travel as
JSON, which the server turns into rows of the table's own types and back.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def insert(*batches: Sequence[models.Model]) -> None:
    """Insert the rows of every batch, each of one model, by one statement; references are checked at commit.

    Ids are those that the rows of a batch carry, or the database's own, which the rows are not told.
    """
    filled = [batch for batch in batches if batch]
    if filled:
        tables = tuple((type(batch[0]), batch[0].pk is not None) for batch in filled)
        documents = [_document(batch, _columns(*table)) for batch, table in zip(filled, tables, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_insert(tables), documents)


def load(model: type[Row], text: str | None) -> list[Row]:
    """Return the rows of a model that `json_agg(row)` wrote, as a query would; none for no text."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    moments = [field.attname for field in fields if isinstance(field, models.DateTimeField)]
    days = [f.attname for f in fields if isinstance(f, models.DateField) and not isinstance(f, models.DateTimeField)]
    sealed = {field.attname: field for field in fields if getattr(field, "sealed", False)}
    found = []
    for document in json.loads(text) if text else ():
        for name, field in sealed.items():
            document[name] = field.from_db_value(document[name])  # type: ignore[attr-defined]
        for name in moments:
            if document[name] is not None:
                document[name] = datetime.fromisoformat(document[name])
        for name in days:
            if document[name] is not None:
                document[name] = date.fromisoformat(document[name])
        found.append(model.from_db(connection.alias, names, [document[name] for name in names]))
    return found


@cache
def _columns(model: type[models.Model], with_id: bool) -> tuple[str, ...]:  # noqa: FBT001
    return tuple(field.attname for field in model._meta.concrete_fields if with_id or not field.primary_key)


@cache
def _insert(tables: tuple[tuple[type[models.Model], bool], ...]) -> str:
    parts = []
    for number, (model, with_id) in enumerate(tables):
        names = ", ".join(f'"{name}"' for name in _columns(model, with_id))
        table = model._meta.db_table
        rows = f'json_populate_recordset(NULL::"{table}", %s::json)'
        parts.append(f'b{number} AS (INSERT INTO "{table}" ({names}) SELECT {names} FROM {rows})')
    return f"WITH {', '.join(parts)} SELECT"


def _document(batch: Sequence[models.Model], columns: Sequence[str]) -> str:
    sealed = {field.attname: field for field in type(batch[0])._meta.concrete_fields if getattr(field, "sealed", False)}

    def held(row: models.Model, name: str) -> Any:
        value = getattr(row, name)
        return sealed[name].get_prep_value(value) if name in sealed else value

    return json.dumps([{name: held(row, name) for name in columns} for row in batch], default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"a column of these tables cannot hold {value!r}")

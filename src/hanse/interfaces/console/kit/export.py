"""Lists as files: CSV as spreadsheets read it, sent row by row however long the list is."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from hanse.interfaces.console.kit.cells import Column
from hanse.kernel import clock

BATCH = 500
MOST = 100_000
"""Rows in one file: what is longer is narrowed down first."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""


class _Line:
    """A file for the csv module that hands every line back."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield the rows some hundreds at a time, each with what it prefetches."""
    for first in range(0, MOST, BATCH):
        found = list(rows[first : first + BATCH])
        yield found
        if len(found) < BATCH:
            return


def answer(name: str, columns: tuple[Column, ...], rows: Iterable[Any]) -> StreamingHttpResponse:
    """Return the rows as a file to download."""
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + str(writer.writerow([str(column.label) for column in columns]))
        for row in rows:
            yield str(writer.writerow([column.plain(row) for column in columns]))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.now():%Y%m%d-%H%M}.csv"'
    return response

"""Lists as files, CSV or XLSX, sent row by row; longer ones are written in the background."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from hanse.interfaces.console.kit.cells import Column
from hanse.interfaces.web.spreadsheets import CSV, FORMATS, MEDIA_TYPES, XLSX, CsvWriter, XlsxWriter, writer
from hanse.kernel import clock

BATCH = 500
MOST = 100_000
"""Rows in one file: what is longer is narrowed down first."""
DIRECT = 5_000
"""Rows that are sent while one waits; more are written in the background."""


class _Chunks:
    """A file for a writer, whose bytes are handed on as they come."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take bytes."""
        self._waiting.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return the bytes that came since the last time."""
        data, self._waiting = b"".join(self._waiting), []
        return data

    def readable(self) -> bool:
        """Say no."""
        return False

    def writable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say no."""
        return False

    closed = False

    def flush(self) -> None:
        """Do nothing: nothing is held back."""


def batches(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield the rows some hundreds at a time, each with what it prefetches."""
    for first in range(0, MOST, BATCH):
        found = list(rows[first : first + BATCH])
        yield found
        if len(found) < BATCH:
            return


def begun(columns: tuple[Column, ...], file: IO[bytes], form: str) -> CsvWriter | XlsxWriter:
    """Return a writer that has written the names of the columns."""
    out = writer(form, file)
    out.head([str(column.label) for column in columns])
    return out


def answer(request: HttpRequest, page: Any, desk: Any) -> HttpResponseBase:
    """Return the list that the address asks for as a file, or lead to where it can be written in the background."""
    form = request.GET.get("export", "")
    form = form if form in FORMATS else CSV
    rows = page.chosen(desk, request.GET)
    if rows.count() > DIRECT:
        asked = {"list": page.name, "query": page.kept(request.GET), "form": form}
        return redirect(f"{reverse('console-export')}?{urlencode(asked)}")
    return sent(page.name, page.columns, page.enriched(desk, rows), form)


def sent(name: str, columns: tuple[Column, ...], rows: Iterable[Any], form: str = CSV) -> HttpResponseBase:
    """Return the rows as a file to download."""
    named = f"{name}-{clock.now():%Y%m%d-%H%M}.{form}"
    if form == XLSX:
        return FileResponse(_book(columns, rows), as_attachment=True, filename=named, content_type=MEDIA_TYPES[XLSX])
    response = StreamingHttpResponse(_lines(columns, rows), content_type=MEDIA_TYPES[CSV])
    response.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return response


def _book(columns: tuple[Column, ...], rows: Iterable[Any]) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    out = begun(columns, file, XLSX)
    for row in rows:
        out.row([column.plain(row) for column in columns])
    out.close()
    file.seek(0)
    return file


def _lines(columns: tuple[Column, ...], rows: Iterable[Any]) -> Iterator[bytes]:
    chunks: Any = _Chunks()
    out = begun(columns, chunks, CSV)
    for row in rows:
        out.row([column.plain(row) for column in columns])
        yield chunks.taken()
    out.close()
    yield chunks.taken()

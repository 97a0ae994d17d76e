"""Workbooks (XLSX): their first sheet read row by row, with the values that were last shown for its formulas."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from hanse.interfaces.cli.imports.columns import Header, known_as, wrong_with
from hanse.interfaces.cli.imports.reading import Record, printable
from hanse.interfaces.cli.imports.sources import UnreadableFile

MOST_PARTS = 10_000
MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that all parts together may unfold to."""
MOST_STRINGS = 64 * 1024 * 1024
"""Bytes of the table of texts, which is held in memory."""
MOST_AT_ONCE = 8 * 1024 * 1024
"""Bytes of a row, and of every part that is read at once."""
MOST_RATIO = 200
"""A sheet of ten thousand equal rows is packed to about a hundredth; what is packed much tighter is a trap."""
SMALL = 1024 * 1024
"""Below this nothing unfolds into harm."""
MOST_COLUMNS = 200
SHEET = re.compile(r"worksheets/[^/]+\.xml$")
ROWS = re.compile(rb"<(?:\w+:)?row[ >/]")
_END = rb"</(?:\w+:)?%s>"
UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*" + _END % b"f" + rb")\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>" + _END % b"v" + rb")?\s*" + _END % b"c"
)
"""A formula in whose cell no value stands."""
_CHUNK, _OVERLAP = 1 << 20, 16_384
BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, DefusedXmlException, KeyError, ValueError,
    TypeError, IndexError, AttributeError, EOFError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
"""What openpyxl and zipfile raise over files that are none."""


class Finding(Protocol):
    """A path with a name to tell it by."""

    name: str
    path: Path


def measured(packed: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the parts of an archive, or raise UnreadableFile if it would unfold into more than it should."""
    parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFile(_("the file unfolds into more than is taken here"))
    for part in parts:
        if part.file_size > SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise UnreadableFile(_("the file unfolds into more than is taken here"))
        if part.flag_bits & 1:
            raise UnreadableFile(_("the file is locked with a password; save it without"))
    return parts


def is_workbook(packed: zipfile.ZipFile) -> bool:
    """Say whether an archive is a workbook."""
    return "[Content_Types].xml" in packed.namelist()


def checked(path: Path, name: str) -> int:
    """Return how many rows the largest sheet has; raise UnreadableFile for what cannot be read in full."""
    try:
        with zipfile.ZipFile(path) as packed:
            parts = measured(packed)
            sheets = [part for part in parts if SHEET.search(part.filename)]
            if any(part.file_size > _most(part.filename) for part in parts):
                raise UnreadableFile(_("the file unfolds into more than is taken here"))
            return max((_scanned(packed, sheet, name) for sheet in sheets), default=0)
    except BROKEN as reason:
        raise _no_workbook(name) from reason


def _most(filename: str) -> int:
    """Return how large a part may be: what is read at once must fit into memory many times over."""
    if SHEET.search(filename) or not filename.endswith((".xml", ".rels")):
        return MOST_UNPACKED
    return MOST_STRINGS if filename.endswith("sharedStrings.xml") else MOST_AT_ONCE


def _scanned(packed: zipfile.ZipFile, sheet: zipfile.ZipInfo, name: str) -> int:
    """Count the rows of a sheet; refuse it if a formula has no value, which would read like an empty cell."""
    rows, tail, since = 0, b"", 0
    with packed.open(sheet) as raw:
        while chunk := raw.read(_CHUNK):
            if UNCOMPUTED.search(tail + chunk):
                said = {"file": name}
                raise UnreadableFile(
                    _("%(file)s: a formula has no value yet; open the file in a spreadsheet program and save it") % said
                )
            seam = tail[-8:]
            begun = len(ROWS.findall(seam + chunk)) - len(ROWS.findall(seam))
            rows, since = rows + begun, 0 if begun else since + len(chunk)
            if since > MOST_AT_ONCE:
                raise UnreadableFile(_("the file unfolds into more than is taken here"))
            tail = (tail + chunk)[-_OVERLAP:]
    return rows


def _no_workbook(name: str) -> UnreadableFile:
    return UnreadableFile(_("%(file)s: this is no workbook that can be read; save it as XLSX or CSV") % {"file": name})


class SheetReader:
    """Reads the first sheet of a workbook that was `checked`; the line of a record is the number of its row."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._width = 0

    def header(self, required: Sequence[str], known: Sequence[str]) -> Header:
        """Read the first row."""
        first = next(self._rows(MOST_COLUMNS, 1), ())
        found = [_text(cell)[0].strip() for cell in first]
        while found and not found[-1]:
            found.pop()
        columns = tuple(known_as(word) for word in found)
        where = _("%(file)s, line 1") % {"file": self._name}
        if "" in found:
            nameless = _("a column without a name")
            raise UnreadableFile(f"{where}: {nameless}")
        if wrong := wrong_with(columns, required, known):
            raise UnreadableFile(f"{where}: {wrong}")
        self._columns, self._width = columns, len(columns)
        return Header(columns, tuple(found))

    def records(self, behind: int = 0) -> Iterator[Record]:
        """Yield every row that is not empty and stands behind that number."""
        for number, cells in enumerate(self._rows(self._width + 1), start=1):
            if number <= max(behind, 1):
                continue
            found = [_text(cell) for cell in cells]
            fields = [text for text, _wrong in found]
            if not any(field.strip() for field in fields):
                continue
            yield self._judged(number, fields, [wrong for _text_, wrong in found])

    def words(self) -> Iterator[Sequence[str]]:
        """Yield every row that is not empty, whatever the first one says."""
        for cells in self._rows(MOST_COLUMNS):
            found = [_text(cell)[0] for cell in cells]
            while found and not found[-1].strip():
                found.pop()
            if found:
                yield found

    def _judged(self, number: int, fields: list[str], wrong: list[bool]) -> Record:
        shown = printable("\t".join(fields))
        if any(field.strip() for field in fields[self._width :]):
            expected = _("nothing beside the columns that the first line names")
            return Record(number, number, fields, shown, "", expected)
        fields = [*fields[: self._width], *[""] * (self._width - len(fields))]
        for name, is_wrong in zip(self._columns, wrong, strict=False):
            if is_wrong:
                return Record(number, number, fields, shown, name, _("a value: the formula there shows an error"))
        return Record(number, number, fields, shown)

    def _rows(self, most: int, last: int | None = None) -> Iterator[tuple[Any, ...]]:
        try:
            with self._path.open("rb") as raw:
                book = load_workbook(raw, read_only=True, data_only=True, keep_links=False)
                if not book.worksheets:
                    raise _no_workbook(self._name)
                sheet: Any = book.worksheets[0]
                sheet.reset_dimensions()  # programs write what they like there
                yield from sheet.iter_rows(min_row=1, max_row=last, max_col=most)
        except BROKEN as reason:
            raise _no_workbook(self._name) from reason


def _text(cell: Any) -> tuple[str, bool]:
    """Return the value of a cell as one would type it, and whether it is an error."""
    value = cell.value
    if value is None:
        return "", False
    if cell.data_type == "e":
        return str(value), True
    return _typed(value), False


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    """Write a number with the fifteen digits that spreadsheets calculate with, never as a power of ten."""
    said = f"{value:.15g}"
    if "e" in said and abs(value) < 1e18:
        said = f"{value:.15f}".rstrip("0").rstrip(".")
    return said

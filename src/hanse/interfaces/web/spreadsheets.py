"""Tables as files, CSV or XLSX, in which nothing that somebody typed is ever computed."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something else."""
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
LONGEST = 32_767
"""Characters that a cell of XLSX can hold."""
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def safe(text: str) -> str:
    """Return the text so that no spreadsheet computes it; `plain` takes it back."""
    return f"'{text}" if text.startswith(COMPUTED) and not _NUMBER.fullmatch(text) else text


def plain(text: str) -> str:
    """Return what was meant by a text that may have been made safe."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(COMPUTED) else text


def writable(text: str) -> str:
    """Return the text without what no file of XML or UTF-8 can hold."""
    return _UNWRITABLE.sub("\ufffd", text)


class CsvWriter:
    """Writes rows as CSV in UTF-8 with its mark; `close` leaves the file open."""

    def __init__(self, file: IO[bytes], separator: str = ",") -> None:
        self._text = TextIOWrapper(file, "utf-8", newline="", write_through=True)
        self._text.write(BYTE_ORDER_MARK)
        self._csv = csv.writer(self._text, delimiter=separator)

    def head(self, words: Sequence[str]) -> None:
        """Write the first row."""
        self.row(words)

    def row(self, words: Iterable[str]) -> None:
        """Write a row."""
        self._csv.writerow([safe(writable(word)) for word in words])

    def close(self) -> None:
        """Write out what is left."""
        self._text.flush()
        self._text.detach()


class XlsxWriter:
    """Writes rows into the one sheet of a workbook, every cell as text; nothing is held but the present row."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._book = file, Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet()
        self._sheet.freeze_panes = "A2"

    def head(self, words: Sequence[str]) -> None:
        """Write the first row, which stays in sight."""
        cells = [self._cell(word) for word in words]
        for cell in cells:
            cell.font = Font(bold=True)
        self._sheet.append(cells)

    def row(self, words: Iterable[str]) -> None:
        """Write a row."""
        self._sheet.append([self._cell(word) for word in words])

    def _cell(self, word: str) -> Any:
        cell: Any = WriteOnlyCell(self._sheet, value=safe(writable(word))[:LONGEST])
        cell.data_type = "s"  # set, not guessed: what looks like a formula or an error is a text
        return cell

    def close(self) -> None:
        """Write the workbook."""
        self._book.save(self._file)


def writer(form: str, file: IO[bytes], separator: str = ",") -> CsvWriter | XlsxWriter:
    """Return what writes rows in that form into the file."""
    return XlsxWriter(file) if form == XLSX else CsvWriter(file, separator)

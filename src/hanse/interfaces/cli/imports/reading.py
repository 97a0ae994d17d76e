"""Lines to records: what CSV makes of them, and what is wrong with those that are none."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from hanse.interfaces.cli.imports import sources
from hanse.interfaces.cli.imports.columns import Header, known_as, wrong_with
from hanse.interfaces.cli.imports.sources import Source, UnreadableFile

SHOWN = 1000
"""Characters of a row that a report repeats."""
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Record:
    """One record, from `line` to `last_line`; if it is broken, `expected` says what would have been right there."""

    line: int
    last_line: int
    fields: Sequence[str]
    shown: str
    column: str = ""
    expected: str = ""


class Rows(Protocol):
    """What reads a file of rows: first its header, then, any number of times as far as one wants, its records."""

    def header(self, required: Sequence[str], known: Sequence[str]) -> Header:
        """Read the first row; UnreadableFile says what is wrong with it."""
        ...

    def records(self, behind: int = 0) -> Iterator[Record]:
        """Yield every record that begins behind this line."""
        ...

    def words(self) -> Iterator[Sequence[str]]:
        """Yield every row that is not empty, whatever the first one says; UnreadableFile for one that is none."""
        ...


class Reader:
    """Reads records of one source; lines whose record is broken are reported as such and reading goes on."""

    def __init__(self, source: Source, *, encoding: str = "utf-8", separator: str = ",") -> None:
        self._source, self._encoding = source, encoding
        self._line, self._shown, self._overlong = 0, "", False
        self._lines = self._decoded()
        self._csv = csv.reader(self._lines, delimiter=separator, strict=True)
        self._separator = separator

    def header(self, required: Sequence[str], known: Sequence[str]) -> Header:
        """Read the first record and return the columns; UnreadableFile says what is wrong with them."""
        where = _("%(file)s, line 1") % {"file": self._source.name}
        try:
            found = [name.strip() for name in next(self._csv, [])]
        except csv.Error as error:
            raise UnreadableFile(f"{where}: {error}") from error
        columns = tuple(known_as(name) for name in found)
        if wrong := self._unreadable(found) or wrong_with(columns, required, known):
            raise UnreadableFile(f"{where}: {wrong}")
        self._columns = columns
        return Header(columns, tuple(found))

    def _unreadable(self, found: Sequence[str]) -> str:
        """Return what speaks against this encoding and this separator, or an empty text."""
        if any("\ud800" <= char <= "\udfff" for char in "".join(found)):
            said = {"encoding": self._encoding}
            return _("the text is not %(encoding)s; save it so, or name its encoding") % said
        for other in ",;\t|":
            if len(found) == 1 and other != self._separator and other in found[0]:
                return _("the columns seem to be separated by %(mark)r; name that") % {"mark": other}
        return ""

    def records(self, behind: int = 0) -> Iterator[Record]:
        """Yield every record that begins behind this line."""
        while self._line < behind and next(self._lines, ""):
            pass
        while True:
            first, self._shown, self._overlong = self._line + 1, "", False
            try:
                fields = next(self._csv)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._broken(first, str(error))
                continue
            if fields:
                yield self._judged(Record(first, self._line, fields, self._shown))

    def words(self) -> Iterator[Sequence[str]]:
        """Yield every row that is not empty, whatever the first one says."""
        try:
            yield from (row for row in self._csv if any(word.strip() for word in row))
        except csv.Error as error:
            where = _("%(file)s, line %(line)d") % {"file": self._source.name, "line": self._line}
            raise UnreadableFile(f"{where}: {error}") from error

    def _decoded(self) -> Iterator[str]:
        for raw in self._source.lines():
            self._line += 1
            self._overlong |= len(raw) > sources.LONGEST_LINE
            text = raw.decode(self._encoding, "surrogateescape")
            if self._line == 1:
                text = text.removeprefix(BYTE_ORDER_MARK)
            if len(self._shown) < SHOWN:
                self._shown += text
            yield text

    def _judged(self, record: Record) -> Record:
        """Return the record, or what is wrong with its shape or its characters."""
        if self._overlong:
            text = _("lines of at most %(most)d bytes") % {"most": sources.LONGEST_LINE}
            return self._broken(record.line, text)
        if len(record.fields) != len(self._columns):
            said = {"wanted": len(self._columns), "found": len(record.fields)}
            text = _("%(wanted)d fields as in the first line, not %(found)d") % said
            return self._broken(record.line, text, fields=record.fields)
        for name, field in zip(self._columns, record.fields, strict=True):
            if any("\ud800" <= char <= "\udfff" for char in field):
                return self._broken(record.line, _("text in %s") % self._encoding, name, record.fields)
            if "\x00" in field:
                return self._broken(record.line, _("text without NUL characters"), name, record.fields)
        return Record(record.line, record.last_line, record.fields, printable(record.shown))

    def _broken(self, first: int, expected: str, column: str = "", fields: Sequence[str] = ()) -> Record:
        return Record(first, max(first, self._line), fields, printable(self._shown), column, expected)


def printable(text: str) -> str:
    """Return the beginning of a text as any terminal and any database takes it, on one line."""
    shown = text[:SHOWN].rstrip("\r\n")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)[:SHOWN]

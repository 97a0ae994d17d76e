"""What a file is: a workbook, an archive, or text, in which encoding and with what between its columns."""

import codecs
import csv
import gzip
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext as _

from hanse.interfaces.cli.imports import packs, sheets
from hanse.interfaces.cli.imports.columns import matches
from hanse.interfaces.cli.imports.reading import BYTE_ORDER_MARK, Reader, Rows
from hanse.interfaces.cli.imports.sources import GZIP, LONGEST_LINE, UTF_16, File, UnreadableFile

AUTO = "auto"
ENCODINGS = ("utf-8", "gb18030", "utf-16")
SEPARATORS = (",", ";", "\t", "|")
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
LIKELY = 80
"""Percent of the letters beyond ASCII that are everyday Chinese in a text that really is GB 18030."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was recognised: where its rows lie, how they are written, how many lines there are about."""

    path: Path
    name: str
    lines: int
    form: str = "csv"
    encoding: str = "utf-8"
    separator: str = ","
    pack: Path | None = None
    """The archive in which the table came, with its pictures."""

    def rows(self) -> Rows:
        """Return a reader that begins at the first line."""
        if self.form == "xlsx":
            return sheets.SheetReader(self.path, self.name)
        return Reader(File(self.path, self.name), encoding=self.encoding, separator=self.separator)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a file before it is looked at, and where there is room to lay out what is in it."""

    known: Sequence[str]
    folder: Path
    encoding: str = AUTO
    separator: str = AUTO
    most: int | None = None
    """Lines at most; None for no limit at all."""


def recognised(path: Path, name: str, asked: Asked) -> Table:
    """Return what the file is; UnreadableFile if it is nothing that can be read for sure."""
    head = _head(path)
    if head.startswith(ZIP):
        return _archive(path, name, asked)
    if head.startswith(OLD_EXCEL):
        raise UnreadableFile(
            _("%(file)s: this is the old format of Excel (XLS); save it as XLSX or CSV") % {"file": name}
        )
    if not head:
        raise UnreadableFile(_("%(file)s: the file is empty") % {"file": name})
    return _text(path, name, asked)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as raw:
            return raw.read(4)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}") from error


def _archive(path: Path, name: str, asked: Asked) -> Table:
    try:
        with zipfile.ZipFile(path) as packed:
            sheets.measured(packed)
            book = sheets.is_workbook(packed)
    except sheets.BROKEN as reason:
        raise UnreadableFile(_("%(file)s: the archive is damaged") % {"file": name}) from reason
    if book:
        return _book(path, name, asked)
    table, inside = packs.unpacked(path, name, asked.folder)
    found = _book(table, inside, asked) if _head(table).startswith(ZIP) else _text(table, inside, asked)
    return replace(found, pack=path)


def _book(path: Path, name: str, asked: Asked) -> Table:
    lines = sheets.checked(path, name)
    _not_more(lines, asked.most)
    return Table(path, name, lines, "xlsx")


def _not_more(lines: int, most: int | None) -> None:
    if most is not None and lines > most + 1:
        raise UnreadableFile(_("at most %(most)d rows in one file; divide it into several") % {"most": most})


def _text(path: Path, name: str, asked: Asked) -> Table:
    encoding = asked.encoding
    wide = _wide(path) if encoding in {AUTO, "utf-16"} else ""
    if encoding == "utf-16" or wide:
        path, encoding = _as_utf_8(path, name, wide or "utf-16", asked.folder), "utf-8"
    lines, found = _voted(path, name, asked)
    chosen = found if encoding == AUTO else encoding
    mark = _separator(path, chosen, asked.known) if asked.separator == AUTO else asked.separator
    return Table(path, name, lines, "csv", chosen, mark)


def _wide(path: Path) -> str:
    """Return which kind of UTF-16 a file is, "" if it is none; without a mark the zeros of its Latin letters tell."""
    with path.open("rb") as raw:
        head = raw.read(4096)
    if head[:2] in UTF_16:
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 > len(head) // 2 and min(even, odd) * 20 < max(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _as_utf_8(path: Path, name: str, encoding: str, folder: Path) -> Path:
    """Lay the text out in UTF-8 and return where."""
    target, decoder = folder / "text", codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as raw, target.open("w", encoding="utf-8", newline="") as laid:
            while chunk := raw.read(_CHUNK):
                laid.write(decoder.decode(chunk))
            laid.write(decoder.decode(b"", final=True))
    except (UnicodeError, ValueError) as reason:
        raise UnreadableFile(_("%(file)s: the text is no UTF-16; save it as UTF-8") % {"file": name}) from reason
    return target


@dataclass
class _Votes:
    """In which encodings the lines beyond ASCII make sense."""

    lines: int = 0
    beyond: int = 0
    good: int = 0
    chinese: int = 0
    letters: int = 0
    usual: int = 0

    def count(self, line: bytes) -> None:
        """Take one more line into account."""
        self.lines += 1
        if not line.isascii():
            text = _decoded(line)
            self.beyond += 1
            self.good += _decodes(line, "utf-8")
            self.chinese += bool(text)
            self.letters += len(text)
            self.usual += sum(_everyday(char) for char in text)

    @property
    def encoding(self) -> str:
        """Return the encoding that most lines are for, "" if that is not sure."""
        if self.good == self.beyond or self.good * 2 >= self.beyond:
            return "utf-8"
        return "gb18030" if self.chinese == self.beyond and self.usual * 100 >= LIKELY * self.letters else ""


def _voted(path: Path, name: str, asked: Asked) -> tuple[int, str]:
    """Return how many lines there are, and the encoding in which most of those beyond ASCII make sense.

    Line by line: one broken row must not turn the names of all others into others.
    """
    votes, size = _Votes(), 0
    with path.open("rb") as raw:
        plain = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if raw.peek(2)[:2] == GZIP else raw
        try:
            while line := plain.readline(LONGEST_LINE):
                votes.count(line)
                size += len(line)
                _not_more(votes.lines, asked.most)
                if asked.most is not None and size > sheets.MOST_UNPACKED:
                    raise UnreadableFile(_("the file unfolds into more than is taken here"))
        except (EOFError, gzip.BadGzipFile, zlib.error):
            if asked.most is not None:
                raise UnreadableFile(_("%(file)s: the compressed file is damaged") % {"file": name}) from None
    if asked.encoding == AUTO and not votes.encoding:
        raise UnreadableFile(
            _("%(file)s: the encoding of the text cannot be recognised for sure; save it as UTF-8") % {"file": name}
        )
    return votes.lines, votes.encoding


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(line: bytes) -> str:
    """Return what of a line lies beyond ASCII if it is GB 18030, else nothing."""
    try:
        return "".join(char for char in line.decode("gb18030") if not char.isascii())
    except UnicodeDecodeError:
        return ""


def _everyday(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _separator(path: Path, encoding: str, known: Sequence[str]) -> str:
    """Return what stands between the columns: with the right one, the first line names most of those known."""
    first = next(iter(File(path, path.name).lines()), b"").decode(encoding, "replace").removeprefix(BYTE_ORDER_MARK)

    def named(mark: str) -> int:
        try:
            return matches(next(csv.reader(StringIO(first), delimiter=mark), []), known)
        except csv.Error:
            return 0

    best = max(SEPARATORS, key=named)  # of equals the first
    return best if named(best) else max(SEPARATORS, key=first.count)

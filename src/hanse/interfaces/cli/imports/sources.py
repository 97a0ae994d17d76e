"""Where the lines come from: a file, plain or gzip, read once from front to back and never held whole."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol, cast

LONGEST_LINE = 1_000_000
"""Bytes. What is longer is cut off there, and its row is refused: it cannot be a row."""
_CHUNK = 1 << 20
GZIP, UTF_16 = b"\x1f\x8b", (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(Exception):
    """The file as a whole cannot be imported; the text says what is wrong with it."""


class Source(Protocol):
    """Lines with their ends, as bytes; `digest` is the same for the same lines, `share` says how far they are read."""

    name: str

    def digest(self) -> str:
        """Return what tells these lines from others."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Yield every line from the first on."""
        ...

    def share(self) -> float:
        """Return how much has been read, from 0 to 1."""
        ...


class File:
    """A file on disk; gzip is recognised by its first bytes, not by its name."""

    def __init__(self, path: Path, name: str = "") -> None:
        self.path, self.name = path, name or path.name
        self._raw: IO[bytes] | None = None
        try:
            with path.open("rb") as raw:
                self._head = raw.read(2)
            self._size = path.stat().st_size
        except OSError as error:
            raise UnreadableFile(f"{path}: {error.strerror}") from error
        if self._head in UTF_16:
            raise UnreadableFile(f"{path}: this is UTF-16; please save it as UTF-8")
        if not self._size:
            raise UnreadableFile(f"{path}: the file is empty")

    def digest(self) -> str:
        """Return the SHA-256 of the file as it lies on disk."""
        found = hashlib.sha256()
        with self.path.open("rb") as raw:
            while chunk := raw.read(_CHUNK):
                found.update(chunk)
        return found.hexdigest()

    def lines(self) -> Iterator[bytes]:
        """Yield every line; UnreadableFile where a compressed file is damaged."""
        with self.path.open("rb") as raw:
            self._raw = raw
            # GzipFile reads like any binary file, but the types do not say so.
            plain = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if self._head == GZIP else raw
            number = 0
            try:
                while line := plain.readline(LONGEST_LINE):
                    number += 1
                    yield line if line.endswith(b"\n") else line + _drop_rest(plain, len(line))
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise UnreadableFile(
                    f"{self.path}: the compressed file is damaged behind line {number}; the rows before are in"
                ) from error
            finally:
                self._raw = None

    def share(self) -> float:
        """Return how much of the file on disk has been read."""
        return 1.0 if self._raw is None else min(self._raw.tell() / self._size, 1.0)


def _drop_rest(plain: IO[bytes], length: int) -> bytes:
    """Read on to the end of an overlong line and forget it; a last line without an end needs nothing."""
    dropped = False
    while length == LONGEST_LINE and (rest := plain.readline(LONGEST_LINE)):
        dropped = True
        if rest.endswith(b"\n"):
            break
    return b"\n" if dropped else b""

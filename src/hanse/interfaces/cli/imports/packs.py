"""Archives (ZIP) of one table and the pictures that it names."""

import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from hanse.interfaces.cli.imports.sheets import BROKEN, measured
from hanse.interfaces.cli.imports.sources import UnreadableFile
from hanse.interfaces.web import pictures
from hanse.kernel.errors import DomainError, MalformedInput

TABLES = (".csv", ".txt", ".xlsx")
_CHUNK = 1 << 20


def unpacked(path: Path, name: str, folder: Path) -> tuple[Path, str]:
    """Lay out the one table of an archive and return its path and name."""
    try:
        with zipfile.ZipFile(path) as packed:
            tables = [part for part in measured(packed) if _is_table(part.filename)]
            if len(tables) != 1:
                raise UnreadableFile(_("%(file)s: one table (CSV or XLSX) belongs into it") % {"file": name})
            target = folder / "table"
            with packed.open(tables[0]) as raw, target.open("wb") as laid:
                while chunk := raw.read(_CHUNK):
                    laid.write(chunk)
            return target, PurePosixPath(_named(tables[0])).name
    except BROKEN as reason:
        raise UnreadableFile(_("%(file)s: the archive is damaged") % {"file": name}) from reason


def _is_table(filename: str) -> bool:
    """Say whether a part is a table; what systems leave beside the files (`__MACOSX`, `._…`) is none."""
    path = PurePosixPath(filename)
    hidden = path.name.startswith((".", "~")) or "__MACOSX" in path.parts
    return path.suffix.lower() in TABLES and not hidden


def _named(part: zipfile.ZipInfo) -> str:
    """Return a part's name as it was meant: what is not marked as UTF-8 was mostly written in China."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        raw = part.filename.encode("cp437")
    except UnicodeEncodeError:
        return part.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return part.filename


class Pictures:
    """The pictures of an archive by name; each is cleaned and kept once, when a row names it."""

    def __init__(self, path: Path | None, keep: Callable[[pictures.Picture], str]) -> None:
        self._path, self._keep = path, keep
        self._kept: dict[str, str] = {}
        self._parts: dict[str, zipfile.ZipInfo | None] = {}
        if path is not None:
            with zipfile.ZipFile(path) as packed:
                for part in packed.infolist():
                    named = _named(part)
                    self._parts[named] = part
                    short = PurePosixPath(named).name
                    self._parts[short] = part if self._parts.get(short, part) is part else None

    def path_of(self, name: str) -> str:
        """Return where the picture of that name is kept; MalformedInput says what is wrong with it."""
        if name not in self._kept:
            self._kept[name] = self._keep(self._cleaned(name))
        return self._kept[name]

    def _cleaned(self, name: str) -> pictures.Picture:
        part = self._parts.get(name)
        if self._path is None or part is None:
            raise MalformedInput("images", _("a picture that lies in the same ZIP file: %(name)s") % {"name": name})
        try:
            with zipfile.ZipFile(self._path) as packed, packed.open(part) as raw:
                return pictures.clean(raw.read(pictures.LARGEST + 1))
        except DomainError as refusal:
            raise MalformedInput("images", f"{name}: {refusal}") from refusal
        except BROKEN as reason:
            raise MalformedInput("images", _("a picture that can be unpacked: %(name)s") % {"name": name}) from reason

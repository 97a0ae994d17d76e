"""Where the files of works lie: in a storage of their own that no address leads into."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import Storage, storages

_CHUNK = 1 << 20


def _private() -> Storage:
    return storages["private"]


def keep_upload(file: Any, party: str) -> str:
    """Keep what was uploaded and return its path; it is named by its contents, so the same file lies once."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    path = f"works/{party.lower()}/in/{digest.hexdigest()}"
    if not _private().exists(path):
        file.seek(0)
        _private().save(path, File(file))
    return path


def keep_made(file: Path, party: str, name: str) -> str:
    """Keep a file that work has made, in the place of an earlier one of that name, and return its path."""
    path = f"works/{party.lower()}/out/{name}"
    drop(path)
    with file.open("rb") as made:
        return _private().save(path, File(made))


def opened(path: str) -> IO[bytes]:
    """Open a kept file."""
    return _private().open(path)


def there(path: str) -> bool:
    """Say whether a file is still kept."""
    return bool(path) and _private().exists(path)


def drop(path: str) -> None:
    """Forget a file."""
    if path:
        _private().delete(path)


@contextmanager
def at_hand(path: str) -> Iterator[Path]:
    """Lay a copy of a kept file (if a path is given) into a folder that goes away afterwards; yield the copy's path."""
    with TemporaryDirectory(prefix="hanse-work-") as folder:
        copy = Path(folder) / "file"
        if path:
            with opened(path) as kept, copy.open("wb") as laid:
                shutil.copyfileobj(kept, laid, _CHUNK)
        yield copy

"""Pictures as they are kept: under a name that tells their size, with smaller copies in the formats browsers like best.

`goods/p-1/3f2a…-1200x900.jpg` lies beside `3f2a…-1200x900.320.avif`, `.320.webp` and so on: a page knows from the path
alone which copies there are, and reads no table and no file for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from hanse.interfaces.web.pictures import clean

WIDTHS = (160, 320, 640, 1280)
FORMATS = {"avif": {"quality": 55, "speed": 8}, "webp": {"quality": 78, "method": 4}}
"""Every one of these is read by fewer browsers than the next; the last resort is JPEG."""
FALLBACK = 640
_KEPT = re.compile(r"(?P<stem>.+-(?P<width>[1-9]\d{0,4})x(?P<height>[1-9]\d{0,4}))\.(?:jpg|png|webp)")


@dataclass(frozen=True, slots=True)
class Kept:
    """What the path of a kept picture tells."""

    stem: str
    width: int
    height: int

    @property
    def widths(self) -> tuple[int, ...]:
        """Return how wide its copies are: never wider than itself, and at least one."""
        return tuple(sorted({min(width, self.width) for width in WIDTHS}))

    @property
    def fallback(self) -> str:
        """Return the path of the copy for browsers that read none of the others."""
        return f"{self.stem}.{min(FALLBACK, self.width)}.jpg"

    def copies(self, kind: str) -> list[tuple[str, int]]:
        """Return the paths of all copies of one format, with their widths."""
        return [(f"{self.stem}.{width}.{kind}", width) for width in self.widths]


def read(path: str) -> Kept | None:
    """Return what a path tells; None for pictures that have no copies, such as drawings."""
    found = _KEPT.fullmatch(path)
    return Kept(found["stem"], int(found["width"]), int(found["height"])) if found else None


def keep(raw: bytes, folder: str) -> str:
    """Clean a picture, keep it with its copies below the folder, and return its path; the same picture lies once.

    Raise NotAPicture or PictureTooLarge.
    """
    picture = clean(raw)
    name = sha256(picture.raw).hexdigest()[:24]
    path = f"{folder}/{name}-{picture.width}x{picture.height}.{picture.suffix}"
    if not default_storage.exists(path):
        kept = read(path)
        assert kept is not None, "the path of a picture tells its size"
        for where, file in _copies(Image.open(BytesIO(picture.raw)), kept):
            if not default_storage.exists(where):
                default_storage.save(where, ContentFile(file))
        default_storage.save(path, ContentFile(picture.raw))  # the last, so that where it lies its copies do
    return path


def _copies(picture: Image.Image, kept: Kept) -> Iterator[tuple[str, bytes]]:
    whole = picture.convert("RGBA" if picture.mode in {"RGBA", "LA", "P"} else "RGB")
    for width in kept.widths:
        smaller = whole.resize((width, max(1, round(kept.height * width / kept.width))), Image.Resampling.LANCZOS)
        for kind, how in FORMATS.items():
            yield f"{kept.stem}.{width}.{kind}", _file(smaller, kind.upper(), how)
        if width == min(FALLBACK, kept.width):
            yield kept.fallback, _file(_opaque(smaller), "JPEG", {"quality": 80, "progressive": True})


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _file(picture: Image.Image, kind: str, how: dict[str, int]) -> bytes:
    into = BytesIO()
    picture.save(into, kind, **how)
    return into.getvalue()

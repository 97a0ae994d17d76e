"""Pictures from outside: known by their contents, unpacked within limits, and written anew.

Writing anew leaves everything behind that is not picture: where a photograph was taken, and whatever else a file can be
at the same time.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from hanse.kernel.errors import DomainError

KINDS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
LARGEST = 4 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""A small file can unfold into more than any memory holds."""


class NotAPicture(DomainError):
    """The file is no picture of a kind that is taken here, or it is broken."""

    code = "not_a_picture"
    status = 422
    message = _("This is not a picture in PNG, JPEG or WebP.")


class PictureTooLarge(DomainError):
    """The file, or what it unfolds into, is too large."""

    code = "picture_too_large"
    status = 422
    message = _("This picture is too large: at most %(megabytes)d MB and %(megapixels)d million pixels.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be kept: its file, the ending of its name, and its size."""

    raw: bytes
    suffix: str
    width: int
    height: int


def clean(raw: bytes) -> Picture:
    """Return the picture in this file, written anew; the first of several that move. Raise what is wrong with it."""
    if len(raw) > LARGEST:
        raise _too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _written(_opened(raw))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large() from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as broken:
        raise NotAPicture from broken


def _opened(raw: bytes) -> Image.Image:
    picture = Image.open(BytesIO(raw), formats=list(KINDS))
    if picture.width * picture.height > MOST_PIXELS:  # known from the first bytes, before anything is unpacked
        raise _too_large()
    return picture


def _written(picture: Image.Image) -> Picture:
    kind = picture.format or ""
    upright = ImageOps.exif_transpose(picture)
    if kind == "JPEG" or upright.mode not in {"RGB", "RGBA", "L", "LA"}:
        upright = upright.convert("RGB" if kind == "JPEG" else "RGBA")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    file = BytesIO()
    bare.save(file, kind, **({} if kind == "PNG" else {"quality": 88}))
    return Picture(file.getvalue(), KINDS[kind], bare.width, bare.height)


def _too_large() -> PictureTooLarge:
    return PictureTooLarge(megabytes=LARGEST // 1024 // 1024, megapixels=MOST_PIXELS // 1_000_000)

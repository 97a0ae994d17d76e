"""Pictures that people upload: known by their first bytes, measured unopened, kept by their contents."""

import struct
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.web.pictures import clean
from hanse.kernel.errors import DomainError

LARGEST = 4 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""A small file can unfold into more than any memory holds."""
MOST = 8
Upload: TypeAlias = "UploadedFile[bytes]"
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def measured(raw: bytes) -> tuple[str, int, int] | None:
    """Return suffix, width and height of a PNG, JPEG or WebP file, None for anything else."""
    if raw[:8] == b"\x89PNG\r\n\x1a\n" and raw[12:16] == b"IHDR" and len(raw) > 24:
        return "png", *struct.unpack(">II", raw[16:24])
    if raw[:3] == b"\xff\xd8\xff":
        return _jpeg(raw)
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP" and len(raw) > 30:
        return _webp(raw)
    return None


def _jpeg(raw: bytes) -> tuple[str, int, int] | None:
    place = 2
    while place + 9 < len(raw) and raw[place] == 0xFF:
        marker, length = raw[place + 1], int.from_bytes(raw[place + 2 : place + 4], "big")
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", raw[place + 5 : place + 9])
            return "jpg", width, height
        place += 2 + max(length, 2)
    return None


def _webp(raw: bytes) -> tuple[str, int, int] | None:
    if raw[12:16] == b"VP8X":
        return "webp", 1 + int.from_bytes(raw[24:27], "little"), 1 + int.from_bytes(raw[27:30], "little")
    if raw[12:16] == b"VP8L":
        bits = int.from_bytes(raw[21:25], "little")
        return "webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if raw[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", raw[26:30])
        return "webp", width & 0x3FFF, height & 0x3FFF
    return None


class _Chooser(forms.ClearableFileInput):
    """A chooser of several files at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Some pictures; what is none, or is too large, is refused by its name."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"multiple": True, "accept": "image/png,image/jpeg,image/webp"}
        super().__init__(widget=_Chooser(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:  # noqa: ARG002 - Django's signature
        """Check every picture."""
        uploads = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(uploads) > MOST:
            raise ValidationError(_("At most %(most)d pictures at once.") % {"most": MOST})
        for upload in uploads:
            _check(upload)
        return uploads


def _check(upload: Upload) -> None:
    said = {"name": upload.name, "most": LARGEST // 1024 // 1024}
    if (upload.size or 0) > LARGEST:
        raise ValidationError(_("%(name)s is larger than %(most)d MB.") % said)
    found = measured(upload.read())
    if found is None:
        raise ValidationError(_("%(name)s is not a picture in PNG, JPEG or WebP.") % said)
    if not 0 < found[1] * found[2] <= MOST_PIXELS:
        raise ValidationError(_("%(name)s has too many pixels.") % said)
    upload.seek(0)
    try:  # what it says of itself is one thing; whether it can be unpacked is another
        clean(upload.read())
    except DomainError as broken:
        raise ValidationError(_("%(name)s is not a picture in PNG, JPEG or WebP.") % said) from broken

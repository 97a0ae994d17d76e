"""What may be kept as a picture."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hanse.interfaces.web import pictures


def file(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: object) -> bytes:
    into = BytesIO()
    Image.new(mode, size, "teal" if mode != "P" else 3).save(into, kind, **more)
    return into.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head promises a great picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")])
def test_a_picture_is_known_by_its_contents(kind: str, suffix: str) -> None:
    found = pictures.clean(file(kind))
    assert (found.suffix, found.width, found.height) == (suffix, 40, 30)
    again = Image.open(BytesIO(found.raw))
    assert again.format == kind
    assert pictures.clean(found.raw).suffix == suffix


@pytest.mark.parametrize("mode", ["P", "L", "RGBA", "1", "LA", "I;16"])
def test_every_way_to_keep_colours_is_read(mode: str) -> None:
    assert pictures.clean(file("PNG", mode=mode)).width == 40


def test_what_is_not_picture_is_left_behind() -> None:
    about = Image.Exif()
    about[0x010E] = "taken at home"
    about[0x0112] = 6
    found = pictures.clean(file("JPEG", exif=about) + b"<script>alert(1)</script>")
    assert (found.width, found.height) == (30, 40)  # upright now
    assert b"home" not in found.raw
    assert b"script" not in found.raw


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 50, b"%PDF-1.7", b"\xff\xd8\xff",
        file("GIF"), file("BMP"), file("TIFF"), file("PNG")[:60], file("WEBP")[:20], b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
    ],
)  # fmt: skip
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(pictures.NotAPicture):
        pictures.clean(raw)


@pytest.mark.parametrize("size", [(100_000, 100_000), (7_000, 7_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_that_unfolds_without_end_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises((pictures.PictureTooLarge, pictures.NotAPicture)) as refusal:
        pictures.clean(png_that_says(*size))
    assert size[0] > 1_000_000 or refusal.value.code == "picture_too_large"


def test_a_large_file_is_refused_unread() -> None:
    with pytest.raises(pictures.PictureTooLarge, match="4"):
        pictures.clean(b"\0" * (pictures.LARGEST + 1))


@given(st.binary(max_size=300), st.sampled_from(["PNG", "JPEG", "WEBP"]), st.integers(0, 200))
def test_nothing_but_a_refusal_comes_of_garbage(junk: bytes, kind: str, place: int) -> None:
    raw = file(kind)
    for given_ in (junk, raw[:place] + junk + raw[place + len(junk) :]):
        try:
            pictures.clean(given_)
        except (pictures.NotAPicture, pictures.PictureTooLarge):
            continue

"""What may be kept as a picture."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hanse.interfaces.templatetags.pictures import largest
from hanse.interfaces.templatetags.pictures import picture as shown
from hanse.interfaces.web import keeping, pictures


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


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_picture_is_kept_once_with_copies_that_its_path_tells(folder: Path) -> None:
    raw = file("JPEG", (900, 600))
    path = keeping.keep(raw, "goods/p-1")
    assert path.endswith("-900x600.jpg")
    kept = keeping.read(path)
    assert kept is not None
    assert kept.widths == (160, 320, 640, 900)
    wanted = [(where, wide) for kind in ("avif", "webp") for where, wide in kept.copies(kind)]
    for where, wide in [*wanted, (kept.fallback, 640)]:
        copy = Image.open(folder / where)
        assert copy.size == (wide, round(wide * 600 / 900))
        assert copy.format == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[where.rsplit(".")[-1]]
    lying = sorted(folder.rglob("*.*"))
    assert len(lying) == 1 + 8 + 1
    assert keeping.keep(raw, "goods/p-1") == path
    assert sorted(folder.rglob("*.*")) == lying


def test_what_shines_through_stays_so_and_is_white_in_jpeg(folder: Path) -> None:
    into = BytesIO()
    Image.new("RGBA", (50, 20), (0, 0, 0, 0)).save(into, "PNG")
    path = keeping.keep(into.getvalue(), "goods")
    kept = keeping.read(path)
    assert kept is not None
    assert kept.widths == (50,)
    assert Image.open(folder / kept.fallback).getpixel((25, 10)) == (255, 255, 255)
    assert Image.open(folder / kept.copies("webp")[0][0]).mode == "RGBA"


def test_a_page_asks_for_the_copy_that_fits() -> None:
    html = shown("goods/a-900x600.png", "Tea", "large", first=True)
    assert '<source type="image/avif" srcset="/media/goods/a-900x600.160.avif 160w, ' in html
    assert html.index("image/avif") < html.index("image/webp") < html.index("<img")
    assert 'src="/media/goods/a-900x600.640.jpg" alt="Tea" width="900" height="600" fetchpriority="high"' in html
    assert "lazy" not in html
    drawing = shown("demo/tea-1.svg", "<Tea>", "small", id="x")
    assert drawing == (
        '<img src="/media/demo/tea-1.svg" alt="&lt;Tea&gt;" width="800" height="800" loading="lazy" decoding="async"'
        ' id="x">'
    )
    assert largest("goods/a-900x600.png") == "/media/goods/a-900x600.640.jpg"
    assert largest("demo/tea-1.svg") == "/media/demo/tea-1.svg"

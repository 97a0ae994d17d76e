"""The pictures of the demo mall: openly licensed drawings set into scenes, three of each product."""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

ART = Path(__file__).parent / "art"

# Back wall, table, and the blot behind the thing: soft colours that leave the thing itself the strongest.
SCENES = (
    ("#fdf3e7", "#f6dfc2", "#ffd9a8"),
    ("#eaf4f4", "#cfe5e4", "#a9d8d3"),
    ("#f1effa", "#dcd6f0", "#c9bdf0"),
    ("#eef5e9", "#d5e6c8", "#bddca6"),
    ("#fdeeee", "#f5d4d2", "#fbbdb6"),
    ("#e9f1fb", "#cbdef3", "#a9cdf4"),
    ("#fbf6dd", "#f0e3ad", "#f7dc72"),
)


def draw(folder: Path, slug: str, art: str) -> Iterator[str]:
    """Draw the three pictures of a product into the folder and yield their names; what exists is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, scene in enumerate((_stage, _trio, _close), start=1):
        path = folder / f"{slug}-{number}.svg"
        if not path.exists():
            unfinished = path.with_suffix(".part")
            unfinished.write_text(scene(_body(art), *_colours(slug)), encoding="utf-8")
            unfinished.replace(path)
        yield path.name


def _body(art: str) -> str:
    text = (ART / f"{art}.svg").read_text(encoding="utf-8").strip()
    return text[text.index(">") + 1 : text.rindex("</svg>")]


def _colours(slug: str) -> tuple[str, str, str]:
    return SCENES[crc32(slug.encode()) % len(SCENES)]


def _frame(inside: str, wall: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 800 800" width="800" height="800"><rect width="800" height="800" fill="{wall}"/>{inside}</svg>'
    )


def _placed(body: str, x: int, y: int, scale: float) -> str:
    return f'<g transform="translate({x} {y}) scale({scale})">{body}</g>'


def _shadow(x: int, y: int, width: int) -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{width}" ry="{width // 7}" fill="#4b3b2a" opacity=".16"/>'


def _stage(body: str, wall: str, table: str, blot: str) -> str:
    return _frame(
        f'<circle cx="400" cy="365" r="285" fill="{blot}" opacity=".55"/>'
        f'<rect y="590" width="800" height="210" fill="{table}"/>'
        + _shadow(400, 640, 235) + _placed(body, 144, 140, 16), wall,
    )  # fmt: skip


def _trio(body: str, wall: str, table: str, blot: str) -> str:
    again = '<use xlink:href="#thing" href="#thing" transform="translate({} {}) scale({})"/>'
    return _frame(
        f'<path d="M0 470 Q200 380 400 470 T800 470 V800 H0Z" fill="{blot}" opacity=".6"/>'
        f'<rect y="640" width="800" height="160" fill="{table}"/><defs><g id="thing">{body}</g></defs>'
        + _shadow(205, 590, 120) + again.format(61, 316, 9) + _shadow(600, 590, 120) + again.format(456, 316, 9)
        + _shadow(400, 700, 165) + again.format(208, 328, 12), wall,
    )  # fmt: skip


def _close(body: str, wall: str, table: str, blot: str) -> str:
    return _frame(
        f'<circle cx="610" cy="180" r="330" fill="{blot}" opacity=".5"/>'
        f'<circle cx="90" cy="760" r="260" fill="{table}" opacity=".8"/>'
        f'<g transform="rotate(-10 400 400)">{_placed(body, -32, -16, 27)}</g>', wall,
    )  # fmt: skip

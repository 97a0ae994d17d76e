"""Charts drawn as SVG on the server: nothing to load, nothing inline, readable without looking."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

WIDTH, HEIGHT = 480, 200
LEFT, BELOW, ABOVE = 6, 24, 8
GRID = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One value with its name, and the words in which it is shown."""

    label: str
    value: int
    shown: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar where it stands in the drawing."""

    point: Point
    x: float
    y: float
    width: float
    height: float
    middle: float
    named: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over time: a title, the drawing, and its rows for whoever reads a table instead."""

    title: str | Promise
    bars: tuple[Bar, ...]
    lines: tuple[float, ...]
    highest: str
    unit: str | Promise = ""

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not any(bar.point.value for bar in self.bars)

    @property
    def view_box(self) -> str:
        """Return the extent of the drawing."""
        return f"0 0 {WIDTH} {HEIGHT}"

    @property
    def base(self) -> int:
        """Return where the bars stand."""
        return HEIGHT - BELOW


def bars(title: str | Promise, points: Sequence[Point], *, names: int = 5) -> Chart:
    """Return a chart of these values in their order; about so many of them are named below."""
    top = max((point.value for point in points), default=0) or 1
    room = HEIGHT - BELOW - ABOVE
    slot = (WIDTH - 2 * LEFT) / max(len(points), 1)
    every = max(1, -(-len(points) // names))
    drawn = []
    for place, point in enumerate(points):
        height = round(room * max(point.value, 0) / top, 1)
        x = round(LEFT + place * slot, 1)
        middle = round(x + slot / 2, 1)
        wide = round(slot * 0.72, 1)
        named = (len(points) - 1 - place) % every == 0
        drawn.append(
            Bar(point, round(middle - wide / 2, 1), round(ABOVE + room - height, 1), wide, height, middle, named)
        )
    lines = tuple(round(ABOVE + room * step / GRID, 1) for step in range(GRID))
    highest = max(points, key=lambda point: point.value).shown if points else ""
    return Chart(title, tuple(drawn), lines, highest)


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a ranking: how much, and how long its bar is out of a hundred."""

    point: Point
    width: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """What there is most of, as bars that lie."""

    title: str | Promise
    shares: tuple[Share, ...]


def ranking(title: str | Promise, points: Sequence[Point]) -> Ranking:
    """Return the values, the largest first, each with a bar."""
    ordered = sorted(points, key=lambda point: -point.value)
    top = max((point.value for point in ordered), default=0) or 1
    return Ranking(title, tuple(Share(point, 100 * max(point.value, 0) // top) for point in ordered))

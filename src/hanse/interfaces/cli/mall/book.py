"""The demo mall as written down in `data/`: who trades, what they trade, and how it reaches the households."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hanse.kernel import money

CURRENCY = "CNY"
DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU: its slug, its name, and what a shop asks for it, in minor units."""

    slug: str
    name: str
    name_en: str
    price: int


@dataclass(frozen=True, slots=True)
class Thing:
    """One product; `ways` name how it reaches households, `band` is the resale band in percent of the shop's price."""

    slug: str
    category: str
    art: str
    maker: str
    names: tuple[str, str]
    summaries: tuple[str, str]
    spec: tuple[str, str]
    weight: int
    ways: tuple[str, ...]
    band: tuple[int, int] | None
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category."""

    slug: str
    name: str
    name_en: str
    things: tuple[Thing, ...]


@cache
def trade() -> dict[str, Any]:
    """Return who trades, as written."""
    read: dict[str, Any] = yaml.safe_load((DATA / "parties.yaml").read_text(encoding="utf-8"))
    return read


@cache
def shelves() -> tuple[Shelf, ...]:
    """Return every category with its goods."""
    rows = [
        row
        for path in sorted(DATA.glob("goods_*.yaml"))
        for row in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts only, safer still
    ]
    return tuple(
        Shelf(row["slug"], row["name"], row["name_en"], tuple(_thing(row["slug"], one) for one in row["products"]))
        for row in rows
    )


def things() -> Iterator[Thing]:
    """Yield all goods, one of each category after the other, as a mall shows them on its first page."""
    queues = [list(shelf.things) for shelf in shelves()]
    while any(queues):
        for queue in queues:
            if queue:
                yield queue.pop(0)


def _thing(category: str, row: dict[str, Any]) -> Thing:
    price = money.parse(row["price"], CURRENCY)
    written = row.get("variants") or [["", ""]]
    variants = tuple(
        Variant(
            row["slug"] if number == 0 else f"{row['slug']}-{number + 1}",
            one[0],
            one[1],
            money.percent(price, int(one[2]) * 100) if len(one) > 2 else price,
        )
        for number, one in enumerate(written)
    )
    band = row.get("band")
    return Thing(
        slug=row["slug"], category=category, art=row["art"], maker=row["maker"],
        names=(row["name"], row["name_en"]), summaries=(row["summary"], row["summary_en"]),
        spec=(row["spec"][0], row["spec"][1]), weight=int(row["weight"]), ways=tuple(row["ways"].split()),
        band=(int(band[0]), int(band[1])) if band else None, variants=variants,
    )  # fmt: skip

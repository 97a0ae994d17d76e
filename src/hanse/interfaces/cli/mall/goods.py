"""What the demo mall trades: categories, products with pictures, the factories' stock, offers on every tier."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zlib import crc32

from django.conf import settings

from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.operations.create_products import create_products
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.goods.offers.operations.list_offers import list_offers
from hanse.goods.offers.rules import NewOffer, Price
from hanse.goods.stock.operations.restock_many import restock_many
from hanse.interfaces.cli.mall import book, pictures
from hanse.kernel import money
from hanse.kernel.actor import ENGINE

FOLDER = "demo"
CITY = {"qinghe": "gusu", "zhiyuan": "gusu", "jiangzuo": "gusu", "haina": "qiantang"}
"""Which city wholesaler takes a factory's goods."""
SHOPS = {"gusu": (("xiaoman", 100), ("xiangkou", 103)), "qiantang": (("shuma", 100), ("xiaoman", 104))}
"""Who sells to households what a city wholesaler has, and at what percentage of the written price."""
FACTORY, PROVINCE, TOWN = 55, 66, 78
"""What each tier asks, in percent of the written price."""
COMMISSION = (600, 200)
BATCH = 20
BRANDS = {"qinghe": ("青禾", "Qinghe"), "haina": ("海纳", "Haina"), "jiangzuo": ("匠作", "Jiangzuo")}
"""Makers whose goods bear a brand."""
SOLD_OUT = frozenset({"hairy-crabs-2", "camera"})


@dataclass(frozen=True, slots=True)
class Listing:
    """One offer to be, and how far it stands from the goods (1 = at the factory)."""

    tier: int
    new: NewOffer


def steps(at: datetime) -> list[Callable[[], object]]:
    """Return everything to be done, in order; each step may be done again without effect."""
    things = list(book.things())
    batches = [things[n : n + BATCH] for n in range(0, len(things), BATCH)]
    found: list[Callable[[], object]] = [partial(_categories, at)]
    found += [partial(_products, number, some, at) for number, some in enumerate(batches)]
    found.append(partial(_stock, at))
    found += [partial(_offers, tier, at) for tier in (1, 2, 3, 4)]
    return found


def _categories(at: datetime) -> None:
    for position, shelf in enumerate(book.shelves()):
        create_category(
            key=f"mall:{shelf.slug}", at=at, by=ENGINE, slug=shelf.slug, name=shelf.name, name_en=shelf.name_en,
            position=position,
        )  # fmt: skip
    for maker, (name, name_en) in BRANDS.items():
        create_brand(key=f"mall:{maker}", at=at, by=ENGINE, slug=maker, name=name, name_en=name_en)


def _products(number: int, things: list[book.Thing], at: datetime) -> None:
    create_products(
        key=f"mall:products:{number}", at=at, by=ENGINE, products=[_product(thing) for thing in things], review=False
    )


def _product(thing: book.Thing) -> NewProduct:
    drawn = pictures.draw(Path(settings.MEDIA_ROOT) / FOLDER, thing.slug, thing.art)
    origin = next(row for row in book.trade()["parties"] if row["slug"] == thing.maker)
    return NewProduct(
        owner=thing.maker,
        name=thing.names[0],
        name_en=thing.names[1],
        category=thing.category,
        brand=thing.maker if thing.maker in BRANDS else None,
        summary=thing.summaries[0],
        summary_en=thing.summaries[1],
        attributes={
            "规格 | Size": " | ".join(thing.spec),
            "制造商 | Made by": f"{origin['name']} | {origin['name_en']}",
            "产地 | Origin": f"{origin['region']} | {origin['region_en']}",
        },
        images=[{"path": f"{FOLDER}/{name}", "alt": thing.names[0], "alt_en": thing.names[1]} for name in drawn],
        skus=[
            NewSku(name=one.name, name_en=one.name_en, weight_g=thing.weight, slug=one.slug) for one in thing.variants
        ],
    )


def _stock(at: datetime) -> None:
    lines = [
        (thing.maker, one.slug, 240 + crc32(one.slug.encode()) % 900)
        for thing in book.things()
        for one in thing.variants
        if one.slug not in SOLD_OUT
    ]
    restock_many(key="mall:stock", at=at, by=ENGINE, lines=lines)


def _offers(tier: int, at: datetime) -> None:
    rows = [listing.new for listing in listings() if listing.tier == tier]
    list_offers(key=f"mall:offers:{tier}", at=at, by=ENGINE, offers=rows)


def listings() -> Iterator[Listing]:
    """Yield every offer of the mall; upstream ones have smaller tiers."""
    for thing in book.things():
        for one in thing.variants:
            yield _offer(1, thing, one, thing.maker, FACTORY, None, partners=True)
            for way in thing.ways:
                yield from WAYS[way](thing, one)


def _long(thing: book.Thing, one: book.Variant) -> Iterator[Listing]:
    city = CITY[thing.maker]
    yield _offer(2, thing, one, "huadong", PROVINCE, thing.maker, partners=True)
    yield _offer(3, thing, one, city, TOWN, "huadong", partners=True)
    for shop, rate in SHOPS[city]:
        yield _offer(4, thing, one, shop, rate, city)


def _middle(thing: book.Thing, one: book.Variant) -> Iterator[Listing]:
    city = CITY[thing.maker]
    yield _offer(2, thing, one, city, TOWN, thing.maker, partners=True)
    shop, rate = SHOPS[city][0]
    yield _offer(3, thing, one, shop, rate, city)


def _community(thing: book.Thing, one: book.Variant) -> Iterator[Listing]:
    if not {"long", "middle"} & set(thing.ways):
        yield _offer(2, thing, one, "gusu", TOWN, thing.maker, partners=True)
    yield _offer(4, thing, one, "lijie", 96, "gusu")


def _direct(thing: book.Thing, one: book.Variant) -> Iterator[Listing]:
    yield _offer(1, thing, one, thing.maker, 98, None, name="direct")


def _office(thing: book.Thing, one: book.Variant) -> Iterator[Listing]:
    yield _offer(2, thing, one, "huadong", PROVINCE, thing.maker, partners=True)
    yield _offer(3, thing, one, "qiantang", 100, "huadong", level="enterprise")


WAYS: dict[str, Callable[[book.Thing, book.Variant], Iterator[Listing]]] = {
    "long": _long,
    "middle": _middle,
    "community": _community,
    "direct": _direct,
    "office": _office,
}


def slug(one: book.Variant, seller: str, name: str = "") -> str:
    """Return the short name of an offer."""
    return f"{one.slug}@{name or seller}"


def _offer(
    tier: int, thing: book.Thing, one: book.Variant, seller: str, rate: int, source: str | None, *,
    partners: bool = False, name: str = "", level: str = "",
) -> Listing:  # fmt: skip
    price = _rounded(money.percent(one.price, rate * 100))
    breaks = [Price(_rounded(money.percent(price, 9_600)), 20), Price(_rounded(money.percent(price, 9_200)), 100)]
    if level:
        breaks.append(Price(_rounded(money.percent(price, 8_800)), level=level))
    band = None
    if thing.band and seller in SHOPS:
        band = tuple(money.percent(one.price, bound * 100) for bound in thing.band)
    return Listing(
        tier,
        NewOffer(
            seller=seller, sku=one.slug, price=price, currency=book.CURRENCY,
            source=slug(one, source) if source else None,
            fulfil="stock_then_source" if source else "stock", audience="partners" if partners else "public",
            band=band, commission=() if partners or level else COMMISSION,
            prices=breaks if partners or level else (), freight=0 if partners else _freight(thing.weight),
            slug=slug(one, seller, name),
        ),
    )  # fmt: skip


def _rounded(amount: int) -> int:
    """Return the price as shops write it: whole yuan from ten yuan on, whole tenths below."""
    unit = 100 if amount >= 1_000 else 10
    return max(unit, (amount + unit // 2) // unit * unit)


def _freight(weight: int) -> int:
    """Return the freight of one piece: light parcels are free."""
    return 6_000 if weight >= 10_000 else 800 if weight >= 4_000 else 0

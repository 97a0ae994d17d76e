"""Warehouses, stock and what is brought in by the row."""

from typing import Annotated, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.goods import OfferIn, ProductIn, WarehouseCode
from hanse.interfaces.api.schemas.words import (
    PLAIN,
    At,
    In,
    Label,
    Moment,
    Out,
    PartyName,
    SkuName,
    Stock,
    Who,
    Whole,
)


class Warehouse(Out):
    """A place where a party keeps goods."""

    party: Who
    code: Annotated[str, Field(examples=["main"])]
    name: Label
    name_en: Label
    region: Annotated[str, Field(examples=["330100"])]
    latitude: Annotated[int | None, Field(description="Millionths of a degree.", examples=[30274084])]
    longitude: Annotated[int | None, Field(description="Millionths of a degree.", examples=[120155070])]
    is_default: bool


class PlaceIn(In):
    """Where it is, in millionths of a degree."""

    latitude: Annotated[int, Field(strict=True, ge=-90_000_000, le=90_000_000, examples=[30274084])]
    longitude: Annotated[int, Field(strict=True, ge=-180_000_000, le=180_000_000, examples=[120155070])]


class WarehouseIn(In):
    """A warehouse to be opened."""

    party: PartyName | None = None
    code: WarehouseCode
    name: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN, examples=["杭州仓"])]
    name_en: Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["Hangzhou"])] = ""
    region: Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["330100"])] = ""
    place: PlaceIn | None = None
    is_default: Annotated[bool, Field(strict=True)] = False


class Shelf(Out):
    """The pieces of one SKU in one warehouse, by state."""

    party: Who
    warehouse: Annotated[str, Field(examples=["main"])]
    sku: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    name: Label
    available: Whole
    reserved: Whole
    in_transit: Whole
    damaged: Whole


class Movement(Out):
    """Pieces that came onto a shelf or left it."""

    at: At
    kind: Annotated[str, Field(examples=["restock"])]
    subject: Annotated[str, Field(examples=["C-7K2M9-QX4TD"])]
    quantity: Whole
    source: Annotated[str, Field(examples=["made"])]
    target: Annotated[str, Field(examples=["available"])]


class StockIn(In):
    """Pieces of a SKU of a party, in its default warehouse or another."""

    party: PartyName | None = None
    sku: SkuName
    warehouse: WarehouseCode | None = None
    quantity: Stock


class RestockIn(StockIn):
    """Pieces that came in."""

    origin: Annotated[Literal["made", "supplier"], Field(examples=["made"])] = "made"


class CountIn(In):
    """What was counted: available and reserved pieces together."""

    party: PartyName | None = None
    sku: SkuName
    warehouse: WarehouseCode | None = None
    found: Annotated[int, Field(strict=True, ge=0, le=1_000_000_000, examples=[98])]


class DamageIn(StockIn):
    """Pieces that are damaged, or were mended."""

    mended: Annotated[bool, Field(strict=True)] = False


class ScrapIn(StockIn):
    """Pieces that are thrown away."""

    state: Annotated[Literal["damaged", "available"], Field(examples=["damaged"])] = "damaged"


class TransferIn(StockIn):
    """Pieces that go to another warehouse of the same party."""

    target: WarehouseCode


class AsideIn(StockIn):
    """Pieces that are kept back under a name."""

    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$", examples=["exhibition"])]
    until: Moment | None = None


class FreeIn(In):
    """A name under which pieces were kept back."""

    party: PartyName | None = None
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$", examples=["exhibition"])]


class ProductRow(ProductIn):
    """A product to be brought in; its variants are known by their short names, which they need."""


class StockRow(In):
    """A delivery to be brought in, known by its reference."""

    reference: Annotated[
        str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_./-]+$", examples=["PO-2026-17"])
    ]
    party: PartyName | None = None
    sku: SkuName
    quantity: Stock
    warehouse: WarehouseCode | None = None
    origin: Annotated[Literal["made", "supplier"], Field(examples=["made"])] = "made"


class ProductRows(In):
    """Products to be brought in."""

    rows: Annotated[list[ProductRow], Field(min_length=1, max_length=1000)]


class OfferRows(In):
    """Offers to be brought in; each needs its short name."""

    rows: Annotated[list[OfferIn], Field(min_length=1, max_length=1000)]


class StockRows(In):
    """Deliveries to be brought in."""

    rows: Annotated[list[StockRow], Field(min_length=1, max_length=1000)]


class Trouble(Out):
    """A row that did not go in."""

    row: Annotated[int, Field(description="Counted from 0.", examples=[3])]
    field: Annotated[str, Field(examples=["price"])]
    expected: Annotated[str, Field(examples=["an amount of at least 1"])]


class Imported(Out):
    """What became of the rows: brought in, there before, refused."""

    imported: Whole
    known: Whole
    problems: list[Trouble]

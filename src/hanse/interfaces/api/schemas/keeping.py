"""Keeping stock: when it is low, counting it on sheets, handing it out, sending it from elsewhere."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.goods import WarehouseCode
from hanse.interfaces.api.schemas.stock import PlaceIn
from hanse.interfaces.api.schemas.words import (
    PLAIN,
    At,
    Code,
    In,
    Label,
    LinePieces,
    Out,
    PartyName,
    Phrase,
    SkuName,
    Status,
    Who,
    Whole,
)

Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000, examples=[10])]
Sku = Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
Where = Annotated[str, Field(max_length=300, pattern=PLAIN, examples=["苏州市平江路 18 号"])]


class LevelIn(In):
    """At how many available pieces stock is low; without a SKU usually, with null no longer."""

    party: PartyName | None = None
    sku: SkuName | None = None
    least: Count | None = None


class Level(Out):
    """At how many available pieces the stock of a SKU, or usually (null), is low."""

    sku: Annotated[str | None, Field(examples=["K-7K2M9-QX4TD"])]
    least: Annotated[int | None, Field(examples=[10])]


class Levels(Out):
    """What the acting party calls low."""

    items: list[Level]


class Replenishment(Out):
    """A SKU that runs low, how fast it sells, and how many pieces should be ordered of whom."""

    sku: Sku
    name: Label
    available: Whole
    least: Whole
    sold: Annotated[int, Field(description="Pieces that left in the last 30 days.", examples=[60])]
    awaited: Whole
    suggested: Whole
    offer: Annotated[str | None, Field(description="Where to order them.", examples=["F-7K2M9-QX4TD"])]
    price: Annotated[int | None, Field(examples=[1230])]
    currency: Annotated[str | None, Field(examples=["CNY"])]


class Replenishments(Out):
    """What runs low, the scarcest first."""

    items: list[Replenishment]


class TakeIn(In):
    """Which warehouse is to be counted."""

    party: PartyName | None = None
    warehouse: WarehouseCode
    note: Annotated[str, Field(max_length=200, pattern=PLAIN, examples=["Year's end"])] = ""


class FoundIn(In):
    """What was found of one SKU; null takes it off the sheet."""

    sku: SkuName
    found: Count | None


class CountsIn(In):
    """What was found."""

    lines: Annotated[list[FoundIn], Field(min_length=1, max_length=1_000)]


class TakeLine(Out):
    """What was found of one SKU, and what was known at that moment."""

    sku: Sku
    name: Label
    found: Whole
    known: Whole
    difference: Whole
    short: Annotated[int, Field(description="Promised pieces that were not there.", examples=[0])]
    at: At


class Take(Out):
    """A sheet of a stock-take."""

    code: Code
    party: Who
    warehouse: Annotated[str, Field(examples=["main"])]
    status: Status
    note: Label
    begun_at: At
    lines: list[TakeLine]


class PickupPlaceIn(In):
    """Where and when buyers may fetch goods; with no address they no longer may."""

    party: PartyName | None = None
    warehouse: WarehouseCode
    address: Where
    hours: Annotated[str, Field(max_length=200, pattern=PLAIN, examples=["9:00-21:00"])] = ""


class LocatedIn(In):
    """Where a warehouse is."""

    party: PartyName | None = None
    warehouse: WarehouseCode
    region: Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["江苏省苏州市"])]
    place: PlaceIn | None = None


class PickupPoint(Out):
    """Where all of some goods can be fetched at once."""

    seller: Who
    warehouse: Annotated[str, Field(examples=["main"])]
    name: Label
    name_en: Label
    address: Label
    hours: Label


class PickupPoints(Out):
    """Where these goods can be fetched."""

    items: list[PickupPoint]


class PickupIn(In):
    """An order that the buyer fetches."""

    lines: Annotated[list[LinePieces], Field(min_length=1, max_length=500)]
    seller: PartyName
    warehouse: WarehouseCode
    expected: Annotated[str, Field(max_length=64, pattern=r"^[0-9a-f]*$", examples=[""])] = ""
    note: Phrase = ""
    name: Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["Ann"])] = ""
    phone: Annotated[str, Field(max_length=40, pattern=PLAIN, examples=["13800000000"])] = ""


class Pickup(Out):
    """An order that is fetched; its code is told to the buyer alone."""

    checkout: Code
    seller: Who
    warehouse: Annotated[str, Field(examples=["main"])]
    address: Label
    hours: Label
    code: Annotated[str | None, Field(examples=["482913"])]
    handed_at: At | None


class HandOverIn(In):
    """The code that the buyer shows."""

    code: Annotated[str, Field(min_length=1, max_length=12, pattern=r"^[0-9 ]+$", examples=["482913"])]


class RerouteIn(In):
    """From which warehouse pieces cannot be sent, and from which they shall be instead; null: wherever is best."""

    warehouse: WarehouseCode
    target: WarehouseCode | None = None


class Rerouted(Out):
    """How many pieces leave from elsewhere."""

    pieces: Whole

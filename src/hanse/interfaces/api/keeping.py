"""Keeping stock: when it is low and what to order, stock-takes, goods that buyers fetch, sending from elsewhere."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.routing.rules import place_of
from hanse.goods.stock.models import STOCK_TAKE, Level, StockTake, Warehouse
from hanse.goods.stock.operations.begin_stock_take import begin_stock_take
from hanse.goods.stock.operations.count_in_take import count_in_take
from hanse.goods.stock.operations.drop_stock_take import drop_stock_take
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.place_warehouse import place_warehouse
from hanse.goods.stock.operations.post_stock_take import post_stock_take
from hanse.goods.stock.operations.set_level import set_level
from hanse.interfaces.api.auth import KNOWN, Key, acting_party, holder_of, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import keeping as schemas
from hanse.interfaces.api.schemas.stock import Warehouse as ShownWarehouse
from hanse.interfaces.api.schemas.words import Code, In, OfferName, Page, one_word_of, pieces_of, who
from hanse.interfaces.api.stock import EDIT, SEE, show_warehouse
from hanse.interfaces.console.kit.page import Desk
from hanse.interfaces.console.pages import lowstock
from hanse.interfaces.pickups import hand_over_bounded
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party as find_party
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.place_for_pickup import place_for_pickup
from hanse.trade.logistics.operations.reroute import reroute
from hanse.trade.logistics.queries import pickup_points, pickups
from hanse.trade.orders.models import Order
from hanse.trade.quotes.queries import Line

router = Router(tags=["stock"], auth=KNOWN)


@router.get("/stock/levels", response=schemas.Levels)
def list_levels(request: HttpRequest) -> dict[str, Any]:
    """List at how many pieces stock is low for the acting party: of a SKU, and usually."""
    actor = permitted(request, SEE)
    rows = Level.objects.visible_to(actor).filter(party=actor.party, least__isnull=False).select_related("sku")
    return {"items": [schemas.Level(sku=row.sku.code if row.sku else None, least=row.least) for row in rows]}


@router.put("/stock/levels", response=schemas.Level)
def set_stock_level(request: HttpRequest, body: schemas.LevelIn, key: Key) -> schemas.Level:
    """Say at how many available pieces stock is low; the party is told once each time it gets there."""
    actor = permitted(request, EDIT)
    holder = holder_of(actor, body.party)
    least = set_level(key=key, at=clock.now(), by=actor, party=holder.code, sku=body.sku, least=body.least)
    return schemas.Level(sku=find_sku(body.sku).code if body.sku else None, least=least)


@router.get("/stock/replenishment", response=schemas.Replenishments)
def list_replenishment(request: HttpRequest) -> dict[str, Any]:
    """List what runs low, how fast it sells, how many pieces to order, and of which offer."""
    actor = permitted(request, SEE)
    desk = Desk(actor, acting_party(actor))
    rows = lowstock.judged(desk, list(lowstock.low(desk).order_by("available", "sku")[: lowstock.MOST]))
    plain = ("available", "least", "sold", "awaited", "suggested")
    return {
        "items": [
            schemas.Replenishment(
                sku=row["code"],
                name=lowstock.called(row),
                offer=row["offer"].code if row["offer"] else None,
                price=row["offer"].price if row["offer"] else None,
                currency=row["offer"].currency if row["offer"] else None,
                **{name: row[name] for name in plain},
            )
            for row in rows
        ]
    }


def take_rows(actor: Actor) -> "QuerySet[StockTake]":
    """Return the stock-takes that the actor may see, with their lines."""
    rows = StockTake.objects.visible_to(actor).select_related("party", "warehouse")
    return rows.prefetch_related("lines__sku__product")


def show_takes(rows: Sequence[StockTake]) -> list[schemas.Take]:
    """Return sheets with what was counted."""
    return [
        schemas.Take(
            code=row.code,
            party=who(row.party),
            warehouse=row.warehouse.code,
            status=row.status,
            note=row.note,
            begun_at=row.begun_at,
            lines=[
                schemas.TakeLine(
                    sku=line.sku.code,
                    name=f"{line.sku.product.name} {line.sku.name}".strip(),
                    **{name: getattr(line, name) for name in ("found", "known", "difference", "short", "at")},
                )
                for line in row.lines.all()
            ],
        )
        for row in rows
    ]


def _take(actor: Actor, code: str) -> schemas.Take:
    return show_takes([one_of(take_rows(actor), code, _("stock-take"))])[0]


class TakeFilter(In):
    """Which stock-takes are wanted."""

    status: Annotated[str | None, one_word_of(STOCK_TAKE.states)] = None


@router.get("/stock-takes", response=Page[schemas.Take])
def list_stock_takes(request: HttpRequest, part: Part, wanted: Annotated[TakeFilter, Query()]) -> dict[str, Any]:
    """List the acting party's stock-takes with what was counted, the latest first."""
    rows = take_rows(permitted(request, SEE))
    return page_of(rows if wanted.status is None else rows.filter(status=wanted.status), part, show_takes)


@router.post("/stock-takes", response={201: schemas.Take})
def begin_new_stock_take(request: HttpRequest, body: schemas.TakeIn, key: Key) -> schemas.Take:
    """Begin to count a warehouse; goods may come and go meanwhile."""
    actor = permitted(request, EDIT)
    holder = holder_of(actor, body.party)
    given = {"party": holder.code, "warehouse": body.warehouse, "note": body.note}
    return _take(actor, begin_stock_take(key=key, at=clock.now(), by=actor, **given))


@router.get("/stock-takes/{code}", response=schemas.Take)
def get_stock_take(request: HttpRequest, code: Code) -> schemas.Take:
    """Show one stock-take."""
    return _take(permitted(request, SEE), code)


@router.post("/stock-takes/{code}/counts", response=schemas.Take)
def count_stock_take(request: HttpRequest, code: Code, body: schemas.CountsIn, key: Key) -> schemas.Take:
    """Write what was found onto the sheet, beside what the books know at this moment."""
    actor = permitted(request, EDIT)
    found = {line.sku: line.found for line in body.lines}
    count_in_take(key=key, at=clock.now(), by=actor, take=code, found=found)
    return _take(actor, code)


@router.post("/stock-takes/{code}/post", response=schemas.Take)
def post_one_stock_take(request: HttpRequest, code: Code, key: Key) -> schemas.Take:
    """Book all differences at once; promised pieces that are missing stay promised and are announced."""
    actor = permitted(request, EDIT)
    post_stock_take(key=key, at=clock.now(), by=actor, take=code)
    return _take(actor, code)


@router.post("/stock-takes/{code}/drop", response=schemas.Take)
def drop_one_stock_take(request: HttpRequest, code: Code, key: Key) -> schemas.Take:
    """Give the sheet up; nothing is booked."""
    actor = permitted(request, EDIT)
    drop_stock_take(key=key, at=clock.now(), by=actor, take=code)
    return _take(actor, code)


@router.put("/warehouses/pickup", response=ShownWarehouse)
def offer_warehouse_pickup(request: HttpRequest, body: schemas.PickupPlaceIn, key: Key) -> ShownWarehouse:
    """Say where and when buyers may fetch goods from a warehouse, or that they no longer may."""
    actor = permitted(request, EDIT)
    holder = holder_of(actor, body.party)
    given = {"warehouse": body.warehouse, "address": body.address, "hours": body.hours}
    code = offer_pickup(key=key, at=clock.now(), by=actor, party=holder.code, **given)
    return show_warehouse(Warehouse.objects.visible_to(actor).select_related("party").get(party=holder, code=code))


@router.put("/warehouses/place", response=ShownWarehouse)
def locate_warehouse(request: HttpRequest, body: schemas.LocatedIn, key: Key) -> ShownWarehouse:
    """Say where a warehouse is: orders leave from near their buyers. Without a place that of the region is taken."""
    actor = permitted(request, EDIT)
    holder = holder_of(actor, body.party)
    place = place_of({"region": body.region}) if body.place is None else (body.place.latitude, body.place.longitude)
    given = {"party": holder.code, "warehouse": body.warehouse, "region": body.region}
    code = place_warehouse(key=key, at=clock.now(), by=actor, place=place, **given)
    return show_warehouse(Warehouse.objects.visible_to(actor).select_related("party").get(party=holder, code=code))


class Wanted(In):
    """Which goods are to be fetched, one piece of each offer."""

    offer: Annotated[list[OfferName], Field(min_length=1, max_length=50, examples=[["F-7K2M9-QX4TD"]])]


@router.get("/pickup-points", response=schemas.PickupPoints)
def list_pickup_points(request: HttpRequest, wanted: Annotated[Wanted, Query()]) -> dict[str, Any]:
    """List where all of these goods can be fetched at once: places of their one seller that have them."""
    permitted(request, "orders.place")
    points = pickup_points(wanted.offer)
    sellers = Party.objects.visible_to(ENGINE).in_bulk([point.seller for point in points])
    houses = Warehouse.objects.visible_to(ENGINE).in_bulk([point.warehouse for point in points])
    plain = ("name", "name_en", "address", "hours")
    return {
        "items": [
            schemas.PickupPoint(
                seller=who(sellers[point.seller]),
                warehouse=houses[point.warehouse].code,
                **{name: getattr(point, name) for name in plain},
            )
            for point in points
        ]
    }


def show_pickups(rows: Sequence[Pickup], actor: Actor) -> list[schemas.Pickup]:
    """Return what is fetched; the code only to who shows it."""
    return [
        schemas.Pickup(
            checkout=row.checkout.code,
            seller=who(row.warehouse.party),
            warehouse=row.warehouse.code,
            address=row.warehouse.pickup_address,
            hours=row.warehouse.pickup_hours,
            code=row.code if actor.party == row.checkout.buyer_id else None,
            handed_at=row.handed_at,
        )
        for row in rows
    ]


@router.get("/pickups", response=Page[schemas.Pickup])
def list_pickups(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List what the acting party fetches, or hands out; the code is told to the buyer alone."""
    actor = permitted(request, "orders.see")
    return page_of(pickups(actor), part, lambda found: show_pickups(found, actor))


@router.post("/pickups", response={201: schemas.Pickup})
def place_order_to_fetch(request: HttpRequest, body: schemas.PickupIn, key: Key) -> schemas.Pickup:
    """Order goods that the acting party fetches itself at a warehouse of their seller."""
    actor = permitted(request, "orders.place")
    seller = find_party(body.seller)
    houses = Warehouse.objects.visible_to(ENGINE).filter(party=seller, code__in=storable([body.warehouse]))
    house = houses.exclude(pickup_address="").first()
    if house is None:
        raise NotFound(_("place to fetch goods at"))
    code = place_for_pickup(
        key=key,
        at=clock.now(),
        by=actor,
        buyer=acting_party(actor).code,
        lines=[Line(offer, pieces) for offer, pieces in (pieces_of(body.lines) or {}).items()],
        warehouse=house.pk,
        **body.model_dump(include={"expected", "note", "name", "phone"}),
    )
    return show_pickups(list(pickups(actor).filter(checkout__code=code)), actor)[0]


@router.post("/orders/{code}/hand-over", response={204: None})
def hand_over_order(request: HttpRequest, code: Code, body: schemas.HandOverIn, key: Key) -> None:
    """Hand an order over to the buyer who shows its code; a few wrong codes, and none is looked at for a while."""
    actor = permitted(request, "orders.ship")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    hand_over_bounded(key=key, at=clock.now(), by=actor, order=code, code=body.code)


@router.post("/orders/{code}/reroute", response=schemas.Rerouted)
def reroute_order(request: HttpRequest, code: Code, body: schemas.RerouteIn, key: Key) -> dict[str, Any]:
    """Let what a warehouse cannot send of an order leave from another one of the acting party."""
    actor = permitted(request, "orders.ship")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    at = clock.now()
    moved = reroute(key=key, at=at, by=actor, order=code, warehouse=body.warehouse, target=body.target)
    return {"pieces": moved}

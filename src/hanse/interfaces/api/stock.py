"""Warehouses, what lies there, and what moves it."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.stock.models import Shelf, Warehouse
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.goods.stock.operations.damage_stock import damage_stock
from hanse.goods.stock.operations.free_stock import free_stock
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.scrap_stock import scrap_stock
from hanse.goods.stock.operations.set_aside import set_aside
from hanse.goods.stock.operations.transfer_stock import transfer_stock
from hanse.goods.stock.queries import history
from hanse.interfaces.api.auth import KNOWN, Key, holder_of, permitted
from hanse.interfaces.api.pages import Part, page_of, position, sliced
from hanse.interfaces.api.schemas import stock as schemas
from hanse.interfaces.api.schemas.goods import WarehouseCode
from hanse.interfaces.api.schemas.words import CODE, In, Page, SkuName, said, who
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound

router = Router(tags=["stock"], auth=KNOWN)
SEE, EDIT = "stock.see", "stock.edit"


def show_warehouse(row: Warehouse) -> schemas.Warehouse:
    """Return a warehouse."""
    plain = ("code", "name", "name_en", "region", "latitude", "longitude", "is_default")
    return schemas.Warehouse(**{name: getattr(row, name) for name in plain}, party=who(row.party))


@router.get("/warehouses", response=Page[schemas.Warehouse])
def list_warehouses(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the acting party's warehouses (operators: all)."""
    rows = Warehouse.objects.visible_to(permitted(request, SEE)).select_related("party")
    return page_of(rows, part, lambda found: [show_warehouse(row) for row in found])


@router.post("/warehouses", response={201: schemas.Warehouse})
def open_new_warehouse(request: HttpRequest, body: schemas.WarehouseIn, key: Key) -> schemas.Warehouse:
    """Open a warehouse; the first of a party is where goods go when nobody says where."""
    actor = permitted(request, EDIT)
    holder = holder_of(actor, body.party)
    code = open_warehouse(
        key=key,
        at=clock.now(),
        by=actor,
        party=holder.code,
        place=None if body.place is None else (body.place.latitude, body.place.longitude),
        **body.model_dump(exclude={"party", "place"}),
    )
    rows = Warehouse.objects.visible_to(actor).select_related("party")
    return show_warehouse(rows.get(party=holder, code=code))


class ShelfFilter(In):
    """Which shelves are wanted."""

    sku: Annotated[str | None, Field(pattern=CODE)] = None
    warehouse: WarehouseCode | None = None
    most: Annotated[int | None, Field(ge=0, le=10**9, description="At most so many pieces available.")] = None


def shelf_rows(actor: Actor) -> "QuerySet[Shelf]":
    """Return the shelves that the actor may see."""
    return Shelf.objects.visible_to(actor).select_related("party", "warehouse", "sku__product")


def show_shelf(row: Shelf) -> schemas.Shelf:
    """Return a shelf as its keeper sees it."""
    plain = ("available", "reserved", "in_transit", "damaged")
    return schemas.Shelf(
        **{name: getattr(row, name) for name in plain},
        party=who(row.party),
        warehouse=row.warehouse.code,
        sku=row.sku.code,
        name=f"{row.sku.product.name} {row.sku.name}".strip(),
    )


@router.get("/stock", response=Page[schemas.Shelf])
def list_stock(request: HttpRequest, part: Part, wanted: Annotated[ShelfFilter, Query()]) -> dict[str, Any]:
    """List what lies in the acting party's warehouses, by SKU and state (operators: in all)."""
    rows = shelf_rows(permitted(request, SEE))
    if wanted.sku is not None:
        rows = rows.filter(sku__code=wanted.sku)
    if wanted.warehouse is not None:
        rows = rows.filter(warehouse__code=wanted.warehouse)
    if wanted.most is not None:
        rows = rows.filter(available__lte=wanted.most)
    return page_of(rows, part, lambda found: [show_shelf(row) for row in found])


class MovementFilter(In):
    """Of which shelf."""

    sku: SkuName
    warehouse: WarehouseCode | None = None


@router.get("/stock/movements", response=Page[schemas.Movement])
def list_movements(request: HttpRequest, part: Part, wanted: Annotated[MovementFilter, Query()]) -> dict[str, Any]:
    """List what came onto a shelf of the acting party and left it, the latest first."""
    actor = permitted(request, SEE)
    shelf = _shelf_of(actor, wanted.sku, wanted.warehouse, actor.party)
    if shelf is None:
        raise NotFound(_("shelf"))
    found = history(actor, shelf.pk, before=position(part.after), limit=part.limit + 1)
    plain = ("at", "kind", "subject", "quantity", "source", "target")
    return sliced(
        found,
        part,
        lambda steps: [schemas.Movement(**{name: getattr(step, name) for name in plain}) for step in steps],
        lambda step: step.id,
    )


def _shelf_of(actor: Actor, sku: str, warehouse: str | None, party: int | None) -> Shelf | None:
    """Return the shelf for a SKU in a warehouse, or in the default one, of a party that the actor may see."""
    rows = shelf_rows(actor).filter(sku=find_sku(sku), party=party or 0)
    where = {"warehouse__is_default": True} if warehouse is None else {"warehouse__code": warehouse}
    return rows.filter(**where).first()


def _do(verb: Any, request: HttpRequest, key: str, body: Any) -> schemas.Shelf:
    """Let one of the verbs of stock move pieces, and show the shelf as it stands then."""
    actor = permitted(request, EDIT)
    holder = holder_of(actor, body.party)
    verb(key=key, at=clock.now(), by=actor, party=holder.code, **{k: v for k, v in said(body).items() if k != "party"})
    shelf = _shelf_of(actor, body.sku, body.warehouse, holder.pk)
    assert shelf is not None, "a movement makes the shelf that it needs"
    return show_shelf(shelf)


@router.post("/stock/restock", response=schemas.Shelf)
def restock_shelf(request: HttpRequest, body: schemas.RestockIn, key: Key) -> schemas.Shelf:
    """Bring in pieces that were made, or bought from somebody outside."""
    return _do(restock, request, key, body)


@router.post("/stock/count", response=schemas.Shelf)
def count_shelf(request: HttpRequest, body: schemas.CountIn, key: Key) -> schemas.Shelf:
    """Make what is on hand what was counted; a difference is booked as such."""
    return _do(count_stock, request, key, body)


@router.post("/stock/damage", response=schemas.Shelf)
def damage_pieces(request: HttpRequest, body: schemas.DamageIn, key: Key) -> schemas.Shelf:
    """Set pieces aside as damaged, or take mended ones back."""
    return _do(damage_stock, request, key, body)


@router.post("/stock/scrap", response=schemas.Shelf)
def scrap_pieces(request: HttpRequest, body: schemas.ScrapIn, key: Key) -> schemas.Shelf:
    """Throw pieces away."""
    return _do(scrap_stock, request, key, body)


@router.post("/stock/transfer", response=schemas.Shelf)
def transfer_pieces(request: HttpRequest, body: schemas.TransferIn, key: Key) -> schemas.Shelf:
    """Move pieces to another warehouse of the same party; shows the shelf that they left."""
    return _do(transfer_stock, request, key, body)


@router.post("/stock/aside", response=schemas.Shelf)
def set_pieces_aside(request: HttpRequest, body: schemas.AsideIn, key: Key) -> schemas.Shelf:
    """Keep pieces back under a name, until a moment or for good."""
    return _do(set_aside, request, key, body)


@router.post("/stock/free", response={204: None})
def free_pieces(request: HttpRequest, body: schemas.FreeIn, key: Key) -> None:
    """Release everything that was kept back under a name."""
    actor = permitted(request, EDIT)
    free_stock(key=key, at=clock.now(), by=actor, party=holder_of(actor, body.party).code, name=body.name)

"""Orders and what is done with them: ship, receive, cancel, refund; parcels and refunds."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.interfaces.api.auth import KNOWN, Key, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.render.orders import (
    order_rows,
    parcel_rows,
    show_order,
    show_orders,
    show_parcel,
    show_parcels,
    show_refunds,
)
from hanse.interfaces.api.schemas import orders as schemas
from hanse.interfaces.api.schemas.network import Documented
from hanse.interfaces.api.schemas.words import CODE, Code, In, Moment, Page, one_word_of, pieces_of
from hanse.kernel import clock
from hanse.trade.aftersales.operations.ask_refund import ask_refund
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import ORDER, Order, Refund
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.queries import history

router = Router(tags=["orders"], auth=KNOWN)
SEE = "orders.see"


class OrderFilter(In):
    """Which orders are wanted."""

    side: Annotated[Literal["sale", "purchase"] | None, Field(description="Those sold, or those bought.")] = None
    status: Annotated[str | None, one_word_of(ORDER.states)] = None
    checkout: Annotated[str | None, Field(pattern=CODE)] = None
    urgent: Annotated[bool | None, Field(description="Those that go first, or the others.")] = None
    placed_from: Moment | None = None
    placed_before: Moment | None = None


@router.get("/orders", response=Page[schemas.Order])
def list_orders(request: HttpRequest, part: Part, wanted: Annotated[OrderFilter, Query()]) -> dict[str, Any]:
    """List the orders in which the acting party buys or sells (operators: all legs), the latest first."""
    actor = permitted(request, SEE)
    rows = order_rows(actor)
    if wanted.side is not None:
        rows = rows.filter(**{"seller" if wanted.side == "sale" else "buyer": actor.party})
    if wanted.checkout is not None:
        rows = rows if actor.operates else rows.filter(tier=0)
    said = {
        "status": wanted.status,
        "checkout__code": wanted.checkout,
        "urgent": wanted.urgent,
        "placed_at__gte": wanted.placed_from,
        "placed_at__lt": wanted.placed_before,
    }
    rows = rows.filter(**{name: value for name, value in said.items() if value is not None})
    return page_of(rows, part, lambda found: show_orders(found, actor))


@router.get("/orders/{code}", response=schemas.Order)
def get_order(request: HttpRequest, code: Code) -> schemas.Order:
    """Show one leg to its buyer or its seller, with what either may do now."""
    actor = permitted(request, SEE)
    return show_order(one_of(order_rows(actor), code, _("order")), actor)


@router.get("/orders/{code}/history", response=schemas.History)
def get_order_history(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Tell what happened to an order, and when."""
    found = one_of(order_rows(permitted(request, SEE)), code, _("order"))
    changes = history([found.pk])
    return {"items": [schemas.Change(event=c.event, status=c.target, at=c.at, why=c.why) for c in changes]}


@router.post("/orders/{code}/ship", response={201: schemas.Booked})
def ship_order(request: HttpRequest, code: Code, body: schemas.ShipIn, key: Key) -> dict[str, Any]:
    """Send what the acting party itself holds of an order, whole or in part; returns the parcels' codes."""
    actor = permitted(request, "orders.ship")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    codes = ship(
        key=key,
        at=clock.now(),
        by=actor,
        order=code,
        lines=pieces_of(body.lines),
        carrier=body.carrier,
        tracking=body.tracking,
    )
    return {"codes": codes}


@router.post("/orders/{code}/receive", response=schemas.Order)
def receive_order(request: HttpRequest, code: Code, body: schemas.ReceiveIn, key: Key) -> schemas.Order:
    """Say that the goods arrived, or a part of them; a business has them on its own shelf from then on."""
    actor = permitted(request, "orders.receive")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    receive(key=key, at=clock.now(), by=actor, order=code, lines=pieces_of(body.lines))
    return show_order(one_of(order_rows(actor), code, _("order")), actor)


@router.post("/orders/{code}/cancel", response=schemas.Order)
def cancel_order(request: HttpRequest, code: Code, body: schemas.CancelIn, key: Key) -> schemas.Order:
    """Cancel what has not left, or a part of it; goods go back to the shelves, money to the buyer."""
    actor = permitted(request, "orders.cancel")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    cancel(key=key, at=clock.now(), by=actor, order=code, lines=pieces_of(body.lines), why=body.why)
    return show_order(one_of(order_rows(actor), code, _("order")), actor)


@router.post("/orders/{code}/refunds", response={201: schemas.Booked})
def refund_order(request: HttpRequest, code: Code, body: schemas.RefundIn, key: Key) -> dict[str, Any]:
    """Give money back for pieces, or an amount, or all that is left; `fault` decides who bears it."""
    actor = permitted(request, "aftersales.decide")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    codes = refund(
        key=key,
        at=clock.now(),
        by=actor,
        order=code,
        lines=pieces_of(body.lines),
        amount=body.amount,
        fault=body.fault,
        goods=body.goods,
    )
    return {"codes": codes}


@router.post("/orders/{code}/refund-requests", response={201: Documented})
def ask_for_refund(request: HttpRequest, code: Code, body: schemas.RefundRequestIn, key: Key) -> dict[str, str]:
    """Ask the seller for money back; it decides at `/approvals/{code}`, whose code is returned."""
    actor = permitted(request, "aftersales.claim")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    wanted = body.model_dump(exclude={"lines"})
    return {"code": ask_refund(key=key, at=clock.now(), by=actor, order=code, lines=pieces_of(body.lines), **wanted)}


@router.get("/refunds", response=Page[schemas.Refund])
def list_refunds(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the refunds of what the acting party bought, or sold to the first buyer, the latest first."""
    rows = Refund.objects.visible_to(permitted(request, SEE)).select_related("checkout", "order")
    return page_of(rows, part, show_refunds)


@router.get("/refunds/{code}", response=schemas.Refund)
def get_refund(request: HttpRequest, code: Code) -> schemas.Refund:
    """Show one refund."""
    rows = Refund.objects.visible_to(permitted(request, SEE)).select_related("checkout", "order")
    return show_refunds([one_of(rows, code, _("refund"))])[0]


class ParcelFilter(In):
    """Which parcels are wanted."""

    order: Annotated[str | None, Field(pattern=CODE, description="Those that carry goods of this order.")] = None


@router.get("/parcels", response=Page[schemas.Parcel])
def list_parcels(request: HttpRequest, part: Part, wanted: Annotated[ParcelFilter, Query()]) -> dict[str, Any]:
    """List the parcels of deals in which the acting party takes part, the latest first."""
    actor = permitted(request, SEE)
    rows = parcel_rows(actor)
    if wanted.order is not None:
        order = one_of(order_rows(actor), wanted.order, _("order"))
        rows = rows.filter(order__root=order.root_id)
    return page_of(rows, part, lambda found: show_parcels(found, actor))


@router.get("/parcels/{code}", response=schemas.Parcel)
def get_parcel(request: HttpRequest, code: Code) -> schemas.Parcel:
    """Show one parcel: carrier, number, contents."""
    actor = permitted(request, SEE)
    return show_parcel(one_of(parcel_rows(actor), code, _("parcel")), actor)

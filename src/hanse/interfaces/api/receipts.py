"""Goods that arrive at a business: what was counted, line by line."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.interfaces.api.auth import KNOWN, Key, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import receipts as schemas
from hanse.interfaces.api.schemas.words import CODE, Code, In, Page, who
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.trade.aftersales.operations.receive_counted import receive_counted
from hanse.trade.logistics.models import Receipt
from hanse.trade.logistics.rules import Counted
from hanse.trade.orders.models import Order

router = Router(tags=["orders"], auth=KNOWN)
SEE = "orders.see"


def rows_of(actor: Actor) -> "QuerySet[Receipt]":
    """Return the receipts that the actor may see, with all that showing them reads."""
    rows = Receipt.objects.visible_to(actor).select_related("order__buyer", "order__seller")
    return rows.prefetch_related("lines__line__sku__product")


def show(rows: Sequence[Receipt]) -> list[schemas.Receipt]:
    """Return receipts as both sides see them."""
    counts = ("good", "damaged", "missing", "extra", "claimed")
    return [
        schemas.Receipt(
            code=row.code,
            order=row.order.code,
            buyer=who(row.order.buyer),
            seller=who(row.order.seller),
            at=row.at,
            note=row.note,
            lines=[
                schemas.ReceiptLine(
                    sku=one.line.sku.code,
                    name=f"{one.line.sku.product.name} {one.line.sku.name}".strip(),
                    **{name: getattr(one, name) for name in counts},
                )
                for one in row.lines.all()
            ],
        )
        for row in rows
    ]


@router.post("/orders/{code}/receipts", response={201: schemas.Receipt})
def count_order(request: HttpRequest, code: Code, body: schemas.ReceiptIn, key: Key) -> schemas.Receipt:
    """Take in what arrived: good pieces become available, damaged ones lie apart; differences are told."""
    actor = permitted(request, "orders.receive")
    one_of(Order.objects.visible_to(actor), code, _("order"))
    lines = [Counted(**line.model_dump()) for line in body.lines]
    made = receive_counted(key=key, at=clock.now(), by=actor, order=code, lines=lines, note=body.note)
    return show([one_of(rows_of(actor), made, _("receipt"))])[0]


class ReceiptFilter(In):
    """Which receipts are wanted."""

    order: Annotated[str | None, Field(pattern=CODE)] = None


@router.get("/receipts", response=Page[schemas.Receipt])
def list_receipts(request: HttpRequest, part: Part, wanted: Annotated[ReceiptFilter, Query()]) -> dict[str, Any]:
    """List what the acting party counted, and what was counted of its sales, the latest first."""
    rows = rows_of(permitted(request, SEE))
    return page_of(rows if wanted.order is None else rows.filter(order__code=wanted.order), part, show)


@router.get("/receipts/{code}", response=schemas.Receipt)
def get_receipt(request: HttpRequest, code: Code) -> schemas.Receipt:
    """Show one receipt to one of its two sides."""
    return show([one_of(rows_of(permitted(request, SEE)), code, _("receipt"))])[0]

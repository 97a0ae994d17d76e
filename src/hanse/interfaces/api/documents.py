"""Documents on paper, as PDF: picking lists, delivery notes, purchase orders, statements."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.interfaces.api.auth import KNOWN, permitted
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas.words import CODE, Code, In
from hanse.interfaces.documents import orders, views
from hanse.interfaces.documents.statements import statement_paper, statements
from hanse.value.books.models import SEE_MONEY

router = Router(tags=["documents"], auth=KNOWN)
PDF: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The document.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.4"}},
        }
    }
}
PDF_IF_ANY: dict[str, Any] = {"responses": {**PDF["responses"], 409: {"$ref": "#/components/responses/Problem409"}}}
"""The same, where there may be nothing to print."""
NAMED = Annotated[
    list[Annotated[str, Field(pattern=CODE)]],
    Field(max_length=orders.MOST, description="Orders by code; none means all that wait.", examples=[[]]),
]


class Picked(In):
    """For which orders."""

    orders: NAMED = []


@router.get("/picking-list", openapi_extra=PDF_IF_ANY)
def get_picking_list(request: HttpRequest, picked: Annotated[Picked, Query()]) -> HttpResponse:
    """Print what is to be fetched from which warehouse for the acting party's orders, urgent goods first."""
    actor = permitted(request, "orders.ship")
    return views.picking_list(actor, picked.orders)


@router.get("/orders/{code}/delivery-note", openapi_extra=PDF)
def get_delivery_note(request: HttpRequest, code: Code) -> HttpResponse:
    """Print what lies in the parcel of a sale that the acting party ships: no prices, the shop as sender."""
    actor = permitted(request, "orders.see")
    one_of(orders.sales(actor), code, _("order"))
    return views.delivery_notes(actor, [code])


@router.get("/orders/{code}/purchase-order", openapi_extra=PDF)
def get_purchase_order(request: HttpRequest, code: Code) -> HttpResponse:
    """Print one order as its two sides agreed on it."""
    actor = permitted(request, "orders.see")
    one_of(orders.purchases(actor), code, _("order"))
    return views.purchase_orders(actor, [code])


@router.get("/statements/{code}/paper", openapi_extra=PDF)
def get_statement_paper(request: HttpRequest, code: Code) -> HttpResponse:
    """Print a statement of the acting party with its entries."""
    found = one_of(statements(permitted(request, SEE_MONEY)), code, _("statement"))
    return views.pdf([statement_paper(found)], f"statement-{code}")

"""Documents in the console: each a PDF that the browser shows, for one thing or for those that were picked."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hanse.interfaces.documents import orders
from hanse.interfaces.documents.paper import Paper, printed
from hanse.interfaces.documents.statements import statement_paper, statements
from hanse.interfaces.web.who import actor_of
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.value.books.models import SEE_MONEY

SEE = "orders.see"


class NothingToPrint(DomainError):
    """None of the orders named is one that this could be printed for."""

    code = "nothing_to_print"
    message = _("There is nothing to print for these orders.")


def pdf(papers: Sequence[Paper], name: str) -> HttpResponse:
    """Return documents as a file that the browser shows."""
    answer = HttpResponse(printed(papers), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def picking_list(actor: Actor, codes: Sequence[str] = ()) -> HttpResponse:
    """Return what is to be fetched for the orders named, or for all that wait."""
    rows = orders.waiting(actor)
    found = list((rows.filter(code__in=codes) if codes else rows)[: orders.MOST])
    if codes and not found:
        raise NothingToPrint
    return pdf([orders.picking_list(found)], "picking-list")


def delivery_notes(actor: Actor, codes: Sequence[str]) -> HttpResponse:
    """Return the delivery notes of those of the orders that the actor's party ships itself."""
    rows = orders.sales(actor).filter(code__in=codes, lines__allocations__isnull=False).distinct()
    found = orders.delivery_notes(rows[: orders.MOST], actor)
    if not found:
        raise NothingToPrint
    return pdf(found, f"delivery-note-{codes[0]}" if len(found) == 1 else "delivery-notes")


def purchase_orders(actor: Actor, codes: Sequence[str]) -> HttpResponse:
    """Return the orders as purchase orders."""
    found = orders.purchase_orders(orders.purchases(actor).filter(code__in=codes)[: orders.MOST], actor)
    if not found:
        raise NothingToPrint
    return pdf(found, f"order-{codes[0]}" if len(found) == 1 else "orders")


def _allowed(request: HttpRequest, permission: str) -> Actor:
    actor = actor_of(request)
    actor.require(permission)
    return actor


@login_required
@require_safe
def show_delivery_note(request: HttpRequest, code: str) -> HttpResponse:
    """Show the delivery note of a sale that the party ships itself."""
    actor = _allowed(request, SEE)
    if not orders.sales(actor).filter(code=code).exists():
        raise Http404
    return delivery_notes(actor, [code])


@login_required
@require_safe
def show_purchase_order(request: HttpRequest, code: str) -> HttpResponse:
    """Show an order as a purchase order to one of its two sides."""
    actor = _allowed(request, SEE)
    if not orders.purchases(actor).filter(code=code).exists():
        raise Http404
    return purchase_orders(actor, [code])


@login_required
@require_safe
def show_picking_list(request: HttpRequest) -> HttpResponse:
    """Show what is to be fetched for the orders picked, or for all that wait."""
    actor = _allowed(request, "orders.ship")
    return picking_list(actor, request.GET.getlist("pick")[: orders.MOST])


@login_required
@require_safe
def show_statement(request: HttpRequest, code: str) -> HttpResponse:
    """Show a statement of the party's."""
    found = statements(_allowed(request, SEE_MONEY)).filter(code=code).first()
    if found is None:
        raise Http404
    return pdf([statement_paper(found)], f"statement-{code}")


urlpatterns: list[URLPattern] = [
    path("picking-list.pdf", show_picking_list, name="pdf-picking-list"),
    path("orders/<str:code>/delivery-note.pdf", show_delivery_note, name="pdf-delivery-note"),
    path("orders/<str:code>/order.pdf", show_purchase_order, name="pdf-order"),
    path("statements/<str:code>/statement.pdf", show_statement, name="pdf-statement"),
]

"""What is to be fetched and sent, for those who stand in the warehouse: picked rows become lists and notes on paper."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, NUMBER, Column, Kind, named
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage
from hanse.interfaces.console.kit.page import Desk
from hanse.interfaces.console.pages import stock
from hanse.interfaces.documents import orders, views
from hanse.interfaces.templatetags.hanse import number
from hanse.kernel.actor import Actor
from hanse.trade.orders.models import Order

NEEDS = ("orders.ship",)
HURRY = Kind(
    lambda v: format_html('<span class="badge badge-stop">{}</span>', _("urgent")) if v else "–",
    lambda v: str(_("urgent")) if v else "",
)


def own(order: Order) -> list[tuple[Any, int]]:
    """Return the lines of an order with the pieces that its seller itself has still to send."""
    found = ((line, sum(one.to_ship for one in line.allocations.all())) for line in order.lines.all())
    return [(line, pieces) for line, pieces in found if pieces]


def contents(order: Order) -> list[str]:
    """Return what is to be fetched for an order, a line each."""
    return [f"{orders.goods(line)} × {number(pieces)}" for line, pieces in own(order)]


def houses(order: Order) -> list[str]:
    """Return from which warehouses it is to be fetched."""
    waiting = (one for line in order.lines.all() for one in line.allocations.all() if one.to_ship)
    return list(dict.fromkeys(named(one.shelf.warehouse) for one in waiting))


def by_house(desk: Desk) -> list[tuple[str, str]]:
    """Return the warehouses that the list can be narrowed down to."""
    return [(house.code, named(house)) for house in stock.houses(desk)]


def paper(make: Callable[[Actor, Sequence[str]], HttpResponse]) -> Callable[[Desk, list[Any]], HttpResponse]:
    """Return what prints the picked rows."""
    return lambda desk, rows: make(desk.actor, [row.code for row in rows])


TO_PICK: ListPage = ListPage(
    name="to-pick", title=_("To pick and pack"), icon="list-checks", needs=NEEDS,
    hint=_("Urgent orders first. Pick rows and print what is to be fetched, then what goes into the parcels."),
    rows=lambda desk: orders.waiting(desk.actor),
    columns=(
        Column(_("Order"), "code", CODE),
        Column(_("Urgent"), "urgent", HURRY, sort="urgent"),
        Column(_("Goods"), contents, LINES),
        Column(_("Pieces"), lambda order: sum(pieces for _line, pieces in own(order)), NUMBER),
        Column(_("From"), houses, LINES),
        Column(_("Ordered"), "placed_at", MOMENT, sort="placed_at"),
        Column(_("Wished for by"), "checkout.wanted_on", DAY),
    ),
    search=("code", "lines__sku__product__name", "lines__sku__product__name_en", "lines__sku__code"),
    filters=(
        Filter(
            "warehouse", _("Warehouse"), by_house,
            lambda rows, code, _desk: rows.filter(lines__allocations__shelf__warehouse__code=code).distinct(),
        ),
    ),
    order=orders.URGENT_FIRST, empty=_("Nothing is waiting to be shipped."),
    bulk=(
        Bulk("list", _("Print picking list"), file=paper(views.picking_list)),
        Bulk("notes", _("Print delivery notes"), file=paper(views.delivery_notes)),
    ),
)  # fmt: skip
PAGES = (TO_PICK,)

"""What is to be fetched and sent, for those who stand in the warehouse: picked rows become lists and notes on paper."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, NUMBER, Column, Kind, named
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, fill
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.pages import stock
from hanse.interfaces.documents import orders, views
from hanse.interfaces.templatetags.hanse import number
from hanse.kernel.actor import Actor
from hanse.trade.logistics.operations.reroute import reroute
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
    open=lambda order: ONE.url(order.code), order=orders.URGENT_FIRST, empty=_("Nothing is waiting to be shipped."),
    bulk=(
        Bulk("list", _("Print picking list"), file=paper(views.picking_list)),
        Bulk("notes", _("Print delivery notes"), file=paper(views.delivery_notes)),
    ),
)  # fmt: skip


class Elsewhere(ConsoleForm):
    """From which warehouse the pieces shall leave instead."""

    blames = {"nowhere_else": "target", "not_found": "warehouse"}
    warehouse = choice(_("Cannot be sent from"))
    target = choice(_("Send from instead"), required=False)

    def prepare(self) -> None:
        """Offer the warehouses that the pieces lie in, and all others."""
        waiting = (one for line in self.thing.lines.all() for one in line.allocations.all() if one.to_ship)
        fill(self, "warehouse", {one.shelf.warehouse.code: named(one.shelf.warehouse) for one in waiting}.items())
        others = ((house.code, named(house)) for house in stock.houses(self.desk))
        fill(self, "target", others, blank=_("wherever is best"))


def send_from_elsewhere(ask: Ask) -> int:
    """Let what a warehouse cannot send leave from another."""
    target = ask.data["target"] or None
    return reroute(**ask.how, order=ask.thing.code, warehouse=ask.data["warehouse"], target=target)


ONE: DetailPage = DetailPage(
    name="pick", route="to-pick/<str:code>/", title=_("To pick and pack"), needs=NEEDS, parent=TO_PICK,
    find=lambda desk, code: orders.waiting(desk.actor).filter(code=code).first(), heading=lambda order: order.code,
    facts=TO_PICK.columns[1:],
    acts=(
        Act(
            name="reroute", label=_("Send from another warehouse"), icon="warehouse", form=Elsewhere,
            run=send_from_elsewhere, may=lambda desk, _order: stock.houses(desk).count() > 1,
            done=_("The pieces leave from there now."),
        ),
    ),
    template="console/kit/pick.html",
)  # fmt: skip
PAGES = (TO_PICK, ONE)

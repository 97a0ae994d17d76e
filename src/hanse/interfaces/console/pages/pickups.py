"""Goods that buyers fetch: where they may, what waits for them, and handing it over for the code that they show."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.goods.routing.rules import place_of
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.place_warehouse import place_warehouse
from hanse.interfaces import pickups as bounded
from hanse.interfaces.console.kit.cells import CODE, LINES, MOMENT, NAME, STATUS, YES, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import Ask, Desk, with_permission
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages import stock
from hanse.interfaces.documents.orders import goods
from hanse.interfaces.templatetags.hanse import number
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.ship import SHIPPABLE
from hanse.trade.logistics.queries import pickups
from hanse.trade.orders.models import Order

STATES = {"waiting": _("waiting to be fetched"), "unpaid": _("not paid yet"), "handed": _("handed over")}


def ours(desk: Desk) -> Any:
    """Return what the party hands out."""
    rows = pickups(desk.actor).filter(warehouse__party=desk.party)
    return rows.prefetch_related("checkout__orders__lines__sku__product")


def sale(row: Pickup) -> Order:
    """Return the order of which the goods are: the first leg, which is the party's own sale."""
    return next(leg for leg in row.checkout.orders.all() if leg.tier == 0)


def contents(row: Pickup) -> list[str]:
    """Return what is to be handed over, a line each."""
    return [f"{goods(line)} × {number(line.quantity - line.cancelled)}" for line in sale(row).lines.all()]


def in_state(rows: Any, wanted: str, _desk: Desk) -> Any:
    """Narrow the list down."""
    if wanted == "handed":
        return rows.filter(handed_at__isnull=False)
    first = {"checkout__orders__tier": 0}
    status = SHIPPABLE if wanted == "waiting" else ("placed",)
    return rows.filter(handed_at=None, checkout__orders__status__in=status, **first)


class Shown(ConsoleForm):
    """The code that the buyer shows."""

    blames = {"wrong_pickup_code": "code", "too_many_codes": "code"}
    code = forms.CharField(
        label=_("Code that the buyer shows"), max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip


class Place(ConsoleForm):
    """Where and when buyers may come."""

    address = text(_("Address where buyers come"), 300, required=False)
    hours = text(_("Opening hours"), 200, required=False, help_text=_("Such as daily 9:00 to 21:00."))


class Region(ConsoleForm):
    """The province and city in which a warehouse is."""

    region = text(
        _("Province and city"), 80, required=False, help_text=_("Such as Suzhou in Jiangsu: orders leave from near by.")
    )


def located(ask: Ask) -> str:
    """Keep where a warehouse is."""
    region = ask.data["region"]
    place = place_of({"region": region})
    return place_warehouse(**ask.how, party=ask.party, warehouse=ask.thing.code, region=region, place=place)


def hand_out(ask: Ask) -> str:
    """Hand over what an order holds."""
    return bounded.hand_over_bounded(**ask.how, order=ask.thing.checkout.code, code=ask.data["code"])


FACTS = (
    Column(_("Buyer"), "checkout.buyer", NAME),
    Column(_("Name"), lambda row: row.checkout.address.get("name")),
    Column(_("Goods"), contents, LINES),
    Column(_("Where"), "warehouse", NAME),
    Column(_("Ordered"), "checkout.placed_at", MOMENT),
    Column(_("Handed over"), "handed_at", MOMENT),
)
LIST: ListPage = ListPage(
    name="pickups", title=_("To be fetched"), icon="package", needs=("orders.ship",), rows=ours, code="pk",
    columns=(
        Column(_("Order"), lambda row: sale(row).code), *FACTS,
        Column(_("Status"), lambda row: sale(row).status, STATUS),
    ),
    search=("checkout__code", "checkout__orders__code", "checkout__buyer__name"),
    filters=(
        Filter("state", _("State"), lambda _desk: [(name, str(said)) for name, said in STATES.items()], in_state),
    ),
    open=lambda row: ONE.url(row.pk), empty=_("Nobody has ordered anything to be fetched yet."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="pickup", route="pickups/<int:code>/", title=_("To be fetched"), needs=("orders.ship",), parent=LIST,
    code="pk", find=lambda desk, code: ours(desk).filter(pk=code).first(), heading=lambda row: sale(row).code,
    status=lambda row: sale(row).status, facts=FACTS,
    acts=(
        Act(
            name="hand-over", label=_("Hand over"), icon="check", tone="go", form=Shown, run=hand_out,
            may=lambda desk, row: desk.may("orders.ship") and sale(row).status in SHIPPABLE,
            done=_("Handed over. The order is received."),
        ),
    ),
)  # fmt: skip
PLACE: FormPage = FormPage(
    name="warehouse-pickup", route="warehouses/<str:code>/pickup/", title=_("Buyers may fetch goods here"),
    icon="store",
    needs=("stock.edit",), parent=stock.HOUSES, form=Place, button=_("Save"),
    hint=_("Without an address nothing is handed out here."),
    find=lambda desk, code: stock.houses(desk).filter(code=code).first(),
    initial=lambda _desk, house: {"address": house.pickup_address, "hours": house.pickup_hours},
    run=lambda ask: offer_pickup(**ask.how, party=ask.party, warehouse=ask.thing.code, **ask.data),
    leads=lambda _ask, code: HOUSE.url(code),
)  # fmt: skip
HOUSE: DetailPage = DetailPage(
    name="warehouse", route="warehouses/<str:code>/", title=_("Warehouse"), needs=("stock.see",), parent=stock.HOUSES,
    find=lambda desk, code: stock.houses(desk).filter(code=code).first(), heading=named, status=lambda _house: "",
    facts=(
        Column(_("Short name"), "code", CODE), Column(_("Region"), "region"),
        Column(_("The usual one"), "is_default", YES), Column(_("Address where buyers come"), "pickup_address"),
        Column(_("Opening hours"), "pickup_hours"),
    ),
    tables=(
        Table(
            _("Stock"), stock.COLUMNS[:2] + stock.COLUMNS[3:],
            lambda desk, house: stock.shelves(desk).filter(warehouse=house).order_by("-available", "pk")[:50],
            empty=_("Nothing lies here."), open=lambda shelf: stock.ONE.url(shelf.pk),
        ),
    ),
    links=((PLACE, lambda _desk, _house: True),),
    acts=(
        Act(
            name="place", label=_("Where it is"), icon="map-pin", form=Region, may=with_permission("stock.edit"),
            initial=lambda house: {"region": house.region}, run=located,
            done=_("Orders leave from near their buyers."),
        ),
    ),
)  # fmt: skip
PAGES = (LIST, ONE, PLACE, HOUSE)

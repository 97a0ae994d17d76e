"""What lies where: shelves with their movements, warehouses, counting, and what runs low."""

from typing import Any

from django import forms
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Product
from hanse.goods.offers.models import Offer
from hanse.goods.routing.rules import place_of
from hanse.goods.stock.models import Shelf, Warehouse
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.goods.stock.operations.damage_stock import damage_stock
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.scrap_stock import scrap_stock
from hanse.goods.stock.operations.set_level import set_level
from hanse.goods.stock.operations.transfer_stock import transfer_stock
from hanse.goods.stock.queries import history
from hanse.interfaces.console.kit.cells import CODE, MOMENT, NAME, NUMBER, YES, Column, named, worded
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, fill, pieces, text
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import Ask, Desk, with_permission
from hanse.interfaces.console.kit.rowpages import Named, RowsPage, whole
from hanse.interfaces.console.kit.tables import Table

EDIT, SEE = "stock.edit", "stock.see"

STATES = {
    "available": _("available"), "reserved": _("reserved"), "in_transit": _("on its way"), "damaged": _("damaged"),
    "made": _("made"), "supplier": _("supplier"), "delivered": _("delivered"), "count": _("stock-take"),
    "scrap": _("scrap"), "elsewhere": _("another shelf"),
}  # fmt: skip
KINDS = {
    "restock": _("Goods came in"), "count": _("Stock-take"), "scrap": _("Scrapped"), "damage": _("Damaged"),
    "mend": _("Mended"), "transfer": _("Moved"), "ship": _("Shipped"), "receive": _("Arrived"), "place": _("Reserved"),
    "cancel": _("Released"), "expire": _("Released"), "claim": _("Taken back"), "set_aside": _("Set aside"),
    "free": _("Released"), "release": _("Released"), "return": _("Taken back"), "import": _("Imported"),
}  # fmt: skip


def goods_name(sku: Any) -> str:
    """Return product and variant in the reader's language."""
    return " · ".join(filter(None, (named(sku.product), named(sku))))


def shelves(desk: Desk) -> Any:
    """Return the shelves of the party."""
    found = Shelf.objects.visible_to(desk.actor).filter(party=desk.party)
    return found.select_related("sku__product", "warehouse").annotate(held=F("available") + F("reserved"))


def houses(desk: Desk) -> Any:
    """Return the warehouses of the party, the usual one first."""
    return Warehouse.objects.visible_to(desk.actor).filter(party=desk.party).order_by("-is_default", "name", "pk")


def known_skus(desk: Desk) -> list[tuple[str, str]]:
    """Return what the party can keep: SKUs of its own goods, of its offers and of its shelves, by code."""
    found = {shelf.sku.code: goods_name(shelf.sku) for shelf in shelves(desk)}
    products = Product.objects.visible_to(desk.actor).filter(owner=desk.party).prefetch_related("skus")
    for product in products:
        found |= {sku.code: " · ".join(filter(None, (named(product), named(sku)))) for sku in product.skus.all()}
    offers = Offer.objects.visible_to(desk.actor).filter(seller=desk.party).select_related("sku__product")
    found |= {offer.sku.code: goods_name(offer.sku) for offer in offers}
    return sorted(found.items(), key=lambda pair: pair[1])


def place(ask: Ask) -> dict[str, Any]:
    """Return what every operation on a shelf wants to know of it."""
    shelf = ask.thing
    return {**ask.how, "party": ask.party, "sku": shelf.sku.code, "warehouse": shelf.warehouse.code}


class Pieces(ConsoleForm):
    """So many pieces."""

    blames = {"out_of_stock": "quantity"}
    quantity = pieces(_("Pieces"))


class Counted(ConsoleForm):
    """What was counted."""

    blames = {"counted_too_few": "found"}
    found = pieces(_("Pieces found, promised ones included"), least=0)


class Moved(Pieces):
    """So many pieces to another warehouse."""

    target = choice(_("To the warehouse"))

    def prepare(self) -> None:
        """Offer the other warehouses."""
        others = houses(self.desk).exclude(pk=self.thing.warehouse_id)
        fill(self, "target", ((house.code, named(house)) for house in others))


class Threshold(ConsoleForm):
    """From how many pieces on stock is low."""

    least = pieces(_("Low at so many pieces or fewer"), least=0, required=False)


class Restock(ConsoleForm):
    """Goods that came in."""

    sku = choice(_("Goods"))
    quantity = pieces(_("Pieces"))
    warehouse = choice(_("Into the warehouse"), required=False)
    origin = choice(_("Where they come from"), [("made", _("made by us")), ("supplier", _("bought outside"))])

    def prepare(self) -> None:
        """Offer goods and warehouses."""
        fill(self, "sku", known_skus(self.desk))
        fill(self, "warehouse", ((house.code, named(house)) for house in houses(self.desk)), blank=_("the usual one"))


class House(ConsoleForm):
    """A warehouse to be."""

    blames = {"warehouse_exists": "code"}
    name = text(_("Name"), 80)
    name_en = text(_("English name"), 80, required=False)
    code = text(_("Short name"), 40, help_text=_("Small letters, digits and dashes, such as north-2."))
    region = text(_("Region"), 80, required=False)
    is_default = forms.BooleanField(label=_("Goods go here unless someone says otherwise"), required=False)


COLUMNS = (
    Column(_("Goods"), lambda shelf: goods_name(shelf.sku), sort="sku__product__name"),
    Column(_("SKU"), "sku.code", CODE),
    Column(_("Warehouse"), "warehouse", NAME, sort="warehouse__name"),
    Column(_("Available"), "available", NUMBER, sort="available"),
    Column(_("Reserved"), "reserved", NUMBER, sort="reserved"),
    Column(_("On its way"), "in_transit", NUMBER, sort="in_transit"),
    Column(_("Damaged"), "damaged", NUMBER, sort="damaged"),
)
SEARCH = ("sku__product__name", "sku__product__name_en", "sku__name", "sku__code", "sku__slug", "sku__barcode")
BY_HOUSE = Filter(
    "warehouse",
    _("Warehouse"),
    lambda desk: [(house.code, named(house)) for house in houses(desk)],
    lambda rows, code, _desk: rows.filter(warehouse__code=code),
)

IN: FormPage = FormPage(
    name="stock-in", route="stock/in/", title=_("Goods came in"), icon="plus", needs=(EDIT,), form=Restock,
    run=lambda ask: restock(
        **ask.how, party=ask.party, sku=ask.data["sku"], quantity=ask.data["quantity"],
        warehouse=ask.data["warehouse"] or None, origin=ask.data["origin"],
    ),
    leads=lambda _ask, _entry: LIST.url(), done=_("They lie on the shelf."),
)  # fmt: skip
TAKE: RowsPage = RowsPage(
    name="stock-take", route="stock/take/", title=_("Stock-take"), icon="list-checks", needs=(EDIT,),
    hint=_("What was counted replaces what was known; promised pieces are counted along."),
    columns=(
        Named("sku", _("SKU"), ("code", "货号")),
        Named("found", _("Pieces found"), ("count", "quantity", "数量", "实盘")),
        Named("warehouse", _("Warehouse"), ("仓库",), required=False),
    ),
    example="sku,found,warehouse\nK-7F3Q9-M2X4C,120,main",
    run=lambda ask: count_stock(
        **ask.how, party=ask.party, sku=ask.data["sku"], found=whole(ask, "found", 0),
        warehouse=ask.data.get("warehouse") or None,
    ) and ask.data["sku"],
    onward=lambda _desk: (LIST.url(), LIST.title),
)  # fmt: skip
LIST: ListPage = ListPage(
    name="stock", title=_("Stock"), icon="warehouse", needs=(SEE,), rows=shelves, columns=COLUMNS, search=SEARCH,
    filters=(BY_HOUSE,), links=(IN, TAKE), open=lambda shelf: ONE.url(shelf.pk), code="pk",
    empty=_("No shelf holds anything yet. Say what came in."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="shelf", route="stock/<int:code>/", title=_("Shelf"), needs=(SEE,), parent=LIST, code="pk",
    find=lambda desk, code: shelves(desk).filter(pk=code).first(),
    heading=lambda shelf: goods_name(shelf.sku),
    facts=(*COLUMNS[1:4], Column(_("On hand"), "held", NUMBER), *COLUMNS[4:]),
    tables=(
        Table(
            _("Movements"),
            (
                Column(_("When"), "at", MOMENT),
                Column(_("What"), "kind", worded(KINDS)),
                Column(_("Pieces"), "quantity", NUMBER),
                Column(_("From"), "source", worded(STATES)),
                Column(_("To"), "target", worded(STATES)),
            ),
            lambda desk, shelf: history(desk.actor, shelf.pk),
            empty=_("Nothing has moved here yet."),
        ),
    ),
    acts=(
        Act(
            name="restock", label=_("Goods came in"), icon="plus", form=Pieces, may=with_permission(EDIT),
            run=lambda ask: restock(**place(ask), quantity=ask.data["quantity"]),
        ),
        Act(
            name="count", label=_("Count"), icon="list-checks", form=Counted, may=with_permission(EDIT),
            initial=lambda shelf: {"found": shelf.on_hand},
            run=lambda ask: count_stock(**place(ask), found=ask.data["found"]),
        ),
        Act(
            name="transfer", label=_("Move to another warehouse"), icon="arrow-right", form=Moved,
            may=lambda desk, _shelf: desk.may(EDIT) and houses(desk).count() > 1,
            run=lambda ask: transfer_stock(**place(ask), quantity=ask.data["quantity"], target=ask.data["target"]),
        ),
        Act(
            name="damage", label=_("Set aside as damaged"), icon="circle-alert", form=Pieces, may=with_permission(EDIT),
            run=lambda ask: damage_stock(**place(ask), quantity=ask.data["quantity"]),
        ),
        Act(
            name="mend", label=_("Back from damaged"), icon="check", form=Pieces,
            may=lambda desk, shelf: desk.may(EDIT) and shelf.damaged > 0,
            run=lambda ask: damage_stock(**place(ask), quantity=ask.data["quantity"], mended=True),
        ),
        Act(
            name="scrap", label=_("Scrap damaged pieces"), icon="x", tone="stop", form=Pieces,
            may=lambda desk, shelf: desk.may(EDIT) and shelf.damaged > 0,
            run=lambda ask: scrap_stock(**place(ask), quantity=ask.data["quantity"]),
        ),
        Act(
            name="threshold", label=_("When is this low?"), icon="info", form=Threshold, may=with_permission(EDIT),
            run=lambda ask: set_level(
                **ask.how, party=ask.party, sku=ask.thing.sku.code, least=ask.data["least"]
            ),
        ),
    ),
)  # fmt: skip
NEW_HOUSE: FormPage = FormPage(
    name="warehouse-new", route="warehouses/new/", title=_("New warehouse"), icon="plus", needs=(EDIT,), form=House,
    run=lambda ask: open_warehouse(
        **ask.how, party=ask.party, place=place_of({"region": ask.data["region"]}), **ask.data
    ),
    leads=lambda _ask, _code: HOUSES.url(),
)  # fmt: skip
HOUSES: ListPage = ListPage(
    name="warehouses", title=_("Warehouses"), icon="map-pin", needs=(SEE,), rows=houses, order=("-is_default", "name"),
    columns=(
        Column(_("Name"), "self", NAME, sort="name"),
        Column(_("Short name"), "code", CODE),
        Column(_("Region"), "region"),
        Column(_("The usual one"), "is_default", YES),
    ),
    links=(NEW_HOUSE,), empty=_("You have no warehouse yet; the first opens by itself with the first goods."),
    open=lambda house: reverse("console-warehouse", args=[house.code]),
)  # fmt: skip
PAGES = (IN, TAKE, LIST, ONE, NEW_HOUSE, HOUSES)

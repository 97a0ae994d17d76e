"""Stock-takes: a sheet for a warehouse, counts typed or brought as rows, differences and what they are worth."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import restocking
from hanse.goods.stock.models import STOCK_TAKE, Shelf, StockTake
from hanse.goods.stock.operations.begin_stock_take import begin_stock_take
from hanse.goods.stock.operations.count_in_take import count_in_take
from hanse.goods.stock.operations.drop_stock_take import drop_stock_take
from hanse.goods.stock.operations.post_stock_take import post_stock_take
from hanse.interfaces.console.kit.cells import CODE, MOMENT, MONEY, NAME, NUMBER, STATUS, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import CURRENCY, ConsoleForm, choice, fill, pieces, text
from hanse.interfaces.console.kit.lists import ListPage, by_state
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.kit.rowpages import RowsForm, split
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages import stock
from hanse.interfaces.console.pages.stock import goods_name
from hanse.kernel import clock
from hanse.kernel.errors import MalformedInput

AT_ONCE = 40
"""So many goods stand on the sheet at a time: what was counted leaves it, the next take its place."""
ROWS_AT_ONCE = 1_000


def takes(desk: Desk) -> Any:
    """Return the stock-takes of the party."""
    return StockTake.objects.visible_to(desk.actor).filter(party=desk.party).select_related("warehouse")


def uncounted(desk: Desk, take: StockTake) -> Any:
    """Return the shelves of the warehouse that are not on the sheet yet, by the names of goods."""
    rows = Shelf.objects.visible_to(desk.actor).filter(warehouse=take.warehouse_id).select_related("sku__product")
    return rows.exclude(sku__in=take.lines.values("sku")).order_by("sku__product__name", "sku__position", "pk")


def worth(desk: Desk, skus: list[int]) -> dict[int, tuple[int, str]]:
    """Return what a piece of each SKU (id) costs the party, or else what it asks for it."""
    own = Offer.objects.visible_to(desk.actor).filter(seller=desk.party, sku__in=skus).order_by("-pk")
    found = {sku: (price, currency) for sku, price, currency in own.values_list("sku", "price", "currency")}
    bought = restocking(desk.actor, desk.party.pk, skus, clock.now())
    return found | {sku: (offer.price, offer.currency) for sku, offer in bought.items()}


def differences(desk: Desk, take: StockTake) -> list[dict[str, Any]]:
    """Return the lines of the sheet, those that differ first, with what each difference is worth."""
    lines = list(take.lines.select_related("sku__product").order_by("sku__product__name", "pk"))
    prices = worth(desk, [line.sku_id for line in lines])
    rows = []
    for line in lines:
        price, currency = prices.get(line.sku_id, (None, CURRENCY))
        value = None if price is None else price * line.difference
        rows.append({"line": line, "value": (value, currency), "difference": line.difference})
    return sorted(rows, key=lambda row: row["difference"] == 0)


def sums(desk: Desk, take: StockTake) -> dict[str, Any]:
    """Return what all differences are worth together, and how much is left to count."""
    found: dict[str, int] = {}
    for row in differences(desk, take):
        value, currency = row["value"]
        if value:
            found[currency] = found.get(currency, 0) + value
    return {
        "worth": [(amount, currency) for currency, amount in sorted(found.items())],
        "left": uncounted(desk, take).count() if take.status == "open" else 0,
    }


class Begin(ConsoleForm):
    """Which warehouse is counted."""

    blames = {"already_counting": "warehouse"}
    warehouse = choice(_("Warehouse"))
    note = text(_("Note"), 200, required=False)

    def prepare(self) -> None:
        """Offer the party's warehouses."""
        fill(self, "warehouse", ((house.code, named(house)) for house in stock.houses(self.desk)))


class Found(ConsoleForm):
    """What was found of the next goods; what is left empty was not counted yet."""

    def prepare(self) -> None:
        """Ask for the next goods that are not on the sheet."""
        self.shelves = {f"sku-{row.sku_id}": row.sku.code for row in uncounted(self.desk, self.thing)[:AT_ONCE]}
        for row in uncounted(self.desk, self.thing)[:AT_ONCE]:
            label = f"{goods_name(row.sku)} · {row.sku.barcode or row.sku.code}"
            self.fields[f"sku-{row.sku_id}"] = pieces(label, least=0, required=False)

    @property
    def marks(self) -> bool:
        """Mark no field: what is left empty is counted later."""
        return False

    def clean(self) -> dict[str, Any]:
        """Ask for at least one number."""
        given = dict(super().clean() or {})
        if not self.errors and all(n is None for n in given.values()):
            self.add_error(None, _("Type what was found of at least one of them."))
        return given


class Rows(RowsForm):
    """Counts as rows: SKU and pieces found."""

    blames = {"not_found": "rows", "found": "rows"}

    def clean(self) -> dict[str, Any]:
        """Read the rows; what cannot be read is named with its line."""
        given = super().clean()
        if self.errors:
            return given
        found: dict[str, int] = {}
        for number, line in enumerate(filter(str.strip, str(given["rows"]).splitlines()), start=1):
            words = [*split(line), ""]
            if words[1].isascii() and words[1].isdecimal() and len(words[1]) <= 10:
                found[words[0]] = int(words[1])
            elif number > 1:
                self.add_error("rows", _("Line %(line)d: a SKU and a whole number of pieces.") % {"line": number})
        if not found and not self.errors:
            self.add_error("rows", _("Paste rows here, or choose a file."))
        if len(found) > ROWS_AT_ONCE:
            self.add_error("rows", _("At most %(most)d rows at once.") % {"most": ROWS_AT_ONCE})
        return {**given, "found": found}


def note_found(ask: Ask) -> int:
    """Write the numbers that were typed onto the sheet."""
    known = {f"sku-{row.sku_id}": row.sku.code for row in uncounted(ask.desk, ask.thing)}
    typed = {name: n for name, n in ask.data.items() if n is not None}
    found: Mapping[str, int] = {known[name]: n for name, n in typed.items() if name in known}
    if not found:
        raise MalformedInput("found", _("goods that are not on the sheet yet"))
    return count_in_take(**ask.how, take=ask.thing.code, found=found)


BEGIN: FormPage = FormPage(
    name="stock-take-new", route="stock-takes/new/", title=_("New stock-take"), icon="plus", needs=(stock.EDIT,),
    form=Begin, run=lambda ask: begin_stock_take(**ask.how, party=ask.party, **ask.data),
    leads=lambda _ask, code: SHEET.url(code), button=_("Begin to count"), done=_("The sheet is open."),
    hint=_("Goods may come and go while you count: what moves after a number was typed is no difference."),
)  # fmt: skip
LIST: ListPage = ListPage(
    name="stock-takes", title=_("Stock-takes"), icon="list-checks", needs=(stock.SEE,), rows=takes,
    columns=(
        Column(_("Sheet"), "code", CODE),
        Column(_("Warehouse"), "warehouse", NAME, sort="warehouse__name"),
        Column(_("Note"), "note"),
        Column(_("Begun"), "begun_at", MOMENT, sort="begun_at"),
        Column(_("Status"), "status", STATUS),
    ),
    filters=(by_state(STOCK_TAKE),), open=lambda take: SHEET.url(take.code), links=(BEGIN, stock.TAKE),
    empty=_("Nothing was counted yet."),
)  # fmt: skip
SHEET: DetailPage = DetailPage(
    name="stock-sheet", route="stock-takes/<str:code>/", title=_("Stock-take"), needs=(stock.SEE,), parent=LIST,
    find=lambda desk, code: takes(desk).filter(code=code).first(), states=STOCK_TAKE,
    heading=lambda take: take.code, template="console/kit/stocktake.html", more=sums,
    facts=(
        Column(_("Warehouse"), "warehouse", NAME), Column(_("Note"), "note"), Column(_("Begun"), "begun_at", MOMENT),
    ),
    tables=(
        Table(
            _("Counted"),
            (
                Column(_("Goods"), lambda row: goods_name(row["line"].sku)),
                Column(_("SKU"), lambda row: row["line"].sku.code, CODE),
                Column(_("Found"), lambda row: row["line"].found, NUMBER),
                Column(_("Known then"), lambda row: row["line"].known, NUMBER),
                Column(_("Difference"), lambda row: row["difference"], NUMBER),
                Column(_("Worth"), lambda row: row["value"], MONEY),
                Column(_("Promised, not found"), lambda row: row["line"].short or None, NUMBER),
            ),
            differences,
            empty=_("Type what you find; the list grows as you count."),
        ),
    ),
    acts=(
        Act(
            name="count", label=_("Count the next goods"), icon="list-checks", tone="go", form=Found, run=note_found,
            may=lambda desk, take: take.status == "open" and desk.may(stock.EDIT) and uncounted(desk, take).exists(),
            done=_("Noted."),
        ),
        Act(
            name="rows", label=_("Bring counts as rows"), icon="plus", form=Rows, done=_("Noted."),
            run=lambda ask: count_in_take(**ask.how, take=ask.thing.code, found=ask.data["found"]),
            may=lambda desk, take: take.status == "open" and desk.may(stock.EDIT),
        ),
        Act(
            name="post", label=_("Post all differences"), icon="check", done=_("The stock is as you counted it."),
            run=lambda ask: post_stock_take(**ask.how, take=ask.thing.code),
            may=by_event(
                STOCK_TAKE, "post", stock.EDIT, roles=("keeper",), also=lambda _desk, take: take.lines.exists()
            ),
        ),
        Act(
            name="drop", label=_("Drop the sheet"), icon="x", tone="stop",
            run=lambda ask: drop_stock_take(**ask.how, take=ask.thing.code),
            may=by_event(STOCK_TAKE, "drop", stock.EDIT, roles=("keeper",)),
        ),
    ),
)  # fmt: skip
PAGES = (LIST, BEGIN, SHEET)

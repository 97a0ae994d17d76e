"""What runs low: from which number on, how fast it sells, how much to order, and ordering it from upstream."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.queries import Outward, restocking
from hanse.goods.stock.models import Level, Shelf
from hanse.goods.stock.operations.set_level import set_level
from hanse.goods.stock.queries import left_of_late, levels_of
from hanse.goods.stock.rules import replenishment
from hanse.interfaces.console.kit.cells import CODE, MONEY, NUMBER, Column
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, pieces
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import RESELLERS, Ask, Desk
from hanse.interfaces.console.pages import stock
from hanse.interfaces.templatetags.hanse import locale, money, number
from hanse.kernel import clock
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line

DAYS, LEAD, COVER = 30, 7, 30
"""What left in so many days says how fast goods sell; more comes within LEAD days and should last for COVER."""
SPANS = (7, 14, 30, 60)
MOST = 100
OPEN = ("placed", "paid", "partly_shipped", "shipped")
ROW = ("sku", "sku__code", "sku__name", "sku__name_en", "sku__product__name", "sku__product__name_en")


def levels(desk: Desk, *, lead: int = LEAD, cover: int = COVER) -> Any:
    """Return what lies in all warehouses of the party by SKU, with the number from which on it is low."""
    usual, _own = levels_of(desk.actor, desk.party.pk)
    mine = Level.objects.visible_to(desk.actor).filter(party=desk.party, sku=OuterRef("sku")).values("least")
    rows = Shelf.objects.visible_to(desk.actor).filter(party=desk.party).values(*ROW)
    return rows.annotate(
        available=Sum("available"), reserved=Sum("reserved"), code=F("sku__code"),
        least=Coalesce(Subquery(mine[:1]), Value(usual)), lead=Value(lead), cover=Value(cover),
    )  # fmt: skip


def low(desk: Desk) -> Any:
    """Return those of which no more is available than the party calls low."""
    return levels(desk).filter(available__lte=F("least"))


def called(row: Mapping[str, Any]) -> str:
    """Return product and variant in the reader's language."""
    end = "_en" if locale() == "en" else ""
    names = (row[f"{part}name{end}"] or row[f"{part}name"] for part in ("sku__product__", "sku__"))
    return " · ".join(filter(None, names))


def awaited(desk: Desk, skus: Iterable[int]) -> dict[int, int]:
    """Return how many pieces of these SKUs (ids) the party has ordered for itself and not received."""
    mine = Order.objects.visible_to(desk.actor).filter(buyer=desk.party, tier=0, status__in=OPEN)
    left = F("lines__quantity") - F("lines__cancelled") - F("lines__received")
    sums = mine.filter(lines__sku__in=list(skus)).values("lines__sku").annotate(n=Sum(left))
    return {row["lines__sku"]: max(0, row["n"]) for row in sums}


def judged(desk: Desk, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each row how fast the goods sell, what is awaited, what to order, of whom and at what price."""
    skus, at = [row["sku"] for row in rows], clock.now()
    sold = left_of_late(desk.actor, desk.party.pk, skus, at - timedelta(days=DAYS))
    coming = awaited(desk, skus)
    offers = restocking(desk.actor, desk.party.pk, skus, at) if desk.party.kind in RESELLERS else {}
    for row in rows:
        sku = row["sku"]
        row |= {"sold": sold.get(sku, 0), "awaited": coming.get(sku, 0), "offer": offers.get(sku)}
        row["suggested"] = replenishment(
            sold=row["sold"], days=DAYS, lead=row["lead"], cover=row["cover"], available=row["available"],
            awaited=row["awaited"], least=row["least"],
        )  # fmt: skip
    return rows


def price(row: Mapping[str, Any]) -> tuple[int | None, str]:
    """Return what a piece costs upstream."""
    offer: Outward | None = row["offer"]
    return (offer.price, offer.currency) if offer else (None, "")


class Threshold(ConsoleForm):
    """From how many pieces on stock is low."""

    least = pieces(_("Low at so many pieces or fewer"), least=0, required=False)


class Reorder(ConsoleForm):
    """How many pieces of each thing that runs low are ordered."""

    blames = {"out_of_stock": "", "offer_unavailable": ""}

    def prepare(self) -> None:
        """Ask for each thing that a supplier sells, beginning with what is suggested."""
        rows = judged(self.desk, list(low(self.desk).order_by("available", "sku")[:MOST]))
        self.rows = [row for row in rows if row["offer"]]
        for row in self.rows:
            offer: Outward = row["offer"]
            self.fields[f"sku-{row['sku']}"] = forms.IntegerField(
                label=called(row), min_value=0, max_value=1_000_000, required=False, initial=row["suggested"],
                help_text=_("%(price)s each · %(available)s available, %(awaited)s awaited") % {
                    "price": money(offer.price, offer.currency), "available": number(row["available"]),
                    "awaited": number(row["awaited"]),
                },
            )  # fmt: skip

    @property
    def marks(self) -> bool:
        """Mark no field: all of them may stay empty."""
        return False

    def clean(self) -> dict[str, Any]:
        """Ask for at least one piece."""
        given = dict(super().clean() or {})
        if not self.errors and not any(given.values()):
            self.add_error(None, _("Say how many pieces are to be ordered."))
        return given


class ReorderPage(FormPage):
    """The form; where nothing could be ordered it says so."""

    def _answer(self, request: HttpRequest, form: ConsoleForm, thing: Any) -> HttpResponse:
        if form.fields:
            return super()._answer(request, form, thing)
        status = 422 if form.is_bound else 200
        return render(request, "console/kit/nothing.html", {"page": self, "back": LIST}, status=status)


def order(ask: Ask) -> str:
    """Order the pieces of the party's suppliers, as one checkout."""
    skus = {int(name.removeprefix("sku-")): count for name, count in ask.data.items() if count}
    offers = restocking(ask.desk.actor, ask.desk.party.pk, list(skus), ask.at)
    lines = [Line(offers[sku].code, count) for sku, count in skus.items() if sku in offers]
    return place(**ask.how, buyer=ask.party, lines=lines)


def keep_level(ask: Ask, sku: str | None) -> int | None:
    """Keep when the stock of a SKU, or usually of all the others, counts as low."""
    return set_level(**ask.how, party=ask.party, sku=sku, least=ask.data["least"])


def spans(name: str, label: Any) -> Filter:
    """Return a choice of days by which is reckoned how much to order."""
    return Filter(
        name,
        label,
        lambda _desk: [(str(days), str(_("%(count)d days") % {"count": days})) for days in SPANS],
        lambda rows, days, _desk: rows.annotate(**{name: Value(int(days))}),
    )


USUAL: FormPage = FormPage(
    name="low-usual", route="low-stock/usual/", title=_("When is stock low?"), icon="info", needs=(stock.EDIT,),
    hint=_("For all goods that have no number of their own; that is set on their shelf."),
    form=Threshold, initial=lambda desk, _thing: {"least": levels_of(desk.actor, desk.party.pk)[0]},
    run=lambda ask: keep_level(ask, None), leads=lambda _ask, _count: LIST.url(), button=_("Save"),
)  # fmt: skip
REORDER: ReorderPage = ReorderPage(
    name="reorder", route="low-stock/order/", title=_("Order what is suggested"), icon="shopping-basket",
    needs=("orders.place",), kinds=RESELLERS, form=Reorder, run=order, button=_("Order"),
    hint=_("Bought of the suppliers that your offers draw from, else of the cheapest that supplies you."),
    leads=lambda _ask, code: reverse("pay", args=[code]), done=_("Ordered. It is kept for you until it is paid."),
)  # fmt: skip
LIST: ListPage = ListPage(
    name="low-stock", title=_("Low stock"), icon="circle-alert", needs=(stock.SEE,), rows=low, enrich=judged,
    columns=(
        Column(_("Goods"), called, sort="sku__product__name"),
        Column(_("SKU"), lambda row: row["code"], CODE),
        Column(_("Available"), lambda row: row["available"], NUMBER, sort="available"),
        Column(_("Low at"), lambda row: row["least"], NUMBER),
        Column(_("Left in 30 days"), lambda row: row["sold"], NUMBER),
        Column(_("Awaited"), lambda row: row["awaited"], NUMBER),
        Column(_("To order"), lambda row: row["suggested"], NUMBER),
        Column(_("Supplier's price"), price, MONEY),
    ),
    search=("sku__product__name", "sku__product__name_en", "sku__name", "sku__code", "sku__slug", "sku__barcode"),
    filters=(spans("lead", _("More comes within")), spans("cover", _("It shall last for"))),
    order=("available", "sku"), links=(REORDER, USUAL, stock.IN),
    open=lambda row: f"{stock.LIST.url()}?q={row['code']}", empty=_("Nothing runs low."),
)  # fmt: skip
PAGES = (USUAL, REORDER, LIST)

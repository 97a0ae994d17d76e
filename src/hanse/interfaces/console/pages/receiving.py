"""Goods that arrive at a business: counted line by line, and what both sides know of it afterwards."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, MOMENT, NAME, NUMBER, Column
from hanse.interfaces.console.kit.details import DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, pieces, text
from hanse.interfaces.console.kit.lists import ListPage
from hanse.interfaces.console.kit.page import ENTERPRISES, MAKERS, RESELLERS, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.stock import goods_name
from hanse.trade.aftersales.operations.receive_counted import receive_counted
from hanse.trade.logistics.models import Receipt
from hanse.trade.logistics.operations.receive import RECEIVABLE
from hanse.trade.logistics.rules import Counted
from hanse.trade.orders.models import Order, OrderLine

BUYERS = RESELLERS | ENTERPRISES
COUNTS = {"good": _("Good"), "damaged": _("Damaged"), "missing": _("Missing"), "extra": _("Too many")}
AWAIT, CLAIM = "await", "claim"


def arriving(desk: Desk) -> Any:
    """Return the party's own purchases of which pieces are on their way."""
    found = Order.objects.visible_to(desk.actor).filter(buyer=desk.party, tier=0, status__in=RECEIVABLE)
    return found.select_related("seller", "checkout")


def on_their_way(order: Order) -> list[OrderLine]:
    """Return the lines of which pieces are on their way."""
    rows = order.lines.select_related("sku__product", "offer").order_by("position")
    return [line for line in rows if line.shipped > line.received]


class Count(ConsoleForm):
    """What was counted of every line, and what becomes of what is missing or damaged."""

    blames = {"already_submitted": "missing_means"}
    missing_means = forms.ChoiceField(
        label=_("Missing pieces"), widget=forms.RadioSelect, initial=AWAIT,
        choices=[(AWAIT, _("are still awaited")), (CLAIM, _("ask the money back"))],
    )  # fmt: skip
    damaged_means = forms.ChoiceField(
        label=_("Damaged pieces"), widget=forms.RadioSelect, initial=AWAIT,
        choices=[(AWAIT, _("are kept as damaged")), (CLAIM, _("ask the money back"))],
    )  # fmt: skip
    note = text(_("Note for the seller"), 500, required=False, rows=2)

    def prepare(self) -> None:
        """Ask for each line that has pieces on their way; all of them arrived well unless one says otherwise."""
        self.on_way = on_their_way(self.thing)
        for line in self.on_way:
            for name, label in COUNTS.items():
                first = line.shipped - line.received if name == "good" else 0
                field = pieces(f"{goods_name(line.sku)}: {label}", least=0, required=False, initial=first)
                self.fields[f"{name}-{line.pk}"] = field

    def table(self) -> list[dict[str, Any]]:
        """Return a row for each line with its four fields."""
        return [
            {
                "goods": goods_name(line.sku), "sku": line.sku.code, "sent": line.shipped - line.received,
                "cells": [(label, self[f"{name}-{line.pk}"]) for name, label in COUNTS.items()],
            }
            for line in self.on_way
        ]  # fmt: skip

    def rest(self) -> list[Any]:
        """Return the fields that are about all lines."""
        return [self[name] for name in ("missing_means", "damaged_means", "note")]

    def clean(self) -> dict[str, Any]:
        """Refuse more pieces than were sent, beside the line that they are of."""
        given = dict(super().clean() or {})
        for line in self.on_way:
            said = {name: given.get(f"{name}-{line.pk}") or 0 for name in COUNTS}
            sent = line.shipped - line.received
            if said["good"] + said["damaged"] + said["missing"] > sent:
                self.add_error(
                    f"good-{line.pk}",
                    _("Only %(sent)d are on their way; what came on top belongs under “Too many”.") % {"sent": sent},
                )
        if not self.errors and not any(given.get(f"{name}-{line.pk}") for line in self.on_way for name in COUNTS):
            self.add_error(None, _("Say how many pieces arrived."))
        return given


def take_in(ask: Ask) -> str:
    """Book what was counted."""
    lines = [
        Counted(
            offer=line.offer.code,
            claim=ask.data["missing_means"] == CLAIM,
            claim_damaged=ask.data["damaged_means"] == CLAIM,
            **{name: ask.data.get(f"{name}-{line.pk}") or 0 for name in COUNTS},
        )
        for line in on_their_way(ask.thing)
    ]
    return receive_counted(**ask.how, order=ask.thing.code, lines=lines, note=ask.data["note"])


class CountPage(FormPage):
    """A form laid out as a table: a row for each line, a column for each count."""

    def _answer(self, request: HttpRequest, form: ConsoleForm, thing: Any) -> HttpResponse:
        context = {"page": self, "form": form, "thing": thing, "heads": COUNTS.values()}
        return render(request, "console/kit/count.html", context, status=422 if form.is_bound else 200)


def receipts(desk: Desk) -> Any:
    """Return what the party counted, or what was counted of its sales."""
    return Receipt.objects.visible_to(desk.actor).select_related("order__buyer", "order__seller")


def counted(_desk: Desk, receipt: Receipt) -> Any:
    """Return the lines of a receipt."""
    return receipt.lines.select_related("line__sku__product").order_by("pk")


def differences(row: Receipt) -> int:
    """Return how many pieces were not as they were sent."""
    return sum(line.damaged + line.missing + line.extra for line in row.lines.all())


ARRIVING: ListPage = ListPage(
    name="arriving", title=_("Goods to receive"), icon="boxes", needs=("orders.receive",), kinds=BUYERS, rows=arriving,
    columns=(
        Column(_("Order"), "code", CODE),
        Column(_("Supplier"), "seller", NAME, sort="seller__name"),
        Column(_("On their way"), lambda o: sum(line.shipped - line.received for line in o.lines.all()), NUMBER),
        Column(_("Ordered"), "placed_at", MOMENT, sort="placed_at"),
    ),
    search=("code", "seller__name", "seller__name_en", "lines__sku__product__name", "parcels__tracking"),
    order=("placed_at", "pk"), open=lambda order: COUNT.url(order.code), empty=_("Nothing is on its way to you."),
)  # fmt: skip
COUNT: CountPage = CountPage(
    name="receive-goods", route="arriving/<str:code>/", title=_("Count what arrived"), icon="list-checks",
    needs=("orders.receive",), kinds=BUYERS, parent=ARRIVING, form=Count, run=take_in,
    find=lambda desk, code: arriving(desk).filter(code=code).first(),
    leads=lambda _ask, code: RECEIPT.url(code), button=_("Take it in"), done=_("It is booked as you counted it."),
)  # fmt: skip
RECEIPTS: ListPage = ListPage(
    name="receipts", title=_("Receipts"), icon="receipt-text", needs=("orders.see",), kinds=MAKERS | BUYERS,
    rows=lambda desk: receipts(desk).prefetch_related("lines"),
    columns=(
        Column(_("Receipt"), "code", CODE),
        Column(_("Order"), "order.code", CODE),
        Column(_("Supplier"), "order.seller", NAME, sort="order__seller__name"),
        Column(_("Buyer"), "order.buyer", NAME, sort="order__buyer__name"),
        Column(_("Differences"), differences, NUMBER),
        Column(_("When"), "at", MOMENT, sort="at"),
    ),
    search=("code", "order__code"), open=lambda row: RECEIPT.url(row.code), empty=_("Nothing was counted yet."),
)  # fmt: skip
RECEIPT: DetailPage = DetailPage(
    name="receipt", route="receipts/<str:code>/", title=_("Receipt"), needs=("orders.see",), kinds=MAKERS | BUYERS,
    parent=RECEIPTS, find=lambda desk, code: receipts(desk).filter(code=code).first(), heading=lambda row: row.code,
    facts=(
        Column(_("Order"), "order.code", CODE),
        Column(_("Supplier"), "order.seller", NAME),
        Column(_("Buyer"), "order.buyer", NAME),
        Column(_("When"), "at", MOMENT),
        Column(_("Note"), "note"),
    ),
    tables=(
        Table(
            _("Counted"),
            (
                Column(_("Goods"), lambda row: goods_name(row.line.sku)),
                *(Column(label, name, NUMBER) for name, label in COUNTS.items()),
                Column(_("Asked back"), "claimed", NUMBER),
            ),
            counted,
        ),
    ),
)  # fmt: skip
PAGES = (ARRIVING, COUNT, RECEIPTS, RECEIPT)

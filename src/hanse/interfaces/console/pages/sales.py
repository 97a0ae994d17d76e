"""A seller's orders: what to ship first, one order with its pieces, shipping it whole or in part, giving money back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, DAY, MOMENT, MONEY, NAME, STATUS, Column, Kind, named, text_of
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage, Tabs
from hanse.interfaces.console.kit.page import MAKERS, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages import changes, refunds
from hanse.interfaces.console.pages.stock import goods_name
from hanse.interfaces.documents import views as documents
from hanse.interfaces.templatetags.hanse import day, moment, number
from hanse.interfaces.web import timeline, words
from hanse.kernel import clock
from hanse.trade.aftersales.operations.refund import REFUNDABLE, refund
from hanse.trade.logistics.operations.ship import SHIPPABLE, ship
from hanse.trade.orders.models import ORDER, Order, OrderLine

TO_SHIP, ALL = "to_ship", "all"
FIRST = ("-urgent", F("checkout__wanted_on").asc(nulls_last=True), "placed_at", "pk")
LATE = timedelta(hours=48)
"""An order that was placed longer ago than this is shown as late."""
SHOWN = 3
"""So many lines of an order stand in the list; of the rest it says how many there are."""
PERIODS = {"1": _("since yesterday"), "7": _("in 7 days"), "30": _("in 30 days"), "90": _("in 90 days")}


def sales(desk: Desk) -> QuerySet[Order]:
    """Return the orders in which the party sells, with what they are about."""
    found = Order.objects.visible_to(desk.actor).filter(seller=desk.party).select_related("buyer", "checkout")
    return found.prefetch_related("lines__sku__product", "lines__allocations")


def waiting(desk: Desk) -> QuerySet[Order]:
    """Return the orders of which the party itself has pieces to ship.

    Urgent ones come first, then those wished for by a day, the nearest first, then the longest waiting.
    """
    mine = Order.objects.visible_to(desk.actor).filter(
        seller=desk.party,
        status__in=SHIPPABLE,
        lines__allocations__quantity__gt=F("lines__allocations__shipped") + F("lines__allocations__cancelled"),
    )
    return sales(desk).filter(pk__in=mine.values("pk")).order_by(*FIRST)


def late(order: Order) -> bool:
    """Say whether an order that can be shipped has been waiting too long."""
    return order.status in SHIPPABLE and order.placed_at < clock.now() - LATE


def in_state(rows: Any, wanted: str, desk: Desk) -> Any:
    """Return what is to be shipped, all sales, or those in one state."""
    if wanted == TO_SHIP:
        return rows.filter(pk__in=waiting(desk).order_by().values("pk"))
    return rows if wanted == ALL else rows.filter(status=wanted)


def since(rows: Any, days: str, _desk: Desk) -> Any:
    """Return the orders of the last days."""
    return rows.filter(placed_at__gte=clock.now() - timedelta(days=int(days)))


def one(desk: Desk, code: str) -> Order | None:
    """Return one of the sales."""
    return sales(desk).filter(code=code).first()


def goods_lines(order: Order) -> SafeString:
    """Return what was ordered in words: the first lines, and how many there are besides."""
    rows = list(order.lines.all())
    said = format_html_join("", "<span class='block'>{} × {}</span>", _named(rows[:SHOWN]))
    rest = len(rows) - SHOWN
    if rest <= 0:
        return said
    return format_html("{}<span class='block soft small'>{}</span>", said, _("and %(count)d more") % {"count": rest})


def _goods_text(order: Order) -> str:
    return "; ".join(" × ".join(pair) for pair in _named(list(order.lines.all())))


def _named(rows: list[OrderLine]) -> list[tuple[str, str]]:
    return [(goods_name(line.sku), number(line.quantity)) for line in rows]


def _placed(order: Order) -> SafeString:
    """Return since when an order stands, and what hurries it."""
    marks = [
        format_html('<span class="badge badge-{}">{}</span>', tone, text)
        for tone, text, holds in (("stop", _("urgent"), order.urgent), ("wait", _("late"), late(order)))
        if holds
    ]
    if order.checkout.wanted_on:
        wish = _("wished for %(day)s") % {"day": day(order.checkout.wanted_on)}
        marks.append(format_html('<span class="soft small block">{}</span>', wish))
    return format_html("{} {}", moment(order.placed_at), format_html_join(" ", "{}", ((mark,) for mark in marks)))


def pictures(order: Order) -> Any:
    """Return the pictures of the first thing that was ordered."""
    return next((line.sku.product.images for line in order.lines.all()), [])


def own_pieces(line: OrderLine) -> int:
    """Return how many pieces of a line its seller itself has still to ship."""
    return sum(allocation.to_ship for allocation in line.allocations.all())


class Pieces(ConsoleForm):
    """So many pieces of each line."""

    blames = {"nothing_to_ship": ""}

    def ask_for(self, line: OrderLine, most: int, initial: int) -> None:
        """Ask how many pieces of a line it is about."""
        field = forms.IntegerField(
            label=goods_name(line.sku), min_value=0, max_value=most, initial=initial, required=False,
            help_text=_("at most %(count)d") % {"count": most},
        )  # fmt: skip
        field.widget.attrs.update(inputmode="numeric")
        self.fields[f"line-{line.pk}"] = field

    def clean(self) -> dict[str, Any]:
        """Gather the pieces by offer; none at all is a mistake."""
        given = dict(super().clean() or {})
        lines: dict[str, int] = {}
        for line in self.thing.lines.select_related("offer"):
            if count := given.get(f"line-{line.pk}"):
                lines[line.offer.code] = lines.get(line.offer.code, 0) + count
        if not self.errors and not lines:
            self.add_error(None, _("Say how many pieces it is about."))
        return {**given, "lines": lines}


class Parcel(Pieces):
    """What leaves in one parcel, and with whom."""

    carrier = text(_("Carrier"), 60, required=False)
    tracking = text(_("Tracking number"), 80, required=False)

    def prepare(self) -> None:
        """Ask for each line of which the party has pieces; all of them are meant unless something else is said."""
        for line in self.thing.lines.all():
            if own := own_pieces(line):
                self.ask_for(line, own, own)
        self.order_fields([name for name in self.fields if name not in ("carrier", "tracking")])


class GivenBack(Pieces):
    """For how many pieces money goes back."""

    def prepare(self) -> None:
        """Ask for each line of which something was shipped and not taken back."""
        for line in self.thing.lines.all():
            if left := line.quantity - line.reversed:
                self.ask_for(line, left, 0)


def send(ask: Ask) -> Any:
    """Ship what was entered: all of it, or a part, in one parcel."""
    lines, carrier, tracking = (ask.data[name] for name in ("lines", "carrier", "tracking"))
    return ship(**ask.how, order=ask.thing.code, lines=lines, carrier=carrier, tracking=tracking)


def give_back(ask: Ask) -> Any:
    """Give the buyer the money for pieces at this seller's own cost."""
    return refund(**ask.how, order=ask.thing.code, lines=ask.data["lines"], fault="seller", goods="kept")


def may_ship(desk: Desk, order: Order) -> bool:
    """Say whether there is something that who sits here may ship."""
    return desk.may("orders.ship") and order.status in SHIPPABLE and any(map(own_pieces, order.lines.all()))


def ships(desk: Desk, _order: Any) -> bool:
    """Say whether who sits here ships orders."""
    return desk.may("orders.ship")


def may_give_back(desk: Desk, order: Order) -> bool:
    """Say whether who sits here may give the buyer money back."""
    return order.tier == 0 and order.status in REFUNDABLE and desk.may("aftersales.decide")


def upstream(desk: Desk, order: Order) -> Any:
    """Return the legs that the order opened upstream."""
    return Order.objects.visible_to(desk.actor).filter(cause=order).select_related("seller")


def more(desk: Desk, order: Order) -> dict[str, Any]:
    """Return what the page shows beyond facts and tables."""
    happened = (
        timeline.of_orders([order.root_id], desk.actor)[order.root_id]
        if order.tier == 0
        else timeline.of_leg(order, desk.actor)
    )
    holds = any(line.allocations.all() for line in order.lines.all())
    return {"happenings": happened, "goes_to": order.checkout if holds else None, "lines": order.lines.all()} | {
        "prints": holds,
        "printable": order.status not in ("placed", "expired"),
    }


def said(tab: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return tabs and after them states by their names."""
    return {**tab, **{name: words.STATUS.get(name, name) for name in names}}


TABS = Tabs(
    name="status", label=_("Status"), apply=in_state, counts=lambda desk: {TO_SHIP: waiting(desk).count()},
    said=said({TO_SHIP: _("To ship"), ALL: _("All")}, "placed", "paid", "shipped", "closed"),
    orders={TO_SHIP: FIRST},
    also={state: words.STATUS.get(state, state) for state in ORDER.states
          if state not in ("placed", "paid", "shipped", "closed")},
)  # fmt: skip
GOODS = Column(_("Goods"), "self", Kind(goods_lines, _goods_text))
LIST: ListPage = ListPage(
    name="orders", title=_("Sales"), icon="truck", needs=("orders.see",), kinds=MAKERS, rows=sales, tabs=TABS,
    columns=(
        Column(_("Order"), "code", CODE),
        GOODS,
        Column(_("Buyer"), "buyer", NAME, sort="buyer__name"),
        Column(_("Since"), "self", Kind(_placed, lambda o: MOMENT.plain(o.placed_at)), sort="placed_at"),
        Column(_("Status"), "status", STATUS),
        Column(_("Total"), lambda o: (o.total, o.currency), MONEY),
    ),
    picture=pictures, search=("code", "checkout__code", "buyer__name", "buyer__name_en", "lines__sku__product__name",
                              "lines__sku__product__name_en", "lines__sku__code"),
    filters=(
        Filter("placed", _("Ordered"), lambda _desk: [(days, str(said)) for days, said in PERIODS.items()], since),
        Filter(
            "buyer", _("Buyer"), lambda _desk: [(kind, str(said)) for kind, said in words.KIND.items()],
            lambda rows, kind, _desk: rows.filter(buyer__kind=kind),
        ),
        Filter(
            "urgent", _("Hurry"), lambda _desk: [("yes", str(_("urgent"))), ("late", str(_("late")))],
            lambda rows, said, _desk: rows.filter(
                Q(urgent=True) if said == "yes" else Q(status__in=SHIPPABLE, placed_at__lt=clock.now() - LATE)
            ),
        ),
    ),
    order=("-placed_at", "-pk"), open=lambda order: ONE.url(order.code), empty=_("Nobody has ordered from you yet."),
    bulk=(
        Bulk("picking", _("Print picking list"), may=ships, file=lambda desk, rows: documents.picking_list(
            desk.actor, [row.code for row in rows]
        )),
        Bulk("notes", _("Print delivery notes"), may=ships, file=lambda desk, rows: documents.delivery_notes(
            desk.actor, [row.code for row in rows]
        )),
    ),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="order", route="orders/<str:code>/", title=_("Order"), needs=("orders.see",), kinds=MAKERS, parent=LIST,
    find=one, heading=lambda order: order.code, template="console/kit/sale.html", more=more,
    facts=(
        Column(_("Buyer"), lambda o: f"{named(o.buyer)} · {words.KIND.get(o.buyer.kind, o.buyer.kind)}"),
        Column(_("Ordered"), "self", Kind(_placed, text_of)),
        Column(_("Wished for by"), "checkout.wanted_on", DAY),
    ),
    tables=(
        Table(
            _("Bought upstream for this order"),
            (
                Column(_("Supplier"), "seller", NAME), Column(_("Order"), "code", CODE),
                Column(_("Status"), "status", STATUS), Column(_("Total"), lambda o: (o.total, o.currency), MONEY),
            ),
            upstream,
        ),
        changes.TABLE, refunds.INVOICE,
    ),
    acts=(
        Act(
            name="ship", label=_("Ship"), icon="truck", tone="go", form=Parcel, run=send, may=may_ship,
            done=_("The parcel is on its way."), open=True,
        ),
        Act(
            name="refund", label=_("Give money back"), icon="undo-2", tone="stop", form=GivenBack, run=give_back,
            may=may_give_back, done=_("The money goes back to the buyer."),
            hint=_("For these pieces, at your own cost; the buyer keeps the goods."),
        ),
        *changes.ACTS,
    ),
)  # fmt: skip
PAGES = (LIST, ONE)

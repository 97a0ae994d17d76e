"""Buying and selling: purchases and their receipt, shipping by file, customers, what sells where, promoters."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import (
    CODE,
    DAY,
    MOMENT,
    MONEY,
    NAME,
    NUMBER,
    STATUS,
    Column,
    Kind,
    named,
    worded,
)
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage, Tabs
from hanse.interfaces.console.kit.page import ENTERPRISES, MAKERS, RESELLERS, Ask, Desk
from hanse.interfaces.console.kit.rowpages import Named, RowsPage, whole
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages import changes, sales
from hanse.interfaces.console.pages.market import buyable
from hanse.interfaces.console.pages.stock import goods_name
from hanse.interfaces.documents import views as documents
from hanse.interfaces.templatetags.hanse import locale
from hanse.interfaces.web import words
from hanse.kernel.errors import NotFound
from hanse.network.parties.models import Party
from hanse.network.parties.rules import CONSUMER
from hanse.trade.commission.models import Commission
from hanse.trade.logistics.models import Parcel
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import ORDER, Order, OrderLine
from hanse.trade.orders.queries import actions
from hanse.trade.quotes.operations.put_in_basket import put_in_basket

ALL = "all"
ADDRESS = ("name", "phone", "place", "street")
NOT_TRADED = ("placed", "expired", "cancelled")
"""Orders of which nothing was earned."""


def purchases(desk: Desk) -> QuerySet[Order]:
    """Return what the party itself ordered; legs that an order of its customers opened are told with that order."""
    found = Order.objects.visible_to(desk.actor).filter(buyer=desk.party, tier=0)
    return found.select_related("seller", "checkout").prefetch_related("lines__sku__product")


def sold(desk: Desk) -> QuerySet[Order]:
    """Return the party's sales of which something was earned."""
    return Order.objects.visible_to(desk.actor).filter(seller=desk.party).exclude(status__in=NOT_TRADED)


def on_their_way(order: Order) -> list[OrderLine]:
    """Return the lines of which pieces are on their way."""
    rows = order.lines.select_related("sku__product", "offer").order_by("position")
    return [line for line in rows if line.shipped > line.received]


class Arrived(ConsoleForm):
    """How many pieces of each line arrived."""

    blames = {"nothing_to_receive": ""}

    def prepare(self) -> None:
        """Ask for each line that has pieces on their way."""
        for line in on_their_way(self.thing):
            most = line.shipped - line.received
            self.fields[f"line-{line.pk}"] = forms.IntegerField(
                label=goods_name(line.sku), min_value=0, max_value=most, initial=most,
                help_text=_("%(count)d on their way") % {"count": most},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for at least one piece."""
        given = dict(super().clean() or {})
        if not self.errors and not any(given.values()):
            self.add_error(None, _("Say how many pieces arrived."))
        return given


def arrive(ask: Ask) -> str:
    """Receive what arrived."""
    offers = {f"line-{line.pk}": line.offer.code for line in on_their_way(ask.thing)}
    lines: dict[str, int] = {}
    for name, count in ask.data.items():
        if count:
            lines[offers[name]] = lines.get(offers[name], 0) + count
    return receive(**ask.how, order=ask.thing.code, lines=lines)


def parcels(desk: Desk, order: Order) -> Any:
    """Return the parcels in which the goods of an order come."""
    return Parcel.objects.visible_to(desk.actor).filter(order__root=order.root_id).order_by("pk")


def again(ask: Ask) -> int:
    """Put what an order held into the basket once more, as far as it can still be bought."""
    rows = ask.thing.lines.select_related("offer").order_by("position")
    there = set(buyable(ask.desk).filter(pk__in=[line.offer_id for line in rows]).values_list("pk", flat=True))
    put = 0
    for line in rows:
        if line.offer_id in there:
            how = {**ask.how, "key": f"{ask.key}:{line.pk}"}
            put_in_basket(**how, offer=line.offer.code, quantity=line.quantity, add=True)
            put += 1
    if not put:
        raise NotFound(_("offer"), order=ask.thing.code)
    return put


def in_state(rows: Any, wanted: str, _desk: Desk) -> Any:
    """Return all purchases, or those in one state."""
    return rows if wanted == ALL else rows.filter(status=wanted)


def customer(desk: Desk, code: str) -> Party | None:
    """Return one of those who bought from the party itself; a partner's customers are none of its own."""
    order = sold(desk).filter(tier=0, buyer__code=code).select_related("buyer").first()
    return order.buyer if order else None


def bought_by(desk: Desk, buyer: Party) -> Any:
    """Return what a customer bought from the party, the latest first."""
    found = sold(desk).filter(tier=0, buyer=buyer).select_related("checkout").prefetch_related("lines__sku__product")
    return found.order_by("-placed_at", "-pk")


def addresses(desk: Desk, buyer: Party) -> list[str]:
    """Return where a customer had goods sent, the latest first, each once."""
    said = [order.checkout.address for order in bought_by(desk, buyer)[:50] if order.checkout.address]
    rows = [" · ".join(str(one[name]) for name in ADDRESS if one.get(name)) for one in said]
    return list(dict.fromkeys(rows))


def send(ask: Ask) -> str:
    """Ship the order that a row names: all that is there of it, or so many pieces of one offer."""
    code = str(ask.data["order"])
    known = Order.objects.visible_to(ask.desk.actor).filter(seller=ask.desk.party, code=code.replace("\x00", ""))
    if not known.exists():
        raise NotFound(_("order"), code=code)
    offer = str(ask.data.get("offer") or "")
    ship(
        **ask.how, order=code, lines={offer: whole(ask, "pieces")} if offer else None,
        carrier=str(ask.data.get("carrier") or ""), tracking=str(ask.data.get("tracking") or ""),
    )  # fmt: skip
    return code


def masked(name: str) -> str:
    """Return a name of which no more than its beginning is told."""
    return f"{name[:1]}**"


def customers(desk: Desk) -> Any:
    """Return the party's own customers with what they bought."""
    whose = ("buyer", "buyer__name", "buyer__name_en", "buyer__kind", "buyer__region", "currency")
    rows = sold(desk).filter(tier=0).values(*whose)
    return rows.annotate(orders=Count("pk"), spent=Sum("left"), last=Max("placed_at"), code=F("buyer__code"))


def further_customers(desk: Desk) -> Any:
    """Return whom the party's partners sell its goods to, without saying who they are."""
    whose = ("root__buyer", "root__buyer__name", "buyer__name", "buyer__name_en", "currency")
    rows = sold(desk).filter(tier__gt=0).values(*whose)
    return rows.annotate(orders=Count("pk"), spent=Sum("left"), last=Max("placed_at"), code=F("root__buyer__code"))


def where(desk: Desk) -> Any:
    """Return what was sold by goods and partner; households are told together."""
    business = ~Q(buyer__kind=CONSUMER)
    rows = sold(desk).annotate(
        at=Case(When(business, then=F("buyer__name")), default=Value("")),
        at_en=Case(When(business, then=F("buyer__name_en")), default=Value("")),
    )
    said = ("lines__sku__code", "lines__sku__product__name", "lines__sku__product__name_en", "lines__sku__name")
    rows = rows.values(*said, "at", "at_en", "currency").annotate(
        pieces=Sum(F("lines__quantity") - F("lines__cancelled") - F("lines__refunded")),
        earned=Sum("lines__amount_left"),
        code=F("lines__sku__code"),
    )
    return rows.filter(lines__sku__isnull=False)


def by_promoter(desk: Desk) -> Any:
    """Return who promotes the party's goods, and what that came to."""
    found = Commission.objects.visible_to(desk.actor).filter(bearer=desk.party)
    whose = ("promoter", "promoter__name", "promoter__name_en", "promoter__kind")
    rows = found.values(*whose, currency=F("line__order__currency"))
    orders = Count("line__order", distinct=True)
    return rows.annotate(orders=orders, earned=Sum("left"), last=Max("at"), code=F("promoter__code"))


def said(row: Mapping[str, Any], name: str) -> str:
    """Return a name of an aggregated row in the reader's language."""
    return str((row.get(f"{name}_en") if locale() == "en" else None) or row.get(name) or "")


WORD = Kind(lambda v: v or "–", lambda v: v or "")
SPENT = Column(_("Turnover"), lambda row: (row["spent"], row["currency"]), MONEY, sort="spent")
ORDERS = Column(_("Orders"), lambda row: row["orders"], NUMBER, sort="orders")
LAST = Column(_("Last order"), lambda row: row["last"], DAY, sort="last")

BY_FILE: RowsPage = RowsPage(
    name="ship-file", route="ship-by-file/", title=_("Ship by file"), icon="truck", needs=("orders.ship",),
    hint=_("One row for each parcel. Without an offer all that is yours of the order leaves."),
    columns=(
        Named("order", _("Order"), ("订单", "订单号")),
        Named("carrier", _("Carrier"), ("承运商", "快递公司"), required=False),
        Named("tracking", _("Tracking number"), ("运单号", "快递单号"), required=False),
        Named("offer", _("Offer"), ("报价",), required=False),
        Named("pieces", _("Pieces"), ("件数", "数量"), required=False),
    ),
    example="order,carrier,tracking\nO-7F3Q9-M2X4C,SF,SF1234567890",
    run=send, onward=lambda _desk: (reverse("console-orders"), _("Sales")),
)  # fmt: skip
PURCHASES: ListPage = ListPage(
    name="purchases", title=_("Purchases"), icon="shopping-basket", needs=("orders.see",),
    kinds=RESELLERS | ENTERPRISES, rows=purchases, picture=sales.pictures,
    columns=(
        Column(_("Order"), "code", CODE),
        sales.GOODS,
        Column(_("Supplier"), "seller", NAME, sort="seller__name"),
        Column(_("Status"), "status", STATUS, sort="status"),
        Column(_("Ordered"), "placed_at", MOMENT, sort="placed_at"),
        Column(_("Total"), lambda o: (o.total, o.currency), MONEY),
    ),
    tabs=Tabs(
        name="status", label=_("Status"), apply=in_state,
        counts=lambda desk: {state: purchases(desk).filter(status=state).count() for state in ("placed", "shipped")},
        said=sales.said({ALL: _("All")}, "placed", "paid", "shipped", "received", "closed"),
        also=sales.said({}, "partly_shipped", "expired", "cancelled"),
    ),
    bulk=(Bulk("orders", _("Print"), file=lambda desk, rows: documents.purchase_orders(
        desk.actor, [row.code for row in rows]
    )),),
    search=("code", "seller__name", "seller__name_en", "lines__sku__product__name"),
    order=("-placed_at", "-pk"), open=lambda order: PURCHASE.url(order.code),
    empty=_("You have bought nothing for your own stock yet."),
)  # fmt: skip
PURCHASE: DetailPage = DetailPage(
    name="purchase", route="purchases/<str:code>/", title=_("Purchase"), needs=("orders.see",),
    kinds=RESELLERS | ENTERPRISES, parent=PURCHASES, states=ORDER,
    find=lambda desk, code: purchases(desk).filter(code=code).first(), heading=lambda order: order.code,
    facts=(
        Column(_("Supplier"), "seller", NAME),
        Column(_("Ordered"), "placed_at", MOMENT),
        Column(_("Goods"), lambda o: (o.goods, o.currency), MONEY),
        Column(_("Freight"), lambda o: (o.freight, o.currency), MONEY),
        Column(_("Total"), lambda o: (o.total, o.currency), MONEY),
        Column(_("Wished for by"), "checkout.wanted_on", DAY),
        Column(_("Note"), "checkout.note"),
    ),
    tables=(
        Table(
            _("Goods"),
            (
                Column(_("Goods"), lambda line: goods_name(line.sku)),
                Column(_("Unit price"), lambda line: (line.base_price, line.order.currency), MONEY),
                Column(_("Pieces"), "quantity", NUMBER),
                Column(_("Shipped"), "shipped", NUMBER),
                Column(_("Arrived"), "received", NUMBER),
                Column(_("Taken back"), "reversed", NUMBER),
                Column(_("Amount"), lambda line: (line.amount, line.order.currency), MONEY),
            ),
            lambda _desk, order: order.lines.select_related("sku__product", "order").order_by("position"),
            picture=lambda line: line.sku.product.images,
        ),
        Table(
            _("Parcels"),
            (
                Column(_("Parcel"), "code", CODE),
                Column(_("Carrier"), "carrier"),
                Column(_("Tracking number"), "tracking", CODE),
                Column(_("Shipped"), "shipped_at", MOMENT),
            ),
            parcels,
        ),
        changes.TABLE,
    ),
    acts=(
        Act(
            name="receive", label=_("Goods arrived"), icon="boxes", tone="go", form=Arrived, run=arrive,
            may=lambda desk, order: "receive" in actions(order, desk.actor) and bool(on_their_way(order)),
            done=_("They lie on your shelf now."),
        ),
        Act(
            name="again", label=_("Order again"), icon="shopping-basket", run=again,
            may=lambda desk, _order: desk.may("orders.place"), leads=lambda _ask: reverse("basket"),
            done=_("It lies in the basket again, at today's prices."),
        ),
        *changes.ACTS,
    ),
    more=lambda desk, order: {
        "printable": order.status not in ("placed", "expired"),
        "count": on_their_way(order) and desk.may("orders.receive"),
        "pay": reverse("pay", args=[order.checkout.code]) if "pay" in actions(order, desk.actor) else "",
    },
    template="console/kit/purchase.html",
)  # fmt: skip
CUSTOMERS: ListPage = ListPage(
    name="customers", title=_("Customers"), icon="users", needs=("orders.see",), kinds=MAKERS, rows=customers,
    columns=(
        Column(_("Customer"), lambda row: said(row, "buyer__name"), WORD, sort="buyer__name"),
        Column(_("Kind"), lambda row: row["buyer__kind"], worded(words.KIND)),
        Column(_("Region"), lambda row: row["buyer__region"], WORD),
        ORDERS, SPENT, LAST,
    ),
    search=("buyer__name", "buyer__name_en"), order=("-spent", "buyer"),
    filters=(
        Filter(
            "kind", _("Kind"), lambda _desk: [(k, str(v)) for k, v in words.KIND.items()],
            lambda rows, kind, _desk: rows.filter(buyer__kind=kind),
        ),
    ),
    open=lambda row: CUSTOMER.url(row["code"]), empty=_("Nobody has bought from you yet."),
)  # fmt: skip
CUSTOMER: DetailPage = DetailPage(
    name="customer", route="customers/<str:code>/", title=_("Customer"), needs=("orders.see",), kinds=MAKERS,
    parent=CUSTOMERS, find=customer, heading=named, status=lambda _party: "",
    facts=(
        Column(_("Kind"), "kind", worded(words.KIND)),
        Column(_("Region"), "region"),
        Column(_("Number"), "code", CODE),
    ),
    tables=(
        Table(_("Where goods went"), (Column(_("Address"), "self"),), addresses),
        Table(
            _("Orders"),
            (
                Column(_("Order"), "code", CODE),
                sales.GOODS,
                Column(_("Ordered"), "placed_at", MOMENT),
                Column(_("Status"), "status", STATUS),
                Column(_("Total"), lambda o: (o.total, o.currency), MONEY),
            ),
            bought_by, open=lambda order: sales.ONE.url(order.code), picture=sales.pictures,
        ),
    ),
)  # fmt: skip
FURTHER: ListPage = ListPage(
    name="end-customers", title=_("Partners' customers"), icon="users", needs=("orders.see",), kinds=MAKERS,
    hint=_("They belong to your partners: you see what they bought of your goods, not who they are."),
    rows=further_customers,
    columns=(
        Column(_("Customer"), lambda row: masked(row["root__buyer__name"])),
        Column(_("Bought from you through"), lambda row: said(row, "buyer__name"), WORD, sort="buyer__name"),
        ORDERS, SPENT, LAST,
    ),
    order=("-spent", "root__buyer"), empty=_("No partner has sold any of your goods yet."),
)  # fmt: skip
SOLD: ListPage = ListPage(
    name="sold", title=_("What sells where"), icon="store", needs=("orders.see",), rows=where,
    columns=(
        Column(_("Goods"), lambda row: said(row, "lines__sku__product__name"), WORD, sort="lines__sku__product__name"),
        Column(_("Variant"), lambda row: row["lines__sku__name"], WORD),
        Column(_("Where"), lambda row: said(row, "at") or str(_("own customers")), WORD, sort="at"),
        Column(_("Pieces"), lambda row: row["pieces"], NUMBER, sort="pieces"),
        Column(_("Turnover"), lambda row: (row["earned"], row["currency"]), MONEY, sort="earned"),
    ),
    search=("lines__sku__product__name", "lines__sku__product__name_en", "buyer__name"),
    order=("-earned", "lines__sku__code", "at"), empty=_("Nothing has been sold yet."),
)  # fmt: skip
PROMOTERS: ListPage = ListPage(
    name="promoters", title=_("Promoters"), icon="percent", needs=("money.see",), kinds=RESELLERS, rows=by_promoter,
    columns=(
        Column(_("Promoter"), lambda row: said(row, "promoter__name"), WORD, sort="promoter__name"),
        Column(_("Kind"), lambda row: row["promoter__kind"], worded(words.KIND)),
        ORDERS,
        Column(_("Commission"), lambda row: (row["earned"], row["currency"]), MONEY, sort="earned"),
        LAST,
    ),
    order=("-earned", "promoter"),
    empty=_("Nobody promotes your goods yet. Put a commission on an offer, and promoters find it worth their while."),
)  # fmt: skip
PAGES = (BY_FILE, PURCHASES, PURCHASE, CUSTOMERS, CUSTOMER, FURTHER, SOLD, PROMOTERS)

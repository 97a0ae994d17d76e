"""An enterprise buyer's desk: goods at its own prices, ordering by paste, credit and when it falls due."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.interfaces.console.kit.cells import (
    CODE,
    DAY,
    MONEY,
    NAME,
    SHORT_LINES,
    Column,
    Kind,
    named,
)
from hanse.interfaces.console.kit.forms import ConsoleForm, MoneyField, pieces
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage
from hanse.interfaces.console.kit.page import ENTERPRISES, RESELLERS, Ask, Desk
from hanse.interfaces.console.kit.rowpages import Named, RowsPage, whole
from hanse.interfaces.console.pages.market import ABOUT, buyable, met, steps
from hanse.interfaces.console.pages.stock import goods_name
from hanse.interfaces.storefront import goods
from hanse.interfaces.templatetags.hanse import day
from hanse.kernel import clock
from hanse.kernel.errors import NotFound
from hanse.network.parties.models import Link
from hanse.network.parties.queries import terms_for
from hanse.network.parties.rules import SUPPLY
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.pay import pay
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from hanse.value.funds import queries as funds

BUYERS = ENTERPRISES | RESELLERS
CURRENCY = "CNY"
WEEK = timedelta(days=7)
OVERDUE = "overdue"
WHEN = {OVERDUE: _("overdue"), "week": _("within a week")}


def at_my_prices(desk: Desk) -> QuerySet[Offer]:
    """Return what the party can buy."""
    return buyable(desk).select_related("seller", "sku__product").prefetch_related("sku__product__skus")


class HowMany(ConsoleForm):
    """So many of each."""

    quantity = pieces(_("Pieces"), initial=1)


def put(ask: Ask) -> int:
    """Put one of the offers that were picked into the basket."""
    return put_in_basket(**ask.how, offer=ask.thing.offer.code, quantity=ask.data["quantity"], add=True)


def order_row(ask: Ask) -> str:
    """Put what a row names into the basket: an offer, or the best offer of a SKU."""
    said = str(ask.data["goods"]).replace("\x00", "")
    found = buyable(ask.desk).filter(
        Q(code=said)
        | Q(slug=said)
        | Q(sku__code=said)
        | Q(sku__slug=said)
        | (Q(sku__barcode=said) & ~Q(sku__barcode=""))
    )
    cards = goods.cards(ask.desk.actor, found.select_related("seller", "sku__product")[:50], ask.at)
    best = min(cards, key=lambda card: (not card.available, card.price), default=None)
    if best is None:
        raise NotFound(_("offer"), code=said)
    put_in_basket(**ask.how, offer=best.offer.code, quantity=whole(ask, "quantity"), add=True)
    return said


def credit_lines(desk: Desk) -> QuerySet[Link]:
    """Return who sells to the party on account."""
    found = Link.objects.visible_to(desk.actor).filter(kind=SUPPLY, downstream=desk.party, closed_at=None)
    return found.filter(Q(terms__pay="credit") | Q(upstream__terms__pay="credit")).select_related("upstream")


class Credit:
    """One line of credit: its limit, what is drawn of it."""

    def __init__(self, link: Link, limit: int, used: int) -> None:
        self.link, self.pk, self.limit, self.used = link, link.pk, limit, used

    @property
    def left(self) -> int:
        """Return what may still be drawn."""
        return max(self.limit - self.used, 0)


def drawn(desk: Desk, links: Iterable[Link]) -> list[Credit]:
    """Return the lines of credit with what is drawn."""
    rows = list(links)
    terms = terms_for([(row.upstream_id, desk.party.pk) for row in rows])
    buyer = desk.party.pk
    return [
        Credit(
            row, terms[row.upstream_id, buyer].limit,
            funds.credit_used(CURRENCY, [buyer], partners=[row.upstream_id]).get(buyer, 0),
        )
        for row in rows
    ]  # fmt: skip


def debts(desk: Desk) -> QuerySet[Order]:
    """Return what was bought on account and is not repaid, by order."""
    owed = F("tenders__refunded") + F("tenders__repaid")  # of the same means of payment: one filter, one join
    found = Order.objects.visible_to(desk.actor).filter(
        buyer=desk.party, tier=0, tenders__kind="credit", tenders__amount__gt=owed
    )
    return found.select_related("seller", "checkout").distinct()


class Repaying(ConsoleForm):
    """How much is repaid from the wallet."""

    blames = {"floor_broken": "amount", "nothing_to_pay": "amount", "more_than_left": "amount"}
    amount = MoneyField(label=_("Amount"), required=False, least=1)


def repay(ask: Ask) -> Any:
    """Repay one of the orders from the wallet, all of it or so much."""
    return pay(**ask.how, order=ask.thing.code, with_="wallet", amount=ask.data.get("amount") or ask.thing.amount)


def soon(rows: Any, said: str, _desk: Desk) -> Any:
    """Keep what is overdue, or what falls due within a week."""
    at = clock.now()
    until = at if said == OVERDUE else at + WEEK
    return rows.filter(tenders__kind="credit", tenders__due_at__lt=until)


class Debt:
    """What is still owed for one order, and until when."""

    def __init__(self, order: Order) -> None:
        credit = [tender for tender in order.tenders.all() if tender.kind == "credit" and tender.left]
        self.order, self.pk, self.code = order, order.pk, order.code
        self.amount = sum(tender.left for tender in credit)
        self.due = min((tender.due_at for tender in credit if tender.due_at), default=None)
        self.currency = order.currency
        self.late = bool(self.due and self.due < clock.now())


def _due(debt: Debt) -> SafeString | str:
    if not debt.late:
        return day(debt.due) if debt.due else ""
    return format_html('{} <span class="badge badge-stop">{}</span>', day(debt.due), _("overdue"))


PRICES: ListPage = ListPage(
    name="prices", title=_("Goods at our prices"), icon="tag", needs=("goods.see",), kinds=ENTERPRISES,
    rows=at_my_prices, enrich=met,
    columns=(
        Column(_("Goods"), lambda one: goods_name(one.offer.sku), sort="sku__product__name"),
        Column(_("Seller"), "offer.seller", NAME, sort="seller__name"),
        Column(_("Our price"), lambda one: (one.cost, one.offer.currency), MONEY, sort="price"),
        Column(_("By quantity"), steps, SHORT_LINES),
        Column(_("Available"), "available", ABOUT),
        Column(_("Offer"), "offer.code", CODE),
    ),
    search=("sku__product__name", "sku__product__name_en", "sku__code", "code"),
    filters=(
        Filter(
            "category", _("Category"), lambda desk: [(c.slug, named(c)) for c in goods.categories(desk.actor)],
            lambda rows, slug, _desk: rows.filter(sku__product__category__slug=slug),
        ),
    ),
    order=("sku__product", "price", "pk"), open=lambda one: reverse("product", args=[one.offer.sku.product.code]),
    picture=lambda one: one.offer.sku.product.images,
    bulk=(
        Bulk("put", _("Into the basket"), put, lambda desk, _thing: desk.may("orders.place"), HowMany),
        Bulk("put-one", _("Into the basket"), put, lambda desk, _thing: desk.may("orders.place"), HowMany, inline=True,
             initial=lambda _one: {"quantity": 1}, fits=lambda _desk, one: one.available > 0),
    ),
    empty=_("Nothing is offered to you yet. Accept the invitation of a supplier."),
)  # fmt: skip
QUICK: RowsPage = RowsPage(
    name="quick-order", title=_("Quick order"), icon="list-checks", needs=("orders.place",), kinds=BUYERS,
    hint=_("Paste rows from a spreadsheet: what, and how many pieces. They go into the basket at your prices."),
    columns=(
        Named("goods", _("Goods"), ("sku", "offer", "code", "商品", "货号", "报价")),
        Named("quantity", _("Pieces"), ("pieces", "数量", "件数")),
    ),
    example="K-7F3Q9-M2X4C\t12\nF-2B8XK-9Q4TR\t3", run=order_row, button=_("Into the basket"),
    onward=lambda _desk: (reverse("basket"), _("To the basket")),
)  # fmt: skip
CREDIT: ListPage = ListPage(
    name="credit", title=_("Credit"), icon="wallet", needs=("money.see",), kinds=BUYERS,
    rows=credit_lines, enrich=drawn,
    columns=(
        Column(_("Supplier"), "link.upstream", NAME),
        Column(_("Limit"), lambda one: (one.limit, CURRENCY), MONEY),
        Column(_("Drawn"), lambda one: (one.used, CURRENCY), MONEY),
        Column(_("Left"), lambda one: (one.left, CURRENCY), MONEY),
    ),
    order=("upstream__name", "pk"), code="pk", open=lambda _one: DEBTS.url(),
    empty=_("No supplier lets you buy on account yet."),
)  # fmt: skip
DEBTS: ListPage = ListPage(
    name="due", title=_("What falls due"), icon="clock", needs=("money.see",), kinds=BUYERS, rows=debts,
    enrich=lambda _desk, orders: [Debt(order) for order in orders],
    columns=(
        Column(_("Order"), "code", CODE),
        Column(_("Supplier"), "order.seller", NAME),
        Column(_("Ordered"), "order.placed_at", DAY),
        Column(_("Due"), "self", Kind(_due, lambda debt: DAY.plain(debt.due))),
        Column(_("Still owed"), lambda one: (one.amount, one.order.currency), MONEY),
    ),
    filters=(
        Filter("when", _("Due"), lambda _desk: [(k, str(v)) for k, v in WHEN.items()], soon),
    ),
    bulk=(
        Bulk("repay", _("Repay all from the wallet"), repay, lambda desk, _thing: desk.may("orders.pay")),
        Bulk("repay-one", _("Repay"), repay, lambda desk, _thing: desk.may("orders.pay"), Repaying, inline=True,
             initial=lambda debt: {"amount": debt.amount}),
    ),
    hint=_("Repayment comes out of your wallet; a transfer from your bank is booked when it arrives."),
    order=("placed_at", "pk"), open=lambda debt: reverse("order", args=[debt.order.checkout.code]),
    empty=_("You owe nobody anything."),
)  # fmt: skip
PAGES = (PRICES, QUICK, CREDIT, DEBTS)

"""Where each role begins: what needs doing now, then numbers, then a chart or two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Product
from hanse.interfaces.console.kit.charts import Chart, Point, bars, ranking
from hanse.interfaces.console.kit.dashboards import Board, Dashboard, Tile, Todo, compared
from hanse.interfaces.console.kit.page import ENTERPRISES, MAKERS, PLATFORMS, Answer, Desk, desk_of
from hanse.interfaces.console.pages import (
    beginning,
    enterprise,
    goods,
    ledger,
    licences,
    lowstock,
    market,
    money,
    partners,
    platform,
    promoter,
    review,
    sales,
    trade,
)
from hanse.interfaces.jobs.failed import failed
from hanse.interfaces.templatetags.hanse import locale, number
from hanse.interfaces.templatetags.hanse import money as shown
from hanse.kernel import clock
from hanse.network.parties.models import REVIEW, Party
from hanse.network.parties.rules import CONSUMER, LEADER
from hanse.trade.commission.models import Commission
from hanse.trade.orders.models import Order
from hanse.value.funds import queries as funds
from hanse.value.settlement.models import Payout

CURRENCY = "CNY"
DAYS = 30
TOP = 6
Shown = TypeVar("Shown")


def today() -> date:
    """Return the business day."""
    return clock.day_of(clock.now(), settings.HANSE_ZONE)


def by_day(rows: QuerySet[Any], moment: str, field: str) -> dict[date, int]:
    """Return the sums of a field by business day over the last days and as many before them."""
    first = clock.midnight(today() - timedelta(days=2 * DAYS - 1), settings.HANSE_ZONE)
    cut = rows.filter(**{f"{moment}__gte": first}).order_by()
    found = cut.values(day=TruncDate(moment, tzinfo=ZoneInfo(settings.HANSE_ZONE))).annotate(amount=Sum(field))
    return {row["day"]: row["amount"] or 0 for row in found}


def period(label: Any, sums: dict[date, int], href: str) -> Tile:
    """Return the sum of the last days, compared with that of the days before them."""
    begun = today() - timedelta(days=DAYS - 1)
    now = sum(amount for day, amount in sums.items() if day >= begun)
    return Tile(label, cny(now), href, compared(now, sum(sums.values()) - now))


def over_time(title: Any, sums: dict[date, int]) -> Chart:
    """Return the sums as a chart with a bar for each of the last days."""
    days = [today() - timedelta(days=DAYS - 1 - place) for place in range(DAYS)]
    style = "M月d日" if locale() != "en" else "d MMM"
    return bars(
        title, [Point(format_date(day, style, locale()), sums.get(day, 0), cny(sums.get(day, 0))) for day in days]
    )


def cny(amount: int | None) -> str:
    """Write an amount."""
    return shown(amount or 0, CURRENCY)


def permitted(desk: Desk, *found: tuple[str, Callable[[], Shown]]) -> list[Shown]:
    """Return what who sits here may see: each is made only if the permission before it is held."""
    return [make() for permission, make in found if desk.may(permission)]


def sellers(desk: Desk) -> Board:
    """Return what a factory, a wholesaler or a shop begins with."""
    may_see = desk.may("orders.see")
    sums = by_day(trade.sold(desk).filter(currency=CURRENCY), "placed_at", "left") if may_see else {}
    return Board(
        todos=permitted(
            desk,
            ("orders.ship", lambda: _late(desk)),
            ("orders.ship", lambda: _to_ship(desk)),
            ("orders.receive", lambda: _arriving(desk)),
            ("stock.see", lambda: _low(desk)),
            ("goods.edit", lambda: _unfinished(desk)),
            ("orders.pay", lambda: _owing(desk)),
            ("links.edit", lambda: _invited(desk)),
            ("party.licences", lambda: _licences(desk)),
        ),
        tiles=permitted(
            desk,
            ("orders.see", lambda: Tile(_("Sold today"), cny(sums.get(today())), reverse("console-orders"))),
            ("orders.see", lambda: period(_("Sold in 30 days"), sums, trade.SOLD.url())),
            ("money.see", lambda: Tile(_("Can be paid out"), cny(money.owed(desk)), reverse("console-money"))),
            ("goods.see", lambda: _on_sale(desk)),
        ),
        charts=[over_time(_("Turnover by day"), sums)] if may_see else [],
        rankings=[ranking(_("What sells best"), bestsellers(desk))] if may_see else [],
        steps=beginning.steps(desk),
        first=_first(desk),
    )


def bestsellers(desk: Desk) -> list[Point]:
    """Return the products that brought the most."""
    sold = trade.sold(desk).filter(currency=CURRENCY)
    rows = sold.values("lines__sku__product__name", "lines__sku__product__name_en")
    rows = rows.annotate(earned=Sum("lines__amount_left")).order_by("-earned")
    return [
        Point(trade.said(row, "lines__sku__product__name"), row["earned"] or 0, cny(row["earned"]))
        for row in rows[:TOP]
    ]


def _first(desk: Desk) -> tuple[str, Any] | None:
    if market.LIST.open_to(desk):
        return market.LIST.url(), _("Find goods in the supply market")
    return (goods.NEW.url(), goods.NEW.title) if goods.NEW.open_to(desk) else None


def _late(desk: Desk) -> Todo:
    count = sales.waiting(desk).filter(placed_at__lt=clock.now() - sales.LATE).count()
    return Todo(_("orders that have waited for more than 48 hours"), count, reverse("console-orders"), "clock", "stop")


def _to_ship(desk: Desk) -> Todo:
    return Todo(_("orders to ship"), sales.waiting(desk).count(), reverse("console-orders"), "truck", "go")


def _arriving(desk: Desk) -> Todo:
    count = trade.purchases(desk).filter(status="shipped").count()
    return Todo(_("purchases on their way to you"), count, f"{trade.PURCHASES.url()}?status=shipped", "boxes", "go")


def _low(desk: Desk) -> Todo:
    return Todo(_("goods that run low"), lowstock.low(desk).count(), lowstock.LIST.url(), "warehouse")


def _unfinished(desk: Desk) -> Todo:
    found = Product.objects.visible_to(desk.actor).filter(owner=desk.party, status__in=["draft", "rejected"])
    return Todo(_("goods to be finished and submitted"), found.count(), goods.LIST.url(), "boxes")


def _owing(desk: Desk) -> Todo:
    count = enterprise.debts(desk).count() if enterprise.DEBTS.open_to(desk) else 0
    return Todo(_("purchases to repay"), count, enterprise.DEBTS.url(), "wallet")


def _invited(desk: Desk) -> Todo:
    count = partners.received(desk).count()
    return Todo(_("invitations to accept"), count, partners.RECEIVED.url(), "users")


def _licences(desk: Desk) -> Todo:
    return Todo(_("licences that end soon or have ended"), licences.ending(desk), licences.OWN.url(), "receipt-text")


def _unpaid(desk: Desk) -> Todo:
    count = trade.purchases(desk).filter(status="placed").count()
    return Todo(_("orders to pay"), count, f"{trade.PURCHASES.url()}?status=placed", "wallet")


def _on_sale(desk: Desk) -> Tile:
    count = market.mine(desk).filter(status="listed").count()
    return Tile(_("Offers on sale"), number(count), reverse("console-offers"))


def buyers(desk: Desk) -> Board:
    """Return what an enterprise buyer begins with."""
    bought = trade.purchases(desk).filter(currency=CURRENCY).exclude(status__in=("expired", "cancelled"))
    sums = by_day(bought, "placed_at", "left")
    lines = enterprise.drawn(desk, enterprise.credit_lines(desk))
    left, used = sum(line.left for line in lines), sum(line.used for line in lines)
    return Board(
        todos=permitted(
            desk,
            ("orders.pay", lambda: _unpaid(desk)),
            ("orders.receive", lambda: _arriving(desk)),
            ("orders.pay", lambda: _owing(desk)),
            ("links.edit", lambda: _invited(desk)),
            ("party.licences", lambda: _licences(desk)),
        ),
        tiles=permitted(
            desk,
            ("orders.see", lambda: period(_("Bought in 30 days"), sums, trade.PURCHASES.url())),
            ("money.see", lambda: Tile(_("Credit left"), cny(left), enterprise.CREDIT.url())),
            ("money.see", lambda: Tile(_("Credit drawn"), cny(used), enterprise.DEBTS.url())),
        ),
        charts=[over_time(_("Purchases by day"), sums)],
        steps=beginning.steps(desk),
        first=(enterprise.PRICES.url(), enterprise.PRICES.title),
    )


def promoters(desk: Desk) -> Board:
    """Return what a promoter begins with."""
    mine = promoter.commission(desk)
    sums = by_day(mine.filter(line__order__currency=CURRENCY), "at", "left")
    pending = funds.pending(CURRENCY, [desk.party.pk]).get(desk.party.pk, 0)
    return Board(
        tiles=[
            Tile(_("Commission pending"), cny(pending), f"{promoter.COMMISSION.url()}?fate=pending"),
            Tile(_("Can be paid out"), cny(money.owed(desk)), money.WITHDRAW.url()),
            period(_("Earned in 30 days"), sums, promoter.COMMISSION.url()),
            Tile(_("On your team"), number(promoter.team(desk).count()), promoter.TEAM.url()),
        ],
        charts=[over_time(_("Commission by day"), sums)],
        steps=beginning.steps(desk),
        first=(promoter.SHARE.url(), _("Share your link")),
    )


def operators(desk: Desk) -> Board:
    """Return what the platform's operators and reviewers begin with."""
    waiting = review.approvals(desk).filter(status="submitted").count()
    approvals = Todo(_("submissions to decide"), waiting, f"{review.LIST.url()}?status=submitted", "list-checks")
    papers = Todo(_("licences that end soon or have ended"), 0, licences.ALL.url(), "receipt-text")
    if desk.may(REVIEW):
        papers = replace(papers, count=licences.ending(desk))
    if not desk.actor.operates:
        return Board(todos=[approvals, papers])
    actor = desk.actor
    firsts = Order.objects.visible_to(actor).filter(tier=0, currency=CURRENCY).exclude(status__in=trade.NOT_TRADED)
    sums = by_day(firsts, "placed_at", "left")
    new = clock.midnight(today() - timedelta(days=DAYS - 1), settings.HANSE_ZONE)
    top = firsts.filter(placed_at__gte=new).values("seller__name", "seller__name_en").annotate(sum=Sum("left"))
    points = [Point(trade.said(row, "seller__name"), row["sum"], cny(row["sum"])) for row in top.order_by("-sum")[:TOP]]
    unsent = Payout.objects.visible_to(actor).waiting().count()
    fees = funds.owed(CURRENCY, [desk.party.pk]).get(desk.party.pk, 0)
    active = Party.objects.visible_to(actor).active().exclude(kind=CONSUMER).count()
    return Board(
        todos=[
            approvals,
            papers,
            Todo(_("failed jobs"), failed(actor).count(), ledger.JOBS.url(), "circle-alert", "stop"),
            Todo(_("settlements that are due"), ledger.waiting(desk), ledger.SETTLEMENTS.url(), "coins"),
            Todo(_("payouts not sent to the bank"), unsent, f"{ledger.ALL_PAYOUTS.url()}?status=created", "banknote"),
        ],
        tiles=[
            Tile(_("Sold today"), cny(sums.get(today())), reverse("platform-orders")),
            period(_("Sold in 30 days"), sums, reverse("platform-orders")),
            Tile(_("Earned by the platform"), cny(fees), reverse("console-money")),
            Tile(_("Businesses"), number(active), platform.PARTIES.url()),
        ],
        charts=[over_time(_("Turnover by day"), sums)],
        rankings=[ranking(_("Who sells most in 30 days"), points)],
    )


TITLE = _("Overview")
ANY = ("party.see", "platform.operate", *review.NEEDS)
BOARDS = (
    Dashboard(name="home-seller", title=TITLE, needs=ANY, kinds=MAKERS, board=sellers),
    Dashboard(name="home-buyer", title=TITLE, needs=ANY, kinds=ENTERPRISES, board=buyers),
    Dashboard(name="home-promoter", title=TITLE, needs=ANY, kinds=frozenset({LEADER, CONSUMER}), board=promoters),
    Dashboard(name="home-platform", title=TITLE, needs=ANY, kinds=PLATFORMS, board=operators),
)


def promotes(desk: Desk) -> bool:
    """Say whether a consumer has anything to do here: it brought somebody, or earned by that."""
    earned = Commission.objects.visible_to(desk.actor).filter(promoter=desk.party)
    return desk.party.kind != CONSUMER or promoter.team(desk).exists() or earned.exists()


@login_required
def begin(request: HttpRequest) -> Answer:
    """Lead everyone to what is theirs to do first."""
    desk = desk_of(request)
    board = next((one for one in BOARDS if desk and one.open_to(desk)), None)
    return board.show(request) if board and desk and promotes(desk) else redirect("orders")

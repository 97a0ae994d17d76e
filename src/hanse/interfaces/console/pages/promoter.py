"""A promoter's desk: what to share, whom one brought, what that earned, and having it paid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import qrcode
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from qrcode.image.pil import PilImage

from hanse.interfaces.console.kit.cells import DAY, MONEY, NUMBER, PERCENT, Column, named, worded
from hanse.interfaces.console.kit.details import DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import EVERYONE, PROMOTERS, Answer, Ask, Desk, View
from hanse.interfaces.console.pages.money import WITHDRAW, assets, owed
from hanse.interfaces.console.pages.stock import goods_name
from hanse.interfaces.console.pages.trade import masked
from hanse.interfaces.templatetags.hanse import money
from hanse.kernel.errors import NotFound
from hanse.network.parties.models import Link, Party
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.queries import party
from hanse.network.parties.rules import CONSUMER, PROMOTES, WHOLESALER
from hanse.trade.commission.models import Commission
from hanse.value.funds import queries as funds

SEE = "money.see"
SHARERS = PROMOTERS - {WHOLESALER}
PENDING, CONFIRMED, LOST = "pending", "confirmed", "lost"
FATE = {PENDING: _("Pending"), CONFIRMED: _("Confirmed"), LOST: _("Taken back")}


def team(desk: Desk) -> QuerySet[Link]:
    """Return whom the party brought, with how many those brought in turn."""
    found = Link.objects.visible_to(desk.actor).filter(kind=PROMOTES, upstream=desk.party, closed_at=None)
    further = Q(downstream__links_down__kind=PROMOTES, downstream__links_down__closed_at=None)
    return found.select_related("downstream").annotate(further=Count("downstream__links_down", filter=further))


def commission(desk: Desk) -> QuerySet[Commission]:
    """Return what the party earns by those whom it brought, and by those whom they brought."""
    found = Commission.objects.visible_to(desk.actor).filter(promoter=desk.party)
    return found.select_related("line__sku__product", "line__order")


def fate(one: Commission) -> str:
    """Say whether a commission is pending, confirmed, or was taken back."""
    if not one.left:
        return LOST
    return CONFIRMED if one.line.order.status == "closed" else PENDING


def by_fate(rows: Any, value: str, _desk: Desk) -> Any:
    """Keep the commissions of that fate."""
    if value == LOST:
        return rows.filter(left=0)
    rows = rows.exclude(left=0)
    return (
        rows.filter(line__order__status="closed") if value == CONFIRMED else rows.exclude(line__order__status="closed")
    )


def whose(link: Link) -> str:
    """Return the name of whom one brought; of people no more than its beginning."""
    return masked(link.downstream.name) if link.downstream.kind == CONSUMER else named(link.downstream)


def link_of(thing: Party) -> str:
    """Return the link that brings people."""
    return f"{settings.HANSE_BASE_URL}{JOIN.url(thing.code)}"


def shared(desk: Desk, thing: Party) -> dict[str, Any]:
    """Return the link that brings people, and the sums that it brought."""
    paid = [(asset, funds.pending(asset, [thing.pk]).get(thing.pk, 0), owed(desk, asset)) for asset in assets(desk)]
    return {
        "link": link_of(thing), "picture": reverse("console-share-picture"),
        "pots": [(money(pending, asset), money(max(due, 0), asset)) for asset, pending, due in paid],
        "withdraw": WITHDRAW.url() if WITHDRAW.open_to(desk) else "",
    }  # fmt: skip


def picture_of(said: str) -> bytes:
    """Return a text as a picture that telephones read, with room around it."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=12, border=4)
    code.add_data(said)
    file = BytesIO()
    code.make_image(image_factory=PilImage).save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True, kw_only=True)
class SharePage(DetailPage):
    """What one shares, and the picture of it."""

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the page itself, and its picture."""
        return {**super().views(), "-picture": ("picture.png", require_safe(self.picture))}

    def picture(self, request: HttpRequest) -> Answer:
        """Send the picture of the link."""
        desk = self.enter(request)
        answer = HttpResponse(picture_of(link_of(desk.party)), content_type="image/png")
        answer.headers["Content-Disposition"] = f'inline; filename="{desk.party.code}.png"'
        answer.headers["Cache-Control"] = "private, max-age=3600"
        return answer


def why(one: Commission) -> str:
    """Say in words why a commission is where it is."""
    status = one.line.order.status
    if not one.left:
        return str(_("The goods were cancelled or given back."))
    if one.left < one.amount:
        return str(_("A part was cancelled or given back."))
    if status == "closed":
        return str(_("The order is done: it is yours."))
    if status == "received":
        return str(_("The goods arrived; it is yours when the return window is over."))
    return str(_("It is yours when the goods have arrived and are kept."))


def inviter(desk: Desk, code: str) -> Party | None:
    """Return who invites; nobody invites oneself."""
    try:
        found = party(code)
    except NotFound:
        return None
    return found if found.status == "active" and found.pk != desk.party.pk else None


class Yes(ConsoleForm):
    """Nothing more to be said."""


def join(ask: Ask) -> int:
    """Let the one who invites have brought the party."""
    return open_link(**ask.how, kind=PROMOTES, upstream=ask.thing.code, downstream=ask.party)


JOIN: FormPage = FormPage(
    name="join", route="join/<str:code>/", title=_("You were invited"), icon="users", needs=("party.see",),
    kinds=EVERYONE, form=Yes, find=inviter, run=join, button=_("Accept the invitation"),
    hint=_("Whoever invited you earns a commission when you buy; you pay no more for it."),
    leads=lambda _ask, _link: "/", done=_("Welcome."),
)  # fmt: skip
SHARE: DetailPage = SharePage(
    name="share", route="share/", single=True, title=_("Share"), icon="globe", needs=(SEE,), kinds=SHARERS,
    find=lambda desk, _code: desk.party, heading=lambda _party: str(_("Share")),
    more=shared, status=lambda _party: "", template="console/kit/share.html",
)  # fmt: skip
TEAM: ListPage = ListPage(
    name="team", title=_("My team"), icon="users", needs=(SEE,), kinds=SHARERS, rows=team, code="pk",
    columns=(
        Column(_("Who"), whose),
        Column(_("Since when"), "opened_at", DAY, sort="opened_at"),
        Column(_("Brought in turn"), "further", NUMBER, sort="further"),
    ),
    order=("-opened_at", "-pk"),
    empty=_("You have brought nobody yet. Share your link, and who accepts it stands here."),
)  # fmt: skip
COMMISSION: ListPage = ListPage(
    name="commission", title=_("Commission"), icon="percent", needs=(SEE,), kinds=SHARERS,
    rows=commission, code="pk",
    columns=(
        Column(_("Goods"), lambda one: goods_name(one.line.sku)),
        Column(_("When"), "at", DAY, sort="at"),
        Column(_("Level"), "level", NUMBER),
        Column(_("Rate"), "rate", PERCENT),
        Column(_("Amount"), lambda one: (one.left, one.line.order.currency), MONEY, sort="left"),
        Column(_("Status"), fate, worded(FATE)),
        Column(_("Why"), why),
    ),
    picture=lambda one: one.line.sku.product.images,
    filters=(Filter("fate", _("Status"), lambda _desk: [(k, str(v)) for k, v in FATE.items()], by_fate),),
    order=("-at", "-pk"), empty=_("You have earned no commission yet. It comes when those whom you brought buy."),
)  # fmt: skip
PAGES = (JOIN, SHARE, TEAM, COMMISSION)

"""What buyers ask of their seller: money back, which it decides on, and an invoice."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, LINES, MOMENT, NAME, STATUS, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, text
from hanse.interfaces.console.kit.lists import ListPage, by_state
from hanse.interfaces.console.kit.page import MAKERS, PLATFORMS, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.review import Reasons
from hanse.interfaces.templatetags.hanse import money
from hanse.interfaces.web.words import WHY_BACK
from hanse.network.approvals.models import APPROVAL, Approval
from hanse.network.approvals.queries import actions
from hanse.relations.invoices.queries import wish_of
from hanse.relations.invoices.rules import COMPANY
from hanse.trade.aftersales.operations.decline_refund import decline_refund
from hanse.trade.aftersales.operations.grant_refund import grant_refund
from hanse.trade.aftersales.queries import requests
from hanse.trade.orders.models import Order

NEEDS = ("aftersales.decide",)
GOODS = {"kept": _("The buyer keeps the goods"), "returned": _("The buyer sends the goods back")}
FAULTS = {"seller": _("We bear it"), "upstream": _("Our supplier's fault"), "carrier": _("The carrier's fault")}


def asked(desk: Desk) -> Any:
    """Return what was asked of the party; of operators, what was asked of anybody."""
    return requests(desk.actor) if desk.actor.operates else requests(desk.actor).filter(decider=desk.party)


def wanted(request: Approval) -> str:
    """Say what is wanted back."""
    said = request.payload
    if said["amount"] is not None:
        return money(said["amount"], said["currency"])
    pieces = sum((said["lines"] or {}).values())
    return str(_("%(count)d pieces") % {"count": pieces}) if pieces else str(_("Everything that is left"))


def why(request: Approval) -> str:
    """Say why."""
    return str(WHY_BACK.get(request.payload["reason"], request.payload["reason"]))


def more(desk: Desk, request: Approval) -> dict[str, Any]:
    """Return the goods it is about, the pictures, and where the order is shown."""
    said = request.payload
    seen = Order.objects.visible_to(desk.actor).filter(code=said["order"])
    orders = seen.prefetch_related("lines__offer", "lines__sku__product")
    lines = [(line, (said["lines"] or {}).get(line.offer.code)) for order in orders for line in order.lines.all()]
    return {"lines": lines, "pictures": said["pictures"], "note": said["note"], "order": said["order"]}


def may(event: str) -> Any:
    """Return a condition: who looks may cause the event."""
    return lambda desk, request: event in actions(request, desk.actor)


class Grant(ConsoleForm):
    """On whose account, and what becomes of the goods."""

    blames = {"not_allowed": "fault", "more_than_left": "goods", "nothing_left_to_refund": "goods"}

    goods = choice(_("The goods"), GOODS.items())
    fault = choice(_("Who bears it"), FAULTS.items())
    note = text(_("Note"), 500, required=False, rows=2)

    def prepare(self) -> None:
        """Leave out what is not asked: nothing comes back for an amount, and a seller bears what it grants."""
        if self.thing.payload["amount"] is not None:
            del self.fields["goods"]
        if not self.desk.actor.operates:
            del self.fields["fault"]


def invoice(desk: Desk, order: Order) -> list[Any]:
    """Return the invoice that the buyer wants, for the seller that writes it."""
    found = wish_of(order.checkout_id, desk.actor) if order.tier == 0 else None
    return [found] if found else []


INVOICE = Table(
    _("Invoice wanted"),
    (
        Column(_("For"), lambda one: str(_("A company")) if one.kind == COMPANY else str(_("A person"))),
        Column(_("Name on the invoice"), "title"), Column(_("Tax number"), "tax_number", CODE),
        Column(_("E-mail for the invoice"), "email"),
    ),
    invoice,
)  # fmt: skip
LIST: ListPage = ListPage(
    name="refund-requests", title=_("Refunds asked for"), icon="receipt-text", needs=NEEDS, kinds=MAKERS | PLATFORMS,
    rows=asked,
    columns=(
        Column(_("Order"), lambda one: one.payload["order"], CODE),
        Column(_("Buyer"), "party", NAME, sort="party__name"),
        Column(_("Wanted back"), wanted),
        Column(_("Why"), why),
        Column(_("Status"), "status", STATUS),
        Column(_("Asked"), "submitted_at", MOMENT, sort="submitted_at"),
    ),
    search=("code", "payload__order", "party__name"), filters=(by_state(APPROVAL),), order=("-submitted_at", "-pk"),
    open=lambda one: ONE.url(one.code), empty=_("Nobody has asked for money back."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="refund-request", title=_("Refund asked for"), needs=NEEDS, kinds=MAKERS | PLATFORMS, parent=LIST,
    find=lambda desk, code: asked(desk).filter(code=code).first(), states=APPROVAL,
    heading=lambda one: f"{wanted(one)} · {named(one.party)}",
    facts=(
        Column(_("Order"), lambda one: one.payload["order"], CODE), Column(_("Buyer"), "party", NAME),
        Column(_("Wanted back"), wanted), Column(_("Why"), why),
        Column(_("What happened"), lambda one: one.payload["note"]), Column(_("Asked"), "submitted_at", MOMENT),
        Column(_("Decided"), "decided_at", MOMENT), Column(_("Reasons"), "reasons", LINES),
    ),
    acts=(
        Act(
            name="grant", label=_("Give it back"), tone="go", form=Grant, may=may("approve"),
            run=lambda ask: grant_refund(
                **ask.how, request=ask.thing.code, note=ask.data["note"], fault=ask.data.get("fault", "seller"),
                goods=ask.data.get("goods", ""),
            ),
            done=_("The money goes back to the buyer."),
        ),
        Act(
            name="decline", label=_("Decline"), icon="x", tone="stop", form=Reasons, may=may("reject"),
            run=lambda ask: decline_refund(**ask.how, request=ask.thing.code, reasons=ask.data["reasons"]),
            done=_("Declined; the buyer reads why."),
        ),
    ),
    more=more, template="console/kit/refund_request.html",
)  # fmt: skip
PAGES = (LIST, ONE)

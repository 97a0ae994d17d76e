"""What was done by whom: every change of a status, and every operation with what it overwrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, LINES, MOMENT, NUMBER, Column, named, worded
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import OPERATORS, Desk
from hanse.interfaces.console.pages.ledger import BY
from hanse.interfaces.console.pages.money import SENT
from hanse.interfaces.console.pages.sales import PERIODS
from hanse.interfaces.web import words
from hanse.kernel import clock
from hanse.kernel.history import requests, trail
from hanse.kernel.models import Claim, StateChange
from hanse.network.access.models import Membership, User
from hanse.network.parties.models import Party

SUBJECTS = {
    "order": _("Order"), "party": _("Party"), "approval": _("Approval"), "product": _("Product"), "offer": _("Offer"),
    "payout": _("Payout"), "payment": _("Payment"), "refund": _("Refund"),
}  # fmt: skip
AREAS = {
    "trade": _("Orders"), "payments": _("Payments"), "settlement": _("Settlements"), "network": _("Parties and people"),
    "catalogue": _("Goods"), "offers": _("Offers"), "stock": _("Stock"), "members": _("Members"),
    "content": _("Home page"), "notices": _("Notices"), "webhooks": _("Webhooks"), "works": _("Work in the background"),
}  # fmt: skip
"""What operations are about: the first word of their names."""
CLOCK, PROGRAM = "engine", "key:"
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Happened:
    """One change of state or one operation, with who caused it by name."""

    change: StateChange | Claim
    who: str


def caused(desk: Desk, rows: Iterable[StateChange | Claim]) -> list[Happened]:
    """Return changes with the names of those who caused them."""
    found = list(rows)
    people = User.objects.visible_to(desk.actor).filter(pk__in={row.by_user for row in found if row.by_user})
    parties = Party.objects.visible_to(desk.actor).filter(pk__in={row.by_party for row in found if row.by_party})
    users, firms = {one.pk: one.name for one in people}, {one.pk: named(one) for one in parties}

    def who(row: StateChange | Claim) -> str:
        said = [users.get(row.by_user or 0, ""), firms.get(row.by_party or 0, "")]
        return " · ".join(filter(None, said)) or str(BY.get(row.by_name, row.by_name))

    return [Happened(row, who(row)) for row in found]


def state(change: StateChange, value: str) -> str:
    """Return a state in the words of its subject."""
    said = SENT if change.subject == "payout" else words.STATUS
    return str(said.get(value, value))


def subjects(_desk: Desk) -> list[tuple[str, str]]:
    """Return what can change its state."""
    return [(name, str(said)) for name, said in SUBJECTS.items()]


def people(desk: Desk) -> list[tuple[str, str]]:
    """Return who may have done it: the clock, programs, and the platform's own people, each by name."""
    staff = Membership.objects.visible_to(desk.actor).filter(party=desk.party).select_related("user")
    names = {str(one.user_id): one.user.name for one in staff.order_by("user__name", "pk")}
    return [(CLOCK, str(BY[CLOCK])), (PROGRAM, str(_("programs"))), *names.items()]


def done_by(rows: Any, who: str, _desk: Desk) -> Any:
    """Leave what the clock, a program or one person did."""
    if who == PROGRAM:
        return rows.filter(by_name__startswith=PROGRAM)
    return rows.filter(by_name=CLOCK, by_user=None) if who == CLOCK else rows.filter(by_user=int(who))


def lately(rows: Any, days: str, _desk: Desk) -> Any:
    """Leave what happened in the last days."""
    return rows.filter(at__gte=clock.now() - timedelta(days=int(days)))


def overwritten(side: str) -> Any:
    """Return how the values on one side of what an operation overwrote are told: `was` or `is`."""

    def told(one: Any) -> list[str]:
        return [
            f"{row.get('code', '')} {name}: {value}"[:LONGEST]
            for row in one.change.changes or ()
            for name, value in row.get(side, {}).items()
        ]

    return told


WHO_AND_WHEN = (
    Filter("who", _("By"), people, done_by),
    Filter("when", _("When"), lambda _desk: [(days, str(said)) for days, said in PERIODS.items()], lately),
)
AUDIT: ListPage = ListPage(
    name="audit", route="platform/audit/", title=_("Audit trail"), icon="clock", **OPERATORS,
    rows=lambda desk: trail(desk.actor), enrich=caused, code="pk",
    columns=(
        Column(_("When"), "change.at", MOMENT, sort="at"),
        Column(_("What"), "change.subject", worded(SUBJECTS), sort="subject"),
        Column(_("Number"), "change.subject_id", NUMBER),
        Column(_("Event"), "change.event", worded(words.EVENT)),
        Column(_("From"), lambda one: state(one.change, one.change.source)),
        Column(_("To"), lambda one: state(one.change, one.change.target)),
        Column(_("By"), "who"),
        Column(_("Why"), "change.why"),
    ),
    search=("subject", "event", "why", "by_name"),
    filters=(
        Filter("subject", _("What"), subjects, lambda rows, name, _desk: rows.filter(subject=name)), *WHO_AND_WHEN,
    ),
)  # fmt: skip
REQUESTS: ListPage = ListPage(
    name="requests", route="platform/requests/", title=_("Operations"), icon="list-checks", **OPERATORS,
    rows=lambda desk: requests(desk.actor), enrich=caused, code="pk",
    hint=_("Everything that was done, each with the key that makes doing it twice the same as doing it once."),
    columns=(
        Column(_("When"), "change.at", MOMENT, sort="at"),
        Column(_("Operation"), "change.operation", CODE),
        Column(_("By"), "who"),
        Column(_("Answer"), lambda one: str(one.change.result or "")[:80], CODE),
        Column(_("Before"), overwritten("was"), LINES),
        Column(_("After"), overwritten("is"), LINES),
    ),
    search=("scope", "by_name"),
    filters=(
        Filter(
            "what", _("What"), lambda _desk: [(name, str(said)) for name, said in AREAS.items()],
            lambda rows, name, _desk: rows.filter(scope__startswith=f"{name}."),
        ),
        *WHO_AND_WHEN,
    ),
)  # fmt: skip
PAGES = (AUDIT, REQUESTS)

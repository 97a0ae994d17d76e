"""Whether those are told who want to be told: endpoints with their success, deliveries with every try, sent again."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, LINES, MOMENT, NUMBER, PERCENT, STATUS, Column
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import SecretPage
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.lists import Bulk, ListPage, by_state
from hanse.interfaces.console.kit.page import EVERYONE, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.web.fresh import signing_secret
from hanse.interfaces.webhooks.facts import ASKABLE
from hanse.interfaces.webhooks.telling import send_again, send_test
from hanse.kernel import clock
from hanse.network.parties.rules import CONSUMER, Secret
from hanse.network.webhooks.models import DELIVERY, ENDPOINT, Delivery, Endpoint
from hanse.network.webhooks.operations.add_endpoint import add_endpoint
from hanse.network.webhooks.operations.change_endpoint import change_endpoint
from hanse.network.webhooks.operations.disable_endpoint import disable_endpoint
from hanse.network.webhooks.operations.enable_endpoint import enable_endpoint
from hanse.network.webhooks.operations.remove_endpoint import remove_endpoint
from hanse.network.webhooks.operations.rotate_secret import rotate_secret
from hanse.network.webhooks.rules import PERMISSION

OF_LATE = timedelta(days=7)
SHOWN = 50
WHO: dict[str, Any] = {"needs": (PERMISSION,), "kinds": EVERYONE - {CONSUMER}}


def endpoints(desk: Desk) -> Any:
    """Return the party's endpoints (operators: all) with what became of the deliveries of late."""
    late = Q(deliveries__created_at__gte=clock.now() - OF_LATE)
    rows = Endpoint.objects.visible_to(desk.actor).exclude(status="removed").select_related("party")
    return rows.annotate(
        sent=Count("deliveries", filter=late & Q(deliveries__status="delivered")),
        lost=Count("deliveries", filter=late & Q(deliveries__status="failed")),
        waits=Count("deliveries", filter=Q(deliveries__status="pending")),
        last=Max("deliveries__created_at", filter=Q(deliveries__status="delivered")),
    )


def deliveries(desk: Desk) -> Any:
    """Return what was sent to these endpoints."""
    return Delivery.objects.visible_to(desk.actor).select_related("endpoint__party")


def success(endpoint: Any) -> int | None:
    """Return how much arrived of what was tried, in basis points; None if nothing was."""
    tried = endpoint.sent + endpoint.lost
    return endpoint.sent * 10_000 // tried if tried else None


def faults(_desk: Desk, endpoint: Endpoint) -> Any:
    """Return the latest deliveries that did not arrive."""
    return endpoint.deliveries.filter(Q(status="failed") | Q(attempts__gt=0, status="pending")).order_by("-pk")[:SHOWN]


def found(desk: Desk, code: str) -> Any:
    """Return one endpoint, None if it is not there for who looks."""
    return endpoints(desk).filter(code=code).first()


class Listening(ConsoleForm):
    """Where facts are told, and which."""

    url = text(_("Address"), 500, help_text=_("HTTPS, reachable from outside."))
    facts = forms.MultipleChoiceField(
        label=_("What"), required=False, widget=forms.CheckboxSelectMultiple, choices=[(one, one) for one in ASKABLE],
        help_text=_("None ticked: everything that happens."),
    )  # fmt: skip


class Rotated(ConsoleForm):
    """Nothing more is asked."""


def told(ask: Ask, code: str, secret: str) -> tuple[str, str | None]:
    """Return the endpoint and its secret, if this is the answer in which it is told."""
    row = Endpoint.objects.visible_to(ask.desk.actor).get(code=code)
    return code, secret if str(row.secret) == secret else None


def added(ask: Ask) -> tuple[str, str | None]:
    """Add an endpoint with a fresh secret."""
    secret = signing_secret()
    made = Secret(secret)
    code = add_endpoint(**ask.how, **ask.data, known=ASKABLE, secret=made, plain=settings.HANSE_DEMO)
    return told(ask, code, secret)


def rotated(ask: Ask) -> tuple[str, str | None]:
    """Give an endpoint a fresh secret."""
    secret = signing_secret()
    return told(ask, rotate_secret(**ask.how, endpoint=ask.thing.code, secret=Secret(secret)), secret)


def changed(ask: Ask) -> str:
    """Change where facts are told, and which."""
    return change_endpoint(**ask.how, **ask.data, endpoint=ask.thing.code, known=ASKABLE, plain=settings.HANSE_DEMO)


SENT = (
    Column(_("Delivery"), "code", CODE),
    Column(_("What"), "fact", CODE, sort="fact"),
    Column(_("Status"), "status", STATUS, sort="status"),
    Column(_("Attempts"), "attempts", NUMBER),
    Column(_("When"), "created_at", MOMENT, sort="created_at"),
    Column(_("Next try"), "next_at", MOMENT),
)
SIGNS: Any = _("Your system checks with it that what it is told comes from here (Standard Webhooks).")
NEW: SecretPage = SecretPage(
    name="webhook-new", route="webhooks/new/", title=_("New webhook"), icon="plus", **WHO, form=Listening, run=added,
    leads=lambda _ask, code: ONE.url(code), button=_("Add it"), use=SIGNS,
)  # fmt: skip
ROTATE: SecretPage = SecretPage(
    name="webhook-secret", route="webhooks/<str:code>/secret/", title=_("New secret"), icon="undo-2", **WHO,
    form=Rotated, find=found, run=rotated, leads=lambda _ask, code: ONE.url(code), button=_("Make it"), use=SIGNS,
    hint=_("From then on everything is signed with the new secret; the old one ends at once."),
)  # fmt: skip
LIST: ListPage = ListPage(
    name="webhooks", title=_("Webhooks"), icon="globe", **WHO, rows=endpoints,
    hint=_("Addresses of your own systems that are told what happens."), links=(NEW,),
    columns=(
        Column(_("Address"), "url"),
        Column(_("Party"), "party.name"),
        Column(_("Status"), "status", STATUS, sort="status"),
        Column(_("Arrived in 7 days"), success, PERCENT),
        Column(_("Failed"), "lost", NUMBER, sort="lost"),
        Column(_("Waiting"), "waits", NUMBER, sort="waits"),
        Column(_("Last that arrived"), "last", MOMENT),
    ),
    search=("url", "code"), filters=(by_state(ENDPOINT),), open=lambda row: ONE.url(row.code),
    empty=_("No system is told anything yet."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="webhook", route="webhooks/<str:code>/", title=_("Webhook"), **WHO, parent=LIST,
    find=found, heading=lambda row: row.url, states=ENDPOINT, links=((ROTATE, lambda _desk, _row: True),),
    facts=(
        Column(_("Number"), "code", CODE),
        Column(_("Party"), "party.name"),
        Column(_("What"), lambda row: row.facts or [_("everything")], LINES),
        Column(_("Arrived in 7 days"), success, PERCENT),
        Column(_("Failing since"), "failing_since", MOMENT),
        Column(_("Last that arrived"), "last", MOMENT),
    ),
    tables=(
        Table(_("What did not arrive"), SENT, faults, _("Everything arrived."), lambda row: DELIVERED.url(row.code)),
    ),
    acts=(
        Act(
            name="test", label=_("Send a test"), icon="bell",
            run=lambda ask: send_test(**ask.how, endpoint=ask.thing.code), done=_("It is on its way."),
            may=lambda _desk, row: row.status == "active",
        ),
        Act(
            name="disable", label=_("Disable"), icon="x", tone="stop",
            run=lambda ask: disable_endpoint(**ask.how, endpoint=ask.thing.code),
            may=by_event(ENDPOINT, "disable", PERMISSION, roles=("owner",)),
        ),
        Act(
            name="enable", label=_("Enable"), icon="check", tone="go",
            run=lambda ask: enable_endpoint(**ask.how, endpoint=ask.thing.code),
            may=by_event(ENDPOINT, "enable", PERMISSION, roles=("owner",)),
        ),
        Act(
            name="change", label=_("Change"), icon="list-checks", form=Listening, run=changed, wide=True,
            initial=lambda row: {"url": row.url, "facts": row.facts},
        ),
        Act(
            name="remove", label=_("Remove"), icon="x", tone="stop", leads=lambda _ask: LIST.url(),
            run=lambda ask: remove_endpoint(**ask.how, endpoint=ask.thing.code),
            may=by_event(ENDPOINT, "remove", PERMISSION, roles=("owner",)),
        ),
    ),
)  # fmt: skip
LOG: ListPage = ListPage(
    name="deliveries", title=_("Deliveries"), icon="list-checks", **WHO, rows=deliveries,
    hint=_("Everything that was sent in the last 30 days. Sending again uses the same id: receivers know it."),
    columns=(*SENT[:1], Column(_("Address"), "endpoint.url"), *SENT[1:]),
    search=("code", "event", "fact", "endpoint__url"), filters=(by_state(DELIVERY),),
    bulk=(Bulk("replay", _("Send again"), lambda ask: send_again(**ask.how, delivery=ask.thing.code)),),
    open=lambda row: DELIVERED.url(row.code), empty=_("Nothing was sent yet."),
)  # fmt: skip
DELIVERED: DetailPage = DetailPage(
    name="delivery", route="deliveries/<str:code>/", title=_("Delivery"), **WHO, parent=LOG, states=DELIVERY,
    find=lambda desk, code: deliveries(desk).filter(code=code).first(),
    heading=lambda row: f"{row.fact} · {row.code}",
    facts=(
        Column(_("Address"), "endpoint.url"),
        Column("webhook-id", "event", CODE),
        Column(_("When"), "created_at", MOMENT),
        Column(_("Next try"), "next_at", MOMENT),
        Column(_("What was sent"), "body", CODE),
    ),
    tables=(
        Table(
            _("Attempts"),
            (
                Column(_("When"), "at", MOMENT),
                Column(_("Answer"), "answered", NUMBER),
                Column(_("Error"), "error"),
                Column(_("Milliseconds"), "took_ms", NUMBER),
            ),
            lambda _desk, row: row.tries.order_by("-pk"), _("It was not tried yet."),
        ),
    ),
    acts=(
        Act(
            name="replay", label=_("Send again"), icon="arrow-right",
            run=lambda ask: send_again(**ask.how, delivery=ask.thing.code), done=_("It is on its way."),
            may=by_event(DELIVERY, "replay", PERMISSION, roles=("owner",)),
        ),
    ),
)  # fmt: skip
PAGES = (LIST, NEW, ROTATE, ONE, LOG, DELIVERED)

"""What operators and reviewers decide: what was submitted, what has to be checked, yes or no with reasons."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.operations.approve_edit import approve_edit
from hanse.goods.catalogue.operations.approve_product import approve_product
from hanse.goods.catalogue.operations.reject_edit import reject_edit
from hanse.goods.catalogue.operations.reject_product import reject_product
from hanse.goods.catalogue.rules import CHECKLIST
from hanse.interfaces.console.kit.cells import CODE, LINES, MOMENT, NAME, PARTY_KIND, STATUS, Column, named, worded
from hanse.interfaces.console.kit.details import Act, DetailPage, May
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.lists import ListPage, by_field, by_state
from hanse.interfaces.console.kit.page import PLATFORMS, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.licences import SHOWN
from hanse.interfaces.web.papers import label
from hanse.network.approvals.models import APPROVAL, Approval
from hanse.network.approvals.operations.approve import approve
from hanse.network.approvals.operations.reject import reject
from hanse.network.approvals.operations.tick import tick
from hanse.network.approvals.queries import actions
from hanse.network.approvals.rules import KINDS, LABELS
from hanse.network.licences.models import Renewal
from hanse.network.licences.operations.approve_renewal import approve_renewal
from hanse.network.parties.models import Particulars, Qualification

NEEDS = tuple(sorted({kind.review for kind in KINDS.values() if not kind.to_partner}))
KIND = {
    "onboarding": _("Application"), "product": _("Product"), "product_edit": _("Change of a product"),
    "order_change": _("Change of an order"), "licence": _("Renewal of a licence"),
    "withdrawal": _("Withdrawal"), "refund": _("Refund asked for"),
}  # fmt: skip
ITEMS: Mapping[str, Any] = {
    **LABELS,
    **dict(zip(CHECKLIST, (_("Name and category"), _("Pictures"), _("Description"), _("Qualification")), strict=True)),
    "changes": _("The changes"),
}
SAYS: Mapping[str, Any] = {
    "name": _("Name"), "name_en": _("English name"), "category": _("Category"), "summary": _("Description"),
    "summary_en": _("English description"), "attributes": _("Properties"), "images": _("Pictures"),
    "skus": _("Variants"), "certificates": _("Certificates"),
}  # fmt: skip
APPROVE: Mapping[str, Callable[..., str]] = {
    "onboarding": approve, "product": approve_product, "product_edit": approve_edit, "licence": approve_renewal,
}  # fmt: skip
REJECT: Mapping[str, Callable[..., str]] = {
    "onboarding": reject, "product": reject_product, "product_edit": reject_edit,
    "licence": partial(reject, kind="licence"),
}  # fmt: skip


def approvals(desk: Desk) -> Any:
    """Return what was submitted to who looks."""
    return Approval.objects.visible_to(desk.actor).select_related("party")


class Note(ConsoleForm):
    """A word to go with a yes."""

    note = text(_("Note"), 500, required=False, rows=2)


class Reasons(ConsoleForm):
    """Why not."""

    blames = {"reasons_missing": "reasons"}
    reasons = text(_("Reasons, one on each line; the applicant reads them"), 5000, rows=4)

    def clean_reasons(self) -> list[str]:
        """Take the lines apart."""
        return [line.strip() for line in str(self.cleaned_data["reasons"]).splitlines() if line.strip()]


class Tick(ConsoleForm):
    """One item of the checklist."""

    item = forms.CharField(max_length=60)
    done = forms.BooleanField(required=False)
    note = text(_("Note"), 500, required=False)


def decides(event: str, verbs: Mapping[str, Any]) -> May:
    """Return a condition: who looks may cause the event, and we know what follows from it."""

    def may(desk: Desk, approval: Approval) -> bool:
        return approval.kind in verbs and event in actions(approval, desk.actor)

    return may


def spoken(value: Any) -> str:
    """Return a value of what was submitted as text."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {said}" for name, said in value.items() if said not in ("", 0, {}, None))
    if isinstance(value, list):
        return " / ".join(spoken(one) for one in value)
    return "" if value is None else str(value)


def content(_desk: Desk, approval: Approval) -> dict[str, Any]:
    """Return what was submitted, and for changes what it was before; the checklist in words."""
    payload = approval.payload
    before = payload.get("before", {})
    said = {} if approval.kind in ("onboarding", "licence") else payload.get("changes", payload)
    return {
        "submitted": [(SAYS.get(name, name), spoken(before.get(name)), spoken(value)) for name, value in said.items()],
        "compared": bool(before),
        "checklist": [row | {"label": ITEMS.get(row["item"]) or label(row["item"])} for row in approval.checklist],
        "ticking": decides("approve", APPROVE)(_desk, approval),
        "pictures": [one for one in said.get("images") or [] if isinstance(one, Mapping)],
    }


def papers(desk: Desk, approval: Approval) -> Any:
    """Return the certificates that an applicant showed."""
    if approval.kind != "onboarding":
        return []
    found = Qualification.objects.visible_to(desk.actor).filter(party=approval.party)
    return found.select_related("paper").order_by("item")


def renewal(desk: Desk, approval: Approval) -> Any:
    """Return a certificate that was shown anew."""
    return Renewal.objects.visible_to(desk.actor).filter(approval=approval).select_related("paper")


def company(desk: Desk, approval: Approval) -> Any:
    """Return who stands behind an applicant."""
    if approval.kind != "onboarding":
        return []
    return Particulars.objects.visible_to(desk.actor).filter(party=approval.party)


def earlier(_desk: Desk, approval: Approval) -> list[dict[str, Any]]:
    """Return the rounds that were turned down."""
    return list(reversed(approval.history))


PAPERS = Table(_("Certificates"), SHOWN, papers)
RENEWAL = Table(_("Renewed certificate"), SHOWN, renewal)
COMPANY = Table(
    _("Company"),
    (
        Column(_("Company"), "legal_name"),
        Column(_("Licence number"), "licence_number"),
        Column(_("Representative"), "representative"),
        Column(_("Contact"), "contact"),
        Column(_("Telephone"), "phone"),
        Column(_("Address"), "address"),
    ),
    company,
)
LIST: ListPage = ListPage(
    name="approvals", title=_("Approvals"), icon="list-checks", needs=NEEDS, kinds=PLATFORMS, rows=approvals,
    columns=(
        Column(_("What"), "kind", worded(KIND), sort="kind"),
        Column(_("Whose"), "party", NAME, sort="party__name"),
        Column(_("Subject"), lambda one: one.payload.get("name") or one.payload.get("before", {}).get("name")),
        Column(_("Status"), "status", STATUS),
        Column(_("Submitted"), "submitted_at", MOMENT, sort="submitted_at"),
        Column(_("Number"), "code", CODE),
    ),
    search=("party__name", "party__name_en", "code", "payload__name"),
    filters=(by_state(APPROVAL), by_field("kind", _("What"), KIND)),
    order=("-submitted_at", "-pk"), open=lambda one: ONE.url(one.code), empty=_("Nothing was submitted yet."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="approval", route="approvals/<str:code>/", title=_("Approval"), needs=NEEDS, kinds=PLATFORMS, parent=LIST,
    find=lambda desk, code: approvals(desk).filter(code=code).first(), states=APPROVAL,
    heading=lambda one: f"{KIND.get(one.kind, one.kind)} · {named(one.party)}",
    facts=(
        Column(_("Whose"), "party", NAME), Column(_("Kind"), "party.kind", PARTY_KIND),
        Column(_("Number"), "code", CODE), Column(_("Submitted"), "submitted_at", MOMENT),
        Column(_("Decided"), "decided_at", MOMENT), Column(_("Reasons"), "reasons", LINES),
    ),
    tables=(
        COMPANY, PAPERS, RENEWAL,
        Table(
            _("Earlier rounds"),
            (
                Column(_("Submitted"), lambda turn: turn["submitted_at"][:16].replace("T", " ")),
                Column(_("Reasons"), lambda turn: turn["reasons"], LINES),
            ),
            earlier,
        ),
    ),
    acts=(
        Act(
            name="approve", label=_("Approve"), tone="go", form=Note, may=decides("approve", APPROVE),
            run=lambda ask: APPROVE[ask.thing.kind](**ask.how, approval=ask.thing.code, note=ask.data["note"]),
            done=_("Approved."),
        ),
        Act(
            name="reject", label=_("Turn down"), icon="x", tone="stop", form=Reasons, may=decides("reject", REJECT),
            run=lambda ask: REJECT[ask.thing.kind](**ask.how, approval=ask.thing.code, reasons=ask.data["reasons"]),
            done=_("Turned down; the applicant reads why."),
        ),
        Act(
            name="tick", label=_("Check"), form=Tick, may=decides("approve", APPROVE), shown=False,
            run=lambda ask: tick(**ask.how, approval=ask.thing.code, **ask.data),
        ),
    ),
    more=content, template="console/kit/approval.html",
)  # fmt: skip
PAGES = (LIST, ONE)

"""Certificates: one's own with the day on which each ends, showing one anew, and what policy asks of applicants."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.accounts.business import PaperField
from hanse.interfaces.console.kit.cells import CODE, DAY, NAME, NOTHING, PARTY_KIND, STATUS, Column, Kind, worded
from hanse.interfaces.console.kit.details import DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, fill, text
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import ENTERPRISES, MAKERS, OPERATORS, PLATFORMS, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.web import papers
from hanse.kernel import clock
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.set_requirements import set_requirements
from hanse.network.approvals.queries import items_of
from hanse.network.approvals.rules import LABELS, ONBOARDING_ITEMS, Item
from hanse.network.licences.operations.renew_licence import renew_licence
from hanse.network.licences.rules import WARN
from hanse.network.parties.models import REVIEW, Paper, Qualification
from hanse.network.parties.rules import LEADER, PAPERS, Certificate, Secret

KINDS = MAKERS | ENTERPRISES | {LEADER}
GOOD, ENDING, OVER = "good", "ending", "over"
STANDS = {GOOD: _("Valid"), ENDING: _("Ends soon"), OVER: _("Ended")}
MUST = {"": _("not asked for"), "no": _("optional"), "yes": _("required")}


def today() -> date:
    """Return the business day."""
    return clock.day_of(clock.now(), settings.HANSE_ZONE)


def stands(row: Qualification) -> str:
    """Say whether a certificate is valid, ends soon, or has ended."""
    if row.valid_until is None or row.valid_until > today() + timedelta(days=WARN[0]):
        return GOOD
    return OVER if row.valid_until < today() else ENDING


def _file(paper: Paper | None) -> SafeString | str:
    if paper is None:
        return NOTHING
    return format_html('<a href="{}">{}</a>', reverse("paper", args=[paper.code]), paper.name)


FILE = Kind(_file, lambda paper: paper.name if paper else "")
ITEM = Kind(papers.label, papers.label)
SHOWN = (
    Column(_("Certificate"), "item", ITEM),
    Column(_("Number"), "number"),
    Column(_("Valid from"), "valid_from", DAY),
    Column(_("Valid until"), "valid_until", DAY),
    Column(_("File"), "paper", FILE),
)
"""What is shown of a certificate to whoever may see it at all."""


def qualifications(desk: Desk) -> Any:
    """Return the certificates that who looks may see."""
    return Qualification.objects.visible_to(desk.actor).select_related("party", "paper")


def own(desk: Desk, _thing: Any) -> Any:
    """Return the party's own certificates."""
    return qualifications(desk).filter(party=desk.party).order_by("item")


def submitted(desk: Desk, _thing: Any) -> Any:
    """Return what the party has shown anew, the latest first."""
    found = Approval.objects.visible_to(desk.actor).filter(kind="licence", party=desk.party)
    return found.order_by("-pk")[:20]


def narrow(rows: Any, value: str, _desk: Desk) -> Any:
    """Keep the certificates that stand so."""
    soon = today() + timedelta(days=WARN[0])
    if value == OVER:
        return rows.filter(valid_until__lt=today())
    if value == ENDING:
        return rows.filter(valid_until__range=(today(), soon))
    return rows.exclude(valid_until__lte=soon)


def ending(desk: Desk) -> int:
    """Return how many of the certificates that who looks may see (of its own party, or of all) need attention."""
    rows = qualifications(desk).filter(valid_until__lte=today() + timedelta(days=WARN[0]))
    return int((rows if desk.may(REVIEW) else rows.filter(party=desk.party)).count())


class Renewal(ConsoleForm):
    """A certificate shown anew."""

    item = choice(_("Certificate"))
    number = text(_("Number"), 60, required=False)
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=forms.DateInput({"type": "date"}))
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=forms.DateInput({"type": "date"}))
    file = PaperField(label=_("Picture or PDF"), required=True, help_text=_("At most 4 MB."))
    blames = {"already_submitted": "item"}

    def prepare(self) -> None:
        """Offer what parties of this kind show."""
        fill(self, "item", ((one.item, papers.label(one.item)) for one in items_of(self.desk.party.kind)))


def renew(ask: Ask) -> str:
    """Submit the certificate."""
    given = dict(ask.data)
    shown = Certificate(number=Secret(given.pop("number")), **given)
    return renew_licence(**ask.how, party=ask.party, certificate=shown)


class Asked(ConsoleForm):
    """What is asked of applicants of one kind: of each usual certificate whether, and further ones."""

    further = text(_("Further certificates"), 4000, required=False, rows=4)
    blames = {"items": "further", "item": "further", "label": "further", "label_en": "further"}

    def prepare(self) -> None:
        """Make a field for each certificate that has a name of its own."""
        further = self.fields.pop("further")
        further.help_text = _("One on each line: short_name | Chinese name | English name | required or optional")
        said = {one.item: one for one in items_of(str(self.thing))}
        for item, label in LABELS.items():
            must = said[item].required if item in said else None
            initial = "" if must is None else "yes" if must else "no"
            self.fields[item] = choice(label, MUST.items(), required=False, initial=initial)
        lines = [one for one in said.values() if one.item not in LABELS]
        further.initial = "\n".join(
            f"{one.item} | {one.label} | {one.label_en} | {'required' if one.required else 'optional'}" for one in lines
        )
        self.fields["further"] = further

    def clean_further(self) -> list[Item]:
        """Take the lines apart."""
        found = []
        for line in filter(None, map(str.strip, str(self.cleaned_data["further"]).splitlines())):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 4 or parts[3] not in ("required", "optional"):
                raise forms.ValidationError(_("Each line has four parts, the last of them required or optional."))
            found.append(Item(parts[0], parts[3] == "required", parts[1], parts[2]))
        return found


def ask_for(ask: Ask) -> str:
    """Keep what is asked for from now on."""
    usual = [Item(item, ask.data[item] == "yes") for item in LABELS if ask.data[item]]
    return set_requirements(**ask.how, kind=ask.thing, items=[*usual, *ask.data["further"]])


def asked(_desk: Desk, _thing: Any) -> list[tuple[str, str]]:
    """Return each kind of party with what it shows."""
    return [(kind, _listed(kind)) for kind in ONBOARDING_ITEMS]


def _listed(kind: str) -> str:
    said = [papers.label(one.item) + ("" if one.required else f" ({MUST['no']})") for one in items_of(kind)]
    return " · ".join(said)


def applicant(_desk: Desk, kind: str) -> str | None:
    """Return the kind of party, if it is one that applies."""
    return kind if kind in ONBOARDING_ITEMS else None


RENEW: FormPage = FormPage(
    name="licence-renew", route="licences/renew/", title=_("Show a certificate"), icon="plus", needs=(PAPERS,),
    kinds=KINDS, form=Renewal, run=renew, leads=lambda _ask, _code: OWN.url(), button=_("Submit for review"),
    hint=_("The old one counts until somebody has looked at the new one."), done=_("Submitted for review."),
)  # fmt: skip
OWN: DetailPage = DetailPage(
    name="licences", route="licences/", single=True, title=_("Licences"), icon="receipt-text", needs=(PAPERS,),
    kinds=KINDS, find=lambda desk, _code: desk.party, heading=lambda _party: str(_("Licences")),
    links=((RENEW, lambda _desk, party: party.status in ("active", "suspended")),),
    hint=_("You are told 30 days, a week and a day before one ends. Without a required one nothing new can be sold."),
    tables=(
        Table(
            _("Certificates"), (*SHOWN, Column(_("Status"), stands, worded(STANDS))), own,
            empty=_("You have shown no certificate yet."),
        ),
        Table(
            _("Shown anew"),
            (
                Column(_("Certificate"), lambda one: papers.label(one.payload["item"])),
                Column(_("Submitted"), "submitted_at", DAY), Column(_("Status"), "status", STATUS),
                Column(_("Reasons"), lambda one: "; ".join(one.reasons)), Column(_("Number"), "code", CODE),
            ),
            submitted,
        ),
    ),
)  # fmt: skip
ALL: ListPage = ListPage(
    name="all-licences", route="platform/licences/", title=_("Licences of all"), icon="receipt-text", needs=(REVIEW,),
    kinds=PLATFORMS, rows=qualifications, code="pk",
    columns=(
        Column(_("Party"), "party", NAME, sort="party__name"), Column(_("Kind"), "party.kind", PARTY_KIND), *SHOWN,
        Column(_("Status"), stands, worded(STANDS)), Column(_("Party's status"), "party.status", STATUS),
    ),
    search=("party__name", "party__name_en", "party__code", "item"),
    filters=(
        Filter("stands", _("Status"), lambda _desk: [(name, str(said)) for name, said in STANDS.items()], narrow),
    ),
    order=("valid_until", "pk"), empty=_("Nobody has shown a certificate yet."),
)  # fmt: skip
ASK: FormPage = FormPage(
    name="requirement", route="platform/requirements/<slug:code>/", title=_("What applicants show"), **OPERATORS,
    form=Asked, find=applicant, run=ask_for, leads=lambda _ask, _kind: ASKED.url(), button=_("Save"),
    hint=_("It holds for whoever applies from now on, and for what must not lapse of those in business."),
)  # fmt: skip
ASKED: DetailPage = DetailPage(
    name="requirements", route="platform/requirements/", single=True, title=_("What applicants show"),
    icon="list-checks", **OPERATORS, find=lambda desk, _code: desk.party,
    heading=lambda _party: str(_("What applicants show")), status=lambda _party: "",
    tables=(
        Table(
            _("By kind of party"),
            (
                Column(_("Kind"), lambda row: row[0], PARTY_KIND),
                Column(_("Certificates"), lambda row: row[1]),
            ),
            asked, open=lambda row: ASK.url(row[0]),
        ),
    ),
)  # fmt: skip
PAGES = (RENEW, OWN, ALL, ASKED, ASK)

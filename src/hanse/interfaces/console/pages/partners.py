"""Whom a party supplies and by whom it is supplied: links, their terms, what is sold to whom at which price."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, NAME, PARTY_KIND, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import text
from hanse.interfaces.console.kit.lists import Filter, ListPage
from hanse.interfaces.console.kit.page import ENTERPRISES, RESELLERS, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.terms import TermsForm, lines, said, typed
from hanse.interfaces.web import words
from hanse.network.parties.models import Link, TermsChange
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.rules import SUPPLY

EDIT = "links.edit"


def supplied(desk: Desk) -> Any:
    """Return the open links through which the party supplies others."""
    found = Link.objects.visible_to(desk.actor).filter(kind=SUPPLY, upstream=desk.party, closed_at=None)
    return found.select_related("downstream")


def suppliers(desk: Desk) -> Any:
    """Return the open links through which the party is supplied."""
    found = Link.objects.visible_to(desk.actor).filter(kind=SUPPLY, downstream=desk.party, closed_at=None)
    return found.select_related("upstream")


def changes(desk: Desk, link: Link) -> Any:
    """Return how the terms of a link changed, the latest first."""
    return TermsChange.objects.visible_to(desk.actor).filter(link=link).order_by("-pk")


class Agreed(TermsForm):
    """A partner to be, by its code, and what is agreed."""

    blames = {**TermsForm.blames, "not_found": "partner", "downstream": "partner", "link_exists": "partner"}
    partner = text(_("The partner's code"), 80, help_text=_("Your partner finds it on its first console page."))
    field_order = ("partner",)


def agree(ask: Ask) -> int:
    """Open the link on the terms that the form says."""
    terms = said(ask)["terms"]
    return open_link(**ask.how, kind=SUPPLY, upstream=ask.party, downstream=ask.data["partner"], terms=terms)


OF = (
    Column(_("Kind"), "downstream.kind", PARTY_KIND),
    Column(_("Region"), "downstream.region"),
    Column(_("Since"), "opened_at", DAY, sort="opened_at"),
    Column(_("Terms"), lambda link: lines(link.terms), LINES),
)
NEW: FormPage = FormPage(
    name="partner-new", route="partners/new/", title=_("New partner"), icon="plus", needs=(EDIT,), form=Agreed,
    run=agree, leads=lambda _ask, link: ONE.url(link),
    hint=_("A partner sees your offers for partners and buys on the terms that you agree on."),
)  # fmt: skip
LIST: ListPage = ListPage(
    name="partners", title=_("Partners"), icon="users", needs=("party.see",), rows=supplied, code="pk",
    columns=(Column(_("Partner"), "downstream", NAME, sort="downstream__name"), *OF),
    search=("downstream__name", "downstream__name_en", "downstream__code"),
    filters=(
        Filter(
            "kind", _("Kind"), lambda _desk: [(k, str(v)) for k, v in words.KIND.items()],
            lambda rows, kind, _desk: rows.filter(downstream__kind=kind),
        ),
    ),
    order=("downstream__name", "pk"), links=(NEW,), open=lambda link: ONE.url(link.pk),
    empty=_("You supply nobody yet. Agree with a wholesaler or a shop, and it finds your goods in its market."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="partner", route="partners/<int:code>/", title=_("Partner"), needs=("party.see",), parent=LIST, code="pk",
    find=lambda desk, code: supplied(desk).filter(pk=code).first(), heading=lambda link: named(link.downstream),
    facts=(Column(_("Code"), "downstream.code", CODE), *OF),
    tables=(
        Table(
            _("Earlier terms"),
            (
                Column(_("Until"), "at", MOMENT),
                Column(_("Before"), lambda change: lines(change.before), LINES),
                Column(_("After"), lambda change: lines(change.after), LINES),
            ),
            changes,
        ),
    ),
    acts=(
        Act(
            name="terms", label=_("Change the terms"), icon="percent", form=TermsForm,
            may=lambda desk, _link: desk.may(EDIT), initial=lambda link: typed(link.terms),
            run=lambda ask: change_link(**ask.how, link=ask.thing.pk, **said(ask)),
        ),
        Act(
            name="close", label=_("End the partnership"), icon="x", tone="stop",
            may=lambda desk, _link: desk.may(EDIT), leads=lambda _ask: LIST.url(),
            run=lambda ask: close_link(**ask.how, link=ask.thing.pk),
        ),
    ),
)  # fmt: skip
SUPPLIERS: ListPage = ListPage(
    name="suppliers", title=_("Suppliers"), icon="factory", needs=("party.see",), kinds=RESELLERS | ENTERPRISES,
    rows=suppliers, code="pk",
    columns=(
        Column(_("Supplier"), "upstream", NAME, sort="upstream__name"),
        Column(_("Kind"), "upstream.kind", PARTY_KIND),
        Column(_("Since"), "opened_at", DAY, sort="opened_at"),
        Column(_("Terms"), lambda link: lines(link.terms), LINES),
    ),
    search=("upstream__name", "upstream__name_en"), order=("upstream__name", "pk"),
    empty=_("Nobody supplies you on terms of your own yet. Give a factory or a wholesaler your code."),
)  # fmt: skip
PAGES = (NEW, LIST, ONE, SUPPLIERS)

"""Whom a party supplies and by whom it is supplied: links, their terms, what is sold to whom at which price."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, NAME, PARTY_KIND, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage
from hanse.interfaces.console.kit.page import ENTERPRISES, RESELLERS, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.terms import TermsForm, lines, said, typed
from hanse.interfaces.web import words
from hanse.kernel import clock
from hanse.network.parties.models import Link, LinkInvitation, TermsChange
from hanse.network.parties.operations.accept_link import accept_link
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.invite_link import invite_link
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


class Offered(TermsForm):
    """What is offered to a partner to be."""

    blames = {**TermsForm.blames, "not_found": "partner", "downstream": "partner", "link_exists": "partner"}
    partner = text(
        _("The partner's code"), 80, required=False,
        help_text=_("Only that partner can accept. Empty: whoever you give the invitation's code to."),
    )  # fmt: skip
    field_order = ("partner",)


class Code(ConsoleForm):
    """An invitation by its code."""

    blames = {"not_found": "code"}
    code = text(_("The invitation's code"), 20)


def invite(ask: Ask) -> str:
    """Offer the partnership on the terms that the form says."""
    partner = ask.data["partner"] or None
    return invite_link(**ask.how, kind=SUPPLY, upstream=ask.party, downstream=partner, terms=said(ask)["terms"])


def given(desk: Desk) -> Any:
    """Return the invitations that the party gave and nobody has accepted yet."""
    found = LinkInvitation.objects.visible_to(desk.actor).open(clock.now()).filter(kind=SUPPLY, upstream=desk.party)
    return found.select_related("downstream")


def received(desk: Desk) -> Any:
    """Return the invitations that name the party and that it has not accepted yet."""
    found = LinkInvitation.objects.visible_to(desk.actor).open(clock.now()).filter(downstream=desk.party)
    return found.select_related("upstream")


OF = (
    Column(_("Kind"), "downstream.kind", PARTY_KIND),
    Column(_("Region"), "downstream.region"),
    Column(_("Since when"), "opened_at", DAY, sort="opened_at"),
    Column(_("Terms"), lambda link: lines(link.terms), LINES),
)
NEW: FormPage = FormPage(
    name="partner-new", route="partners/new/", title=_("New partner"), icon="plus", needs=(EDIT,), form=Offered,
    run=invite, leads=lambda _ask, _code: GIVEN.url(), button=_("Invite"),
    done=_("The invitation stands. Give your partner its code."),
    hint=_("A partner sees your offers for partners and buys on the terms that you agree on."),
)  # fmt: skip
GIVEN: ListPage = ListPage(
    name="invitations-given", route="partners/invited/", title=_("Invited partners"), icon="clock", needs=(EDIT,),
    rows=given,
    columns=(
        Column(_("The invitation's code"), "code", CODE),
        Column(_("Partner"), "downstream", NAME),
        Column(_("Terms"), lambda one: lines(one.terms), LINES),
        Column(_("Valid until"), "expires_at", MOMENT, sort="expires_at"),
    ),
    links=(NEW,), empty=_("No invitation is open."),
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
    order=("downstream__name", "pk"), links=(NEW, GIVEN), open=lambda link: ONE.url(link.pk),
    empty=_("You supply nobody yet. Agree with a wholesaler or a shop, and it finds your goods in its market."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="partner", route="partners/<int:code>/", title=_("Partner"), needs=("party.see",), parent=LIST, code="pk",
    find=lambda desk, code: supplied(desk).filter(pk=code).first(), heading=lambda link: named(link.downstream),
    facts=(Column(_("Number"), "downstream.code", CODE), *OF),
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
ACCEPT: FormPage = FormPage(
    name="accept", route="suppliers/accept/", title=_("Accept an invitation"), icon="check", needs=(EDIT,),
    kinds=RESELLERS | ENTERPRISES, form=Code, run=lambda ask: accept_link(**ask.how, invitation=ask.data["code"]),
    leads=lambda _ask, _link: SUPPLIERS.url(), done=_("You are supplied from now on."),
)  # fmt: skip
RECEIVED: ListPage = ListPage(
    name="invitations", route="suppliers/invitations/", title=_("Invitations"), icon="users", needs=(EDIT,),
    kinds=RESELLERS | ENTERPRISES, rows=received,
    columns=(
        Column(_("Supplier"), "upstream", NAME),
        Column(_("Kind"), "upstream.kind", PARTY_KIND),
        Column(_("Terms"), lambda one: lines(one.terms), LINES),
        Column(_("Valid until"), "expires_at", MOMENT, sort="expires_at"),
    ),
    bulk=(Bulk("accept", _("Accept"), lambda ask: accept_link(**ask.how, invitation=ask.thing.code)),),
    links=(ACCEPT,), empty=_("Nobody has invited you. If you were given a code, enter it."),
)  # fmt: skip
SUPPLIERS: ListPage = ListPage(
    name="suppliers", title=_("Suppliers"), icon="factory", needs=("party.see",), kinds=RESELLERS | ENTERPRISES,
    rows=suppliers, code="pk",
    columns=(
        Column(_("Supplier"), "upstream", NAME, sort="upstream__name"),
        Column(_("Kind"), "upstream.kind", PARTY_KIND),
        Column(_("Since when"), "opened_at", DAY, sort="opened_at"),
        Column(_("Terms"), lambda link: lines(link.terms), LINES),
    ),
    search=("upstream__name", "upstream__name_en"), order=("upstream__name", "pk"), links=(ACCEPT, RECEIVED),
    empty=_("Nobody supplies you on terms of your own yet. Give a factory or a wholesaler your code."),
)  # fmt: skip
PAGES = (NEW, LIST, ONE, GIVEN, SUPPLIERS, ACCEPT, RECEIVED)

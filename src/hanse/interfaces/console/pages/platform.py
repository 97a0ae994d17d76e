"""The network as operators keep it: parties, links and terms, categories, policy, staff."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.operations.change_category import change_category
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.queries import tree
from hanse.goods.catalogue.rules import check_properties
from hanse.interfaces.console.kit.cells import (
    CODE,
    DAY,
    LINES,
    MOMENT,
    NAME,
    NUMBER,
    PARTY_KIND,
    STATUS,
    YES,
    Column,
    Kind,
    named,
    worded,
)
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, Reason, choice, fill, pieces, text
from hanse.interfaces.console.kit.grid import GridColumn, GridField
from hanse.interfaces.console.kit.lists import Bulk, ListPage, by_field, by_state
from hanse.interfaces.console.kit.page import OPERATORS, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.preview import OPEN, Previewed
from hanse.interfaces.console.pages.review import COMPANY, PAPERS
from hanse.interfaces.console.pages.terms import PlatformTerms, lines, said, typed
from hanse.interfaces.web import words
from hanse.kernel.actor import OPERATE
from hanse.kernel.errors import MalformedInput
from hanse.network.access.models import Membership
from hanse.network.parties import rules
from hanse.network.parties.models import PARTY, Link, Particulars, Party, Qualification, TermsChange
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.operations.reinstate_party import reinstate_party
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.trade.orders.models import Order

LINK = {
    rules.SUPPLY: _("supplies"), rules.PROMOTES: _("brought"), rules.COMMUNITY: _("leads"), rules.EMPLOYS: _("employs"),
}  # fmt: skip


def parties(desk: Desk) -> Any:
    """Return every party."""
    return Party.objects.visible_to(desk.actor)


def links(desk: Desk) -> Any:
    """Return every open link."""
    return Link.objects.visible_to(desk.actor).filter(closed_at=None).select_related("upstream", "downstream")


def affected(desk: Desk, link: Link) -> dict[str, int]:
    """Return what a change of terms touches: open orders keep theirs, new ones take the new."""
    found = Order.objects.visible_to(desk.actor).filter(seller=link.upstream, buyer=link.downstream)
    return {"open": found.filter(status__in=OPEN).count(), "ever": found.count()}


class NewParty(ConsoleForm):
    """A party to be registered without an application."""

    blames = {"slug_taken": "slug", "platform_exists": "kind"}
    kind = choice(_("Kind"), [(k, v) for k, v in words.KIND.items() if k != rules.PLATFORM])
    name = text(_("Name"), 200)
    name_en = text(_("English name"), 200, required=False)
    region = text(_("Region"), 80, required=False)
    slug = text(_("Short name"), 80, required=False, help_text=_("It stands in addresses: letters, digits, dashes."))

    def clean_slug(self) -> str | None:
        """Read nothing as none."""
        return self.cleaned_data["slug"] or None


class NewLink(PlatformTerms):
    """Two parties to be linked."""

    blames = {**PlatformTerms.blames, "link_exists": "downstream", "link_cycle": "upstream", "not_found": "upstream"}
    kind = choice(_("Kind"), LINK.items())
    upstream = text(_("Upstream party (code or short name)"), 80)
    downstream = text(_("Downstream party (code or short name)"), 80)
    field_order = ("kind", "upstream", "downstream")


ASKED = (
    GridColumn("name", _("Property"), most=60), GridColumn("name_en", _("English name")),
    GridColumn("kind", _("Kind"), choices=[
        ("text", _("a text")), ("number", _("a number")), ("choice", _("one of the choices")),
    ]),
    GridColumn("choices", _("Choices"), most=6_000), GridColumn("required", _("Required"), type="checkbox"),
)  # fmt: skip


def parted(said: str) -> list[str]:
    """Return the choices that were typed beside one another."""
    return [one.strip() for one in re.split(r"[,，、;；]", said) if one.strip()]


class CategoryForm(ConsoleForm):
    """What a shelf of the mall is called, and where it stands."""

    blames = {"category_exists": "slug", "not_found": "parent"}
    name = text(_("Name"), 80)
    name_en = text(_("English name"), 80, required=False)
    parent = choice(_("Below"), required=False)
    position = pieces(_("Place among its neighbours"), least=0, initial=0, required=False)
    hidden = forms.BooleanField(label=_("Hidden, with all below it"), required=False, help_text=_(
        "Not offered to buyers nor in forms; its goods are still found by search and by their links."
    ))  # fmt: skip
    properties = GridField(ASKED, label=_("What its goods have to say"), required=False, help_text=_(
        "For goods here and below. Choices stand beside one another with commas: 棉 | Cotton, 麻 | Linen."
    ))  # fmt: skip

    def prepare(self) -> None:
        """Offer the categories there are."""
        fill(self, "parent", ((one.slug, named(one)) for one in tree()), blank=_("the top"))

    def clean_properties(self) -> list[dict[str, Any]]:
        """Return what goods have to say."""
        try:
            return check_properties([{**row, "choices": parted(row["choices"])} for row in self.typed()])
        except MalformedInput as refused:
            self.refuse(refused)
            return []

    def typed(self) -> list[dict[str, Any]]:
        """Return the rows in which something was typed."""
        return [{**row, "required": bool(row["required"])} for row in self.cleaned_data["properties"] or ()]

    def clean_parent(self) -> str | None:
        """Read nothing as none."""
        return self.cleaned_data["parent"] or None

    def clean_position(self) -> int:
        """Read nothing as the first place."""
        return self.cleaned_data["position"] or 0


class NewCategory(CategoryForm):
    """A new shelf of the mall."""

    slug = text(_("Short name"), 80, help_text=_("It stands in addresses: small letters, digits, dashes."))
    field_order = ("name", "name_en", "slug")


def category(_desk: Desk, slug: str) -> Any:
    """Return a category with its parent."""
    return next((one for one in tree() if one.slug == slug), None)


def placed(_desk: Desk, thing: Any) -> dict[str, Any]:
    """Return a category as its form begins with it."""
    said = {name: getattr(thing, name) for name in ("name", "name_en", "position", "hidden")}
    asked = [
        {**one, "choices": ", ".join(one["choices"]), "required": "on" if one["required"] else ""}
        for one in thing.properties
    ]
    return {**said, "parent": thing.parent.slug if thing.parent else "", "properties": asked}


def link_up(ask: Ask) -> int:
    """Open the link."""
    ends = {name: ask.data[name] for name in ("kind", "upstream", "downstream")}
    return open_link(**ask.how, **ends, terms=said(ask)["terms"])


def employed(desk: Desk, party: Party) -> Any:
    """Return who has which role within a party."""
    return Membership.objects.visible_to(desk.actor).filter(party=party, until=None).select_related("user")


def of(model: Any) -> Callable[[Desk, Party], Any]:
    """Return how the rows of a model that belong to a party are read."""
    return lambda desk, party: model.objects.visible_to(desk.actor).filter(party=party)


def certificates(desk: Desk, party: Party) -> Any:
    """Return a party's certificates."""
    return Qualification.objects.visible_to(desk.actor).filter(party=party).select_related("paper").order_by("item")


NEW_PARTY: FormPage = FormPage(
    name="party-new", route="platform/parties/new/", title=_("New party"), icon="plus", **OPERATORS, form=NewParty,
    run=lambda ask: register_party(**ask.how, **ask.data), leads=lambda _ask, code: PARTY_PAGE.url(code),
    hint=_("Registered at once and active. Whoever applies by itself stands among the approvals."),
)  # fmt: skip


def earlier(of: str) -> Table:
    """Return the terms that a party or a link had before, as a table of its page."""
    columns = (
        Column(_("Until"), "at", MOMENT),
        Column(_("Before"), lambda change: lines(change.before), LINES),
        Column(_("After"), lambda change: lines(change.after), LINES),
    )
    return Table(
        _("Earlier terms"),
        columns,
        lambda desk, thing: TermsChange.objects.visible_to(desk.actor).filter(**{of: thing}).order_by("-pk"),
    )


PARTIES: ListPage = ListPage(
    name="parties", route="platform/parties/", title=_("Parties"), icon="building-2", **OPERATORS, rows=parties,
    columns=(
        Column(_("Name"), "self", NAME, sort="name"),
        Column(_("Kind"), "kind", PARTY_KIND, sort="kind"),
        Column(_("Status"), "status", STATUS, sort="status"),
        Column(_("Region"), "region", sort="region"),
        Column(_("Since when"), "created_at", DAY, sort="created_at"),
        Column(_("Number"), "code", CODE),
    ),
    search=("name", "name_en", "code", "slug"),
    filters=(by_state(PARTY), by_field("kind", _("Kind"), words.KIND)), links=(NEW_PARTY,),
    bulk=(
        Bulk(
            "suspend", _("Suspend"), lambda ask: suspend_party(**ask.how, party=ask.thing.code, why=ask.data["why"]),
            form=Reason, tone="stop",
        ),
    ),
    order=("name", "pk"), open=lambda party: PARTY_PAGE.url(party.code),
)  # fmt: skip
PARTY_PAGE: DetailPage = DetailPage(
    name="party", route="platform/parties/<str:code>/", title=_("Party"), **OPERATORS, parent=PARTIES, states=PARTY,
    find=lambda desk, code: parties(desk).filter(code=code).first(), heading=named,
    facts=(
        Column(_("Number"), "code", CODE), Column(_("Kind"), "kind", PARTY_KIND), Column(_("English name"), "name_en"),
        Column(_("Region"), "region"), Column(_("Since when"), "created_at", DAY),
        Column(_("Terms"), lambda party: lines(party.terms), LINES),
    ),
    tables=(
        Table(
            _("Links"),
            (
                Column(_("Upstream"), "upstream", NAME),
                Column(_("Kind"), "kind", worded(LINK)),
                Column(_("Downstream"), "downstream", NAME),
                Column(_("Terms"), lambda link: lines(link.terms), LINES),
            ),
            lambda desk, party: links(desk).filter(Q(upstream=party) | Q(downstream=party)).order_by("kind", "pk"),
            open=lambda link: LINK_PAGE.url(link.pk),
        ),
        Table(
            _("Staff"),
            (
                Column(_("Name"), "user.name"),
                Column(_("Role"), "role", Kind(words.role, words.role)),
                Column(_("Since when"), "since", DAY),
            ),
            employed,
        ),
        Table(COMPANY.title, COMPANY.columns, of(Particulars)),
        Table(PAPERS.title, PAPERS.columns, certificates),
        earlier("party"),
    ),
    acts=(
        Act(
            name="terms", label=_("Change the terms"), icon="percent", form=Previewed,
            initial=lambda party: typed(party.terms),
            run=lambda ask: change_terms(**ask.how, party=ask.thing.code, **said(ask)),
        ),
        Act(
            name="suspend", label=_("Suspend"), icon="x", tone="stop", form=Reason,
            run=lambda ask: suspend_party(**ask.how, party=ask.thing.code, why=ask.data["why"]),
            may=by_event(PARTY, "suspend", OPERATE, also=lambda _desk, party: party.kind != rules.PLATFORM),
        ),
        Act(
            name="reinstate", label=_("Reinstate"), tone="go", form=Reason,
            run=lambda ask: reinstate_party(**ask.how, party=ask.thing.code, why=ask.data["why"]),
            may=by_event(PARTY, "reinstate", OPERATE),
        ),
    ),
)  # fmt: skip
NEW_LINK: FormPage = FormPage(
    name="link-new", route="platform/links/new/", title=_("New link"), icon="plus", **OPERATORS, form=NewLink,
    run=link_up, leads=lambda _ask, link: LINK_PAGE.url(link),
)  # fmt: skip
LINKS: ListPage = ListPage(
    name="links", route="platform/links/", title=_("Links and terms"), icon="network", **OPERATORS, rows=links,
    code="pk", columns=(
        Column(_("Upstream"), "upstream", NAME, sort="upstream__name"),
        Column(_("Kind"), "kind", worded(LINK), sort="kind"),
        Column(_("Downstream"), "downstream", NAME, sort="downstream__name"),
        Column(_("Terms"), lambda link: lines(link.terms), LINES),
        Column(_("Since when"), "opened_at", DAY, sort="opened_at"),
    ),
    search=("upstream__name", "upstream__name_en", "downstream__name", "downstream__name_en"),
    filters=(by_field("kind", _("Kind"), LINK),), links=(NEW_LINK,), open=lambda link: LINK_PAGE.url(link.pk),
)  # fmt: skip
LINK_PAGE: DetailPage = DetailPage(
    name="link", route="platform/links/<int:code>/", title=_("Link"), **OPERATORS, parent=LINKS, code="pk",
    find=lambda desk, code: links(desk).filter(pk=code).first(),
    heading=lambda link: f"{named(link.upstream)} → {named(link.downstream)}", status=lambda _link: "",
    facts=(
        Column(_("Kind"), "kind", worded(LINK)), Column(_("Upstream"), "upstream", NAME),
        Column(_("Downstream"), "downstream", NAME), Column(_("Since when"), "opened_at", DAY),
        Column(_("Terms"), lambda link: lines(link.terms), LINES),
    ),
    tables=(
        Table(
            _("Whom a change touches"),
            (
                Column(_("Open orders, which keep their terms"), lambda found: found["open"], NUMBER),
                Column(_("Orders so far"), lambda found: found["ever"], NUMBER),
            ),
            lambda desk, link: [affected(desk, link)],
        ),
        earlier("link"),
    ),
    acts=(
        Act(
            name="terms", label=_("Change the terms"), icon="percent", form=Previewed,
            initial=lambda link: typed(link.terms),
            run=lambda ask: change_link(**ask.how, link=ask.thing.pk, **said(ask)),
        ),
        Act(
            name="close", label=_("End the link"), icon="x", tone="stop", leads=lambda _ask: LINKS.url(),
            run=lambda ask: close_link(**ask.how, link=ask.thing.pk),
        ),
    ),
)  # fmt: skip
NEW_CATEGORY: FormPage = FormPage(
    name="category-new", route="platform/categories/new/", title=_("New category"), icon="plus", **OPERATORS,
    form=NewCategory, run=lambda ask: create_category(**ask.how, **ask.data),
    leads=lambda _ask, _slug: CATEGORIES.url(),
)  # fmt: skip
CATEGORY: FormPage = FormPage(
    name="category", route="platform/categories/<slug:code>/edit/", title=_("Category"), **OPERATORS,
    form=CategoryForm, find=category, initial=placed, button=_("Save"), leads=lambda _ask, _slug: CATEGORIES.url(),
    run=lambda ask: change_category(**ask.how, category=ask.thing.slug, **ask.data),
    hint=_("Its short name stays, because it stands in addresses."),
)  # fmt: skip
CATEGORIES: DetailPage = DetailPage(
    name="categories", route="platform/categories/", title=_("Categories"), icon="layout-grid", **OPERATORS,
    find=lambda desk, _code: desk.party, heading=lambda _party: str(_("Categories")), status=lambda _party: "",
    single=True, links=((NEW_CATEGORY, lambda _desk, _party: True),),
    tables=(
        Table(
            _("Categories"),
            (
                Column(_("Name"), "self", NAME),
                Column(_("English name"), "name_en"),
                Column(_("Below"), "parent", NAME),
                Column(_("Place among its neighbours"), "position", NUMBER),
                Column(_("Short name"), "slug", CODE),
                Column(_("Hidden"), "hidden", YES),
            ),
            lambda _desk, _party: tree(), empty=_("There is no category yet."),
            open=lambda one: CATEGORY.url(one.slug),
        ),
    ),
)  # fmt: skip
POLICY: FormPage = FormPage(
    name="policy", route="platform/policy/", title=_("Policy"), icon="percent", **OPERATORS, form=Previewed,
    hint=_("What holds for everyone whose own terms, links and offers say nothing else. New orders take it at once."),
    initial=lambda desk, _thing: typed(desk.party.terms), button=_("Save"),
    run=lambda ask: change_terms(**ask.how, party=ask.party, **said(ask)), leads=lambda _ask, _code: POLICY.url(),
)  # fmt: skip
PAGES = (
    NEW_PARTY, PARTIES, PARTY_PAGE, NEW_LINK, LINKS, LINK_PAGE, NEW_CATEGORY, CATEGORY, CATEGORIES, POLICY,
)  # fmt: skip

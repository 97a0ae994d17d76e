"""The supply market: what others offer for resale, at this party's cost, listed with one click or many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.interfaces.console.kit.cells import (
    CODE,
    MONEY,
    NAME,
    PARTY_KIND,
    PERCENT,
    PICTURE,
    Column,
    Kind,
    named,
)
from hanse.interfaces.console.kit.details import Act, DetailPage
from hanse.interfaces.console.kit.forms import ConsoleForm, MoneyField, RateField, choice
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage
from hanse.interfaces.console.kit.page import RESELLERS, Ask, Desk
from hanse.interfaces.console.pages.stock import goods_name
from hanse.interfaces.jobs.works.listing import LISTING
from hanse.interfaces.jobs.works.operations.begin import begin
from hanse.interfaces.storefront import goods
from hanse.interfaces.templatetags.hanse import locale, money, number
from hanse.kernel import clock
from hanse.kernel.money import WHOLE, percent, plain
from hanse.network.parties.models import Link
from hanse.network.parties.rules import SUPPLIER, SUPPLY, WHOLESALER

EDIT = "offers.edit"
USUAL_MARGIN = 2_500
SHOWN = 99
AUDIENCES = {"public": _("everyone"), "partners": _("my partners only")}
ABOUT = Kind(lambda n: f"{number(SHOWN)}+" if n > SHOWN else number(n), lambda n: str(min(n, SHOWN)), end=True)
"""Of others' stock nobody is told more than that there is plenty."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One offer of the market as this party meets it: what it costs here, and as what it is listed already."""

    offer: Offer
    cost: int
    available: int
    breaks: tuple[goods.Break, ...]
    mine: Offer | None
    """The party's own offer that draws from it."""

    @property
    def pk(self) -> int:
        """Return the offer's id."""
        return self.offer.pk

    @property
    def code(self) -> str:
        """Return the offer's code."""
        return self.offer.code

    @property
    def suggested(self) -> int:
        """Return a usual price within the band."""
        return within(self.offer, self.cost + percent(self.cost, USUAL_MARGIN))

    @property
    def asked(self) -> int:
        """Return what the party asks, or would usually ask."""
        return self.mine.price if self.mine else self.suggested

    @property
    def margin(self) -> int:
        """Return what stays of that price beyond the cost, in basis points of the price."""
        return (self.asked - self.cost) * WHOLE // self.asked


def within(offer: Offer, price: int) -> int:
    """Return the price, moved into the resale band."""
    return min(max(price, offer.band_min or price), offer.band_max or max(price, offer.band_min or price))


def buyable(desk: Desk) -> QuerySet[Offer]:
    """Return what the party could buy: public offers and its partners', not its own."""
    found = Offer.objects.visible_to(desk.actor).exclude(seller=desk.party)
    return found.filter(status="listed", seller__status="active", sku__product__status="listed")


def offered(desk: Desk) -> Any:
    """Return what makers and wholesalers, and whoever else supplies the party, offer it."""
    suppliers = Link.objects.visible_to(desk.actor).filter(kind=SUPPLY, downstream=desk.party, closed_at=None)
    found = buyable(desk).filter(
        Q(seller__kind__in=[SUPPLIER, WHOLESALER]) | Q(seller__in=suppliers.values("upstream"))
    )
    return found.select_related("seller", "sku__product__category").prefetch_related("sku__product__skus")


def mine(desk: Desk) -> Any:
    """Return the party's own offers that were not withdrawn."""
    return Offer.objects.visible_to(desk.actor).filter(seller=desk.party).exclude(status="withdrawn")


def met(desk: Desk, offers: Iterable[Offer]) -> list[Supply]:
    """Return offers with this party's cost, what can be had, and whether it draws from them already."""
    rows = list(offers)
    drawn = {row.source_id: row for row in mine(desk).filter(source__in=[row.pk for row in rows]).order_by("-pk")}
    return [
        Supply(card.offer, card.price, card.available, card.breaks, drawn.get(card.offer.pk))
        for card in goods.cards(desk.actor, rows, clock.now())
    ]


def one(desk: Desk, code: str) -> Supply | None:
    """Return one offer of the market."""
    return next(iter(met(desk, offered(desk).filter(code=code))), None)


def band(supply: Supply) -> str:
    """Return the band in which the party may ask."""
    least, most, currency = supply.offer.band_min, supply.offer.band_max, supply.offer.currency
    if least is None and most is None:
        return ""
    return f"{money(least, currency)} – {money(most, currency)}"


def steps(supply: Supply) -> list[str]:
    """Return the prices by quantity in words."""
    return [
        f"{number(step.quantity)}+ · {money(step.price, supply.offer.currency)}"
        for step in supply.breaks
        if step.quantity > 1
    ]


class ByMargin(ConsoleForm):
    """At which margin on one's cost, and for whom."""

    margin = RateField(label=_("Margin on cost"), initial=USUAL_MARGIN)
    audience = choice(_("For"), AUDIENCES.items())


class InOneClick(ConsoleForm):
    """At which price, for everyone."""

    blames = {"price_outside_band": "price"}
    price = MoneyField(label=_("Your price"), least=1)


class AtPrice(ConsoleForm):
    """At which price, and for whom; what one's own resellers may ask."""

    blames = {"price_outside_band": "price", "band": "band_min"}
    price = MoneyField(label=_("Price"), least=1)
    audience = choice(_("For"), AUDIENCES.items())
    band_min = MoneyField(label=_("Resellers ask at least"), required=False, least=1)
    band_max = MoneyField(label=_("Resellers ask at most"), required=False, least=1)
    commission = RateField(label=_("Commission for promoters"), required=False)


def list_by_margin(ask: Ask) -> str:
    """List one of the offers that were picked."""
    supply: Supply = ask.thing
    price = within(supply.offer, supply.cost + percent(supply.cost, ask.data["margin"]))
    return _list(ask, price=price, audience=ask.data["audience"])


def list_at_price(ask: Ask) -> str:
    """List the offer at the price that the form says."""
    edges = (ask.data["band_min"], ask.data["band_max"])
    return _list(
        ask, price=ask.data["price"], audience=ask.data["audience"],
        band=edges if any(edges) else None, commission=[ask.data["commission"]] if ask.data["commission"] else [],
    )  # fmt: skip


def list_in_row(ask: Ask) -> str:
    """List the offer at the price that was typed into its row."""
    return _list(ask, price=ask.data["price"])


def list_many(ask: Ask, codes: list[str]) -> str:
    """Let all of these be listed in the background, and return where one sees how far that is."""
    given = {"offers": codes, "margin": ask.data["margin"], "audience": ask.data["audience"]}
    work = begin(**ask.how, kind=LISTING, given=given, language=locale())
    return reverse("console-work", args=[work])


def _list(ask: Ask, **said: Any) -> str:
    offer: Offer = ask.thing.offer
    return list_offer(
        **ask.how, seller=ask.party, sku=offer.sku.code, currency=offer.currency, source=offer.code, **said
    )


def _sellers(desk: Desk) -> list[tuple[str, str]]:
    found = {offer.seller.code: named(offer.seller) for offer in offered(desk).order_by("seller").distinct("seller")}
    return sorted(found.items(), key=lambda pair: pair[1])


def _in_category(rows: Any, slug: str, _desk: Desk) -> Any:
    return rows.filter(sku__product__category__slug=slug)


def _categories(desk: Desk) -> list[tuple[str, str]]:
    return [(shown.slug, named(shown)) for shown in goods.categories(desk.actor)]


def _asked(supply: Supply) -> SafeString | str:
    """Return the price that the party asks, marked if it does so already; else the one that is suggested."""
    said = money(supply.asked, supply.offer.currency)
    if supply.mine is None:
        return said
    badge = _("suspended") if supply.mine.status == "suspended" else _("listed")
    where = reverse("console-offer", args=[supply.mine.code])
    return format_html(
        '<a href="{}">{}</a><span class="block"><span class="badge badge-done">{}</span></span>', where, said, badge
    )


def _cost(supply: Supply) -> SafeString:
    """Return what it costs here, and below that for how much less more of it comes."""
    lines = format_html_join("", '<span class="block small soft num">{}</span>', ((one,) for one in steps(supply)))
    return format_html("{}{}", money(supply.cost, supply.offer.currency), lines)


COST = Kind(_cost, lambda s: plain(s.cost, s.offer.currency), end=True)
ASKED = Kind(_asked, lambda s: plain(s.asked, s.offer.currency), end=True)
GOODS = Column(_("Goods"), lambda s: goods_name(s.offer.sku), sort="sku__product__name")
COLUMNS = (
    Column(_("Supplier"), "offer.seller", NAME, sort="seller__name"),
    Column(_("Your cost"), "self", COST, sort="price"),
    Column(_("You may ask"), band),
    Column(_("Your price"), "self", ASKED),
    Column(_("Margin"), "margin", PERCENT),
    Column(_("Available"), "available", ABOUT),
)


def _whether(rows: Any, said: str, desk: Desk) -> Any:
    """Keep what the party lists already, or what it does not."""
    drawn = mine(desk).exclude(source=None).values("source")
    return rows.filter(pk__in=drawn) if said == "yes" else rows.exclude(pk__in=drawn)


LIST: ListPage = ListPage(
    name="market", title=_("Supply market"), icon="store", needs=("goods.see",), kinds=RESELLERS, rows=offered,
    hint=_("What factories and wholesalers offer you. Type your price and list it, or pick many and say your margin."),
    enrich=met, columns=(GOODS, *COLUMNS), picture=lambda s: s.offer.sku.product.images,
    search=("sku__product__name", "sku__product__name_en", "seller__name", "seller__name_en", "sku__code", "code"),
    filters=(
        Filter("seller", _("Supplier"), _sellers, lambda rows, code, _desk: rows.filter(seller__code=code)),
        Filter("category", _("Category"), _categories, _in_category),
        Filter(
            "listed", _("Listed"), lambda _desk: [("no", str(_("not yet"))), ("yes", str(_("already")))], _whether,
        ),
        Filter(
            "band", _("Resale price"), lambda _desk: [("free", str(_("free"))), ("bound", str(_("within a band")))],
            lambda rows, said, _desk: rows.filter(band_min=None, band_max=None) if said == "free" else rows.exclude(
                band_min=None, band_max=None
            ),
        ),
    ),
    order=("sku__product", "price", "pk"), open=lambda supply: ONE.url(supply.code),
    bulk=(
        Bulk("list", _("List in my name"), list_by_margin, lambda desk, _thing: desk.may(EDIT), ByMargin,
             many=list_many),
        Bulk(
            "one", _("List"), list_in_row, lambda desk, _thing: desk.may(EDIT), InOneClick, inline=True,
            initial=lambda supply: {"price": supply.suggested}, fits=lambda _desk, supply: supply.mine is None,
        ),
    ),
    empty=_("Nobody offers you anything yet. Give a factory or a wholesaler your code."),
)  # fmt: skip


ONE: DetailPage = DetailPage(
    name="supply", route="market/<str:code>/", title=_("Supply"), needs=("goods.see",), kinds=RESELLERS, parent=LIST,
    find=one, heading=lambda supply: goods_name(supply.offer.sku),
    status=lambda supply: supply.mine.status if supply.mine else "",
    facts=(
        Column(_("Picture"), "offer.sku.product.images", PICTURE), *COLUMNS[:2],
        Column(_("Kind"), "offer.seller.kind", PARTY_KIND), *COLUMNS[2:],
        Column(_("Freight a piece"), lambda s: (s.offer.freight, s.offer.currency), MONEY),
        Column(_("Offer"), "code", CODE), Column(_("SKU"), "offer.sku.code", CODE),
        Column(_("Description"), "offer.sku.product.summary"),
    ),
    acts=(
        Act(
            name="list", label=_("List in my name"), icon="tag", tone="go", form=AtPrice,
            may=lambda desk, supply: desk.may(EDIT) and supply.mine is None, open=True,
            initial=lambda supply: {"price": supply.suggested}, run=list_at_price,
            done=_("It is on sale in your name."),
        ),
    ),
)  # fmt: skip
PAGES = (LIST, ONE)

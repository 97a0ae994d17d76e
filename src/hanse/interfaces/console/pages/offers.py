"""What a party sells: at which prices for everyone, for levels and for single partners; on sale or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers import rules
from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import chains
from hanse.interfaces.console.kit.cells import (
    CODE,
    LINES,
    MONEY,
    NUMBER,
    PERCENT,
    PICTURE,
    STATUS,
    Column,
    Kind,
    named,
    worded,
)
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import CURRENCY, ConsoleForm, MoneyField, RateField, Reason, choice, fill
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage, by_field, by_state
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.pages import market, presales, prices
from hanse.interfaces.console.pages.market import AUDIENCES, EDIT, AtPrice
from hanse.interfaces.console.pages.stock import goods_name, known_skus
from hanse.kernel import clock, money
from hanse.network.parties.queries import terms_for

SEE = "goods.see"


@dataclass(frozen=True, slots=True)
class Own:
    """One of the party's offers with what stands behind it: own pieces, what can be had, what the source asks."""

    offer: Offer
    own: int
    available: int
    cost: int | None
    obstacle: str

    @property
    def pk(self) -> int:
        """Return the offer's id."""
        return self.offer.pk

    @property
    def code(self) -> str:
        """Return the offer's code."""
        return self.offer.code

    @property
    def status(self) -> str:
        """Return the offer's state."""
        return self.offer.status

    @property
    def margin(self) -> int | None:
        """Return what stays of the price beyond the cost, in basis points of the price."""
        return None if self.cost is None else (self.offer.price - self.cost) * money.WHOLE // self.offer.price


def stood_behind(desk: Desk, offers: Iterable[Offer]) -> list[Own]:
    """Return offers with what stands behind them, in one further statement."""
    rows, at = list(offers), clock.now()
    found, buyer = chains([row.pk for row in rows], at=at, buyer=desk.party.pk), desk.party.pk
    terms = terms_for([(row.source.seller_id, buyer) for row in rows if row.source])
    levels = {row.pk: terms[row.source.seller_id, buyer].level for row in rows if row.source}
    return [_own(row, found[row.pk], levels.get(row.pk, ""), at, buyer) for row in rows]


def _own(row: Offer, chain: rules.Chain, level: str, at: Any, buyer: int) -> Own:
    cost = None
    if len(chain) > 1:
        cost = rules.price_for(chain[1].price, chain[1].prices, buyer, level, 1, at)
    _sellable, obstacle = rules.sellable(chain)
    return Own(row, chain[0].own, rules.available(chain), cost, obstacle)


def own(desk: Desk) -> Any:
    """Return the party's offers, withdrawn ones included."""
    found = Offer.objects.visible_to(desk.actor).filter(seller=desk.party)
    return found.select_related("sku__product", "source__seller")


def one(desk: Desk, code: str) -> Own | None:
    """Return one of them."""
    return next(iter(stood_behind(desk, own(desk).filter(code=code))), None)


OBSTACLES = {
    "": "",
    "suspended": _("You suspended it. Resume it to sell it."),
    "withdrawn": _("It was withdrawn for good."),
    "out_of_stock": _("Sold out: neither on your shelves nor at your supplier is a piece left."),
    "upstream_suspended": _("Your supplier has stopped selling it. Choose another in the supply market."),
    "price_outside_band": _("Your price lies outside the range that your supplier allows. Change the price."),
    "seller_suspended": _("Your company is suspended. Ask the platform why."),
    "product_not_listed": _("The product itself is not on sale: it is in review or was taken off the market."),
    "partners_only": _("Your supplier sells it to its partners only, and you are none at the moment."),
    "chain_too_long": _("The goods would pass through too many hands."),
}  # fmt: skip
"""Why nobody can buy it now, and what to do about it."""


def sells(rows: Any, said: str, desk: Desk) -> Any:
    """Keep what can be bought at the moment, or what cannot."""
    found = stood_behind(desk, rows.exclude(status="withdrawn"))
    return rows.filter(pk__in=[one.pk for one in found if (said == "yes") is not bool(one.obstacle)])


class Figures(ConsoleForm):
    """What an offer asks."""

    blames = {"price_outside_band": "price", "band": "band_min"}
    price = MoneyField(label=_("Price"), least=1)
    freight = MoneyField(label=_("Freight a piece"), required=False)
    audience = choice(_("For"), AUDIENCES.items())
    band_min = MoneyField(label=_("Resellers ask at least"), required=False, least=1)
    band_max = MoneyField(label=_("Resellers ask at most"), required=False, least=1)
    commission = RateField(label=_("Commission for promoters"), required=False)


class Price(ConsoleForm):
    """Everyone's price."""

    blames = {"price_outside_band": "price"}
    price = MoneyField(label=_("Price"), least=1)


class Shift(ConsoleForm):
    """By how much prices change."""

    shift = forms.DecimalField(label=_("Price by percent"), min_value=-90, max_value=900, decimal_places=2)


class NewOffer(AtPrice):
    """Something of one's own to be sold."""

    blames = {**AtPrice.blames, "not_found": "sku"}
    sku = choice(_("Goods"))
    freight = MoneyField(label=_("Freight a piece"), required=False)
    field_order = ("sku", "price", "freight", "audience")

    def prepare(self) -> None:
        """Offer what the party has."""
        fill(self, "sku", known_skus(self.desk))


def figures(ask: Ask) -> dict[str, Any]:
    """Return what the form says of prices, as the operations want it."""
    edges = (ask.data["band_min"], ask.data["band_max"])
    return {
        "price": ask.data["price"], "freight": ask.data["freight"] or 0, "audience": ask.data["audience"],
        "band": edges if any(edges) else None,
        "commission": [ask.data["commission"]] if ask.data["commission"] else [],
    }  # fmt: skip


def change(ask: Ask) -> str:
    """Change the figures; further levels of commission stay."""
    said = figures(ask)
    said["commission"] += ask.thing.offer.commission[1:] if said["commission"] else []
    return change_offer(**ask.how, offer=ask.thing.code, **said)


def as_typed(thing: Own) -> dict[str, Any]:
    """Return the figures as they are."""
    offer = thing.offer
    return {
        "price": offer.price, "freight": offer.freight, "audience": offer.audience, "band_min": offer.band_min,
        "band_max": offer.band_max, "commission": offer.commission[0] if offer.commission else None,
    }  # fmt: skip


def shift(ask: Ask) -> str:
    """Change the price of one of the offers that were picked."""
    offer: Offer = ask.thing.offer
    price = offer.price + money.percent(offer.price, int(ask.data["shift"] * 100))
    return change_offer(**ask.how, offer=offer.code, price=price)


def edits(desk: Desk, _thing: Any) -> bool:
    """Say whether who sits here may change offers."""
    return desk.may(EDIT)


NEW: FormPage = FormPage(
    name="offer-new", route="offers/new/", title=_("New offer"), icon="plus", needs=(EDIT,), form=NewOffer,
    run=lambda ask: list_offer(**ask.how, seller=ask.party, sku=ask.data["sku"], currency=CURRENCY, **figures(ask)),
    leads=lambda _ask, code: ONE.url(code),
    hint=_("Sold from your own stock. Goods of others are in the supply market."),
)  # fmt: skip


def _standing(one: Own) -> SafeString:
    """Return the state of an offer, and below it why nobody can buy it if that is so."""
    why = (
        format_html('<span class="block small soft">{}</span>', OBSTACLES.get(one.obstacle, one.obstacle))
        if one.obstacle
        else ""
    )
    return format_html("{}{}", STATUS.html(one.status), why)


def _standing_text(one: Own) -> str:
    return ": ".join(filter(None, (STATUS.plain(one.status), str(OBSTACLES.get(one.obstacle, "")))))


STANDING = Kind(_standing, _standing_text)
GOODS = Column(_("Goods"), lambda o: goods_name(o.offer.sku), sort="sku__product__name")
COLUMNS = (
    Column(_("Source"), lambda o: named(o.offer.source.seller) if o.offer.source else str(_("own stock"))),
    Column(_("Price"), lambda o: (o.offer.price, o.offer.currency), MONEY, sort="price"),
    Column(_("Cost"), lambda o: (o.cost, o.offer.currency), MONEY),
    Column(_("Margin"), "margin", PERCENT),
    Column(_("On my shelves"), "own", NUMBER),
    Column(_("Available"), "available", NUMBER),
)
LIST: ListPage = ListPage(
    name="offers", title=_("Offers"), icon="tag", needs=(SEE,), rows=own, enrich=stood_behind,
    columns=(
        GOODS, *COLUMNS, Column(_("Status"), "self", STANDING, sort="status"),
    ),
    picture=lambda o: o.offer.sku.product.images,
    search=("sku__product__name", "sku__product__name_en", "sku__code", "sku__barcode", "code", "slug"),
    filters=(
        by_state(OFFER),
        Filter(
            "from", _("Source"), lambda _desk: [("own", str(_("own stock"))), ("others", str(_("suppliers")))],
            lambda rows, value, _desk: rows.filter(source__isnull=value == "own"),
        ),
        by_field("audience", _("For"), AUDIENCES),
        Filter("sells", _("Can be bought"), lambda _desk: [("yes", str(_("yes"))), ("no", str(_("no")))], sells),
    ),
    order=("sku__product", "sku__position", "pk"), links=(NEW,), begin=(market.LIST, NEW),
    open=lambda o: ONE.url(o.code),
    bulk=(
        Bulk("suspend", _("Suspend"), lambda ask: suspend_offer(**ask.how, offer=ask.thing.code), edits),
        Bulk("resume", _("Resume"), lambda ask: resume_offer(**ask.how, offer=ask.thing.code), edits),
        Bulk("price", _("Change prices"), shift, edits, Shift),
        Bulk(
            "one-price", _("Save"), lambda ask: change_offer(**ask.how, offer=ask.thing.code, price=ask.data["price"]),
            edits, Price, inline=True, initial=lambda o: {"price": o.offer.price},
            fits=lambda _desk, o: o.status != "withdrawn",
        ),
    ),
    empty=_("You offer nothing yet. Put a price on your goods, or list others' from the supply market."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="offer", route="offers/<str:code>/", title=_("Offer"), needs=(SEE,), parent=LIST, find=one,
    heading=lambda o: goods_name(o.offer.sku), states=OFFER,
    facts=(
        Column(_("Picture"), "offer.sku.product.images", PICTURE), *COLUMNS,
        Column(_("Why it does not sell"), "obstacle", worded(OBSTACLES)),
        Column(_("For"), "offer.audience", worded(AUDIENCES)),
        Column(_("Freight a piece"), lambda o: (o.offer.freight, o.offer.currency), MONEY),
        Column(_("Resellers ask at least"), lambda o: (o.offer.band_min, o.offer.currency), MONEY),
        Column(_("Resellers ask at most"), lambda o: (o.offer.band_max, o.offer.currency), MONEY),
        Column(_("Commission by level"), lambda o: [PERCENT.html(rate) for rate in o.offer.commission], LINES),
        Column(_("Presale"), presales.said),
        Column(_("Offer"), "code", CODE), Column(_("SKU"), "offer.sku.code", CODE),
    ),
    tables=(prices.TABLE,),
    acts=(
        Act(
            name="figures", label=_("Change the price"), icon="tag", form=Figures, initial=as_typed, run=change,
            may=by_event(OFFER, "withdraw", EDIT),
        ),
        Act(
            name="prices", label=_("Further prices"), icon="percent", form=prices.Further, initial=prices.typed,
            run=prices.change, may=by_event(OFFER, "withdraw", EDIT), wide=True,
            hint=_("By quantity, for a level or for one partner, always or from one moment until another."),
        ),
        Act(
            name="suspend", label=_("Suspend"), icon="minus",
            run=lambda ask: suspend_offer(**ask.how, offer=ask.thing.code), may=by_event(OFFER, "suspend", EDIT),
        ),
        Act(
            name="resume", label=_("Resume"), icon="check", tone="go",
            run=lambda ask: resume_offer(**ask.how, offer=ask.thing.code), may=by_event(OFFER, "resume", EDIT),
        ),
        Act(
            name="withdraw", label=_("Withdraw for good"), icon="x", tone="stop", form=Reason,
            run=lambda ask: withdraw_offer(**ask.how, offer=ask.thing.code, why=ask.data["why"]),
            may=by_event(OFFER, "withdraw", EDIT),
        ),
        *presales.ACTS,
    ),
)  # fmt: skip
PAGES = (NEW, LIST, ONE)

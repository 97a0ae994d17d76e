"""What a party sells: at which prices for everyone, for levels and for single partners; on sale or not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers import rules
from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.set_prices import set_prices
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import chains, price_rules
from hanse.goods.offers.rules import Price
from hanse.interfaces.console.kit.cells import (
    CODE,
    LINES,
    MONEY,
    NUMBER,
    PERCENT,
    STATUS,
    Column,
    named,
    worded,
)
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import CURRENCY, ConsoleForm, MoneyField, RateField, Reason, choice, fill
from hanse.interfaces.console.kit.lists import Bulk, Filter, ListPage, by_field, by_state
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.kit.rowpages import split
from hanse.interfaces.console.pages.market import AUDIENCES, EDIT, AtPrice
from hanse.interfaces.console.pages.stock import goods_name, known_skus
from hanse.kernel import clock, money
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.models import Party

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
    found = chains([row.pk for row in rows], at=at, buyer=desk.party.pk)
    return [_own(row, found[row.pk], at, desk) for row in rows]


def _own(row: Offer, chain: rules.Chain, at: Any, desk: Desk) -> Own:
    cost = None
    if len(chain) > 1:
        cost = rules.price_for(chain[1].price, chain[1].prices, desk.party.pk, "", 1, at)
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
    "": "", "suspended": _("suspended"), "withdrawn": _("withdrawn"), "out_of_stock": _("sold out"),
    "upstream_suspended": _("the supplier has stopped selling it"),
    "price_outside_band": _("your price lies outside the supplier's band"),
    "seller_suspended": _("you are suspended"), "product_not_listed": _("the product is not on sale"),
    "partners_only": _("for partners only"), "chain_too_long": _("too many tiers"),
}  # fmt: skip


class PricesField(forms.CharField):
    """Further prices, one a line: pieces, price, and for whom if not for everyone."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        """Read the prices."""
        try:
            return [_price(split(line)) for line in super().clean(value).splitlines() if line.strip()]
        except MalformedInput as refused:
            raise forms.ValidationError(_("Expected: %(expected)s.") % refused.details) from refused

    def prepare_value(self, value: Any) -> Any:
        """Write the prices that there are."""
        return value if value is None or isinstance(value, str) else "\n".join(value)


def _price(words: list[str]) -> Price:
    least, amount, whom = [*words, "", "", ""][:3]
    if not (least.isascii() and least.isdecimal() and len(least) < 12):
        raise MalformedInput("prices", _("pieces, price and perhaps for whom on each line, such as 10, 90.00"))
    price = money.parse(amount, CURRENCY)
    if whom.startswith("P-"):
        return Price(price, int(least), buyer=whom)
    return Price(price, int(least), level=whom)


class Figures(ConsoleForm):
    """What an offer asks."""

    blames = {"price_outside_band": "price", "band": "band_min"}
    price = MoneyField(label=_("Price"), least=1)
    freight = MoneyField(label=_("Freight a piece"), required=False)
    audience = choice(_("For"), AUDIENCES.items())
    band_min = MoneyField(label=_("Resellers ask at least"), required=False, least=1)
    band_max = MoneyField(label=_("Resellers ask at most"), required=False, least=1)
    commission = RateField(label=_("Commission for promoters"), required=False)


class Further(ConsoleForm):
    """Prices beside everyone's."""

    blames = {"price_outside_band": "prices", "not_found": "prices", "price": "prices", "min_quantity": "prices"}
    prices = PricesField(
        label=_("Prices"), required=False,
        help_text=_("One on each line: pieces, price, and a level or a partner's code if it is not for everyone."),
    )  # fmt: skip


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


def standing(thing: Own) -> list[tuple[rules.PriceRuleView, str]]:
    """Return the further prices in force, each with the code of the partner whose it is."""
    found = price_rules([thing.pk], clock.now())[thing.pk]
    codes = {rule.pk: rule.buyer for rule in thing.offer.rules.select_related("buyer").exclude(buyer=None)}
    by_id = {party.pk: party.code for party in codes.values() if party is not None}
    return [(rule, by_id.get(rule.buyer or 0, "")) for rule in found]


def prices_typed(thing: Own) -> dict[str, Any]:
    """Return the further prices as lines."""
    return {
        "prices": [
            ", ".join(filter(None, (str(r.min_quantity), money.plain(r.price, thing.offer.currency), code or r.level)))
            for r, code in standing(thing)
        ]
    }


def price_lines(thing: Own) -> list[str]:
    """Return the further prices in words."""
    names = {party.code: named(party) for party in _buyers(thing)}
    return [
        " · ".join(
            (f"{rule.min_quantity}+", _plain(thing, rule.price), names.get(code) or rule.level or str(_("everyone")))
        )
        for rule, code in standing(thing)
    ]


def _plain(thing: Own, price: int) -> str:
    return money.plain(price, thing.offer.currency)


def _buyers(thing: Own) -> list[Party]:
    return [rule.buyer for rule in thing.offer.rules.select_related("buyer").exclude(buyer=None) if rule.buyer]


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
COLUMNS = (
    Column(_("Goods"), lambda o: goods_name(o.offer.sku), sort="sku__product__name"),
    Column(_("Source"), lambda o: named(o.offer.source.seller) if o.offer.source else str(_("own stock"))),
    Column(_("Price"), lambda o: (o.offer.price, o.offer.currency), MONEY, sort="price"),
    Column(_("Cost"), lambda o: (o.cost, o.offer.currency), MONEY),
    Column(_("Margin"), "margin", PERCENT),
    Column(_("On my shelves"), "own", NUMBER),
    Column(_("Available"), "available", NUMBER),
    Column(_("Status"), "status", STATUS, sort="status"),
)
LIST: ListPage = ListPage(
    name="offers", title=_("Offers"), icon="tag", needs=(SEE,), rows=own, enrich=stood_behind, columns=COLUMNS,
    search=("sku__product__name", "sku__product__name_en", "sku__code", "code", "slug"),
    filters=(
        by_state(OFFER),
        Filter(
            "from", _("Source"), lambda _desk: [("own", str(_("own stock"))), ("others", str(_("suppliers")))],
            lambda rows, value, _desk: rows.filter(source__isnull=value == "own"),
        ),
        by_field("audience", _("For"), AUDIENCES),
    ),
    order=("sku__product", "sku__position", "pk"), links=(NEW,), open=lambda o: ONE.url(o.code),
    bulk=(
        Bulk("suspend", _("Suspend"), lambda ask: suspend_offer(**ask.how, offer=ask.thing.code), edits),
        Bulk("resume", _("Resume"), lambda ask: resume_offer(**ask.how, offer=ask.thing.code), edits),
        Bulk("price", _("Change prices"), shift, edits, Shift),
    ),
    empty=_("You offer nothing yet. Put a price on your goods, or list others' from the supply market."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="offer", route="offers/<str:code>/", title=_("Offer"), needs=(SEE,), parent=LIST, find=one,
    heading=lambda o: goods_name(o.offer.sku), states=OFFER,
    facts=(
        *COLUMNS[1:7], Column(_("Obstacle"), "obstacle", worded(OBSTACLES)),
        Column(_("Further prices"), price_lines, LINES),
        Column(_("For"), "offer.audience", worded(AUDIENCES)),
        Column(_("Freight a piece"), lambda o: (o.offer.freight, o.offer.currency), MONEY),
        Column(_("Resellers ask at least"), lambda o: (o.offer.band_min, o.offer.currency), MONEY),
        Column(_("Resellers ask at most"), lambda o: (o.offer.band_max, o.offer.currency), MONEY),
        Column(_("Commission by level"), lambda o: [PERCENT.html(rate) for rate in o.offer.commission], LINES),
        Column(_("Offer"), "code", CODE), Column(_("SKU"), "offer.sku.code", CODE),
    ),
    acts=(
        Act(
            name="figures", label=_("Change the price"), icon="tag", form=Figures, initial=as_typed, run=change,
            may=by_event(OFFER, "withdraw", EDIT),
        ),
        Act(
            name="prices", label=_("Further prices"), icon="percent", form=Further, initial=prices_typed,
            run=lambda ask: set_prices(**ask.how, offer=ask.thing.code, prices=ask.data["prices"]),
            may=by_event(OFFER, "withdraw", EDIT),
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
    ),
)  # fmt: skip
PAGES = (NEW, LIST, ONE)

"""What an offer costs beside everyone's price: by quantity, by level, for single partners, and from when until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.offers.operations.set_prices import set_prices
from hanse.goods.offers.rules import Price
from hanse.interfaces.console.kit.cells import MOMENT, MONEY, NUMBER, Column, named
from hanse.interfaces.console.kit.forms import ConsoleForm
from hanse.interfaces.console.kit.grid import GridColumn, GridField, as_moment, as_money, as_pieces, typed_moment
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.kernel import clock, money
from hanse.network.parties.models import Link
from hanse.network.parties.rules import SUPPLY

BUYER, LEVEL = "buyer:", "level:"
PLANNED, NOW = _("planned"), _("now")


def standing(offer: Offer) -> Any:
    """Return the further prices that hold or will hold."""
    found = offer.rules.filter(Q(ends=None) | Q(ends__gt=clock.now()))
    return found.select_related("buyer", "offer").order_by("buyer", "level", "min_quantity", "starts", "pk")


def whom(rule: PriceRule) -> str:
    """Return for whom a price is, as the form says it."""
    return f"{BUYER}{rule.buyer.code}" if rule.buyer else f"{LEVEL}{rule.level}" if rule.level else ""


def audience(desk: Desk, offer: Offer) -> list[tuple[str, str]]:
    """Return for whom a price can be: everyone, the levels that there are, the partners that the party supplies."""
    links = Link.objects.visible_to(desk.actor).filter(kind=SUPPLY, upstream=desk.party, closed_at=None)
    partners = {link.downstream.code: named(link.downstream) for link in links.select_related("downstream")}
    levels = {str(link.terms["level"]) for link in links if link.terms.get("level")}
    for rule in standing(offer):
        levels |= {rule.level} if rule.level else set()
        partners |= {rule.buyer.code: named(rule.buyer)} if rule.buyer else {}
    return [
        ("", str(_("everyone"))),
        *((f"{LEVEL}{level}", str(_("level %(level)s") % {"level": level})) for level in sorted(levels)),
        *((f"{BUYER}{code}", name) for code, name in sorted(partners.items(), key=lambda pair: pair[1])),
    ]


class Further(ConsoleForm):
    """Prices beside everyone's."""

    blames = {
        "price_outside_band": "prices", "not_found": "prices", "price": "prices", "min_quantity": "prices",
        "ends": "prices", "starts": "prices", "period": "prices",
    }  # fmt: skip
    prices = GridField(
        (), label=_("Prices"), required=False,
        help_text=_(
            "Empty rows are left out. Without days a price holds always. Levels are those in your partners' terms."
        ),
    )  # fmt: skip

    def prepare(self) -> None:
        """Let the columns be of this offer."""
        offer = self.thing.offer
        field = self.fields["prices"]
        assert isinstance(field, GridField)
        field.columned((
            GridColumn("least", _("From pieces"), as_pieces, attrs={"inputmode": "numeric"}),
            GridColumn("price", _("Price"), as_money(offer.currency), attrs={"inputmode": "decimal"}),
            GridColumn("whom", _("For"), choices=audience(self.desk, offer)),
            GridColumn("starts", _("From"), as_moment, type="datetime-local"),
            GridColumn("ends", _("Until"), as_moment, type="datetime-local"),
        ))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for a price in every row, and for periods that do not end before they begin."""
        given = dict(super().clean() or {})
        field = self.fields["prices"]
        assert isinstance(field, GridField)
        for place, row in enumerate(given.get("prices", ())):
            if row["price"] is None:
                field.widget.problems[place, "price"] = str(_("A price is missing."))
            elif row["starts"] and row["ends"] and row["ends"] <= row["starts"]:
                field.widget.problems[place, "ends"] = str(_("This is before it begins."))
        if field.widget.problems and "prices" not in self.errors:
            self.add_error("prices", _("Please look at the cells that are marked."))
        return given


def typed(thing: Any) -> dict[str, Any]:
    """Return the further prices as the form shows them."""
    return {"prices": [_typed(rule, thing.offer.currency) for rule in standing(thing.offer)]}


def _typed(rule: PriceRule, currency: str) -> dict[str, str]:
    return {
        "least": str(rule.min_quantity), "price": money.plain(rule.price, currency), "whom": whom(rule),
        "starts": typed_moment(rule.starts), "ends": typed_moment(rule.ends),
    }  # fmt: skip


def stated(row: Mapping[str, Any]) -> Price:
    """Return one row of the form as the operation wants it."""
    said = str(row["whom"])
    buyer = said.removeprefix(BUYER) if said.startswith(BUYER) else None
    level = said.removeprefix(LEVEL) if said.startswith(LEVEL) else ""
    return Price(row["price"], row["least"] or 1, buyer, level, row["starts"], row["ends"])


def change(ask: Ask) -> str:
    """Let these be all further prices from now on."""
    return set_prices(**ask.how, offer=ask.thing.code, prices=[stated(row) for row in ask.data["prices"]])


def _for_whom(rule: PriceRule) -> str:
    return named(rule.buyer) if rule.buyer else rule.level or str(_("everyone"))


def _when(rule: PriceRule) -> str:
    at: datetime = clock.now()
    return str(PLANNED if rule.starts and rule.starts > at else NOW)


TABLE = Table(
    _("Further prices"),
    (
        Column(_("For"), _for_whom),
        Column(_("From pieces"), "min_quantity", NUMBER),
        Column(_("Price"), lambda rule: (rule.price, rule.offer.currency), MONEY),
        Column(_("From"), "starts", MOMENT),
        Column(_("Until"), "ends", MOMENT),
        Column(_("Holds"), _when),
    ),
    lambda _desk, thing: standing(thing.offer),
)

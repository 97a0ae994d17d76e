"""The basket: over many sellers, signed in or not, with the quote explained line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hanse.interfaces.storefront import goods
from hanse.interfaces.web import fields
from hanse.interfaces.web.who import actor_of, basket_owner, basket_token
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party
from hanse.trade.quotes.models import BasketLine
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from hanse.trade.quotes.queries import Line, basket_of, quote_for
from hanse.trade.quotes.rules import Quote, QuoteLine

NOBODY = 0
"""The buyer of a quote for somebody who has not signed in: no party has this id, so only public prices apply."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the basket: what lies there, how it is sold now, and what the quote says of it."""

    line: BasketLine
    card: goods.Card
    quoted: QuoteLine | None

    @property
    def gone(self) -> bool:
        """Say whether the seller or the platform has taken it off the market since."""
        offer, product = self.card.offer, self.card.product
        return offer.status != "listed" or product.status != "listed" or offer.seller.status != "active"

    @property
    def lacking(self) -> bool:
        """Say whether there are fewer pieces than wanted."""
        return self.card.available < self.line.quantity


@dataclass(slots=True)
class Shop:
    """What comes from one seller."""

    seller: Party
    rows: list[Row] = field(default_factory=list)

    @property
    def freight(self) -> int:
        """Return the freight of what this seller sends."""
        return sum(row.quoted.freight for row in self.rows if row.quoted)

    @property
    def total(self) -> int:
        """Return what this seller's goods come to with their freight."""
        return self.freight + sum(row.quoted.amount for row in self.rows if row.quoted)


@dataclass(frozen=True, slots=True)
class Basket:
    """Everything in the basket; without a quote `refused` says why there is none."""

    shops: list[Shop]
    quote: Quote | None
    refused: DomainError | None

    @property
    def lines(self) -> list[Line]:
        """Return the lines as the trade wants them."""
        return [Line(row.line.offer.code, row.line.quantity) for shop in self.shops for row in shop.rows]

    @property
    def balance(self) -> int:
        """Return what is paid after the deposit of a presale."""
        return self.quote.total - self.quote.deposit if self.quote else 0

    @property
    def goods(self) -> int:
        """Return what the goods of all sellers come to."""
        return sum(shop.total - shop.freight for shop in self.shops)

    @property
    def freight(self) -> int:
        """Return the freight of all sellers."""
        return sum(shop.freight for shop in self.shops)


def read(
    actor: Actor, owner: tuple[int | None, str], at: datetime, *, urgent: bool = False, fetched: bool = False
) -> Basket:
    """Return the basket of this owner, quoted as a whole if that is possible; `urgent` if it is to go first.

    Goods that are `fetched` cost no freight.
    """
    lines = list(basket_of(*owner).prefetch_related("offer__sku__product__skus"))
    if not lines:
        return Basket([], None, None)
    quote, refused = None, None
    try:
        wanted = [Line(row.offer.code, row.quantity) for row in lines]
        quote = quote_for(actor.party or NOBODY, wanted, at, urgent=urgent, fetched=fetched)
    except DomainError as reason:
        refused = reason
    quoted: Mapping[int, QuoteLine] = {one.offer.id: one for one in quote.lines if one.cause is None} if quote else {}
    shops: dict[int, Shop] = {}
    for line, card in zip(lines, goods.cards(actor, [line.offer for line in lines], at), strict=True):
        shop = shops.setdefault(line.offer.seller_id, Shop(line.offer.seller))
        shop.rows.append(Row(line, card, quoted.get(line.offer_id)))
    return Basket(list(shops.values()), quote, refused)


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the basket."""
    return _render(request)


@require_POST
def put(request: HttpRequest) -> HttpResponse:
    """Put pieces of an offer into the basket, or with `set` make it so many."""
    actor = actor_of(request)
    adding = "set" not in request.POST
    put_in_basket(
        key=fields.key_of(request.POST), at=clock.now(), by=actor, offer=request.POST.get("offer", ""),
        quantity=fields.quantity_of(request.POST), token="" if actor.party else basket_token(request), add=adding,
    )  # fmt: skip
    if request.headers.get("HX-Request"):
        return _render(request)
    if adding:
        messages.success(request, _("It is in your basket."))
    return redirect("basket")


def _render(request: HttpRequest) -> HttpResponse:
    basket = read(actor_of(request), basket_owner(request), clock.now())
    template = "storefront/basket_inside.html" if request.headers.get("HX-Request") else "storefront/basket.html"
    return render(request, template, {"basket": basket})

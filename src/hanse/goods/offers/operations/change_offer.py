"""A seller changes an offer: its price, where its goods come from, who may buy and on what terms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers import rules
from hanse.goods.offers.models import AUDIENCES, FULFIL, Offer, PriceRule
from hanse.goods.offers.operations._hold_still import hold_still
from hanse.goods.offers.operations._own_offer import check_band_above, own_offer
from hanse.goods.offers.operations._write_prices import replace_prices
from hanse.goods.offers.queries import chains_of, downstream
from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.kernel.states import WrongState
from hanse.network.parties.rules import check_choice, check_terms, require_terms


class Kept(Enum):
    """What is not said stays as it is; None means none."""

    KEPT = "kept"


KEPT = Kept.KEPT


@once.operation("offers.change")
def change_offer(
    *,
    key: str,
    at: datetime,
    by: Actor,
    offer: str,
    price: int | Kept = KEPT,
    source: str | Kept | None = KEPT,
    fulfil: str | Kept = KEPT,
    audience: str | Kept = KEPT,
    band: Sequence[int | None] | Kept | None = KEPT,
    commission: Sequence[int] | Kept = KEPT,
    prices: rules.Steps | Sequence[rules.Price] | Kept = KEPT,
    prices_for: Mapping[str, rules.Steps] | None = None,
    level_prices: Mapping[str, rules.Steps] | None = None,
    terms: Mapping[str, Any] | Kept = KEPT,
    freight: int | Kept = KEPT,
) -> str:
    """Change what is said and return the offer's code; seller, SKU and currency never change.

    Any of the three kinds of further prices replaces all of them. A new source or way of fulfilling is checked like a
    new listing, together with everything that already draws from this offer; a new price only against the resale band.
    """
    changed = own_offer(offer, by)
    if changed.status == "withdrawn":
        raise WrongState(what="offer", event="change")
    before = _told(changed)
    _say(changed, by, price=price, audience=audience, band=band, commission=commission, terms=terms, freight=freight)
    stated = prices is not KEPT or prices_for is not None or level_prices is not None
    further = rules.price_list(() if isinstance(prices, Kept) else prices, prices_for, level_prices) if stated else None
    asked = [changed.price, *(_standing(changed, at) if further is None else [p.price for p in further])]
    if source is not KEPT or fulfil is not KEPT:
        _rewire(changed, source, fulfil, asked, at)
    elif price is not KEPT or stated:
        check_band_above(changed, asked, at)
    changed.save()
    audit.changed("offer", changed.code, before, _told(changed))
    if further is not None:
        replace_prices(changed, further, at)
    events.announce("offer.changed", offer=changed.code)
    return changed.code


def _told(offer: Offer) -> dict[str, Any]:
    """Return what the audit trail tells of an offer; its further prices keep from when until when they held."""
    names = ("price", "freight", "audience", "fulfil", "source_id", "band_min", "band_max", "commission", "terms")
    return {name: getattr(offer, name) for name in names}


def _say(
    offer: Offer,
    by: Actor,
    *,
    price: int | Kept,
    audience: str | Kept,
    band: Sequence[int | None] | Kept | None,
    commission: Sequence[int] | Kept,
    terms: Mapping[str, Any] | Kept,
    freight: int | Kept,
) -> None:
    """Set what is said and does not touch the chain upwards."""
    if price is not KEPT:
        offer.price = rules.amount(price, "price")
    if audience is not KEPT:
        offer.audience = check_choice(audience, "audience", AUDIENCES)
    if not isinstance(band, Kept):
        offer.band_min, offer.band_max = rules.check_band(band)
    if not isinstance(commission, Kept):
        offer.commission = rules.check_commission(commission)
    if freight is not KEPT:
        offer.freight = rules.amount(freight, "freight", least=0)
    if not isinstance(terms, Kept):
        offer.terms = check_terms(terms)
        require_terms(offer.terms, by)


def _standing(offer: Offer, at: datetime) -> list[int]:
    """Return the further prices that stay: those in force and those that will be."""
    rows = PriceRule.objects.filter(Q(ends=None) | Q(ends__gt=at), offer=offer)
    return list(rows.values_list("price", flat=True))


def _rewire(offer: Offer, source: str | Kept | None, fulfil: str | Kept, asked: Sequence[int], at: datetime) -> None:
    """Let the offer draw from elsewhere, or in another way, if every chain through it still holds."""
    hold_still(rewire=True)
    if not isinstance(source, Kept):
        found = None if source is None else Offer.objects.by_name([source]).first()
        if source is not None and found is None:
            raise rules.UpstreamMissing(source=source)
        offer.source = found
    offer.fulfil = check_choice(_way(offer) if fulfil is KEPT else fulfil, "fulfil", FULFIL)
    if offer.source_id is None:
        if offer.fulfil != "stock":
            raise MalformedInput("source", _("an upstream offer to draw from"))
        return
    (upstream,) = chains_of([(offer.source_id, offer.seller_id)], at=at)
    rules.check_chain(offer.sku_id, offer.seller_id, offer.currency, asked, upstream, below=downstream(offer.pk))


def _way(offer: Offer) -> str:
    """Return how an offer is fulfilled whose source is new and nothing else was said."""
    if offer.source_id is None:
        return "stock"
    return "source" if offer.fulfil == "stock" else offer.fulfil

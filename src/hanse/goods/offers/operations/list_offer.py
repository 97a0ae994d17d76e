"""A seller offers a SKU."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.queries import sku as find_sku
from hanse.goods.catalogue.rules import require_own
from hanse.goods.offers import rules
from hanse.goods.offers.models import AUDIENCES, FULFIL, Offer
from hanse.goods.offers.operations.set_prices import replace_prices
from hanse.goods.offers.queries import chains, hold_still, source_of
from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_choice, check_terms, check_text, require_terms


class SlugTaken(DomainError):
    """Another offer already has this short name."""

    code = "slug_taken"
    message = _("The short name %(slug)s is already taken.")


@once.operation("offers.list")
def list_offer(
    *,
    key: str,
    at: datetime,
    by: Actor,
    seller: str,
    sku: str,
    price: int,
    currency: str,
    source: str | None = None,
    fulfil: str | None = None,
    audience: str = "public",
    band: Sequence[int | None] | None = None,
    commission: Sequence[int] = (),
    prices: rules.Steps | Sequence[rules.Price] = (),
    prices_for: Mapping[str, rules.Steps] | None = None,
    level_prices: Mapping[str, rules.Steps] | None = None,
    terms: Mapping[str, Any] | None = None,
    freight: int = 0,
    slug: str | None = None,
) -> str:
    """List an offer of the seller and return its code; the chain that it draws from must hold at this moment.

    `price` is everyone's price per piece, `prices` are quantity breaks or whole Price rules, `prices_for` prices of
    one buyer's own and `level_prices` those of one level. Without `fulfil` goods come from the source if there is one.
    """
    owner = find_party(seller)
    require_own(by, owner.pk, "offers.edit")
    thing = find_sku(sku)
    further = rules.price_list(prices, prices_for, level_prices)
    layer = check_terms(terms or {})
    require_terms(layer, by)
    least, most = rules.check_band(band)
    offer = Offer(
        code=codes.new("F"), slug=_slug(slug), seller=owner, sku=thing, currency=rules.check_currency(currency),
        price=rules.amount(price, "price"), freight=rules.amount(freight, "freight", 0),
        fulfil=check_choice(fulfil or ("source" if source else "stock"), "fulfil", FULFIL),
        audience=check_choice(audience, "audience", AUDIENCES), band_min=least, band_max=most,
        commission=rules.check_commission(commission), terms=layer, created_at=at,
    )
    if source is not None:
        hold_still()
        offer.source = source_of(source)
        rules.check_chain(
            thing.pk, owner.pk, offer.currency, [offer.price, *(p.price for p in further)],
            chains([offer.source.pk], at=at, buyer=owner.pk)[offer.source.pk],
        )
    elif offer.fulfil != "stock":
        raise MalformedInput("source", _("an upstream offer to draw from"))
    offer.save(force_insert=True)
    replace_prices(offer, further, at)
    events.announce("offer.listed", offer=offer.code, seller=owner.code, sku=thing.code)
    return offer.code


def _slug(slug: str | None) -> str | None:
    if slug is None:
        return None
    name = check_text(slug, "slug", 120)
    if any(char.isspace() for char in name):
        raise MalformedInput("slug", _("a short name without spaces"))
    if Offer.objects.filter(slug=name).exists():
        raise SlugTaken(slug=name)
    return name

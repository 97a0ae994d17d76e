"""A seller offers a SKU."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hanse.goods.offers import rules
from hanse.goods.offers.operations._insert import insert
from hanse.goods.offers.rules import NewOffer
from hanse.kernel import events, once
from hanse.kernel.actor import Actor


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
    further = rules.price_list(prices, prices_for, level_prices)
    new = NewOffer(
        seller, sku, price, currency, source, fulfil, audience, band, commission, further, terms or {}, freight, slug
    )
    (code,) = insert([new], at=at, by=by)
    events.announce("offer.listed", offer=code, seller=seller)
    return code

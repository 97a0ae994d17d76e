"""Markets for the pure quote, without a database: tiers of offers, what they hold, and the terms between parties."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from hanse.goods.offers.rules import Chain, OfferView, PriceRuleView
from hanse.goods.stock.rules import ShelfView
from hanse.trade.promotions.rules import Promise
from hanse.trade.quotes.rules import Market, Quote, QuoteLine, Want, quote

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
ANN = 1
SHOP, WEST, FACTORY = 11, 12, 13
_PLAIN: dict[str, Any] = {
    "slug": None,
    "seller_code": "",
    "sku_code": "",
    "sku_name": "",
    "sku_name_en": "",
    "product": "",
    "product_name": "",
    "product_name_en": "",
    "weight_g": 0,
    "audience": "public",
    "band_min": None,
    "band_max": None,
    "status": "listed",
    "seller_status": "active",
    "product_status": "listed",
    "linked": True,
}


def tier(
    number: int,
    seller: int,
    price: int,
    stock: int | Mapping[int, int] = 0,
    *,
    fulfil: str = "stock_then_source",
    source: int | None = None,
    prices: Sequence[PriceRuleView] = (),
    terms: Mapping[str, Any] | None = None,
    currency: str = "CNY",
    sku: int = 1,
    freight: int = 0,
    obstacle: str = "",
) -> OfferView:
    """Return one tier of a chain; `stock` is on shelf 100 + number, or says the pieces of several shelves."""
    shelves = stock if isinstance(stock, Mapping) else {100 + number: stock}
    return OfferView(
        id=number,
        code=f"F-{number}",
        seller_id=seller,
        sku_id=sku,
        currency=currency,
        price=price,
        fulfil=fulfil,
        source_id=source,
        freight=freight,
        commission=(),
        terms=terms or {},
        prices=tuple(prices),
        shelves=tuple(ShelfView(shelf, pieces) for shelf, pieces in shelves.items()),
        obstacle=obstacle,
        **_PLAIN,
    )


def market(
    *chains: Chain,
    buyer: int = ANN,
    layers: Mapping[tuple[int, int], Mapping[str, Any]] | None = None,
    fee: int = 0,
    promises: Mapping[int, Sequence[Promise]] | None = None,
) -> Market:
    """Return the market as it was read; `layers` are the terms of links by (seller, buyer)."""
    between = layers or {}
    known: dict[tuple[int, int | None], Any] = {}
    for chain in chains:
        buyers = [buyer, *(view.seller_id for view in chain)]
        for view, party in zip(chain, buyers, strict=False):
            pair = view.seller_id, party
            known[pair] = ({"platform_fee": fee}, {}, between.get(pair, {}))
    return Market({chain[0].id: chain for chain in chains}, known, promises or {})


def quoted(made: Market, *pieces: int, buyer: int = ANN) -> Quote:
    """Return the quote for so many pieces of each chain of the market."""
    wants = [Want(offer, count) for offer, count in zip(made.chains, pieces, strict=True)]
    return quote(buyer, wants, made, AT)


def three_tiers(factory: int = 100, west: int = 0, shop: int = 0, **first: Any) -> Chain:
    """Return a chain of shop, west and factory with so many pieces each."""
    return (
        tier(1, SHOP, 10_000, shop, source=2, **first),
        tier(2, WEST, 8_000, west, source=3),
        tier(3, FACTORY, 6_000, factory, fulfil="stock"),
    )


def shape(found: Quote) -> list[tuple[int, int, int, int | None]]:
    """Return offer, quantity, own pieces and cause of every line."""
    return [(line.offer.id, line.quantity, own(line), line.cause) for line in found.lines]


def own(line: QuoteLine) -> int:
    """Return how many pieces a line's seller gives itself."""
    return sum(pieces for _shelf, pieces in line.allocations)


@st.composite
def chains(draw: st.DrawFn, first: int = 1, sellers: int = 10, most: int = 8) -> Chain:
    """Draw a chain of one to eight tiers with ids from `first` and sellers from `sellers` on."""
    depth = draw(st.integers(1, most))
    freight = draw(st.integers(0, 500))
    found = []
    for n in range(depth):
        last = n == depth - 1
        shelves = {1000 * (first + n) + shelf: draw(st.integers(0, 6)) for shelf in range(draw(st.integers(1, 2)))}
        found.append(
            tier(
                first + n,
                sellers + n,
                draw(st.integers(1, 10**6)),
                shelves,
                fulfil="stock" if last else draw(st.sampled_from(["source", "stock_then_source"])),
                source=None if last else first + n + 1,
                sku=first,
                freight=freight if n == 0 else draw(st.integers(0, 500)),
            )
        )
    return tuple(found)

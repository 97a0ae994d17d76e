"""A made market of three tiers, brought in by the bulk operations: factories, wholesalers, shops and consumers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from hanse.goods.catalogue.operations.import_products import import_products
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.goods.offers.operations.import_offers import import_offers
from hanse.goods.offers.rules import NewOffer
from hanse.goods.stock.operations.import_stock import NewStock, import_stock
from hanse.kernel.actor import ENGINE
from hanse.network.parties.operations._insert import NewParty
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.import_parties import import_parties

CHAINS, SKUS, BUYERS = 40, 50, 5_000
"""Chains of factory, wholesaler and shop; SKUs that each chain sells; consumers."""
PIECES = 1_000_000_000
BATCH = 2_000
START = datetime(2026, 1, 1, tzinfo=UTC)
TERMS: dict[str, Any] = {"platform_fee": 500, "hold": 86_400, "return_window": 0}


def build() -> None:
    """Build the market in an empty database."""
    found_platform(key="mill", at=START, by=ENGINE, terms=TERMS)
    kinds = {"factory": "supplier", "west": "wholesaler", "shop": "retailer"}
    parties = [NewParty(kind, f"{name} {n}", slug=f"{name}-{n}") for name, kind in kinds.items() for n in range(CHAINS)]
    parties += [NewParty("consumer", f"Buyer {n}", slug=buyer(n)) for n in range(BUYERS)]
    bring(import_parties, "parties", parties)
    names = [(chain, thing) for chain in range(CHAINS) for thing in range(SKUS)]
    bring(
        import_products,
        "products",
        [NewProduct(f"factory-{c}", f"Thing {c} {t}", skus=[NewSku(slug=f"thing-{c}-{t}")]) for c, t in names],
        review=False,
    )
    for seller, price, source in [("factory", 6000, ""), ("west", 8000, "factory"), ("shop", 10000, "west")]:
        offers = [
            NewOffer(
                seller=f"{seller}-{c}",
                sku=f"thing-{c}-{t}",
                price=price,
                currency="CNY",
                source=offer(c, t, source) if source else None,
                slug=offer(c, t, seller),
            )
            for c, t in names
        ]
        bring(import_offers, "offers", offers)
    stock = [NewStock(f"{c}-{t}", f"factory-{c}", f"thing-{c}-{t}", PIECES) for c, t in names]
    bring(import_stock, "deliveries", stock)


def buyer(number: int) -> str:
    """Return the short name of a consumer."""
    return f"buyer-{number}"


def offer(chain: int, thing: int, seller: str = "shop") -> str:
    """Return the short name of an offer, the shop's if no other seller is named."""
    return f"thing-{chain}-{thing}@{seller}"


def bring(operation: Any, name: str, rows: Sequence[Any], **more: Any) -> None:
    """Bring rows in by batches; a row that is refused ends it."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        key = f"mill:{name}:{len(rows)}:{batch[0]}"[:200]
        found = operation(key=key, at=START, by=ENGINE, **{name: batch}, **more)
        if found["problems"]:
            raise RuntimeError(f"{name}: {found['problems'][:3]}")

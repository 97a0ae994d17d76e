"""A small world for the trade floor, built with public operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.rules import NewSku
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.stock.operations.restock import restock
from hanse.kernel.actor import ENGINE, Actor
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import party
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line

START = datetime.fromisoformat("2026-03-01T10:00:00+08:00")
BUYER = frozenset({"orders.place", "orders.pay", "orders.cancel", "orders.receive"})
SELLER = frozenset({"orders.ship", "orders.cancel", "aftersales.decide", "offers.edit"})


@dataclass
class World:
    """A platform and whoever else a test needs; every call is keyed and dated."""

    at: datetime = START
    keys: Any = field(default_factory=count)

    def call(self, operation: Any, by: Actor = ENGINE, **kwargs: Any) -> Any:
        """Call an operation with a fresh key at the world's time."""
        return operation(key=f"k{next(self.keys)}", at=self.at, by=by, **kwargs)

    def wait(self, **delta: int) -> None:
        """Let time pass; nothing falls due by itself."""
        self.at += timedelta(**delta)

    def party(self, slug: str, kind: str = "consumer", **terms: Any) -> str:
        """Register a party under a short name."""
        self.call(register_party, kind=kind, name=slug, slug=slug, terms=terms)
        return slug

    def link(self, kind: str, up: str, down: str, **terms: Any) -> int:
        """Open a link between two parties."""
        return int(self.call(open_link, kind=kind, upstream=up, downstream=down, terms=terms))

    def goods(self, slug: str, owner: str, **stock: int) -> str:
        """Create a listed product with one SKU and put pieces of it on shelves."""
        self.call(create_product, owner=owner, name=slug, skus=[NewSku(slug=slug, name=slug)], review=False)
        for holder, pieces in stock.items():
            self.call(restock, party=holder, sku=slug, quantity=pieces)
        return slug

    def offer(self, name: str, price: int, source: str | None = None, **more: Any) -> str:
        """List `goods@seller` at a price and return its name."""
        sku, seller = name.split("@")
        self.call(
            list_offer,
            seller=seller,
            sku=sku,
            price=price,
            currency=more.pop("currency", "CNY"),
            source=source,
            slug=name,
            **more,
        )
        return name

    def actor(self, slug: str, permissions: frozenset[str] = BUYER | SELLER) -> Actor:
        """Return somebody who acts for a party."""
        return Actor(party=party(slug).pk, user=None, permissions=permissions)

    def place(self, buyer: str, lines: Mapping[str, int], **more: Any) -> str:
        """Place an order and return the checkout's code."""
        wanted = [Line(offer, pieces) for offer, pieces in lines.items()]
        return str(self.call(place, buyer=buyer, lines=wanted, **more))

"""A small world for the trade floor, built with public operations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.queries import sku
from hanse.goods.catalogue.rules import NewSku
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.queries import levels
from hanse.kernel.actor import ENGINE, Actor
from hanse.network.parties.models import Party
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import party
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.promotions.operations.open_promotion import open_promotion
from hanse.trade.quotes.queries import Line
from hanse.value.funds import queries as funds
from hanse.value.funds.operations.grant_points import grant_points
from hanse.value.funds.operations.top_up_wallet import top_up_wallet
from hanse.value.payments.operations.start_payment import start_payment

START = datetime.fromisoformat("2026-03-01T10:00:00+08:00")
BUYER = frozenset({"orders.place", "orders.pay", "orders.cancel", "orders.receive"})
SELLER = frozenset({"orders.ship", "orders.cancel", "aftersales.decide", "offers.edit"})
CNY = "CNY"
STAGES = ("placed", "paid", "shipped", "received", "closed")


@dataclass
class World:
    """A platform and whoever else a test needs; every call is keyed and dated."""

    at: datetime = START
    keys: Any = field(default_factory=count)

    def found(self) -> "World":
        """Found a platform that takes 5 %."""
        self.call(found_platform, name="Hanse", name_en="Hanse", terms={"platform_fee": 500})
        return self

    def three_tiers(self) -> "World":
        """Let ann buy tees of a shop that draws them from west and the factory."""
        self.party("factory", "supplier")
        self.party("west", "wholesaler")
        for slug in ("shop", "rival"):
            self.party(slug, "retailer")
        self.party("ann")
        self.goods("tee", "factory", factory=100)
        self.offer("tee@factory", 6000)
        self.offer("tee@west", 8000, "tee@factory")
        self.offer("tee@shop", 10000, "tee@west")
        return self

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
        sku_slug, seller = name.split("@")
        self.call(
            list_offer,
            seller=seller,
            sku=sku_slug.split("#")[0],
            price=price,
            currency=more.pop("currency", CNY),
            source=source,
            slug=name,
            **more,
        )
        return name

    def promotion(self, offer: str, rate: int, **more: Any) -> str:
        """Take so many basis points off an offer, at its seller's cost unless other bearers are named."""
        bearers = more.pop("bearers", {offer.split("@")[1]: 10_000})
        return str(self.call(open_promotion, offer=offer, label=f"-{rate}", rate=rate, bearers=bearers, **more))

    def fill(self, slug: str, wallet: int = 0, points: int = 0) -> None:
        """Put money into a wallet and give points."""
        if wallet:
            self.call(top_up_wallet, party=slug, amount=wallet, asset=CNY)
        if points:
            self.call(grant_points, party=slug, points=points)

    def actor(self, slug: str, permissions: frozenset[str] = BUYER | SELLER) -> Actor:
        """Return somebody who acts for a party."""
        return Actor(party=party(slug).pk, user=None, permissions=permissions)

    def place(self, buyer: str, lines: Mapping[str, int], **more: Any) -> str:
        """Place an order and return the checkout's code."""
        wanted = [Line(offer, pieces) for offer, pieces in lines.items()]
        return str(self.call(place, buyer=buyer, lines=wanted, **more))

    def deal(self, buyer: str, lines: Mapping[str, int], stage: str = "paid", **paying: Any) -> str:
        """Place an order, bring it to a stage, and return the checkout's code."""
        code = self.place(buyer, lines)
        if stage != "placed":
            self.call(pay, order=code, **paying)
            self.carry(code, stage)
        return code

    def carry(self, code: str, stage: str) -> None:
        """Bring a paid order to a stage."""
        for step in (ship, receive)[: max(0, STAGES.index(stage) - 1)]:
            self.call(step, order=code)
        if stage == "closed":
            self.carry_on(code)

    def carry_on(self, code: str) -> None:
        """Bring an order to its end from wherever it is."""
        for status, step in (("paid", ship), ("partly_shipped", ship), ("shipped", receive)):
            if any(root.status == status for root in self.roots(code)):
                self.call(step, order=code)
        self.wait(days=7)
        for root in self.roots(code):
            self.call(close, order=root.code)

    def payment(self, code: str, amount: int, buyer: str = "ann", currency: str = CNY) -> str:
        """Start a payment at a provider for a checkout."""
        payer = party(buyer).pk
        return str(self.call(start_payment, payer=payer, subject=code, amount=amount, currency=currency))

    def roots(self, code: str) -> list[Order]:
        """Return the first legs of a checkout."""
        return list(Order.objects.filter(checkout__code=code, tier=0).order_by("pk"))

    def order(self, code: str, seller: str) -> Order:
        """Return a checkout's one leg with this seller."""
        return Order.objects.get(checkout__code=code, seller__slug=seller)

    def statuses(self, code: str) -> dict[str, str]:
        """Return the state of a checkout's legs by seller."""
        rows = Order.objects.filter(checkout__code=code).order_by("pk").values_list("seller__slug", "status")
        return {str(slug): status for slug, status in rows}

    def money(self, what: str, asset: str = CNY) -> dict[str, int]:
        """Return held, owed, earned, … by party, without those that have none."""
        names = dict(Party.objects.values_list("pk", "slug"))
        found = funds.points() if what == "points" else getattr(funds, what)(asset)
        return {str(names[pk]): amount for pk, amount in found.items() if amount}

    def stock(self, name: str) -> tuple[int, int, int]:
        """Return available, reserved and in transit of `goods@party`."""
        thing, holder = name.split("@")
        pair = (party(holder).pk, sku(thing).pk)
        view = levels([pair])[pair]
        return view.available, view.reserved, view.in_transit

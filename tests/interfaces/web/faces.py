"""A mall in which pages are looked at: three tiers, a consumer, people who sign in."""

from datetime import datetime
from typing import Any

from django.test import Client

from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.rules import NewSku
from hanse.goods.stock.operations.restock import restock
from hanse.kernel import clock
from hanse.network.access.models import User
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from hanse.trade.orders.models import Checkout, Order
from hanse.trade.orders.operations.pay import pay
from tests.trade.world import World

PASSWORD = "a-long-secret"
ADDRESS = {"name": "Ann", "phone": "138 0000 0000", "place": "Suzhou", "street": "Pingjiang Road 18"}


class Mall(World):
    """The world of the pages; it lives now, as the pages do."""

    users: dict[str, User]

    def build(self) -> "Mall":
        """Register everybody, list everything."""
        self.users = {}
        self.call(found_platform, name="商城", name_en="The Mall", terms={"platform_fee": 500, "return_window": 0})
        kinds = {"factory": "supplier", "west": "wholesaler", "shop": "retailer", "ann": "consumer", "bob": "consumer"}
        for slug, kind in kinds.items():
            self.party(slug, kind)
            self.user(slug, slug)
        self.user("operator", "platform", "operator")
        self.user("clerk", "shop", "goods_manager")
        self.link("supply", "factory", "west")
        self.link("supply", "west", "shop", pay="credit", limit=100_000, period=86_400)
        self.call(create_category, slug="clothes", name="服饰", name_en="Clothes")
        self.product("tee", "长绒棉 T 恤", "Cotton tee", tee=100, tee_l=50)
        self.offer("tee@factory", 6000, audience="partners")
        self.offer("tee@west", 8000, "tee@factory", audience="partners")
        self.offer("tee@shop", 10000, "tee@west", prices={10: 9000})
        self.offer("tee_l@factory", 12000, freight=500)
        return self

    def product(self, slug: str, name: str, name_en: str, **stock: int) -> None:
        """Create a listed product of the factory with a SKU for each name of stock."""
        skus = [NewSku(slug=sku, name=f"尺码 {sku}", name_en=f"Size {sku}") for sku in stock]
        self.call(
            create_product, owner="factory", name=name, name_en=name_en, category="clothes", skus=skus, review=False,
            images=[{"path": f"demo/{slug}.svg", "alt": name, "alt_en": name_en}],
            attributes={"产地 | Origin": "绍兴 | Shaoxing"},
        )  # fmt: skip
        for sku, pieces in stock.items():
            self.call(restock, party="factory", sku=sku, quantity=pieces)

    def user(self, name: str, of: str, role: str = "owner") -> None:
        """Let somebody sign in for a party."""
        code = self.call(create_user, name=name, password=Secret(PASSWORD), email=f"{name}@example.com", language="en")
        self.call(grant_role, user=code, party=of, role=role)
        self.users[name] = User.objects.get(code=code)

    def client(self, who: str = "", language: str = "en") -> Client:
        """Return a browser in which somebody is signed in, or a stranger's."""
        client = Client(headers={"accept-language": language})
        if who:
            client.force_login(self.users[who])
        return client

    def ordered(self, paid: bool = True, **lines: int) -> Checkout:
        """Return a checkout of ann's; lines are pieces by SKU, bought at the shop or else at the factory."""
        wanted = {("tee@shop" if sku == "tee" else f"{sku}@factory"): n for sku, n in (lines or {"tee": 2}).items()}
        code = self.place("ann", wanted, address=ADDRESS)
        if paid:
            self.call(pay, order=code)
        return Checkout.objects.get(code=code)

    def leg(self, checkout: Checkout, seller: str) -> Order:
        """Return the leg that a party sells."""
        return Order.objects.get(checkout=checkout, seller=party(seller))


def made(at: datetime | None = None) -> Mall:
    """Return a built mall."""
    return Mall(at=at or clock.now()).build()


def text(response: Any) -> str:
    """Return what the browser got, as text."""
    return str(response.content.decode())


def key(number: int = 1) -> str:
    """Return a key as a form would carry it."""
    return f"form-{number:04d}"

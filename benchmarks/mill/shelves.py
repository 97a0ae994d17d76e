"""Malls of many goods to search in: names in two languages, categories, brands, sellers, prices, stock."""

import random
from collections.abc import Callable
from itertools import product

from django.db import connection, transaction

from benchmarks.mill import market
from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.operations.import_products import import_products
from hanse.goods.catalogue.operations.tally_sales import tally_sales
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.goods.offers.operations.import_offers import import_offers
from hanse.goods.offers.rules import NewOffer
from hanse.goods.stock.operations.import_stock import NewStock, import_stock
from hanse.kernel.actor import ENGINE
from hanse.network.parties.operations._insert import NewParty
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.import_parties import import_parties

SELLERS, CATEGORIES, BRANDS = 20, 20, 20
THINGS = (
    ("键盘", "keyboard"), ("台灯", "lamp"), ("充电宝", "power bank"), ("水杯", "cup"), ("背包", "backpack"),
    ("雨伞", "umbrella"), ("毛巾", "towel"), ("茶壶", "teapot"), ("枕头", "pillow"), ("椅子", "chair"),
    ("耳机", "headphones"), ("相机", "camera"), ("手表", "watch"), ("围巾", "scarf"), ("跑鞋", "running shoes"),
    ("风扇", "fan"), ("闹钟", "alarm clock"), ("剪刀", "scissors"), ("地毯", "carpet"), ("花瓶", "vase"),
)  # fmt: skip
KINDS = (
    ("机械", "mechanical"), ("护眼", "gentle"), ("便携", "portable"), ("保温", "insulated"), ("防水", "waterproof"),
    ("折叠", "folding"), ("纯棉", "cotton"), ("紫砂", "clay"), ("记忆", "memory"), ("竹制", "bamboo"),
)  # fmt: skip
RARE = 20
"""So many goods carry the rare word, however many others there are: what a search finds is then the same."""


def build(goods: int, say: Callable[[str], None]) -> None:
    """Fill an empty database with a mall of so many goods."""
    chance, at = random.Random(11), market.START
    found_platform(key="shelves", at=at, by=ENGINE)
    for n in range(CATEGORIES):
        create_category(key=f"c{n}", at=at, by=ENGINE, slug=f"class-{n}", name=f"类目 {n}", name_en=f"Class {n}")
        create_brand(key=f"b{n}", at=at, by=ENGINE, slug=f"brand-{n}", name=f"品牌 {n}", name_en=f"Make {n}")
    parties = [NewParty("retailer", f"Seller {n}", slug=f"seller-{n}") for n in range(SELLERS)]
    market.bring(import_parties, "parties", parties)
    say(f"  {goods:,} goods: products")
    market.bring(import_products, "products", [_product(n, goods) for n in range(goods)], review=False)
    say(f"  {goods:,} goods: offers and stock")
    offers = [
        NewOffer(
            seller=f"seller-{n % SELLERS}", sku=f"sku-{n}", price=chance.randrange(100, 100_000), currency="CNY",
            slug=f"sku-{n}@seller",
        )
        for n in range(goods)
    ]  # fmt: skip
    market.bring(import_offers, "offers", offers)
    stock = [NewStock(f"s-{n}", f"seller-{n % SELLERS}", f"sku-{n}", 1 + n % 9) for n in range(goods)]
    market.bring(import_stock, "deliveries", stock)
    sold = {pk: chance.randrange(1_000) for pk in Product.objects.order_by("pk").values_list("pk", flat=True)}
    with transaction.atomic():
        tally_sales(key="sold", at=at, by=ENGINE, sold=sold)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _product(number: int, goods: int) -> NewProduct:
    words = tuple(product(KINDS, THINGS))
    (kind, kind_en), (thing, thing_en) = words[number % len(words)]
    rare, rare_en = ("鹦鹉螺", " nautilus") if number % max(1, goods // RARE) == 0 else ("", "")
    return NewProduct(
        owner=f"seller-{number % SELLERS}", name=f"{kind}{rare}{thing} {number}",
        name_en=f"{kind_en}{rare_en} {thing_en} {number}", category=f"class-{number % CATEGORIES}",
        brand=f"brand-{number // 7 % BRANDS}", skus=[NewSku(slug=f"sku-{number}")],
    )  # fmt: skip

"""Every model of the goods floor, gathered from its contexts for Django."""

from hanse.goods.catalogue.models import Brand, Category, Product, Sku
from hanse.goods.offers.models import Offer, Presale, PriceRule
from hanse.goods.stock.models import Entry, Hold, Level, Movement, Shelf, StockTake, StockTakeLine, Warehouse

__all__ = [
    "Brand",
    "Category",
    "Entry",
    "Hold",
    "Level",
    "Movement",
    "Offer",
    "Presale",
    "PriceRule",
    "Product",
    "Shelf",
    "Sku",
    "StockTake",
    "StockTakeLine",
    "Warehouse",
]

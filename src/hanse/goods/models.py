"""Every model of the goods floor, gathered from its contexts for Django."""

from hanse.goods.catalogue.models import Brand, Category, Product, Sku
from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.stock.models import Entry, Hold, Movement, Shelf, Warehouse

__all__ = [
    "Brand",
    "Category",
    "Entry",
    "Hold",
    "Movement",
    "Offer",
    "PriceRule",
    "Product",
    "Shelf",
    "Sku",
    "Warehouse",
]

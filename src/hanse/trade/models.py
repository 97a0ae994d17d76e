"""Every model of the trade floor, gathered from its contexts for Django."""

from hanse.trade.changes.models import Change, Consent
from hanse.trade.commission.models import Commission
from hanse.trade.logistics.models import Parcel, ParcelLine, Pickup, Receipt, ReceiptLine
from hanse.trade.orders.models import Allocation, Checkout, Order, OrderLine, Promise, Refund, Tender
from hanse.trade.promotions.models import Promotion, PromotionShare
from hanse.trade.quotes.models import BasketLine

__all__ = [
    "Allocation",
    "BasketLine",
    "Change",
    "Checkout",
    "Commission",
    "Consent",
    "Order",
    "OrderLine",
    "Parcel",
    "ParcelLine",
    "Pickup",
    "Promise",
    "Promotion",
    "PromotionShare",
    "Receipt",
    "ReceiptLine",
    "Refund",
    "Tender",
]

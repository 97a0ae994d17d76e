"""Every model of the relations floor, gathered from its contexts for Django."""

from hanse.relations.invoices.models import InvoiceWish
from hanse.relations.members.models import Address, Favourite, Visit

__all__ = ["Address", "Favourite", "InvoiceWish", "Visit"]

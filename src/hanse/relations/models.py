"""Every model of the relations floor, gathered from its contexts for Django."""

from hanse.relations.content.models import Block
from hanse.relations.invoices.models import InvoiceWish
from hanse.relations.members.models import Address, Favourite, Visit
from hanse.relations.privacy.models import DataRequest

__all__ = ["Address", "Block", "DataRequest", "Favourite", "InvoiceWish", "Visit"]

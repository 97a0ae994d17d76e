"""Every model of the relations floor, gathered from its contexts for Django."""

from hanse.relations.members.models import Address, Favourite, Visit

__all__ = ["Address", "Favourite", "Visit"]

"""Reads of what a buyer keeps; all of them the reader's own."""

from hanse.kernel.actor import Actor
from hanse.relations.members.models import Address, Favourite, Visit


def addresses(actor: Actor) -> list[Address]:
    """Return the actor's addresses, the default one first, then the latest."""
    return list(Address.objects.visible_to(actor).order_by("-is_default", "-pk"))


def marked(actor: Actor) -> list[int]:
    """Return the ids of the products that the actor marked, the latest first."""
    return list(Favourite.objects.visible_to(actor).order_by("-at", "-pk").values_list("product", flat=True))


def visited(actor: Actor) -> list[int]:
    """Return the ids of the products that the actor looked at, the latest first."""
    return list(Visit.objects.visible_to(actor).order_by("-at", "-pk").values_list("product", flat=True))


def is_marked(actor: Actor, product: int) -> bool:
    """Say whether the actor marked the product."""
    return Favourite.objects.visible_to(actor).filter(product=product).exists()

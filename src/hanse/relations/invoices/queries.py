"""Reads of the invoices that buyers want."""

from hanse.kernel.actor import Actor
from hanse.relations.invoices.models import InvoiceWish
from hanse.relations.invoices.rules import Invoice


def wish_of(checkout: int, actor: Actor) -> Invoice | None:
    """Return which invoice is wanted for a checkout (id), if the actor may know."""
    found = InvoiceWish.objects.visible_to(actor).filter(checkout=checkout).first()
    return found.invoice if found else None


def latest_wish(actor: Actor) -> Invoice | None:
    """Return what the actor's party wanted last."""
    mine = InvoiceWish.objects.visible_to(actor).filter(checkout__buyer=actor.party)
    found = mine.order_by("-checkout").first()
    return found.invoice if found else None

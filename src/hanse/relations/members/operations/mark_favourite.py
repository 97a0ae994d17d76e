"""A buyer marks a product, or takes the mark away."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Product
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotFound
from hanse.kernel.intake import storable
from hanse.relations.members.models import Favourite
from hanse.relations.members.operations._owner import owner
from hanse.relations.members.rules import MOST_MARKED


class TooManyFavourites(DomainError):
    """The list of favourites is full."""

    code = "too_many_favourites"
    message = _("There is room for %(most)d favourites.")


@once.operation("members.mark_favourite")
def mark_favourite(*, key: str, at: datetime, by: Actor, product: str, marked: bool) -> bool:
    """Mark the product (its code) or take the mark away, and return whether it is marked now."""
    party = owner(by)
    found = Product.objects.visible_to(by).filter(code__in=storable([product])).first()
    if found is None:
        raise NotFound(_("product"), code=product)
    mine = Favourite.objects.filter(party=party)
    if not marked:
        mine.filter(product=found).delete()
    elif not mine.filter(product=found).exists():
        if mine.count() >= MOST_MARKED:
            raise TooManyFavourites(most=MOST_MARKED)
        Favourite.objects.create(party_id=party, product=found, at=at)
    return marked

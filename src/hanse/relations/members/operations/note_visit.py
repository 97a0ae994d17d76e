"""A buyer has looked at a product."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Product
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.relations.members.models import Visit
from hanse.relations.members.operations._owner import owner
from hanse.relations.members.rules import MOST_VISITS


@once.operation("members.note_visit")
def note_visit(*, key: str, at: datetime, by: Actor, product: int) -> None:
    """Remember when the actor's party last looked at the product; of all visits only the latest are kept."""
    party = owner(by)
    if not Product.objects.visible_to(by).filter(pk=product).exists():
        raise NotFound(_("product"))
    Visit.objects.update_or_create(party_id=party, product_id=product, defaults={"at": at})
    mine = Visit.objects.filter(party=party)
    latest = mine.order_by("-at", "-pk").values("pk")[:MOST_VISITS]
    mine.exclude(pk__in=latest).delete()

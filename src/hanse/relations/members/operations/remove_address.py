"""A buyer removes an address from its book."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.relations.members.models import Address
from hanse.relations.members.operations._owner import owner


@once.operation("members.remove_address")
def remove_address(*, key: str, at: datetime, by: Actor, address: int) -> None:
    """Remove the address; if it was the default, the latest of the others becomes it."""
    mine = Address.objects.filter(party=owner(by))
    row = mine.filter(pk=address).first()
    if row is None:
        raise NotFound(_("address"))
    row.delete()
    if row.is_default:
        following = mine.order_by("-pk").values("pk")[:1]
        Address.objects.filter(pk__in=following).update(is_default=True)

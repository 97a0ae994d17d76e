"""A warehouse hands goods out to those who ordered them, or no longer does."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock.models import Warehouse
from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_text


@once.operation("stock.offer_pickup")
def offer_pickup(
    *, key: str, at: datetime, by: Actor, party: str, warehouse: str, address: str, hours: str = ""
) -> str:
    """Say where and when buyers may fetch goods from a warehouse, nowhere with no address; return its code."""
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    house = Warehouse.objects.filter(party=owner, code__in=storable([warehouse])).first()
    if house is None:
        raise NotFound(_("warehouse"), code=warehouse)
    was = {"pickup_address": house.pickup_address, "pickup_hours": house.pickup_hours}
    house.pickup_address = check_text(address, "address", 300, blank=True)
    house.pickup_hours = check_text(hours, "hours", 200, blank=True) if house.pickup_address else ""
    house.save(update_fields=["pickup_address", "pickup_hours"])
    now = {"pickup_address": house.pickup_address, "pickup_hours": house.pickup_hours}
    audit.changed("warehouse", f"{owner.code}/{house.code}", was, now)
    events.announce("warehouse.changed", party=owner.code, warehouse=house.code)
    return house.code

"""A party says where a warehouse is, so that orders leave from near their buyers."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.models import Warehouse
from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_text


@once.operation("stock.place_warehouse")
def place_warehouse(
    *, key: str, at: datetime, by: Actor, party: str, warehouse: str, region: str, place: tuple[int, int] | None = None
) -> str:
    """Set region and place (millionths of a degree, None for unknown) of a warehouse and return its code."""
    owner = find_party(party)
    require_own(by, owner.pk, "stock.edit")
    house = Warehouse.objects.filter(party=owner, code__in=storable([warehouse])).first()
    if house is None:
        raise NotFound(_("warehouse"), code=warehouse)
    was = {"region": house.region, "latitude": house.latitude, "longitude": house.longitude}
    house.region = check_text(region, "region", 80, blank=True)
    house.latitude, house.longitude = rules.check_place(place)
    house.save(update_fields=["region", "latitude", "longitude"])
    now = {"region": house.region, "latitude": house.latitude, "longitude": house.longitude}
    audit.changed("warehouse", f"{owner.code}/{house.code}", was, now)
    events.announce("warehouse.changed", party=owner.code, warehouse=house.code)
    return house.code

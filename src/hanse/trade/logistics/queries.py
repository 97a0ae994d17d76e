"""Reads over parcels."""

from collections.abc import Sequence

from hanse.kernel.actor import Actor
from hanse.trade.logistics.models import Parcel


def parcels_of(roots: Sequence[int], by: Actor) -> list[Parcel]:
    """Return the parcels of these first legs (ids) that the actor may see, the earliest first, with their contents."""
    rows = Parcel.objects.visible_to(by).filter(order__root__in=roots)
    return list(rows.select_related("order__seller").prefetch_related("lines__line__sku__product").order_by("pk"))

"""What happened to orders, in the order of time: changes of state, and parcels with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hanse.kernel.actor import Actor
from hanse.trade.logistics.models import Parcel
from hanse.trade.orders.models import Order
from hanse.trade.orders.queries import history


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: an event of the state table, or a parcel that left."""

    at: datetime
    event: str
    parcel: Parcel | None = None


def of_orders(ids: Sequence[int], actor: Actor) -> dict[int, list[Happening]]:
    """Return what happened to each of these first legs, the latest first."""
    found: dict[int, list[Happening]] = {pk: [] for pk in ids}
    for change in history(ids):
        found[change.subject_id].append(Happening(change.at, change.event))
    for parcel in Parcel.objects.visible_to(actor).filter(order__root__in=ids).select_related("order"):
        found[parcel.order.root_id].append(Happening(parcel.shipped_at, "parcel", parcel))
    for happenings in found.values():
        happenings.sort(key=lambda one: one.at, reverse=True)
    return found


def of_leg(leg: Order, actor: Actor) -> list[Happening]:
    """Return what happened to one leg of a chain, the latest first; parcels are those of the whole chain."""
    found = [Happening(change.at, change.event) for change in history([leg.pk])]
    parcels = Parcel.objects.visible_to(actor).filter(order__root=leg.root_id)
    found += [Happening(parcel.shipped_at, "parcel", parcel) for parcel in parcels]
    return sorted(found, key=lambda one: one.at, reverse=True)

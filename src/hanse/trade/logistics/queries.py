"""Reads over parcels, and over where goods can be fetched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from hanse.goods.offers.models import Offer
from hanse.goods.stock.models import Shelf, Warehouse
from hanse.kernel.actor import Actor
from hanse.trade.logistics.models import Parcel, Pickup
from hanse.trade.orders.models import Checkout


def parcels_of(roots: Sequence[int], by: Actor) -> list[Parcel]:
    """Return the parcels of these first legs (ids) that the actor may see, the earliest first, with their contents."""
    rows = Parcel.objects.visible_to(by).filter(order__root__in=roots)
    return list(rows.select_related("order__seller").prefetch_related("lines__line__sku__product").order_by("pk"))


@dataclass(frozen=True, slots=True)
class PickupPoint:
    """A place where a seller hands out what was ordered of it; `warehouse` is its id."""

    warehouse: int
    seller: int
    seller_name: str
    seller_name_en: str
    name: str
    name_en: str
    address: str
    hours: str


def pickup_points(wanted: Mapping[str, int] | Collection[str]) -> list[PickupPoint]:
    """Return where all of this (offers by code or slug, with their pieces or one of each) could be fetched at once.

    That is where the one seller of these offers hands goods out and has all of them; nowhere for several sellers.
    """
    pieces = dict(wanted) if isinstance(wanted, Mapping) else dict.fromkeys(wanted, 1)
    offers = list(Offer.objects.by_name(pieces).filter(status="listed").exclude(fulfil="source"))
    sellers = {offer.seller_id for offer in offers}
    if not pieces or len(offers) < len(pieces) or len(sellers) > 1:
        return []
    needs: dict[int, int] = {}
    for offer in offers:
        needs[offer.sku_id] = needs.get(offer.sku_id, 0) + (pieces.get(offer.code) or pieces.get(offer.slug or "") or 0)
    houses = Warehouse.objects.filter(party__in=sellers).exclude(pickup_address="").select_related("party")
    rows = Shelf.objects.filter(warehouse__in=houses, sku__in=needs).values_list("warehouse", "sku", "available")
    there = {(house, sku): available for house, sku, available in rows}
    return [
        PickupPoint(
            warehouse=house.pk,
            seller=house.party_id,
            seller_name=house.party.name,
            seller_name_en=house.party.name_en,
            name=house.name,
            name_en=house.name_en,
            address=house.pickup_address,
            hours=house.pickup_hours,
        )
        for house in houses.order_by("-is_default", "name", "pk")
        if all(there.get((house.pk, sku), 0) >= n for sku, n in needs.items())
    ]


def pickups(actor: Actor) -> "QuerySet[Pickup]":
    """Return what the actor's party fetches, or hands out, the latest first; its code is for the buyer's eyes alone."""
    return Pickup.objects.visible_to(actor).select_related("warehouse__party", "checkout__buyer").order_by("-pk")


def pickup_of(checkout: str, actor: Actor) -> Pickup | None:
    """Return how a checkout (code) is fetched, as its buyer may know it: with the code to show; None if it is sent."""
    mine = Checkout.objects.visible_to(actor).filter(code=checkout)
    return pickups(actor).filter(checkout__in=mine).first()

"""Whoever runs low is told, and so is the party whose goods run low there: once each time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from hanse.goods.catalogue.models import Sku
from hanse.goods.offers.models import Offer
from hanse.goods.stock.operations.mark_low import Low, mark_low
from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.models import Link, Party

FEW = 5
"""So many goods of a party are told one by one; more become one notice, so that a first look does not bury it."""


@once.operation("goods.watch_stock")
def watch_stock(*, key: str, at: datetime, by: Actor) -> int:
    """Find what has run low since the last time and tell parties and their suppliers; return how much it was."""
    by.require(OPERATE)
    found = mark_low(at=at, by=by)
    parties = Party.objects.in_bulk({low.party for low in found})
    skus = Sku.objects.select_related("product").in_bulk({low.sku for low in found})
    moment = at.strftime("%Y%m%d%H%M")
    for party in parties.values():
        mine = [low for low in found if low.party == party.pk]
        if len(mine) > FEW:
            said = {"count": len(mine), **_listed([skus[low.sku] for low in mine])}
            notify(
                key=f"{key}:{party.pk}", at=at, by=by, parties=[party.pk], kind="stock.low_many", subject=moment,
                said=said, needs="stock.see",
            )  # fmt: skip
        for low in mine:
            sku = skus[low.sku]
            if len(mine) <= FEW:
                said = {**_named(sku), "available": low.available, "least": low.least}
                notify(
                    key=f"{key}:{party.pk}:{sku.pk}", at=at, by=by, parties=[party.pk], kind="stock.low",
                    subject=f"{sku.code}|{moment}", said=said, needs="stock.see",
                )  # fmt: skip
            events.announce("stock.low", party=party.code, sku=sku.code, available=low.available, least=low.least)
    _tell_upstream(key, found, parties, skus, at, by)
    return len(found)


def _tell_upstream(
    key: str, found: Sequence[Low], parties: Mapping[int, Party], skus: Mapping[int, Sku], at: datetime, by: Actor
) -> None:
    """Tell each party whose goods run low at a partner, one notice for each partner."""
    short: dict[tuple[int, int], list[Sku]] = {}
    for low, upstream in _suppliers(found).items():
        for supplier in upstream:
            short.setdefault((supplier, low.party), []).append(skus[low.sku])
    for (supplier, holder), things in short.items():
        party = parties[holder]
        notify(
            key=f"{key}:up:{supplier}:{holder}", at=at, by=by, parties=[supplier], kind="stock.low_downstream",
            subject=f"{party.code}|{at:%Y%m%d%H%M}", needs="stock.see",
            said={"party": party.name, "party_en": party.name_en, **_listed(things)},
        )  # fmt: skip


def _listed(things: Sequence[Sku]) -> dict[str, str]:
    """Return the first of several goods as a notice says them in either language."""
    first = [_named(sku) for sku in things[:FEW]]
    more = " …" if len(things) > FEW else ""
    return {name: ", ".join(one[name] for one in first) + more for name in ("goods", "goods_en")}


def _named(sku: Sku) -> dict[str, str]:
    """Return product and variant as a notice says them in either language."""
    english = (sku.product.name_en or sku.product.name, sku.name_en or sku.name)
    pairs = {"goods": (sku.product.name, sku.name), "goods_en": english}
    return {name: " · ".join(filter(None, pair)) for name, pair in pairs.items()}


def _suppliers(found: Sequence[Low]) -> dict[Low, Collection[int]]:
    """Return from which parties (ids) the goods that run low come: by the sources of offers, else by links."""
    if not found:
        return {}
    pairs = Q()
    for low in found:
        pairs |= Q(seller=low.party, sku=low.sku)
    drawn: dict[tuple[int, int], set[int]] = {}
    rows = Offer.objects.filter(pairs, source__isnull=False).exclude(status="withdrawn")
    for seller, sku, upstream in rows.values_list("seller", "sku", "source__seller"):
        drawn.setdefault((seller, sku), set()).add(upstream)
    rest = [low for low in found if (low.party, low.sku) not in drawn]
    linked: dict[int, set[int]] = {}
    links = Link.objects.open().filter(kind="supply", downstream__in={low.party for low in rest})
    for downstream, upstream in links.values_list("downstream", "upstream"):
        linked.setdefault(downstream, set()).add(upstream)
    sold = Offer.objects.filter(status="listed", sku__in={low.sku for low in rest})
    sellers: dict[int, set[int]] = {}
    for sku, seller in sold.values_list("sku", "seller"):
        sellers.setdefault(sku, set()).add(seller)
    for low in rest:
        drawn[low.party, low.sku] = linked.get(low.party, set()) & sellers.get(low.sku, set())
    return {low: sorted(drawn[low.party, low.sku]) for low in found if drawn[low.party, low.sku]}

"""Reads over offers: chains with their prices, stock and statuses are one statement, however many there are."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers import rules
from hanse.goods.offers.models import Offer
from hanse.goods.offers.rules import Chain, OfferView, PresaleView, PriceRuleView
from hanse.goods.stock.rules import ShelfView
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties.models import Link
from hanse.network.parties.queries import terms_for

CHAINS = """
WITH RECURSIVE chain AS (
    SELECT r.root, 1 AS tier, o.id, o.source_id, o.seller_id, o.fulfil, r.buyer
    FROM unnest(%(offers)s::bigint[], %(buyers)s::bigint[]) WITH ORDINALITY AS r (offer, buyer, root)
    JOIN goods_offer o ON o.id = r.offer
    UNION ALL
    SELECT c.root, c.tier + 1, o.id, o.source_id, o.seller_id, o.fulfil, c.seller_id
    FROM chain c JOIN goods_offer o ON o.id = c.source_id
    WHERE c.fulfil <> 'stock' AND c.tier <= %(tiers)s)
SELECT c.root, o.id, o.code, o.slug, o.seller_id, p.code, o.sku_id, k.code, k.name, k.name_en,
       g.code, g.name, g.name_en, k.weight_g, o.currency, o.price, o.fulfil, o.audience, o.source_id,
       o.band_min, o.band_max, o.freight, o.commission, o.terms::text, o.status, p.status, g.status,
       o.audience <> 'partners' OR c.buyer = o.seller_id OR EXISTS (
           SELECT 1 FROM network_link l WHERE l.kind = 'supply' AND l.closed_at IS NULL
           AND l.upstream_id = o.seller_id AND l.downstream_id = c.buyer),
       (SELECT json_agg(json_build_array(r.price, r.min_quantity, r.buyer_id, r.level, r.starts, r.ends) ORDER BY r.id)
        FROM goods_pricerule r WHERE r.offer_id = o.id AND (r.buyer_id IS NULL OR r.buyer_id = c.buyer)
        AND (r.starts IS NULL OR r.starts <= %(at)s) AND (r.ends IS NULL OR r.ends > %(at)s))::text,
       (SELECT json_agg(json_build_array(s.id, s.available, s.party_id, s.sku_id, s.warehouse_id,
                                         s.reserved, s.in_transit, s.damaged, w.latitude, w.longitude)
                        ORDER BY w.is_default DESC, s.id)
        FROM goods_shelf s JOIN goods_warehouse w ON w.id = s.warehouse_id
        WHERE s.party_id = o.seller_id AND s.sku_id = o.sku_id)::text,
       (SELECT json_build_array(e.id, e.deposit, e.balance_from, e.balance_until, e.ships_from, e.forfeits,
                                e.most - e.promised)
        FROM goods_presale e WHERE e.offer_id = o.id AND e.ended_at IS NULL AND e.balance_until > %(at)s)::text
FROM chain c JOIN goods_offer o ON o.id = c.id
JOIN network_party p ON p.id = o.seller_id
JOIN goods_sku k ON k.id = o.sku_id
JOIN goods_product g ON g.id = k.product_id
ORDER BY c.root, c.tier
"""


def chains(offer_ids: Sequence[int], *, at: datetime, buyer: int | None = None) -> dict[int, Chain]:
    """Return the chain of each offer as it stands at that time for that buyer, in one statement.

    Every tier carries its statuses, its seller's shelves and the price rules that its own buyer (the seller one tier
    down) may get. Unknown offers are left out. A chain is followed one tier too far, so that an overlong one shows.
    """
    pairs = [(offer, buyer) for offer in dict.fromkeys(offer_ids)]
    return {offer: chain for (offer, _buyer), chain in zip(pairs, chains_of(pairs, at=at), strict=True) if chain}


def chains_of(pairs: Sequence[tuple[int, int | None]], *, at: datetime) -> list[Chain]:
    """Return the chain of each (offer, buyer) in the order asked for, in one statement; () for an unknown offer."""
    with connection.cursor() as cursor:
        cursor.execute(
            CHAINS,
            {
                "offers": [offer for offer, _buyer in pairs],
                "buyers": [buyer for _offer, buyer in pairs],
                "at": at,
                "tiers": rules.MOST_TIERS,
            },
        )
        rows = cursor.fetchall()
    found: list[list[OfferView]] = [[] for _pair in pairs]
    for row in rows:
        found[row[0] - 1].append(_view(row[1:]))
    return [rules.judge(views) for views in found]


def availability(offer_ids: Sequence[int], *, at: datetime, buyer: int | None = None) -> dict[int, int]:
    """Return how many pieces of each offer can be bought now, in one statement; 0 for unknown offers."""
    found = chains(offer_ids, at=at, buyer=buyer)
    return {offer: rules.available(found.get(offer, ())) for offer in offer_ids}


def price_rules(offer_ids: Sequence[int], at: datetime) -> dict[int, tuple[PriceRuleView, ...]]:
    """Return every price rule of each offer that is in force at that time, whoever it is for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.offer_id, r.price, r.min_quantity, r.buyer_id, r.level, r.starts, r.ends FROM goods_pricerule r"
            " WHERE r.offer_id = ANY(%(offers)s::bigint[])"
            " AND (r.starts IS NULL OR r.starts <= %(at)s) AND (r.ends IS NULL OR r.ends > %(at)s) ORDER BY r.id",
            {"offers": sorted(set(offer_ids)), "at": at},
        )
        rows = cursor.fetchall()
    return {offer: tuple(PriceRuleView(*row[1:]) for row in rows if row[0] == offer) for offer in offer_ids}


def _view(row: Sequence[Any]) -> OfferView:
    *plain, commission, terms, status, seller_status, product_status, linked, prices, shelves, presale = row
    rest: tuple[Any, ...] = (
        *plain,
        tuple(commission),
        json.loads(terms),
        status,
        seller_status,
        product_status,
        bool(linked),
        tuple(_price(*rule) for rule in json.loads(prices or "[]")),
        tuple(ShelfView(*shelf) for shelf in json.loads(shelves or "[]")),
    )
    view = OfferView(*rest)
    return replace(view, presale=_presale(presale)) if presale else view


def _presale(text: str) -> PresaleView:
    pk, deposit, *moments, forfeits, left = json.loads(text)
    since, until, ships = (datetime.fromisoformat(moment) for moment in moments)
    return PresaleView(pk, deposit, since, until, ships, forfeits, left)


def _price(
    price: int, least: int, buyer: int | None, level: str, starts: str | None, ends: str | None
) -> PriceRuleView:
    return PriceRuleView(price, least, buyer, level, _moment(starts), _moment(ends))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Outward:
    """An offer as one who may buy it sees it: no source, no cost, no exact stock beyond SHOWN pieces."""

    code: str
    slug: str | None
    seller: str
    sku: str
    product: str
    currency: str
    price: int
    breaks: tuple[tuple[int, int], ...]
    freight: int
    available: int
    """At most SHOWN: whoever sees exact numbers reads a competitor's warehouse."""


SHOWN = 99


def shown(actor: Actor, offer_ids: Sequence[int], *, at: datetime) -> list[Outward]:
    """Return those of the offers that the actor may see, in the order asked for, as its party meets them."""
    visible = set(Offer.objects.visible_to(actor).filter(id__in=offer_ids).values_list("id", flat=True))
    found = chains([offer for offer in offer_ids if offer in visible], at=at, buyer=actor.party)
    terms = terms_for([(chain[0].seller_id, actor.party) for chain in found.values()])
    return [_outward(chain, actor.party, terms[chain[0].seller_id, actor.party].level, at) for chain in found.values()]


def _outward(chain: Chain, buyer: int | None, level: str, at: datetime) -> Outward:
    view = chain[0]
    steps = sorted({1, *(rule.min_quantity for rule in view.prices)})
    prices = [(n, rules.price_for(view.price, view.prices, buyer, level, n, at)) for n in steps]
    breaks = tuple(step for i, step in enumerate(prices) if i == 0 or step[1] != prices[i - 1][1])
    return Outward(
        view.code,
        view.slug,
        view.seller_code,
        view.sku_code,
        view.product,
        view.currency,
        breaks[0][1],
        breaks,
        view.freight,
        min(SHOWN, rules.available(chain)),
    )


def offer(code: str) -> Offer:
    """Return the offer of that code or slug, whoever asks; NotFound if there is none. For operations, not for faces."""
    return offers([code])[code]


def offers(codes: Iterable[str]) -> dict[str, Offer]:
    """Return the offers of these codes or slugs by what was asked for; NotFound names the first missing one."""
    wanted = list(dict.fromkeys(codes))
    found: dict[str, Offer] = {}
    for row in Offer.objects.by_name(wanted).select_related("seller"):
        found |= {name: row for name in (row.slug, row.code) if name is not None}
    for code in wanted:
        if code not in found:
            raise NotFound(_("offer"), code=code)
    return {code: found[code] for code in wanted}


def ids_of(names: Iterable[str]) -> dict[str, int]:
    """Return the ids of the offers of these codes or slugs by what was asked for; NotFound names a missing one."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, slug FROM goods_offer WHERE code = ANY(%(names)s) OR slug = ANY(%(names)s)",
            {"names": list(storable(wanted))},
        )
        for pk, code, slug in cursor.fetchall():
            found |= {code: pk, slug or code: pk}
    for name in wanted:
        if name not in found:
            raise NotFound(_("offer"), code=name)
    return {name: found[name] for name in wanted}


def downstream(offer_id: int) -> tuple[int, set[int]]:
    """Return how many tiers the longest chain drawing from the offer has below it, and the sellers on such chains."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE down AS ("
            " SELECT id, seller_id, 0 AS tier FROM goods_offer WHERE id = %(offer)s"
            " UNION ALL SELECT o.id, o.seller_id, d.tier + 1 FROM down d JOIN goods_offer o ON o.source_id = d.id"
            " WHERE o.status <> 'withdrawn' AND o.fulfil <> 'stock' AND d.tier <= %(tiers)s)"
            " SELECT max(tier), array_agg(DISTINCT seller_id) FILTER (WHERE tier > 0) FROM down",
            {"offer": offer_id, "tiers": rules.MOST_TIERS},
        )
        tiers, sellers = cursor.fetchone()
    return tiers or 0, set(sellers or ())


def restocking(actor: Actor, party: int, skus: Collection[int], at: datetime) -> dict[int, Outward]:
    """Return for each SKU (id) the offer at which the party would buy it: the source of its own offer, else the
    cheapest of those who supply it; nothing where there is none.
    """
    own = Offer.objects.kept_by(actor).filter(seller=party, sku__in=skus, source__isnull=False)
    drawn = own.exclude(status="withdrawn").order_by("-pk").values_list("source", "source__code", "sku")
    suppliers = Link.objects.open().filter(kind="supply", downstream=party).values("upstream")
    supplied = Offer.objects.visible_to(actor).filter(seller__in=suppliers, sku__in=skus, status="listed")
    others = supplied.order_by("pk").values_list("pk", "code", "sku")
    named = [(pk or 0, code or "", sku) for pk, code, sku in drawn], [(pk, code, sku) for pk, code, sku in others]
    seen = {view.code: view for view in shown(actor, [pk for rows in named for pk, _code, _sku in rows], at=at)}
    found: dict[int, Outward] = {}
    for rows in named:
        known = [(sku, seen[code]) for _pk, code, sku in rows if code in seen]
        for sku, view in sorted(known, key=lambda pair: pair[1].price if rows is named[1] else 0):
            found.setdefault(sku, view)
    return found

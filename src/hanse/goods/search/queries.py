"""Reads for those who look for something to buy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from hanse.goods.catalogue.models import Brand, Product
from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.search.rules import Wish, sounds, terms
from hanse.kernel.actor import Actor
from hanse.kernel.intake import storable
from hanse.network.parties.models import Link, Party
from hanse.network.parties.queries import terms_for

MOST = 1_000
HAVE = """
WITH RECURSIVE have AS (
    SELECT o.id FROM goods_offer o JOIN goods_shelf s ON s.party_id = o.seller_id AND s.sku_id = o.sku_id
    JOIN network_party p ON p.id = o.seller_id
    WHERE s.available > 0 AND o.status = 'listed' AND o.fulfil <> 'source' AND p.status = 'active'
    UNION
    SELECT o.id FROM have h JOIN goods_offer o ON o.source_id = h.id JOIN network_party p ON p.id = o.seller_id
    WHERE o.status = 'listed' AND o.fulfil <> 'stock' AND p.status = 'active')
SELECT id FROM have
"""
ORDERS: dict[str, tuple[str, ...]] = {
    "cheap": ("asked_least", "-id"),
    "dear": ("-asked_least", "-id"),
    "new": ("-made", "-id"),
    "sold": ("-gone", "-id"),
    "relevance": ("-fit", "-near", "-gone", "id"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: products, the best first; `alike` says that no product holds the words themselves."""

    products: list[int]
    alike: bool = False


def buyable(actor: Actor) -> QuerySet[Offer]:
    """Return what the actor could buy: public offers and its partners', not its own."""
    found = Offer.objects.visible_to(actor).filter(
        status="listed", seller__status="active", sku__product__status="listed"
    )
    if actor.operates:
        return found.filter(audience="public")
    return found.exclude(seller=actor.party) if actor.party else found


def find(actor: Actor, wish: Wish, at: datetime) -> Found:
    """Return the products that the wish describes; where none holds its words, those written or sounding alike."""
    within = _within(actor, wish, at)
    words = wish.terms
    found = _ordered(_holding(within, words), words, wish)
    if found or not words:
        return Found(found)
    return Found(_ordered(_alike(within, words), words, wish), alike=True)


def suggest(actor: Actor, begun: str, limit: int = 8) -> list[Product]:
    """Return products that the actor could buy with a word that begins so, what sells most first."""
    words = terms(begun)
    if not words:
        return []
    *whole, last = words
    found = Product.objects.filter(pk__in=buyable(actor).values("sku__product"), sought__contains=f" {last}")
    for word in whole:
        found = found.filter(sought__contains=word)
    return list(found.order_by("-sold", "pk")[:limit])


def sellers(actor: Actor, products: Sequence[int], limit: int = 12) -> list[Party]:
    """Return who sells these products to the actor, whoever sells most of them first."""
    offers = buyable(actor).filter(sku__product__in=products).order_by()
    counted = offers.values("seller").annotate(n=Count("sku__product", distinct=True)).order_by("-n", "seller")
    places = {row["seller"]: place for place, row in enumerate(counted[:limit])}
    return sorted(Party.objects.filter(pk__in=places), key=lambda party: places[party.pk])


def brands(actor: Actor, products: Sequence[int], limit: int = 30) -> list[Brand]:
    """Return the brands of these products that the actor could buy, that of most of them first."""
    counted = Product.objects.visible_to(actor).filter(pk__in=products, brand__isnull=False).values("brand")
    rows = counted.annotate(n=Count("pk")).order_by("-n", "brand")
    places = {row["brand"]: place for place, row in enumerate(rows[:limit])}
    return sorted(Brand.objects.filter(pk__in=places), key=lambda brand: places[brand.pk])


def shop(actor: Actor, code: str) -> Party | None:
    """Return the party of that code or short name that sells anything to the actor, if there is one."""
    askable = storable([code])
    named = Q(code__in=askable) | Q(slug__in=askable)
    return Party.objects.filter(named, pk__in=buyable(actor).values("seller")).first()


def asked(actor: Actor, at: datetime) -> Coalesce:
    """Return what the actor pays for one piece of an offer, as an expression over offers."""
    rules = PriceRule.objects.filter(offer=OuterRef("pk"), min_quantity__lte=1)
    rules = rules.filter(Q(starts=None) | Q(starts__lte=at), Q(ends=None) | Q(ends__gt=at))
    audience, nearer = Q(buyer=None, level=""), []
    if actor.party:
        nearer = [Q(buyer=actor.party)]
        nearer += [Q(offer__seller=seller, level=name, buyer=None) for seller, name in _levels(actor).items()]
    for one in nearer:
        audience |= one
    rules = rules.filter(audience)
    if nearer:
        rules = rules.annotate(near=Case(*(When(one, then=n + 1) for n, one in enumerate(nearer)), default=999_999))
    near = ["near"] if nearer else []
    rules = rules.order_by(*near, "-min_quantity", F("starts").desc(nulls_last=True), "price")
    return Coalesce(Subquery(rules.values("price")[:1]), F("price"), output_field=BigIntegerField())


def _levels(actor: Actor) -> dict[int, str]:
    """Return at which sellers' levels the actor stands, by its open links."""
    if not actor.party:
        return {}
    upstream = Link.objects.filter(kind="supply", downstream=actor.party, closed_at=None).values_list("upstream")
    pairs = [(seller, actor.party) for (seller,) in upstream]
    return {seller: found.level for (seller, _me), found in terms_for(pairs).items() if found.level} if pairs else {}


def _within(actor: Actor, wish: Wish, at: datetime) -> QuerySet[Offer, Any]:
    found = buyable(actor).annotate(asked=asked(actor, at))
    if wish.category is not None:
        found = found.filter(Q(sku__product__category=wish.category) | Q(sku__product__category__parent=wish.category))
    same = {"sku__product__brand": wish.brand, "seller": wish.seller}
    found = found.filter(**{name: value for name, value in same.items() if value is not None})
    if wish.least is not None:
        found = found.filter(asked__gte=wish.least)
    if wish.most is not None:
        found = found.filter(asked__lte=wish.most)
    if wish.in_stock:
        found = found.filter(pk__in=RawSQL(HAVE, ()))  # noqa: S611 - a constant text
    return found


def _holding(within: QuerySet[Offer, Any], words: Sequence[str]) -> QuerySet[Offer, Any]:
    for word in words:
        near = [f"sku__product__{of}__{name}" for of in ("category", "brand") for name in ("name", "name_en")]
        named = reduce(or_, (Q(**{f"{path}__icontains": word}) for path in near))
        within = within.filter(Q(sku__product__sought__contains=word) | named)
    return within


def _alike(within: QuerySet[Offer, Any], words: Sequence[str]) -> QuerySet[Offer, Any]:
    for heard in map(sounds, words):
        near = Q(sku__product__sought__trigram_word_similar=heard)
        within = within.filter(Q(sku__product__sought__contains=heard) | near)
    return within


def _ordered(found: QuerySet[Offer, Any], words: Sequence[str], wish: Wish) -> list[int]:
    near = TrigramWordSimilarity(sounds(" ".join(words)), "sku__product__sought")
    grouped = found.order_by().values("sku__product").annotate(
        asked_least=Min("asked"), made=Max("sku__product__created_at"), gone=Max("sku__product__sold"),
        fit=Max(_fit(words)), near=Max(near), id=F("sku__product"),
    )  # fmt: skip
    order = ORDERS.get(wish.sort, ORDERS["relevance"])
    return list(grouped.order_by(*order).values_list("sku__product", flat=True)[:MOST])


def _fit(words: Sequence[str]) -> Any:
    """Return how well the names fit: the same, beginning so, holding it, or only found by sound or category."""
    whole = " ".join(words)
    steps = [
        When(Q(**{f"{name}__{how}": whole}), then=Value(worth))
        for how, worth in (("iexact", 3), ("istartswith", 2), ("icontains", 1))
        for name in ("sku__product__name", "sku__product__name_en")
    ]
    return Case(*steps, default=Value(0))

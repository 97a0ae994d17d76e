"""Reads for those who look for something to buy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from hanse.goods.catalogue.models import Brand, Category, Product
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
    "cheap": ("least", "-pk"),
    "dear": ("-least", "-pk"),
    "new": ("-created_at", "-pk"),
    "sold": ("-sold", "pk"),
    "relevance": ("-fit", "-near", "-sold", "pk"),
}
"""How what was found is ordered; without words the most relevant is what sells most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on: behind a product with these values of what it is ordered by."""

    sort: str
    alike: bool
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: products, the best first, and the place of each; `alike`: none holds the words themselves."""

    products: list[int]
    alike: bool = False
    places: list[Place] = field(default_factory=list)


def buyable(actor: Actor) -> QuerySet[Offer]:
    """Return what the actor could buy: public offers and its partners', not its own."""
    found = Offer.objects.visible_to(actor).filter(
        status="listed", seller__status="active", sku__product__status="listed"
    )
    if actor.operates:
        return found.filter(audience="public")
    return found.exclude(seller=actor.party) if actor.party else found


def find(actor: Actor, wish: Wish, at: datetime, *, after: Place | None = None, limit: int = MOST) -> Found:
    """Return the products that the wish describes; where none holds its words, those written or sounding alike.

    Behind a place the list goes on as it was begun, whatever was listed or sold in the meantime.
    """
    words = wish.terms
    sort = ordering(wish)
    if after is not None and (after.sort != sort or len(after.values) != len(ORDERS[sort])):
        after = None
    if after is None or not after.alike:
        found = _listed(_holding(_within(actor, wish, at, sort), words), words, sort, after, limit)
        if found or not words or after is not None:
            return _found(found, sort, alike=False)
    return _found(_listed(_alike(_within(actor, wish, at, sort), words), words, sort, after, limit), sort, alike=True)


def ordering(wish: Wish) -> str:
    """Return what the wish is ordered by in the end."""
    sort = wish.sort if wish.sort in ORDERS else "relevance"
    return "sold" if sort == "relevance" and not wish.terms else sort


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


def asked(actor: Actor, at: datetime) -> Case:
    """Return what the actor pays for one piece of an offer, as an expression over offers."""
    rules = PriceRule.objects.filter(min_quantity__lte=1)
    rules = rules.filter(Q(starts=None) | Q(starts__lte=at), Q(ends=None) | Q(ends__gt=at))
    audience, nearer = Q(buyer=None, level=""), []
    if actor.party:
        nearer = [Q(buyer=actor.party)]
        nearer += [Q(offer__seller=seller, level=name, buyer=None) for seller, name in _levels(actor).items()]
    for one in nearer:
        audience |= one
    rules = rules.filter(audience)
    ruled = Q(pk__in=rules.values("offer"))  # most offers have no rule: looked up once for all, not offer by offer
    rules = rules.filter(offer=OuterRef("pk"))
    if nearer:
        rules = rules.annotate(near=Case(*(When(one, then=n + 1) for n, one in enumerate(nearer)), default=999_999))
    near = ["near"] if nearer else []
    rules = rules.order_by(*near, "-min_quantity", F("starts").desc(nulls_last=True), "price")
    price = Coalesce(Subquery(rules.values("price")[:1]), F("price"))
    return Case(When(ruled, then=price), default=F("price"), output_field=BigIntegerField())


def _levels(actor: Actor) -> dict[int, str]:
    """Return at which sellers' levels the actor stands, by its open links."""
    if not actor.party:
        return {}
    upstream = Link.objects.filter(kind="supply", downstream=actor.party, closed_at=None).values_list("upstream")
    pairs = [(seller, actor.party) for (seller,) in upstream]
    return {seller: found.level for (seller, _me), found in terms_for(pairs).items() if found.level} if pairs else {}


def _within(actor: Actor, wish: Wish, at: datetime, sort: str) -> QuerySet[Product]:
    """Return the products within the bounds; `least` is what the actor pays for the cheapest of their offers."""
    offers: QuerySet[Offer, Any] = buyable(actor).filter(sku__product=OuterRef("pk")).order_by()
    priced = wish.least is not None or wish.most is not None
    if priced:
        offers = offers.annotate(asked=asked(actor, at))
        bounds = {"asked__gte": wish.least, "asked__lte": wish.most}
        offers = offers.filter(**{name: value for name, value in bounds.items() if value is not None})
    if wish.seller is not None:
        offers = offers.filter(seller=wish.seller)
    if wish.in_stock:
        offers = offers.filter(pk__in=RawSQL(HAVE, ()))  # noqa: S611 - a constant text
    found = Product.objects.filter(Exists(offers), status="listed")
    if wish.category is not None:
        found = found.filter(category__in=Category.objects.filter(Q(pk=wish.category) | Q(parent=wish.category)))
    if wish.brand is not None:
        found = found.filter(brand=wish.brand)
    if sort in {"cheap", "dear"}:
        found = found.annotate(least=Subquery(_cheapest(offers if priced else offers.annotate(asked=asked(actor, at)))))
    return found


def _cheapest(offers: Any) -> Any:
    return offers.order_by("asked").values("asked")[:1]


def _holding(within: QuerySet[Product], words: Sequence[str]) -> QuerySet[Product]:
    """Leave what holds every word, or is of a category or a brand that does."""
    if not words:
        return within
    named = {of: _named(model, words) for of, model in (("category", Category), ("brand", Brand))}
    for word in words:
        holds = Q(sought__contains=word)
        for of, rows in named.items():
            if meant := [pk for pk, names in rows if any(word in name.lower() for name in names)]:
                holds |= Q(**{f"{of}__in": meant})
        within = within.filter(holds)
    return within


def _named(model: type[Category] | type[Brand], words: Sequence[str]) -> list[tuple[int, tuple[str, str]]]:
    """Return those whose names hold any of the words: looked up first, so that goods are found by an index alone."""
    holds = reduce(or_, (Q(**{f"{name}__icontains": word}) for word in words for name in ("name", "name_en")))
    rows = model._default_manager.filter(holds).values_list("pk", "name", "name_en")
    return [(pk, (name, name_en)) for pk, name, name_en in rows]


def _alike(within: QuerySet[Product], words: Sequence[str]) -> QuerySet[Product]:
    for heard in map(sounds, words):
        within = within.filter(Q(sought__contains=heard) | Q(sought__trigram_word_similar=heard))
    return within


def _listed(
    found: QuerySet[Product], words: Sequence[str], sort: str, after: Place | None, limit: int
) -> list[tuple[Any, ...]]:
    """Return the first products in order, or the first behind a place, by what they are ordered by."""
    order = ORDERS[sort]
    if sort == "relevance":
        near = Cast(TrigramWordSimilarity(sounds(" ".join(words)), "sought") * Value(10_000), IntegerField())
        found = found.annotate(fit=_fit(words), near=near)
    if after is not None:
        found = found.filter(_behind(order, after.values))
    return list(found.order_by(*order).values_list(*(name.lstrip("-") for name in order))[:limit])


def _behind(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return what comes after these values; the first bound alone is what an index begins at."""
    steps: list[Q] = []
    same = Q()
    for name, value in zip(order, values, strict=True):
        plain = name.lstrip("-")
        steps.append(same & Q(**{f"{plain}__{'lt' if name[0] == '-' else 'gt'}": value}))
        same &= Q(**{plain: value})
    first = order[0]
    if first.lstrip("-") in {"least", "fit"}:  # worked out for each row, in no index
        return reduce(or_, steps)
    return Q(**{f"{first.lstrip('-')}__{'lte' if first[0] == '-' else 'gte'}": values[0]}) & reduce(or_, steps)


def _found(rows: Sequence[tuple[Any, ...]], sort: str, *, alike: bool) -> Found:
    return Found([row[-1] for row in rows], alike, [Place(sort, alike, row) for row in rows])


def _fit(words: Sequence[str]) -> Any:
    """Return how well the names fit: the same, beginning so, holding it, or only found by sound or category."""
    whole = " ".join(words)
    steps = [
        When(Q(**{f"{name}__{how}": whole}), then=Value(worth))
        for how, worth in (("iexact", 3), ("istartswith", 2), ("icontains", 1))
        for name in ("name", "name_en")
    ]
    return Case(*steps, default=Value(0))

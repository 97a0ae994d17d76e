"""Offers, their prices, what can be had of them; promotions."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.goods.offers.models import OFFER, Offer
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.list_offer import list_offer
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.set_prices import set_prices
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import Outward, chains, shown
from hanse.goods.offers.rules import Chain, Price, available, price_for, sellable
from hanse.interfaces.api.auth import KNOWN, OPEN, Key, actor_of, named_party, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import goods as schemas
from hanse.interfaces.api.schemas.words import CODE, NAME, Code, In, Page, money, one_word_of, said, who
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.parties.queries import terms_for
from hanse.trade.promotions.models import Promotion
from hanse.trade.promotions.operations.close_promotion import close_promotion
from hanse.trade.promotions.operations.open_promotion import open_promotion

router = Router(tags=["goods"], auth=KNOWN)
EDIT = "offers.edit"


class OfferFilter(In):
    """Which offers are wanted."""

    seller: Annotated[str | None, Field(pattern=CODE, description="A party's code.")] = None
    product: Annotated[str | None, Field(pattern=CODE)] = None
    sku: Annotated[str | None, Field(pattern=CODE)] = None
    status: Annotated[str | None, one_word_of(OFFER.states)] = None
    mine: Annotated[bool, Field(description="Only the acting party's own.")] = False


def offer_rows(actor: Actor) -> "QuerySet[Offer]":
    """Return the offers that the actor may buy from, or keeps itself."""
    return Offer.objects.visible_to(actor).select_related("seller", "sku__product", "source")


def show_offers(rows: Sequence[Offer], actor: Actor) -> list[schemas.Offer]:
    """Return offers at the prices that the actor's party pays; what lies behind one only to who keeps it."""
    at = clock.now()
    outward = {one.code: one for one in shown(actor, [row.pk for row in rows], at=at)}
    own = [row.pk for row in rows if actor.operates or row.seller_id == actor.party]
    inside = chains(own, at=at) if own else {}
    costs = _costs(inside, at)
    return [_shown(row, outward[row.code], inside.get(row.pk), costs.get(row.pk), actor) for row in rows]


def _costs(inside: dict[int, Chain], at: Any) -> dict[int, int]:
    """Return what one piece costs each offer's seller upstream, where it draws from there."""
    pairs = {offer: (chain[1].seller_id, chain[0].seller_id) for offer, chain in inside.items() if len(chain) > 1}
    terms = terms_for(list(set(pairs.values()))) if pairs else {}
    return {
        offer: price_for(inside[offer][1].price, inside[offer][1].prices, pair[1], terms[pair].level, 1, at)
        for offer, pair in pairs.items()
    }


def _shown(row: Offer, outward: Outward, chain: Chain | None, cost: int | None, actor: Actor) -> schemas.Offer:
    return schemas.Offer(
        code=row.code,
        slug=row.slug,
        status=row.status,
        seller=who(row.seller),
        sku=row.sku.code,
        product=row.sku.product.code,
        name=f"{row.sku.product.name} {row.sku.name}".strip(),
        price=money(outward.price, row.currency),
        prices=[schemas.QuantityPrice(min_quantity=least, price=price) for least, price in outward.breaks],
        freight=money(row.freight, row.currency),
        available=outward.available if chain is None else available(chain),
        own=None if chain is None else _own(row, chain, cost, actor),
    )


def _own(row: Offer, chain: Chain, cost: int | None, actor: Actor) -> schemas.Own:
    roles = ["seller", "operator"] if actor.operates else ["seller"]
    return schemas.Own(
        source=row.source.code if row.source else None,
        cost=cost,
        fulfil=row.fulfil,
        audience=row.audience,
        band_min=row.band_min,
        band_max=row.band_max,
        commission=row.commission,
        terms=row.terms,
        base_price=row.price,
        own_stock=chain[0].own,
        obstacle=sellable(chain)[1],
        actions=list(OFFER.actions(row.status, roles)) if actor.may(EDIT) else [],
    )


@router.get("/offers", response=Page[schemas.Offer], auth=OPEN)
def list_offers(request: HttpRequest, part: Part, wanted: Annotated[OfferFilter, Query()]) -> dict[str, Any]:
    """List the offers that the caller may buy from, at its own prices, and its own; the latest first."""
    actor = actor_of(request)
    rows = offer_rows(actor)
    named = {"seller__code": wanted.seller, "sku__product__code": wanted.product, "sku__code": wanted.sku}
    rows = rows.filter(**{name: value for name, value in {**named, "status": wanted.status}.items() if value})
    if wanted.mine:
        rows = rows.filter(seller=actor.party or 0)
    return page_of(rows, part, lambda found: show_offers(found, actor))


@router.get("/offers/{code}", response=schemas.Offer, auth=OPEN)
def get_offer(request: HttpRequest, code: Code) -> schemas.Offer:
    """Show one offer at the caller's price; to its seller with its source, its cost and its stock."""
    actor = actor_of(request)
    return show_offers([one_of(offer_rows(actor), code, _("offer"))], actor)[0]


class AvailabilityFilter(In):
    """Of which offers."""

    offers: Annotated[
        list[Annotated[str, Field(max_length=120, pattern=NAME)]],
        Field(min_length=1, max_length=100, description="Codes or short names.", examples=[["F-7K2M9-QX4TD"]]),
    ]


@router.get("/availability", response=list[schemas.Availability], auth=OPEN)
def get_availability(request: HttpRequest, wanted: Annotated[AvailabilityFilter, Query()]) -> list[Any]:
    """Say how many pieces of some offers can be had now through all tiers; what the caller cannot see is left out."""
    actor = actor_of(request)
    ids = [row.pk for row in Offer.objects.visible_to(actor).by_name(wanted.offers)]
    return [schemas.Availability(offer=one.code, available=one.available) for one in shown(actor, ids, at=clock.now())]


def steps_of(steps: Sequence[schemas.Step]) -> list[Price]:
    """Return further prices as the engine takes them."""
    return [Price(**step.model_dump()) for step in steps]


def band_of(band: schemas.Band | None) -> tuple[int | None, int | None] | None:
    """Return a resale band as the engine takes it."""
    return None if band is None else (band.least, band.most)


@router.post("/offers", response={201: schemas.Offer})
def list_new_offer(request: HttpRequest, body: schemas.OfferIn, key: Key) -> schemas.Offer:
    """List an offer; with a `source`, pieces are drawn from that upstream offer, whose chain must hold."""
    actor = permitted(request, EDIT)
    code = list_offer(
        key=key,
        at=clock.now(),
        by=actor,
        seller=named_party(actor, body.seller),
        band=band_of(body.band),
        prices=steps_of(body.prices),
        terms=said(body.terms),
        **body.model_dump(exclude={"seller", "band", "prices", "terms"}),
    )
    return show_offers([one_of(offer_rows(actor), code, _("offer"))], actor)[0]


@router.patch("/offers/{code}", response=schemas.Offer)
def change_one_offer(request: HttpRequest, code: Code, body: schemas.OfferChangesIn, key: Key) -> schemas.Offer:
    """Change what an offer says; seller, SKU and currency never change. What draws from it shows it at once."""
    actor = permitted(request, EDIT)
    one_of(Offer.objects.visible_to(actor).kept_by(actor), code, _("offer"))
    changes = said(body)
    if "band" in changes:
        changes["band"] = band_of(body.band)
    if "terms" in changes:
        changes["terms"] = said(body.terms)
    change_offer(key=key, at=clock.now(), by=actor, offer=code, **changes)
    return show_offers([one_of(offer_rows(actor), code, _("offer"))], actor)[0]


@router.put("/offers/{code}/prices", response=schemas.Offer)
def set_offer_prices(request: HttpRequest, code: Code, body: schemas.PricesIn, key: Key) -> schemas.Offer:
    """Replace all further prices of an offer: by quantity, buyer, level and period."""
    actor = permitted(request, EDIT)
    one_of(Offer.objects.visible_to(actor).kept_by(actor), code, _("offer"))
    set_prices(key=key, at=clock.now(), by=actor, offer=code, prices=steps_of(body.prices))
    return show_offers([one_of(offer_rows(actor), code, _("offer"))], actor)[0]


@router.post("/offers/{code}/suspend", response=schemas.Offer)
def suspend_one_offer(request: HttpRequest, code: Code, body: schemas.WhyNot, key: Key) -> schemas.Offer:
    """Take an offer off the market for a while, and whatever draws from it."""
    return _turned(suspend_offer, request, code, body, key)


@router.post("/offers/{code}/resume", response=schemas.Offer)
def resume_one_offer(request: HttpRequest, code: Code, body: schemas.WhyNot, key: Key) -> schemas.Offer:
    """Bring a suspended offer back."""
    return _turned(resume_offer, request, code, body, key)


@router.post("/offers/{code}/withdraw", response=schemas.Offer)
def withdraw_one_offer(request: HttpRequest, code: Code, body: schemas.WhyNot, key: Key) -> schemas.Offer:
    """End an offer for good; whatever draws from it sells its own stock alone from now on."""
    return _turned(withdraw_offer, request, code, body, key)


def _turned(verb: Any, request: HttpRequest, code: str, body: schemas.WhyNot, key: str) -> schemas.Offer:
    actor = permitted(request, EDIT)
    one_of(Offer.objects.visible_to(actor).kept_by(actor), code, _("offer"))
    verb(key=key, at=clock.now(), by=actor, offer=code, why=body.why)
    return show_offers([one_of(offer_rows(actor), code, _("offer"))], actor)[0]


def promotion_rows(actor: Actor) -> "QuerySet[Promotion]":
    """Return the promotions that the actor may see, with who bears them."""
    return Promotion.objects.visible_to(actor).select_related("offer").prefetch_related("shares__party")


def show_promotion(row: Promotion) -> schemas.Promotion:
    """Return a promotion as the offer's seller sees it."""
    plain = ("code", "label", "rate", "lane", "min_quantity", "starts", "ends")
    return schemas.Promotion(
        **{name: getattr(row, name) for name in plain},
        offer=row.offer.code,
        bearers=[schemas.Bearer(party=who(one.party), share=one.share) for one in row.shares.all()],
    )


@router.get("/promotions", response=Page[schemas.Promotion])
def list_promotions(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the promotions on the acting party's offers, the latest first."""
    rows = promotion_rows(permitted(request, EDIT))
    return page_of(rows, part, lambda found: [show_promotion(row) for row in found])


@router.post("/promotions", response={201: schemas.Promotion})
def open_new_promotion(request: HttpRequest, body: schemas.PromotionIn, key: Key) -> schemas.Promotion:
    """Reduce an offer by a rate; a seller spends its own money, operators may share it out."""
    actor = permitted(request, EDIT)
    bearers = body.bearers or {named_party(actor, None): 10_000}
    code = open_promotion(key=key, at=clock.now(), by=actor, bearers=bearers, **body.model_dump(exclude={"bearers"}))
    return show_promotion(one_of(promotion_rows(actor), code, _("promotion")))


@router.post("/promotions/{code}/close", response={204: None})
def close_one_promotion(request: HttpRequest, code: Code, key: Key) -> None:
    """End a promotion now; orders that were placed under it keep it."""
    close_promotion(key=key, at=clock.now(), by=permitted(request, EDIT), promotion=code)

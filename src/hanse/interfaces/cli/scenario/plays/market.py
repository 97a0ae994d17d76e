"""Steps that change what is offered, on what terms, and by whom."""

from typing import Any

from hanse.goods.offers import rules
from hanse.goods.offers.operations import change_offer as changing
from hanse.goods.offers.operations import end_presale as ending
from hanse.goods.offers.operations import open_presale as selling
from hanse.goods.offers.operations.list_offer import list_offer as list_new
from hanse.goods.offers.operations.resume_offer import resume_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.stock.operations.restock import restock as restock_shelf
from hanse.interfaces.cli.scenario.script import (
    PLATFORM,
    Change,
    CloseLink,
    EndPromotion,
    LinkSaid,
    ListOffers,
    OfferSaid,
    OpenLink,
    Presale,
    PriceSaid,
    Promote,
    Restock,
    Step,
    Suspend,
)  # fmt: skip
from hanse.interfaces.cli.scenario.stage import Stage
from hanse.kernel.actor import Actor
from hanse.kernel.money import WHOLE
from hanse.network.parties.operations import close_link as closing
from hanse.network.parties.operations import open_link as opening
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.reinstate_party import reinstate_party
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.trade.promotions.operations.close_promotion import close_promotion
from hanse.trade.promotions.operations.open_promotion import open_promotion


def restock(stage: Stage, step: Step, action: Restock) -> None:
    """Bring new pieces to parties."""
    keys = stage.keys(step)
    for name, quantity in action.items:
        goods, _, party = name.partition("@")
        by = stage.who(step, party)
        code, sku = stage.parties[party], stage.skus[goods]
        restock_shelf(key=next(keys), at=stage.now, by=by, party=code, sku=sku, quantity=quantity)


def list_offers(stage: Stage, step: Step, action: ListOffers) -> None:
    """List new offers and change those that exist."""
    keys = stage.keys(step)
    for said in action.offers:
        # Some terms are the platform's to set, so an offer that says any is written by its operator.
        by = stage.who(step, PLATFORM if said.terms else said.seller)
        (change_offer if said.name in stage.offers else list_offer)(stage, said, next(keys), by)


def presale(stage: Stage, step: Step, action: Presale) -> None:
    """Sell an offer before there are goods, or as any other again, in its seller's name."""
    key, by = next(stage.keys(step)), stage.who(step, action.offer.partition("@")[2])
    offer = stage.offers[action.offer]
    if action.deposit is None or not (action.since and action.until and action.ships):
        ending.end_presale(key=key, at=stage.now, by=by, offer=offer)
        return
    selling.open_presale(
        key=key, at=stage.now, by=by, offer=offer, deposit=action.deposit, balance_from=action.since,
        balance_until=action.until, ships_from=action.ships, most=action.most, forfeits=action.forfeits,
    )  # fmt: skip


def list_offer(stage: Stage, said: OfferSaid, key: str, by: Actor) -> None:
    """List one new offer."""
    assert said.price is not None
    given = {**_said(stage, said), "currency": said.currency or stage.currency}
    code = list_new(
        key=key, at=stage.now, by=by, seller=stage.parties[said.seller], sku=stage.skus[said.goods], **given
    )
    stage.offers[said.name] = code
    stage.prices[said.name] = said


def change_offer(stage: Stage, said: OfferSaid, key: str, by: Actor) -> None:
    """Change what is said of an offer that exists."""
    before = stage.prices[said.name]
    changing.change_offer(key=key, at=stage.now, by=by, offer=stage.offers[said.name], **_said(stage, said, before))
    stage.prices[said.name] = OfferSaid(
        said.spot,
        said.name,
        breaks=before.breaks if said.breaks is None else said.breaks,
        special=before.special if said.special is None else said.special,
    )


def _said(stage: Stage, said: OfferSaid, before: OfferSaid | None = None) -> dict[str, Any]:
    """Return what is said of an offer as the operations take it; what is not said is left out."""
    given: dict[str, Any] = {
        "price": said.price,
        "source": said.source and stage.offers[said.source],
        "fulfil": said.fulfil,
        "band": said.band,
        "commission": said.commission,
        "freight": said.freight,
        "audience": said.audience,
        "terms": said.terms,
    }
    if said.breaks is not None or said.special is not None:
        breaks = said.breaks if said.breaks is not None else before and before.breaks
        special = said.special if said.special is not None else before and before.special
        given["prices"] = [_price(stage, rule) for rule in (*(breaks or ()), *(special or ()))]
    return {name: value for name, value in given.items() if value is not None}


def _price(stage: Stage, said: PriceSaid) -> rules.Price:
    buyer = said.buyer and stage.parties[said.buyer]
    return rules.Price(said.price, said.quantity, buyer, said.level, said.starts, said.ends)


def promote(stage: Stage, step: Step, action: Promote) -> None:
    """Open a promotion: the seller's own, or the operator's where others bear it."""
    seller = action.offer.partition("@")[2]
    shares = action.bearers or ((seller, WHOLE),)
    stage.promotions[action.name] = open_promotion(
        key=next(stage.keys(step)),
        at=stage.now,
        by=stage.who(step, PLATFORM if action.bearers else seller),
        offer=stage.offers[action.offer],
        label=action.name,
        rate=action.rate,
        bearers={stage.parties[party]: share for party, share in shares},
        lane=action.lane,
        min_quantity=action.quantity,
        starts=action.starts,
        ends=action.ends,
    )


def end_promotion(stage: Stage, step: Step, action: EndPromotion) -> None:
    """Close a promotion."""
    close_promotion(
        key=next(stage.keys(step)), at=stage.now, by=stage.who(step), promotion=stage.promotions[action.name]
    )


def change(stage: Stage, step: Step, action: Change) -> None:
    """Give the platform, parties, links and offers new terms."""
    keys, by, at = stage.keys(step), stage.who(step), stage.now
    parties = (*([(PLATFORM, action.policy)] if action.policy is not None else []), *action.parties)
    for party, terms in parties:
        change_terms(key=next(keys), at=at, by=by, party=stage.parties[party], terms=terms)
    for link in action.links:
        change_link(key=next(keys), at=at, by=by, link=stage.link(link), terms=link.terms)
    for offer in action.offers:
        change_offer(stage, offer, next(keys), by)


def open_links(stage: Stage, step: Step, action: OpenLink) -> None:
    """Open a link."""
    open_link(stage, action.link, next(stage.keys(step)), stage.who(step))


def open_link(stage: Stage, said: LinkSaid, key: str, by: Actor) -> None:
    """Open one link."""
    up, down = stage.parties[said.up], stage.parties[said.down]
    stage.links[said.name] = opening.open_link(
        key=key, at=stage.now, by=by, kind=said.kind, upstream=up, downstream=down, terms=said.terms
    )


def close_link(stage: Stage, step: Step, action: CloseLink) -> None:
    """Close a link."""
    link = stage.link(action.link)
    closing.close_link(key=next(stage.keys(step)), at=stage.now, by=stage.who(step), link=link)
    stage.links.pop(action.link.name, None)


def suspend(stage: Stage, step: Step, action: Suspend) -> None:
    """Suspend a party or an offer, or take that back."""
    key, at = next(stage.keys(step)), stage.now
    if "@" in action.name:
        by, offer = stage.who(step, action.name.partition("@")[2]), stage.offers[action.name]
        (resume_offer if action.resume else suspend_offer)(key=key, at=at, by=by, offer=offer)
    else:
        by, party = stage.who(step), stage.parties[action.name]
        if action.resume:
            reinstate_party(key=key, at=at, by=by, party=party)
        else:
            suspend_party(key=key, at=at, by=by, party=party, why="scenario")

"""Offers that are sold before there are goods."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from hanse.goods.offers.models import Offer, Presale
from hanse.goods.offers.operations.end_presale import end_presale
from hanse.goods.offers.operations.open_presale import open_presale
from hanse.interfaces.api.auth import KNOWN, OPEN, Key, actor_of, permitted
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import presales as schemas
from hanse.interfaces.api.schemas.words import Code
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound

router = Router(tags=["offers"], auth=KNOWN)


def show(offer: Offer, actor: Actor) -> schemas.Presale:
    """Return the presale of an offer; how much is promised only to its seller."""
    found = Presale.objects.visible_to(actor).filter(offer=offer).first()
    keeps = actor.operates or actor.party == offer.seller_id
    if found is None or (found.ended_at is not None and not keeps):
        raise NotFound(_("presale"))
    return schemas.Presale(
        deposit=found.deposit,
        balance_from=found.balance_from,
        balance_until=found.balance_until,
        ships_from=found.ships_from,
        forfeits=found.forfeits,
        most=found.most if keeps else None,
        promised=found.promised if keeps else None,
        ended_at=found.ended_at,
    )


@router.get("/offers/{code}/presale", response=schemas.Presale, auth=OPEN)
def get_presale(request: HttpRequest, code: Code) -> schemas.Presale:
    """Show how an offer is sold before there are goods, to whoever may buy it."""
    actor = actor_of(request)
    return show(one_of(Offer.objects.visible_to(actor), code, _("offer")), actor)


@router.put("/offers/{code}/presale", response=schemas.Presale)
def put_presale(request: HttpRequest, code: Code, body: schemas.PresaleIn, key: Key) -> schemas.Presale:
    """Sell an offer before there are goods, or change how: the deposit first, the balance within its window.

    What was ordered keeps the terms under which it was. No more pieces are promised than `most`.
    """
    actor = permitted(request, "offers.edit")
    offer = one_of(Offer.objects.visible_to(actor), code, _("offer"))
    open_presale(key=key, at=clock.now(), by=actor, offer=code, **body.dict())
    return show(offer, actor)


@router.delete("/offers/{code}/presale", response=schemas.Presale)
def stop_presale(request: HttpRequest, code: Code, key: Key) -> schemas.Presale:
    """Sell an offer as any other again; what was ordered keeps its terms."""
    actor = permitted(request, "offers.edit")
    offer = one_of(Offer.objects.visible_to(actor), code, _("offer"))
    end_presale(key=key, at=clock.now(), by=actor, offer=code)
    return show(offer, actor)

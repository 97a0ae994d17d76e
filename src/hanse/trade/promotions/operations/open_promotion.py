"""Open a promotion on an offer."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.queries import offer as find_offer
from hanse.kernel import codes, events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.network.parties.queries import parties
from hanse.network.parties.rules import check_text
from hanse.trade.promotions.models import Promotion, PromotionShare


@once.operation("trade.open_promotion")
def open_promotion(
    *,
    key: str,
    at: datetime,
    by: Actor,
    offer: str,
    label: str,
    rate: int,
    bearers: Mapping[str, int],
    lane: int = 1,
    min_quantity: int = 1,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> str:
    """Take `rate` basis points off the offer (code or slug) from `starts` on and return the promotion's code.

    `bearers` maps party codes to basis points that make a whole. A seller can only spend its own money: shares of
    others are the platform's operators to set. Raises NotFound, NotAllowed, MalformedInput.
    """
    found = find_offer(offer)
    if not (by.operates or found.seller_id == by.party):
        raise NotFound(_("offer"), offer=offer)
    by.require("offers.edit")
    _check_numbers(rate, lane, min_quantity, starts or at, ends)
    if not all(money.whole(share) for share in bearers.values()) or sum(bearers.values()) != money.WHOLE:
        raise MalformedInput("bearers", _("positive shares that make 100%%"))
    named = parties(bearers)
    shares = {named[code].pk: share for code, share in bearers.items()}
    if len(shares) < len(bearers):
        raise MalformedInput("bearers", _("each party only once"))
    if not by.operates and set(shares) != {found.seller_id}:
        raise NotAllowed(bearers="others")
    promotion = Promotion.objects.create(
        code=codes.new("M"),
        offer=found,
        label=check_text(label, "label", 80),
        lane=lane,
        rate=rate,
        min_quantity=min_quantity,
        starts=starts or at,
        ends=ends,
    )
    PromotionShare.objects.bulk_create(
        PromotionShare(promotion=promotion, party_id=party, share=share) for party, share in shares.items()
    )
    events.announce("promotion.opened", code=promotion.code, offer=found.code)
    return promotion.code


def _check_numbers(rate: int, lane: int, min_quantity: int, starts: datetime, ends: datetime | None) -> None:
    """Raise MalformedInput naming the first number or moment that makes no sense."""
    if not money.whole(rate, most=money.WHOLE):
        raise MalformedInput("rate", _("0.01%% to 100%%"))
    if not money.whole(lane, most=9):
        raise MalformedInput("lane", _("a lane from 1 to 9"))
    if not money.whole(min_quantity, most=1_000_000):
        raise MalformedInput("min_quantity", _("1 to 1,000,000 pieces"))
    if ends is not None and ends <= starts:
        raise MalformedInput("ends", _("a moment after the start"))

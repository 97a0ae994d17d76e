"""Handing goods over at a face: a code can be tried a few times, then not for a while."""

from datetime import datetime

from django.core.cache import cache
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.kernel.intake import storable
from hanse.trade.logistics.operations.hand_over import WrongPickupCode, hand_over
from hanse.trade.logistics.queries import pickups

TRIES = 5
WINDOW = 15 * 60
"""So many wrong codes for an order within so many seconds, then none is looked at until they are over."""


class TooManyCodes(DomainError):
    """Several wrong codes were entered for this order."""

    code = "too_many_codes"
    status = 429
    message = _("Too many wrong codes. Please wait a quarter of an hour.")


def hand_over_bounded(*, key: str, at: datetime, by: Actor, order: str, code: str) -> str:
    """Hand an order over to whoever shows its code; raises TooManyCodes, and what `hand_over` raises."""
    tally = f"pickup-codes:{_one(by, order)}"
    if cache.get(tally, 0) >= TRIES:
        raise TooManyCodes
    try:
        return hand_over(key=key, at=at, by=by, order=order, code=code)
    except WrongPickupCode:
        cache.add(tally, 0, WINDOW)
        cache.incr(tally)
        raise


def _one(by: Actor, order: str) -> int:
    """Return one number for what is fetched, whichever of its codes names it: each would be so many tries more."""
    codes = storable([order])
    named = Q(checkout__code__in=codes) | Q(checkout__orders__code__in=codes)
    return pickups(by).filter(named).values_list("pk", flat=True).first() or 0

"""The steps in which operations find an endpoint or a delivery, locked, and see that the actor may act on it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.webhooks.models import DELIVERY, ENDPOINT, Delivery, Endpoint


def own_endpoint(code: str, by: Actor) -> Endpoint:
    """Return the endpoint, locked; to others, and once removed, it does not exist."""
    mine = Endpoint.objects.visible_to(by).select_for_update(of=("self",)).exclude(status="removed")
    found = mine.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("endpoint"), code=code)
    return found


def own_delivery(code: str, by: Actor) -> Delivery:
    """Return the delivery, locked; to others it does not exist."""
    mine = Delivery.objects.visible_to(by).select_for_update(of=("self",)).select_related("endpoint")
    found = mine.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("delivery"), code=code)
    return found


def silence(endpoint: Endpoint, event: str, *, at: datetime, by: Actor, role: str, why: str = "") -> None:
    """Cause the event that ends telling facts at a locked endpoint; what was on its way can be replayed later."""
    states.move(ENDPOINT, Endpoint, [endpoint.pk], event, at=at, by=by, roles=[role], why=why)
    waiting = Delivery.objects.filter(endpoint=endpoint, status="pending").values_list("pk", flat=True)
    also = {"next_at": None}
    states.move(DELIVERY, Delivery, list(waiting), "fail", at=at, by=by, why=f"endpoint: {event}", also=also)

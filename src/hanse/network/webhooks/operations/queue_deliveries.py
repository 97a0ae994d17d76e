"""An event is put on its way to those who wait for it."""

from collections.abc import Mapping
from datetime import datetime

from hanse.kernel import codes, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.webhooks.models import Delivery, Endpoint


@once.operation("webhooks.queue_deliveries")
def queue_deliveries(
    *, key: str, at: datetime, by: Actor, event: str, fact: str, bodies: Mapping[str, str]
) -> list[str]:
    """Write a delivery of the event for each endpoint (code to what it is sent) and return their codes.

    Whoever asks again for the same event gets the deliveries that there are; the caller has them sent.
    """
    by.require(OPERATE)
    endpoints = Endpoint.objects.filter(code__in=list(bodies)).order_by("pk")
    rows = [
        Delivery(
            code=codes.new("N"),
            endpoint=endpoint,
            event=event,
            fact=fact,
            body=bodies[endpoint.code],
            created_at=at,
            next_at=at,
        )
        for endpoint in endpoints
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = Delivery.objects.filter(endpoint__in=endpoints, event=event, status="pending")
    return list(waiting.order_by("pk").values_list("code", flat=True))

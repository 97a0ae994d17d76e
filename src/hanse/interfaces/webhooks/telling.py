"""From a fact to its deliveries: who waits for it is told once, in exactly these bytes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from hanse.interfaces.webhooks import facts, jobs
from hanse.kernel.actor import ENGINE, Actor
from hanse.network.webhooks.operations.queue_deliveries import queue_deliveries
from hanse.network.webhooks.operations.replay_delivery import replay_delivery
from hanse.network.webhooks.operations.try_endpoint import try_endpoint
from hanse.network.webhooks.queries import listeners
from hanse.network.webhooks.rules import TEST


def tell(fact: str, payload: Mapping[str, Any], at: datetime) -> None:
    """Put one event on its way to every endpoint that waits for it and whose party it concerns."""
    event, said = payload["event"], payload["said"]
    if fact not in facts.FACTS:
        return
    told = facts.told(fact, said)
    bodies = {endpoint.code: body_of(fact, at, told[endpoint.party_id]) for endpoint in listeners(fact, list(told))}
    if not bodies:
        return
    with transaction.atomic():
        key = f"{event}:{at.isoformat()}"
        for delivery in queue_deliveries(key=key, at=at, by=ENGINE, event=event, fact=fact, bodies=bodies):
            jobs.send_soon(delivery)


def body_of(fact: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return what is sent, as the Standard Webhooks scheme has it."""
    return json.dumps({"type": fact, "timestamp": at.isoformat(), "data": data}, ensure_ascii=False, default=str)


def send_test(*, key: str, at: datetime, by: Actor, endpoint: str) -> str:
    """Send an endpoint something to be tried with, and return the delivery's code."""
    with transaction.atomic():
        body = json.dumps({"type": TEST, "data": {"endpoint": endpoint}})
        delivery = try_endpoint(key=key, at=at, by=by, endpoint=endpoint, body=body)
        jobs.send_soon(delivery)
    return delivery


def send_again(*, key: str, at: datetime, by: Actor, delivery: str) -> str:
    """Send a delivery once more and return its code."""
    with transaction.atomic():
        jobs.send_soon(replay_delivery(key=key, at=at, by=by, delivery=delivery))
    return delivery

"""A party tries an endpoint."""

from datetime import datetime

from hanse.kernel import codes, once
from hanse.kernel.actor import Actor
from hanse.kernel.states import WrongState
from hanse.network.webhooks import rules
from hanse.network.webhooks.models import Delivery
from hanse.network.webhooks.operations._own import own_endpoint


@once.operation("webhooks.try_endpoint")
def try_endpoint(*, key: str, at: datetime, by: Actor, endpoint: str, body: str) -> str:
    """Put a test fact on its way to the endpoint, whatever facts it wants, and return the delivery's code."""
    found = own_endpoint(endpoint, by)
    if found.status != "active":
        raise WrongState(what="endpoint", event="test")
    made = Delivery.objects.create(
        code=codes.new("N"),
        endpoint=found,
        event=codes.new("E"),
        fact=rules.TEST,
        body=body,
        created_at=at,
        next_at=at,
    )
    return made.code

"""Facts are told at an address again."""

from datetime import datetime

from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.network.webhooks.models import ENDPOINT, Endpoint
from hanse.network.webhooks.operations._own import own_endpoint


@once.operation("webhooks.enable_endpoint")
def enable_endpoint(*, key: str, at: datetime, by: Actor, endpoint: str) -> str:
    """Tell facts at a disabled endpoint again, from now on, and return its code."""
    found = own_endpoint(endpoint, by)
    states.move(ENDPOINT, Endpoint, [found.pk], "enable", at=at, by=by, roles=["owner"], also={"failing_since": None})
    return found.code

"""Facts are no longer told at an address."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.webhooks.operations._own import own_endpoint, silence


@once.operation("webhooks.disable_endpoint")
def disable_endpoint(*, key: str, at: datetime, by: Actor, endpoint: str) -> str:
    """Stop telling facts at an endpoint until it is enabled again, and return its code."""
    found = own_endpoint(endpoint, by)
    silence(found, "disable", at=at, by=by, role="owner")
    return found.code

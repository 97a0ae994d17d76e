"""An address is removed."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.webhooks.operations._own import own_endpoint, silence


@once.operation("webhooks.remove_endpoint")
def remove_endpoint(*, key: str, at: datetime, by: Actor, endpoint: str) -> str:
    """Remove an endpoint for good; its log stays for a while, and return its code."""
    found = own_endpoint(endpoint, by)
    silence(found, "remove", at=at, by=by, role="owner")
    return found.code

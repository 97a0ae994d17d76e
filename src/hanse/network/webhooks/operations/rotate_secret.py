"""A party has what it is told signed with another secret."""

from datetime import datetime

from hanse.kernel import audit, once
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import Secret
from hanse.network.webhooks import rules
from hanse.network.webhooks.operations._own import own_endpoint


@once.operation("webhooks.rotate_secret")
def rotate_secret(*, key: str, at: datetime, by: Actor, endpoint: str, secret: Secret) -> str:
    """Sign everything that is sent from now on with this secret, and return the endpoint's code."""
    found = own_endpoint(endpoint, by)
    found.secret = rules.check_secret(secret.reveal())
    found.save(update_fields=["secret"])
    audit.changed("endpoint", found.code, {"secret": "old"}, {"secret": "new"})
    return found.code

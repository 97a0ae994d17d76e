"""The step in which what belongs to a user is found for that user alone."""

from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.access import queries
from hanse.network.access.models import User


def own(user: str, by: Actor) -> User:
    """Return the user of that code if it is the one who acts, or an operator acts."""
    found = queries.user(user)
    if found.pk != by.user and not by.operates:
        raise NotAllowed(user=user)
    return found

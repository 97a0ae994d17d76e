"""The step in which an operation learns whose things it changes, one at a time."""

from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties.models import Party


def owner(by: Actor) -> int:
    """Return the actor's party, locked so that what it keeps is counted right; strangers keep nothing."""
    if by.party is None:
        raise NotAllowed
    return Party.objects.select_for_update(no_key=True).only("pk").get(pk=by.party).pk

"""A buyer has what it looked at forgotten."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.relations.members.models import Visit
from hanse.relations.members.operations._owner import owner


@once.operation("members.forget_visits")
def forget_visits(*, key: str, at: datetime, by: Actor) -> int:
    """Forget every visit of the actor's party and return how many there were."""
    return Visit.objects.filter(party=owner(by)).delete()[0]

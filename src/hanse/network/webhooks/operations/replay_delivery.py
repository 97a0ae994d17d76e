"""A party asks for a delivery once more."""

from datetime import datetime

from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.kernel.states import WrongState
from hanse.network.webhooks.models import DELIVERY, Delivery
from hanse.network.webhooks.operations._own import own_delivery


@once.operation("webhooks.replay_delivery")
def replay_delivery(*, key: str, at: datetime, by: Actor, delivery: str) -> str:
    """Have the same bytes sent again under the same id, with attempts counted anew; return the delivery's code."""
    found = own_delivery(delivery, by)
    if found.endpoint.status != "active":
        raise WrongState(what="endpoint", event="replay")
    also = {"attempts": 0, "next_at": at}
    states.move(DELIVERY, Delivery, [found.pk], "replay", at=at, by=by, roles=["owner"], also=also)
    return found.code

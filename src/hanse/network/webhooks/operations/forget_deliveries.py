"""The log of deliveries ends somewhere."""

from datetime import datetime

from hanse.kernel.actor import OPERATE, Actor
from hanse.network.webhooks import rules
from hanse.network.webhooks.models import Delivery


def forget_deliveries(*, at: datetime, by: Actor) -> int:
    """Delete what is older than the log goes back and no longer on its way, with its attempts; return how many."""
    by.require(OPERATE)
    old = Delivery.objects.filter(created_at__lt=at - rules.KEPT).exclude(status="pending")
    deleted, _rows = old.delete()
    return deleted

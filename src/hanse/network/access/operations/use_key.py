"""Note that an API key is in use."""

from datetime import datetime, timedelta

from django.db.models import Q

from hanse.kernel.actor import Actor
from hanse.network.access.models import ApiKey

FRESH = timedelta(minutes=1)
"""Nobody needs to know to the second when a key was last used, and its row is not to be written by every request."""


def use_key(*, at: datetime, by: Actor, api_key: int) -> None:
    """Note the moment as that of the key's last use (by id), unless it was noted within the last minute."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - FRESH)
    ApiKey.objects.filter(stale, pk=api_key).update(last_used_at=at)

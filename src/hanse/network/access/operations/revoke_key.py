"""Revoke an API key."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.access.models import ApiKey


@once.operation("network.revoke_key")
def revoke_key(*, key: str, at: datetime, by: Actor, api_key: str) -> str:
    """End a key (its code): one's own, or one of the party whose staff one manages. Return its code."""
    mine = ApiKey.objects.visible_to(by).current().select_for_update(of=("self",)).select_related("party")
    found = mine.filter(code__in=storable([api_key])).first()
    if found is None:
        raise NotFound(_("API key"), code=api_key)
    found.until = max(at, found.created_at)
    found.revoked_by = str(by)[:80]
    found.save(update_fields=["until", "revoked_by"])
    events.announce("key.revoked", key=found.code, party=found.party.code)
    return found.code

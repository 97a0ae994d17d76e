"""What came of an attempt to deliver."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.webhooks import rules
from hanse.network.webhooks.models import DELIVERY, Attempt, Delivery, Endpoint
from hanse.network.webhooks.operations._own import silence


@once.operation("webhooks.record_attempt")
def record_attempt(
    *, key: str, at: datetime, by: Actor, delivery: str, answered: int | None, error: str, took_ms: int
) -> str | None:
    """Note the attempt; return when the next one is due (ISO 8601), None if there is none.

    An answer from 200 to 299 is a delivery. An endpoint at which everything has failed for long is disabled.
    """
    by.require(OPERATE)
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint__party")
    row = rows.filter(code__in=storable([delivery])).first()
    if row is None:
        raise NotFound(_("delivery"))
    if row.status != "pending":
        return None
    Attempt.objects.create(delivery=row, at=at, answered=answered, error=error[:200], took_ms=took_ms)
    good = answered is not None and 200 <= answered <= 299
    attempts = row.attempts + 1
    again = None if good else rules.next_attempt(attempts, at)
    if again is None:
        also = {"attempts": attempts, "next_at": None}
        states.move(DELIVERY, Delivery, [row.pk], "deliver" if good else "fail", at=at, by=by, also=also)
    else:
        Delivery.objects.filter(pk=row.pk).update(attempts=attempts, next_at=again)
    silenced = _judge(row.endpoint, at, by, good=good)
    return again.isoformat() if again and not silenced else None


def _judge(endpoint: Endpoint, at: datetime, by: Actor, *, good: bool) -> bool:
    """Remember since when everything fails, and give up an endpoint that nobody mends; say whether it was."""
    rows = Endpoint.objects.filter(pk=endpoint.pk)
    if good:
        rows.exclude(failing_since=None).update(failing_since=None)
        return False
    rows.filter(failing_since=None).update(failing_since=at)
    since = endpoint.failing_since or at
    tired = endpoint.status == "active" and at - since >= rules.PATIENCE
    if tired:
        silence(endpoint, "disable", at=at, by=by, role="engine", why="it failed for days on end")
        events.announce("webhook.disabled", endpoint=endpoint.code, party=endpoint.party.code)
    return tired

"""Reads over what the kernel remembers: the history of things, and which requests were made."""

from collections.abc import Collection

from django.db.models import QuerySet

from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.models import Claim, StateChange


def changes(subject: str, ids: Collection[int]) -> list[StateChange]:
    """Return every change of state of these things (ids that the reader may see), the earliest first."""
    return list(StateChange.objects.filter(subject=subject, subject_id__in=ids).order_by("id"))


def trail(actor: Actor) -> QuerySet[StateChange]:
    """Return every change of state there is, which only operators may read."""
    actor.require(OPERATE)
    return StateChange.objects.all()


def requests(actor: Actor) -> QuerySet[Claim]:
    """Return every request that was made with a key, which only operators may read."""
    actor.require(OPERATE)
    return Claim.objects.all()

"""What is known about works."""

from datetime import datetime

from django.db.models import Q

from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.rules import LEASE, roles
from hanse.kernel.actor import Actor

PAGE = 100


def abandoned(at: datetime) -> list[str]:
    """Return works that wait or run and that nobody has been at for longer than a runner may be silent."""
    silent = Q(beat_at__lt=at - LEASE) | Q(beat_at=None, created_at__lt=at - LEASE)
    return list(Work.objects.open().filter(silent).order_by("pk").values_list("code", flat=True)[:PAGE])


def actions(work: Work, actor: Actor) -> tuple[str, ...]:
    """Return what the actor may do about the work now."""
    mine = roles((work.party_id, work.user_id), (actor.party, actor.user), operates=actor.operates)
    return WORK.actions(work.status, mine)

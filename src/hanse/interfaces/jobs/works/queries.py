"""What is known about works."""

from datetime import datetime

from django.db.models import Q, QuerySet

from hanse.interfaces.cli.imports.models import ImportProblem
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


def problems(actor: Actor, work: Work) -> "QuerySet[ImportProblem]":
    """Return the rows of an import that did not go in, in the order of their lines, for whoever may see the work."""
    seen = Work.objects.visible_to(actor).filter(pk=work.pk).exists()
    found = ImportProblem.objects.filter(job__digest=f"work:{work.code}").order_by("line", "pk")
    return found if seen else found.none()

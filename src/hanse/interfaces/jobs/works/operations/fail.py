"""Give work up, and say why."""

from datetime import datetime

from django.db import transaction

from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.operations._tell import tell_asker
from hanse.kernel import events, states
from hanse.kernel.actor import Actor


def fail(*, at: datetime, by: Actor, work: Work, runner: str, why: str) -> bool:
    """Note why nothing more is done and say whether the work was this runner's to give up."""
    with transaction.atomic():
        mine = Work.objects.select_for_update().filter(pk=work.pk, status="running", runner=runner)
        if not mine.exists():
            return False
        said = {"runner": "", "finished_at": at, "message": why[:1000]}
        states.move(WORK, Work, [work.pk], "fail", at=at, by=by, why=why, also=said)
        events.announce("work.finished", work=work.code)
        tell_asker(work.code, "work.failed", at=at, by=by)
        return True

"""Say what came of work that is done."""

from datetime import datetime

from django.db import transaction

from hanse.interfaces.jobs.works.models import WORK, Work
from hanse.interfaces.jobs.works.operations._tell import tell_asker
from hanse.interfaces.jobs.works.rules import Outcome
from hanse.kernel import events, states
from hanse.kernel.actor import Actor


def finish(*, at: datetime, by: Actor, work: Work, runner: str, outcome: Outcome) -> bool:
    """Note the outcome and say whether the work was this runner's to finish."""
    with transaction.atomic():
        mine = Work.objects.select_for_update().filter(pk=work.pk, status="running", runner=runner)
        if not mine.exists():
            return False
        said = {
            "runner": "", "finished_at": at, "message": outcome.message[:1000],
            "result": outcome.result[0], "result_name": outcome.result[1][:200],
            "errors": outcome.errors[0], "errors_name": outcome.errors[1][:200],
        }  # fmt: skip
        states.move(WORK, Work, [work.pk], "finish", at=at, by=by, also=said)
        events.announce("work.finished", work=work.code)
        tell_asker(work.code, "work.done", at=at, by=by)
        return True

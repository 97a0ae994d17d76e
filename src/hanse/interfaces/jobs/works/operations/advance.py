"""Note how far work has come; whoever notes it learns whether to go on."""

from datetime import datetime
from typing import Any

from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.rules import Step
from hanse.kernel.actor import Actor


def advance(*, at: datetime, by: Actor, work: int, runner: str, step: Step, place: dict[str, Any]) -> bool:
    """Note the step, and say whether the work is still this runner's to do: it may have been stopped, or taken over."""
    mine = Work.objects.filter(pk=work, status="running", runner=runner)
    counts = {name: max(0, getattr(step, name)) for name in ("done", "total", "good", "known", "bad")}
    return bool(mine.update(beat_at=at, attempts=0, place=place, **counts))

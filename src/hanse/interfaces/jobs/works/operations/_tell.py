"""Whoever asked for work is told that it is over."""

from datetime import datetime

from hanse.interfaces.jobs.works.models import Work
from hanse.kernel.actor import Actor
from hanse.network.notices.operations.notify import notify


def tell_asker(code: str, kind: str, *, at: datetime, by: Actor) -> None:
    """Tell who asked for the work, and nobody else, what came of it; work that the platform does has no asker."""
    work = Work.objects.get(code=code)
    if work.user_id is None:
        return
    about = f"{work.code}|{at.isoformat()}"
    said = {"work": work.kind, "good": work.good, "known": work.known, "bad": work.bad}
    notify(
        key=f"work:{about}", at=at, by=by, parties=[work.party_id], kind=kind, subject=about, said=said,
        user=work.user_id,
    )  # fmt: skip

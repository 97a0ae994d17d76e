"""Note what came of a notice."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor
from hanse.value.payments.models import Notice


@once.operation("payments.close_notice")
def close_notice(*, key: str, at: datetime, by: Actor, notice: int, outcome: str) -> str:
    """Set the outcome of a notice that has none (`applied`, or the code of the refusal); return the one that stands."""
    by.require(OPERATE)
    Notice.objects.filter(pk=notice, outcome="").update(outcome=outcome[:40])
    return Notice.objects.values_list("outcome", flat=True).get(pk=notice)

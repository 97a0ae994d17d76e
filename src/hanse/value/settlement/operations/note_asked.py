"""The bank was asked what became of a payout, whatever it said."""

from datetime import datetime

from hanse.kernel.actor import Actor
from hanse.value.settlement.models import Payout


def note_asked(*, code: str, at: datetime, by: Actor) -> None:
    """Note when the bank was last asked about a payout, so that others have their turn first."""
    Payout.objects.filter(code=code).update(asked_at=at)

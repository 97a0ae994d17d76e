"""Register many parties at once, as an import does."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.parties.operations._insert import NewParty, insert


@once.operation("network.register_parties")
def register_parties(*, key: str, at: datetime, by: Actor, parties: Sequence[NewParty]) -> list[str]:
    """Register active parties by a handful of statements and return their codes in the same order.

    Facts are announced for parties that are registered one by one, not for an import.
    """
    by.require("parties.register")
    return insert(parties, at=at, by=by, active=True)

"""Kinds whose rows are operations of their own: each in its own transaction, none waiting for the others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hanse.interfaces.cli.imports.kinds import Kind
from hanse.interfaces.cli.imports.units import Unit
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.kernel.intake import Intake


def one_by_one(kind: Kind, key: str, units: Sequence[Unit], *, at: datetime, by: Actor) -> dict[str, Any]:
    """Do every sound unit and say what became of each, as the operations that take many rows do."""
    assert kind.one is not None
    intake = Intake()
    for position, unit in enumerate(unit for unit in units if unit.value is not None):
        try:
            with transaction.atomic():
                new = kind.one(unit.value, key=f"{key}:{unit.line}", at=at, by=by)
        except DomainError as refusal:
            intake.refuse(position, refusal)
        else:
            intake.imported += int(new)
            intake.known += int(not new)
    return intake.plain()

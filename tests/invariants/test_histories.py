"""No cent and no piece is ever lost, whatever happens in whatever order."""

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.invariants.machine import Histories

PHASES = tuple(Phase) if os.environ.get("HANSE_SHRINK") else (Phase.explicit, Phase.generate)
EXAMPLES = int(os.environ.get("HANSE_HISTORIES", "25"))


class Undone(Histories):
    """A history that leaves nothing behind."""

    def __init__(self) -> None:
        self.whole = transaction.atomic()
        self.whole.__enter__()
        super().__init__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


@pytest.mark.django_db
def test_random_histories() -> None:
    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            # A history is replayed step by step from its report; shrinking one takes minutes of a shared machine.
            phases=PHASES,
        ),
    )

"""No cent and no piece is ever lost, whatever happens in whatever order."""

import os

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.invariants.machine import Histories
from tests.invariants.rivals import Rivals

PHASES = tuple(Phase) if os.environ.get("HANSE_SHRINK") else (Phase.explicit, Phase.generate)
KEPT = {"django_migrations", "django_content_type"}
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


class Committed(Rivals):
    """A history that other connections can see, wiped out when it is over."""

    def teardown(self) -> None:
        tables = [name for name in connection.introspection.table_names() if name not in KEPT]
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def play(machine: type[Histories], examples: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            # A history is replayed step by step from its report; shrinking one takes minutes of a shared machine.
            phases=PHASES,
        ),
    )


@pytest.mark.django_db
def test_random_histories() -> None:
    play(Undone, EXAMPLES, 30)


@pytest.mark.django_db(transaction=True)
def test_random_histories_with_rivals() -> None:
    play(Committed, max(EXAMPLES // 3, 1), 20)

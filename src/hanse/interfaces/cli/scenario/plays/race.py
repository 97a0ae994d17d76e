"""Steps at once: each on a database connection of its own, all let go at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from hanse.interfaces.cli.scenario.outcome import OK
from hanse.interfaces.cli.scenario.script import Race, Step
from hanse.kernel.errors import DomainError

PATIENCE = 60
"""Seconds after which a race counts as stuck: a statement that waits so long for a lock is broken off."""


def run(race: Race, play: Callable[[Step], None]) -> Counter[str]:
    """Play the steps at once and return how often each outcome came: ok, or the code of a refusal.

    Anything else that a racer meets is raised, after all have finished.
    """
    start = threading.Barrier(len(race.steps))

    def racer(step: Step) -> str:
        try:
            _line_up(start)
            play(step)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return OK

    with ThreadPoolExecutor(len(race.steps), thread_name_prefix="racer") as racers:
        runs = [racers.submit(racer, step) for step in race.steps]
    broken = [error for run in runs if (error := run.exception())]
    if broken:  # who only waited in vain for one that broke down on the way says nothing of the cause
        raise next((error for error in broken if not isinstance(error, threading.BrokenBarrierError)), broken[0])
    return Counter(run.result() for run in runs)


def _line_up(start: threading.Barrier) -> None:
    """Connect, then wait for the others."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{PATIENCE}s"])
    except BaseException:
        start.abort()
        raise
    start.wait(PATIENCE)

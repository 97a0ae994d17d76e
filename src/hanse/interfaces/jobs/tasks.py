"""The jobs that a worker runs: one for following facts, one for the clock, one for what providers did not say."""

import logging
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hanse.interfaces.jobs import gateway, subscriptions
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock, events

log = logging.getLogger(__name__)

PERSISTENT = RetryStrategy(max_attempts=20, exponential_wait=2)
"""Some 12 days until it is given up; failed jobs stay in the table for an operator to see."""


@app.task(name=events.TASK, queue=events.QUEUE, retry=PERSISTENT)
def follow(fact: str, follower: str, payload: dict[str, Any]) -> None:
    """Let one follower do what it does about one fact."""
    found = subscriptions.follower(fact, follower)
    if found is None:
        log.warning("%s is no longer followed by %s", fact, follower)
        return
    found(payload, clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="hanse.due", queue="clock", queueing_lock="hanse.due", lock="hanse.due")
def due(timestamp: int) -> None:
    """Do what has fallen due; a run that takes longer than a minute is not overtaken by the next."""
    log.debug("the tick of %d", timestamp)  # which may be late: what counts is the present moment
    run_due(clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="hanse.sweep", queue="clock", queueing_lock="hanse.sweep", lock="hanse.sweep")
def sweep(timestamp: int) -> None:
    """Ask providers and the bank about what they should have told by now."""
    log.debug("the tick of %d", timestamp)
    gateway.sweep(at=clock.now())

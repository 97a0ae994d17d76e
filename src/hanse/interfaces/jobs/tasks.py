"""The jobs that a worker runs: following facts, doing what falls due, asking providers, keeping the books quick."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hanse.integrations import registry
from hanse.interfaces.jobs import alerts, failed, gateway, licences, ranking, subscriptions
from hanse.interfaces.jobs.due import run_due
from hanse.interfaces.jobs.works import queries as works
from hanse.interfaces.jobs.works import running
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.operations.begin import QUEUE, TASK
from hanse.interfaces.jobs.works.operations.forget import forget as forget_works
from hanse.kernel import clock, events, once
from hanse.kernel.actor import ENGINE
from hanse.value.books.operations.snapshot import snapshot
from hanse.value.books.queries import long_sums

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


@app.periodic(cron="17 * * * *")
@app.task(name="hanse.bills", queue="clock", queueing_lock="hanse.bills", lock="hanse.bills")
def bills(timestamp: int) -> None:
    """Compare every provider's bill of the last business day with our records; differences are logged for operators.

    Asked every hour, because a provider publishes its bill some time in the morning.
    """
    log.debug("the tick of %d", timestamp)
    at = clock.now()
    yesterday = clock.day_of(at, settings.HANSE_ZONE) - timedelta(days=1)
    for provider in registry.offered():
        gateway.check_bill(provider=provider, day=yesterday, at=at)


@app.periodic(cron="47 * * * *")
@app.task(name="hanse.snapshots", queue="clock", queueing_lock="hanse.snapshots", lock="hanse.snapshots")
def snapshots(timestamp: int) -> None:
    """Write down the sums of accounts that many transfers have touched, so that asking for them stays quick."""
    for account in long_sums():
        snapshot(key=f"snapshot:{account}:{timestamp}", at=clock.now(), by=ENGINE, account=account)


@app.periodic(cron="37 19 * * *")
@app.task(name="hanse.forget_keys", queue="clock", queueing_lock="hanse.forget_keys", lock="hanse.forget_keys")
def forget_keys(timestamp: int) -> None:
    """Forget the keys of requests made long ago; that the demo mall was loaded is remembered for ever."""
    log.debug("the tick of %d", timestamp)
    log.info("%d keys forgotten", once.forget(clock.now(), keep=["demo.begin", "demo.finish"]))


@app.periodic(cron="*/20 * * * *")
@app.task(name="hanse.ranking", queue="clock", queueing_lock="hanse.ranking", lock="hanse.ranking")
def rank(timestamp: int) -> None:
    """Count what sold of late, for the mall's order."""
    log.debug("the tick of %d", timestamp)
    ranking.tally(clock.now())


@app.task(name=TASK, queue=QUEUE)
def work(work: str) -> None:
    """Do long work for as long as it is its turn; it sees to it itself that it is taken up again."""
    running.run(work, KINDS)


@app.periodic(cron="* * * * *")
@app.task(name="hanse.works", queue="clock", queueing_lock="hanse.works", lock="hanse.works")
def take_up(timestamp: int) -> None:
    """Let work go on whose runner has died."""
    log.debug("the tick of %d", timestamp)
    for code in works.abandoned(clock.now()):
        log.warning("%s was left undone and is taken up again", code)
        app.configure_task(TASK, queue=QUEUE).defer(work=code)


@app.periodic(cron="27 18 * * *")
@app.task(name="hanse.forget_works", queue="clock", queueing_lock="hanse.forget_works", lock="hanse.forget_works")
def forget_old_works(timestamp: int) -> None:
    """Forget what was done long ago, with its files."""
    log.debug("the tick of %d", timestamp)
    while forget_works(at=clock.now(), by=ENGINE):
        log.info("old works were forgotten")


@app.periodic(cron="* * * * *")
@app.task(name="hanse.stalled", queue="clock", queueing_lock="hanse.stalled")
def begin_stalled_again(timestamp: int) -> None:
    """Begin jobs again whose worker was killed: they would hold their locks for ever, and the clock would stop."""
    log.debug("the tick of %d", timestamp)
    for job in failed.stalled():
        log.warning("job %d of a worker that has died begins again", job)
        failed.begin_again(job)


@app.periodic(cron="7 * * * *")
@app.task(name="hanse.licences", queue="clock", queueing_lock="hanse.licences", lock="hanse.licences")
def look_at_licences(timestamp: int) -> None:
    """Warn of certificates that end, and suspend who let one lapse."""
    log.debug("the tick of %d", timestamp)
    licences.look(clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="hanse.alerts", queue="clock", queueing_lock="hanse.alerts", lock="hanse.alerts")
def look_round(timestamp: int) -> None:
    """Tell what has run low and what did not leave in time."""
    log.debug("the tick of %d", timestamp)
    alerts.look(clock.now())

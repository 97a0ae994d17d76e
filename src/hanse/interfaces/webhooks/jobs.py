"""The worker's part of telling facts outside: an attempt is a job, and so is the next one, at its time."""

from datetime import datetime

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hanse.interfaces.webhooks.sending import send
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.webhooks.operations.forget_deliveries import forget_deliveries
from hanse.network.webhooks.operations.record_attempt import record_attempt
from hanse.network.webhooks.queries import sendable

TASK, QUEUE = "hanse.deliver", "webhooks"
OURS = RetryStrategy(max_attempts=10, exponential_wait=2)
"""For faults of our own; that the other side does not answer is no fault, and has times of its own."""


@app.task(name=TASK, queue=QUEUE, retry=OURS)
def deliver(delivery: str) -> None:
    """Make one attempt, note what came of it, and put the next one into the queue if there is to be one."""
    found = sendable(delivery)
    if found is None:
        return
    at = clock.now()
    outcome = send(found, at)
    with transaction.atomic():
        again = record_attempt(
            key=f"{delivery}:{at.isoformat()}", at=clock.now(), by=ENGINE, delivery=delivery,
            answered=outcome.answered, error=outcome.error, took_ms=outcome.took_ms,
        )  # fmt: skip
        if again is not None:
            send_soon(delivery, datetime.fromisoformat(again))


def send_soon(delivery: str, at: datetime | None = None) -> None:
    """Have a delivery attempted now or at that moment, one attempt at a time; call it within the transaction."""
    app.configure_task(TASK, queue=QUEUE, lock=f"deliver:{delivery}", schedule_at=at).defer(delivery=delivery)


@app.periodic(cron="33 3 * * *")
@app.task(name="hanse.forget_deliveries", queue="clock", queueing_lock="hanse.forget_deliveries")
def forget(timestamp: int) -> None:
    """Let the log of deliveries end where it is to end."""
    del timestamp
    forget_deliveries(at=clock.now(), by=ENGINE)

"""What falls due by the clock: orders that expire, arrive or close, and settlements, all in the order of time.

The worker runs this every minute and the scenario runner whenever a scenario waits. Each thing is done in a
transaction of its own, at the moment at which it fell due, however late it is done; whoever is interrupted goes on
where it stopped. What cannot be done is told at the end and does not keep the rest from being done.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from hanse.goods.stock.operations.expire_holds import expire_holds
from hanse.goods.stock.queries import expired_holds
from hanse.goods.stock.rules import ASIDE
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE, Actor
from hanse.trade.logistics.operations.auto_receive import auto_receive
from hanse.trade.orders import queries as orders
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.expire import expire
from hanse.value.settlement import queries as settlement
from hanse.value.settlement.operations.settle import settle

log = logging.getLogger(__name__)

EVENTS: dict[str, Callable[..., str]] = {"expire": expire, "receive": auto_receive, "close": close}
"""What the clock does to an order, by the event that its row names."""

PAGE = 200
INSTANT = timedelta(microseconds=1)


class NotDone(Exception):
    """Some of what fell due could not be done; it is tried again next time."""

    def __init__(self, failures: dict[str, Exception]) -> None:
        self.failures = failures
        super().__init__("; ".join(f"{what}: {error!r}" for what, error in failures.items()))


@dataclass
class _Run:
    """One walk through time: who walks, up to when, and what could not be done on the way."""

    upto: datetime
    by: Actor
    zone: str
    watch: Callable[[int, int], None]
    left: int = 0
    seen: set[str] = field(default_factory=set)
    failures: dict[str, Exception] = field(default_factory=dict)

    def orders(self, last: datetime) -> list[tuple[datetime, str, str]]:
        """Return a page of the orders that fall due until then, without those that failed."""
        found = orders.due(min(last, self.upto), PAGE + len(self.failures))
        return [item for item in found if item[2] not in self.failures]

    def settlements(self) -> list[settlement.Due]:
        """Return the settlements due, without those that failed."""
        found = settlement.due(self.upto, self.zone)
        return [item for item in found if f"{item.party} {item.asset}" not in self.failures]

    def do(self, what: str, key: str, work: Callable[..., object], **given: object) -> None:
        """Do one thing, and note if it fails, or if it was done before and still is due."""
        try:
            if key in self.seen:
                raise RuntimeError("it was done and is still due")
            self.seen.add(key)
            work(key=key, by=self.by, **given)
        except Exception as error:
            # One broken order must not keep the others from closing.
            log.exception("%s could not be done", key)
            self.failures[what] = error
        self.watch(len(self.seen) - len(self.failures), self.left)


def _unwatched(_done: int, _left: int) -> None:
    """Tell nobody."""


def run_due(
    upto: datetime, by: Actor = ENGINE, zone: str | None = None, watch: Callable[[int, int], None] = _unwatched
) -> int:
    """Do everything that falls due up to and including this moment, and return how much it was.

    A settlement at a midnight comes before the orders of that midnight: its window is [from, to).
    Raises NotDone, after everything else was done, if something could not be. `watch` is told after each thing how
    many are done and how many more are known to be due.
    """
    run = _Run(upto, by, zone or settings.HANSE_ZONE, watch)
    while True:
        waiting = run.settlements()
        run.left = len(waiting)
        boundary = waiting[0].boundary if waiting else None
        first = next(iter(run.orders(upto)), None)
        if boundary is not None and (first is None or boundary <= first[0]):
            _settle(run, [item for item in waiting if item.boundary == boundary])
        elif first is not None:
            # What is closed before the next midnight cannot make a settlement due before it.
            midnight = clock.midnight(clock.next_day(clock.day_of(first[0], run.zone)), run.zone)
            _carry_on(run, min(midnight, boundary or midnight) - INSTANT)
        else:
            break
    if expired_holds(upto, prefix=ASIDE, limit=1):
        run.do("holds", f"due:holds:{upto.isoformat()}", expire_holds, at=upto)
    if run.failures:
        raise NotDone(run.failures)
    return len(run.seen)


def _settle(run: _Run, waiting: list[settlement.Due]) -> None:
    """Settle every party whose window ends at this boundary."""
    for item in waiting:
        moment = item.boundary
        key = f"due:settle:{item.party}:{item.asset}:{moment.isoformat()}"
        given = {"party": item.party, "asset": item.asset, "boundary": moment}
        run.do(f"{item.party} {item.asset}", key, settle, at=moment, **given)


def _carry_on(run: _Run, last: datetime) -> None:
    """Do what the clock does to orders until then."""
    while found := run.orders(last):
        for moment, event, code in found:
            run.do(code, f"due:{event}:{code}:{moment.isoformat()}", EVENTS[event], at=moment, order=code)
            if event == "receive":
                break  # what arrived closes in its turn, perhaps before the next on this page

"""Several at once, each on a connection of its own; and the ways to take a guard away, for the controls."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q

from hanse.kernel.errors import DomainError
from hanse.trade.orders import queries
from hanse.trade.orders.models import Checkout

PATIENCE = 30


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Run the steps at the same moment and return, in their order, `ok` or what each ran into."""
    start = Barrier(len(steps), timeout=PATIENCE)

    def run(step: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            start.wait()
            step()
        except DomainError as refusal:
            return refusal.code
        except Exception as failure:  # noqa: BLE001 - what a thread runs into must reach the test
            return type(failure).__name__
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def tally(outcomes: list[str]) -> dict[str, int]:
    """Return how often each outcome came."""
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}


class Meeting:
    """A point that everybody passes together the first time they come there, and freely after that."""

    def __init__(self, parties: int, patience: float = 10) -> None:
        self.barrier = Barrier(parties, timeout=patience)
        self.came = threading.local()

    def wait(self) -> None:
        """Wait for the others; whoever waited in vain goes on, for a rival may be held up by a lock."""
        if not getattr(self.came, "yet", False):
            self.came.yet = True
            try:
                self.barrier.wait()
            except BrokenBarrierError:
                return

    def after(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return the step, after which whoever took it meets the others."""

        def run(*args: Any, **kwargs: Any) -> Any:
            answer = step(*args, **kwargs)
            self.wait()
            return answer

        return run


def unlocked(monkeypatch: pytest.MonkeyPatch, parties: int) -> None:
    """Let checkouts be read without their lock, and everybody read before anybody goes on."""
    meeting = Meeting(parties)

    def read(code: str) -> Checkout | None:
        return Checkout.objects.filter(Q(code=code) | Q(orders__code=code)).first()

    monkeypatch.setattr(queries, "_locked", read)
    for name, module in OPERATIONS.items():
        monkeypatch.setattr(f"{module}.{name}.lock", meeting.after(queries.lock))


OPERATIONS = {
    "pay": "hanse.trade.orders.operations",
    "cancel": "hanse.trade.orders.operations",
    "expire": "hanse.trade.orders.operations",
    "close": "hanse.trade.orders.operations",
    "ship": "hanse.trade.logistics.operations",
    "receive": "hanse.trade.logistics.operations",
    "refund": "hanse.trade.aftersales.operations",
    "ask_change": "hanse.trade.changes.operations",
    "agree_change": "hanse.trade.changes.operations",
    "decline_change": "hanse.trade.changes.operations",
    "withdraw_change": "hanse.trade.changes.operations",
}
"""Where everything that locks a checkout stands."""

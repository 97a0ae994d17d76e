"""What a worker of the mill does: it places and pays three-tier orders for a while, and says how long each took."""

import random
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, connections

from benchmarks.mill import market
from hanse.kernel.actor import ENGINE
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line


@dataclass(frozen=True, slots=True)
class Shift:
    """One worker's work: from `begin` (monotonic seconds, the same in all processes) for so many seconds.

    `hot`: everybody buys the same SKU, else any of them. `most` ends it earlier, after so many orders.
    """

    database: str
    seconds: float
    begin: float = 0.0
    hot: bool = False
    most: int = 10**9
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Worked:
    """How many seconds each order took that was placed and paid within the shift."""

    orders: list[float]


def work(shift: Shift) -> Worked:
    """Work one shift."""
    use(shift.database)
    chance = random.Random(shift.seed)
    warm_up(chance, shift)
    while time.monotonic() < shift.begin:
        time.sleep(0.001)
    end = max(time.monotonic(), shift.begin) + shift.seconds
    found: list[float] = []
    while (begun := time.monotonic()) < end and len(found) < shift.most:
        buy(chance, hot=shift.hot)
        found.append(time.monotonic() - begun)
    return Worked(found)


def warm_up(chance: random.Random, shift: Shift) -> None:
    """Let the connection and its caches be warm before the time runs; where the time does not matter, skip it."""
    if shift.begin:
        for _ in range(3):
            buy(chance, hot=shift.hot)


def buy(chance: random.Random, *, hot: bool = False, lines: int = 1) -> str:
    """Place and pay one order of one piece a line through three tiers, and return its checkout's code."""
    key, at = uuid.uuid4().hex, datetime.now(UTC)
    chain = 0 if hot else chance.randrange(market.CHAINS)
    things = [0] if hot else chance.sample(range(market.SKUS), lines)
    who = market.buyer(chance.randrange(market.BUYERS))
    wanted = [Line(market.offer(chain, thing), 1) for thing in things]
    code: str = place(key=key, at=at, by=ENGINE, buyer=who, lines=wanted)
    pay(key=key, at=at, by=ENGINE, order=code)
    return code


def use(database: str) -> None:
    """Turn the process to this database of the same server."""
    settings = connections["default"].settings_dict
    if settings["NAME"] != database:
        connection.close()
        settings["NAME"] = database

"""Promotions as data: a condition, a benefit, a lane, and who bears it in what shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from hanse.kernel import money


@dataclass(frozen=True, slots=True)
class Promise:
    """A running promotion on one offer: `rate` basis points off from `min_quantity` pieces on.

    `bearers` are (party, basis points) that sum to a whole; the nearest lane comes first, and of each lane only the
    best promise counts.
    """

    code: str
    label: str
    lane: int
    rate: int
    min_quantity: int
    bearers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What one promotion takes off a line: `amount` (negative minor units), borne as `bearers` (party, minor units)."""

    code: str
    label: str
    lane: int
    amount: int
    bearers: tuple[tuple[int, int], ...]


def adjust(amount: int, promises: Sequence[Promise], quantity: int) -> tuple[Adjustment, ...]:
    """Return the adjustments of one line, lane by lane: each lane works on what the earlier ones left.

    Within a lane the highest rate wins, the lower code breaks ties. The amount never falls below zero.
    """
    found = []
    for lane in sorted({promise.lane for promise in promises}):
        open_here = [p for p in promises if p.lane == lane and quantity >= p.min_quantity]
        if not open_here:
            continue
        best = min(open_here, key=lambda promise: (-promise.rate, promise.code))
        off = min(money.percent(amount, best.rate), amount)
        if off:
            shares = money.split(off, [share for _party, share in best.bearers])
            bearers = tuple((party, share) for (party, _w), share in zip(best.bearers, shares, strict=True))
            found.append(Adjustment(best.code, best.label, lane, -off, bearers))
            amount -= off
    return tuple(found)

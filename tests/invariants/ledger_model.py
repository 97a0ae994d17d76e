"""A small dictionary model of the engine: every piece on its own, every share looked up in a list.

It knows nothing of accounts, entries or tables. A deal is a list of tiers; tier t passes on `quantity[t]` pieces, of
which `own[t]` lie on its seller's shelf. What a tier's line is worth is a list of shares, one a piece; undoing pieces
drops shares from the front.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

HOLD, AUTO, WINDOW = timedelta(minutes=15), timedelta(days=10), timedelta(days=7)


def rounded(amount: Fraction) -> int:
    """Round a non-negative amount half up."""
    return int(amount + Fraction(1, 2))


def shares(total: int, pieces: int) -> list[int]:
    """Share a sum over pieces, the first ones getting the odd units."""
    return [total // pieces + (1 if i < total % pieces else 0) for i in range(pieces)]


@dataclass
class Chain:
    """One offer with everything behind it, nearest first: sellers, prices, who sells own stock first."""

    offer: str
    goods: str
    sellers: list[str]
    prices: list[int]
    own_first: list[bool]
    freight: int
    rates: list[int]
    urgent_fee: int = 0


@dataclass
class Part:
    """One first leg with its chain."""

    chain: Chain
    buyer: str
    at: datetime
    quantity: list[int]
    own: list[int]
    fee: list[int]
    awards: list[tuple[str, list[int]]]
    worth: list[list[int]] = field(default_factory=list)
    freight: list[int] = field(default_factory=list)
    carriage: list[list[int]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    moving: list[int] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    undone: int = 0
    cancelled: int = 0
    sent: int = 0
    came: int = 0
    status: str = "placed"
    due: datetime | None = None
    debt: int = 0
    repay_by: datetime | None = None

    def left(self) -> int:
        """What the buyer still pays in all."""
        return sum(self.worth[0]) + self.freight[0]

    def with_buyer(self) -> int:
        """How many pieces left and were not undone since."""
        return self.sent - (self.undone - self.cancelled)

    def results(self) -> Counter[str]:
        """What everybody is left with."""
        found: Counter[str] = Counter()
        for tier, seller in enumerate(self.chain.sellers[: len(self.quantity)]):
            total = sum(self.worth[tier]) + self.freight[tier]
            found[seller] += total
            if tier:
                found[self.chain.sellers[tier - 1]] -= total
        found[self.chain.sellers[0]] -= sum(self.fee)
        found["platform"] += sum(self.fee)
        for promoter, award in self.awards:
            found[self.chain.sellers[0]] -= sum(award)
            found[promoter] += sum(award)
        return found

    def pending(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for promoter, award in self.awards:
            found[promoter] += sum(award)
        return found


def open_part(
    chain: Chain,
    buyer: str,
    quantity: int,
    shelves: Counter[tuple[str, str]],
    fee: int,
    promoters: list[str],
    at: datetime,
    *,
    urgent: bool = False,
) -> Part | None:
    """Open a deal and take its pieces off the shelves, or None where they do not suffice."""
    passing, own, left = [], [], quantity
    for tier, seller in enumerate(chain.sellers):
        if not left:
            break
        passing.append(left)
        here = min(left, shelves[seller, chain.goods]) if chain.own_first[tier] else 0
        own.append(here)
        left -= here
    if left:
        return None
    for tier, pieces in enumerate(own):
        shelves[chain.sellers[tier], chain.goods] -= pieces
    total = quantity * chain.prices[0]
    part = Part(chain, buyer, at, passing, own, shares(rounded(Fraction(total * fee, 10_000)), quantity), [])
    for promoter, rate in zip(promoters, chain.rates, strict=False):
        award = rounded(Fraction(total * rate, 10_000))
        if award:
            part.awards.append((promoter, shares(award, quantity)))
    part.worth = [[chain.prices[tier]] * pieces for tier, pieces in enumerate(passing)]
    hurry = shares(chain.urgent_fee if urgent else 0, quantity)
    for pieces in passing:  # the last pieces of a tier are those that it draws from the next
        hurry = shares(sum(hurry[len(hurry) - pieces :]), pieces)
        part.carriage.append([chain.freight + share for share in hurry])
    part.freight = [sum(each) for each in part.carriage]
    part.waiting, part.due = list(own), at + HOLD
    part.moving, part.arrived = [0] * len(own), [0] * len(own)
    return part


def drop(part: Part, tier: int, pieces: int, *, freight: bool, behind: int | None = None) -> None:
    """Drop the shares of pieces that lie at a tier: there and at every tier before it, down to the first."""
    for t in range(tier + 1 if behind is None else behind + 1):
        for _piece in range(pieces):
            part.worth[t].pop(0)
            share = part.carriage[t].pop(0)
            if freight:
                part.freight[t] -= share
            if t == 0:
                part.undone += 1
                part.fee.pop(0)
                for _promoter, award in part.awards:
                    award.pop(0)


def farthest_first(room: list[int], pieces: int) -> list[tuple[int, int]]:
    """Choose pieces from the far end of the chain."""
    return _choose(list(reversed(list(enumerate(room)))), pieces)


def nearest_first(room: list[int], pieces: int) -> list[tuple[int, int]]:
    """Choose pieces from the near end of the chain."""
    return _choose(list(enumerate(room)), pieces)


def _choose(room: list[tuple[int, int]], pieces: int) -> list[tuple[int, int]]:
    chosen = []
    for tier, there in room:
        if taken := min(pieces, there):
            chosen.append((tier, taken))
            pieces -= taken
    assert not pieces, "the model was asked for more than there is"
    return chosen


def cancel(part: Part, pieces: int, shelves: Counter[tuple[str, str]]) -> None:
    """Undo pieces that have not left."""
    for tier, count in farthest_first(part.waiting, pieces):
        part.waiting[tier] -= count
        shelves[part.chain.sellers[tier], part.chain.goods] += count
        drop(part, tier, count, freight=True)
    part.cancelled += pieces


def ship(part: Part, pieces: int) -> None:
    """Let pieces leave."""
    part.sent += pieces
    for tier, count in nearest_first(part.waiting, pieces):
        part.waiting[tier] -= count
        part.moving[tier] += count


def receive(part: Part, pieces: int, shelves: Counter[tuple[str, str]], *, trader: bool) -> None:
    """Let pieces arrive; a buyer that trades puts them on its own shelf."""
    part.came += pieces
    for tier, count in nearest_first(part.moving, pieces):
        part.moving[tier] -= count
        part.arrived[tier] += count
        if trader:
            shelves[part.buyer, part.chain.goods] += count


def refund(part: Part, pieces: int, fault: str, goods: str, shelves: Counter[tuple[str, str]], *, trader: bool) -> bool:
    """Undo pieces that have left; say whether a trading buyer had them to give back."""
    whole = fault in ("upstream", "carrier") or (fault == "buyer" and goods == "returned")
    room = [m + a for m, a in zip(part.moving, part.arrived, strict=True)]
    chosen = (farthest_first if whole else nearest_first)(room, pieces)
    plan = []
    for tier, count in chosen:
        here = min(count, part.arrived[tier])
        plan.append((tier, here, count - here))
    asked = sum(here for _tier, here, _late in plan)
    if goods == "returned" and trader and shelves[part.buyer, part.chain.goods] < asked:
        return False
    for tier, here, late in plan:
        holder = part.chain.sellers[tier]
        if goods == "returned":
            shelves[holder if whole else part.chain.sellers[0], part.chain.goods] += here + late
            if trader:
                shelves[part.buyer, part.chain.goods] -= here
        elif late and trader and fault != "carrier":
            shelves[part.buyer, part.chain.goods] += late
        part.moving[tier] -= late
        part.arrived[tier] += late
        part.came += late
        part.arrived[tier] -= here + late
        drop(part, tier, here + late, freight=fault != "buyer", behind=None if whole else 0)
    return True


def progress(part: Part, at: datetime) -> None:
    """Bring the status to where the pieces are, and say what the clock does next."""
    if part.status in ("closed", "expired", "cancelled"):
        return
    wanted, before = part.quantity[0] - part.cancelled, part.status
    if not wanted:
        part.status, part.due = "cancelled", None
    elif part.status != "placed":
        part.status = "paid" if not part.sent else "partly_shipped"
        if part.sent == wanted:
            part.status = "shipped" if part.came < wanted else "received"
    if part.status == before:
        return
    waits = {"shipped": AUTO, "received": WINDOW}
    part.due = at + waits[part.status] if part.status in waits else None

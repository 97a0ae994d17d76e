"""What an account is for, what bounds it, and what makes a list of moves sound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hanse.kernel.money import LARGEST

POINTS = "POINTS"
"""The asset of loyalty points; every other asset is a currency."""

FENCE = 0x48616E73
"""The class of the advisory locks that fence unbounded accounts: who posts shares them, `queries.fence` excludes."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One use of accounts. `floor` None: nothing bounds it, its balance is summed and no order ever locks its row."""

    floor: int | None
    paired: bool = False
    """Whether the account lies between two parties: its holder and a partner."""
    memo: bool = False
    """Whether it only notes what may come: nothing moves between memos and money."""


PURPOSES: dict[str, Purpose] = {
    # of the platform
    "gateway": Purpose(None),  # money outside, behind payment providers: negative by what came in
    "fee": Purpose(None),  # what the platform earned
    "points_issued": Purpose(None),  # points in the hands of parties, as a negative number
    "points_cost": Purpose(None),  # what points bought: the platform bears it
    # of a buyer
    "held": Purpose(0),  # cash of trades that are paid and not yet closed
    "held_credit": Purpose(0, paired=True),  # the same, paid on credit that the partner granted
    "credit": Purpose(0, paired=True),  # minus what is drawn at the partner; a draw brings the limit as its floor
    "refund_due": Purpose(0),  # on its way back through a provider
    "wallet": Purpose(0),
    "points": Purpose(0),
    # of whoever earns
    "owed": Purpose(None),  # earned and not yet paid out; negative when it paid or gave back more than it earned
    "receivable": Purpose(0, paired=True),  # earned on credit granted to the partner and not yet repaid
    "paid_out": Purpose(None),  # what left for the holder's bank
    "promised": Purpose(None, memo=True),  # minus the commission that open trades will cost the seller
    "pending": Purpose(0, memo=True),  # the commission that open trades will bring the promoter
}


@dataclass(frozen=True, slots=True)
class AccountRef:
    """Names an account; it comes into being with its first move. `floor` is said only by whoever draws credit."""

    holder: int
    purpose: str
    asset: str
    partner: int | None = None
    floor: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if PURPOSES[self.purpose].paired != (self.partner is not None):
            raise ValueError(f"{self.purpose}: a partner belongs to paired purposes, and only to them")

    @property
    def bounded(self) -> bool:
        """Say whether the account keeps a locked running balance."""
        return PURPOSES[self.purpose].floor is not None


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` (zero or more, in the smallest unit) goes from `source` to `target`."""

    source: AccountRef
    target: AccountRef
    amount: int

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LARGEST:
            raise ValueError(f"a move is between 0 and {LARGEST}, not {self.amount}")
        if self.source == self.target:
            raise ValueError("a move needs two accounts")
        if self.source.asset != self.target.asset:
            raise ValueError(f"a move cannot turn {self.source.asset} into {self.target.asset}")
        if PURPOSES[self.source.purpose].memo != PURPOSES[self.target.purpose].memo:
            raise ValueError(f"{self.source.purpose} to {self.target.purpose}: a memo is not money")

    @property
    def back(self) -> "Move":
        """Return the move that undoes this one."""
        return Move(self.target, self.source, self.amount)


def accounts_of(moves: Iterable[Move]) -> list[AccountRef]:
    """Return every account the moves touch, each once, in order of appearance."""
    return list(dict.fromkeys(ref for move in moves for ref in (move.source, move.target)))


def effect(moves: Iterable[Move]) -> dict[AccountRef, int]:
    """Return by how much each account changes; accounts that end where they were are kept, with 0."""
    changes: dict[AccountRef, int] = {}
    for move in moves:
        changes[move.source] = changes.get(move.source, 0) - move.amount
        changes[move.target] = changes.get(move.target, 0) + move.amount
    return changes


def floors(moves: Iterable[Move]) -> dict[AccountRef, int]:
    """Return the floors that the moves bring along for accounts they take from; the strictest wins."""
    said: dict[AccountRef, int] = {}
    for move in moves:
        if move.source.floor is not None:
            said[move.source] = max(move.source.floor, said.get(move.source, move.source.floor))
    return said


def undo(moves: Sequence[Move]) -> list[Move]:
    """Return the moves that take everything back, the last first."""
    return [move.back for move in reversed(moves)]

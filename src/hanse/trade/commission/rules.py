"""Who earns which commission on what was bought: decided once, when the order is placed."""

from collections.abc import Sequence
from dataclasses import dataclass

from hanse.kernel import money


@dataclass(frozen=True, slots=True)
class Award:
    """`promoter` earns `amount` minor units (`rate` basis points of the line) at `level` (1 = nearest)."""

    promoter: int
    level: int
    rate: int
    amount: int


def awards(amount: int, rates: Sequence[int], promoters: Sequence[int], seller: int) -> list[Award]:
    """Return the commissions of one line: the nearest promoter earns the first rate, the one above it the second, …

    `amount` is what the buyer pays for the line's goods. A seller earns no commission on its own sale, and a level
    without a promoter or with nothing to earn is left out.
    """
    found = []
    for level, (promoter, rate) in enumerate(zip(promoters, rates, strict=False), start=1):
        share = money.percent(amount, rate)
        if share > 0 and promoter != seller:
            found.append(Award(promoter, level, rate, share))
    return found

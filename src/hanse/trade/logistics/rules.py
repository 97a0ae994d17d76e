"""What somebody counted at the door, and what that makes of the pieces on their way: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hanse.goods.stock.rules import quantity
from hanse.kernel.errors import MalformedInput

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of one offer of an order: pieces that are good, damaged, missing, too many.

    `claim` says that money is asked back for the missing ones, `claim_damaged` for the damaged ones; otherwise the
    missing ones stay awaited.
    """

    offer: str
    good: int = 0
    damaged: int = 0
    missing: int = 0
    extra: int = 0
    claim: bool = False
    claim_damaged: bool = False

    @property
    def arrived(self) -> int:
        """Return how many of the pieces that were sent are here."""
        return self.good + self.damaged

    @property
    def lost(self) -> int:
        """Return for how many pieces that never came money is asked back."""
        return self.missing if self.claim else 0

    @property
    def claimed(self) -> int:
        """Return for how many pieces money is asked back."""
        return self.lost + (self.damaged if self.claim_damaged else 0)

    @property
    def differs(self) -> bool:
        """Say whether anything is not as it was sent."""
        return bool(self.damaged or self.missing or self.extra)


def check_counted(lines: Sequence[Counted]) -> list[Counted]:
    """Return the lines of which anything was counted; MalformedInput for numbers that are none, or for nothing."""
    if len(lines) > MOST_LINES:
        raise MalformedInput("lines", _("at most %(most)d of them") % {"most": MOST_LINES})
    for line in lines:
        for name in ("good", "damaged", "missing", "extra"):
            quantity(getattr(line, name), name, least=0)
    found = [line for line in lines if line.arrived or line.missing or line.extra]
    if not found:
        raise MalformedInput("lines", _("pieces of at least one line"))
    if len({line.offer for line in found}) < len(found):
        raise MalformedInput("lines", _("each offer only once"))
    return found


def sort_out(chosen: Mapping[int, int], good: int) -> list[tuple[int, int, str]]:
    """Return (allocation, pieces, state) for pieces that arrived: the first of them are good, the rest damaged."""
    found = []
    for pk, count in chosen.items():
        sound = min(count, good)
        good -= sound
        found += [(pk, sound, "available"), (pk, count - sound, "damaged")]
    return [part for part in found if part[1]]

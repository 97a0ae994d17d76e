"""Which changes make sense, and who has to agree to them: pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hanse.kernel import money
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.trade.quotes.rules import MOST_PIECES

OPEN = ("placed", "paid")
"""States of an order of which nothing has left."""
CHANGES = "orders.cancel"
"""Who may cancel may ask for a change and agree to one: it is less."""


class ChangeTooLate(DomainError):
    """Goods have left, or the order is over."""

    code = "change_too_late"
    message = _("This order can no longer be changed: goods have left, or it is over.")


class NothingChanges(DomainError):
    """What is asked for is what there is."""

    code = "nothing_changes"
    message = _("This is what was ordered already.")


class ChangeWaiting(DomainError):
    """Another change of the same goods waits for an answer."""

    code = "change_waiting"
    message = _("Another change of this order is still waiting for an answer.")


class OnlyTheBuyer(DomainError):
    """A seller may ask for fewer pieces or another day, no more."""

    code = "only_the_buyer"
    message = _("Only the buyer can add pieces or change the address.")


def changeable(statuses: Collection[str], shipped: int) -> bool:
    """Say whether first legs in these states, of which so many pieces have left, may be changed."""
    return any(status in OPEN for status in statuses) and not shipped


def differences(have: Mapping[str, int], wanted: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Return how many pieces fewer and how many more are wished for, by offer; `wanted` are the new quantities.

    Raises MalformedInput for an offer that is not there, an absurd quantity, or fewer of one with more of another.
    """
    for offer, pieces in wanted.items():
        if offer not in have:
            raise MalformedInput("lines", _("offers of this order"), given=offer)
        if not money.whole(pieces, 0, MOST_PIECES):
            raise MalformedInput("lines", _("0 to %(most)d pieces") % {"most": MOST_PIECES}, given=pieces)
    fewer = {offer: have[offer] - pieces for offer, pieces in wanted.items() if pieces < have[offer]}
    more = {offer: pieces - have[offer] for offer, pieces in wanted.items() if pieces > have[offer]}
    if fewer and more:
        raise MalformedInput("lines", _("either fewer pieces or more, one after the other"))
    return fewer, more


def at_first(pieces: Mapping[int, int], cause_of: Mapping[int, int | None]) -> dict[int, int]:
    """Return the pieces by the first legs' lines that these lines were opened for."""
    found: dict[int, int] = {}
    for line, count in pieces.items():
        first = line
        while (cause := cause_of[first]) is not None:
            first = cause
        found[first] = found.get(first, 0) + count
    return found


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg with its two sides (party ids)."""

    id: int
    root: int
    tier: int
    buyer: int
    seller: int


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is asked (`decider`), on whose behalf (`party`, its neighbour), in which leg."""

    leg: int
    party: int
    decider: int


def voices(touched: Iterable[Leg], asker: int, root: int | None = None, tier: int = -1) -> list[Voice]:
    """Return who has to agree to what touches these legs, each once.

    It goes from neighbour to neighbour away from who asks: up from the buyer; and from the seller of the leg at `tier`
    of the chain under `root` down to the buyer and up to whoever holds the goods. Nobody is asked for its own wish.
    """
    found: list[Voice] = []
    known = {asker}
    for leg in sorted(touched, key=lambda leg: (leg.tier, leg.id)):
        down = leg.root == root and leg.tier <= tier
        party, decider = (leg.seller, leg.buyer) if down else (leg.buyer, leg.seller)
        if decider not in known:
            known.add(decider)
            found.append(Voice(leg.id, party, decider))
    return found

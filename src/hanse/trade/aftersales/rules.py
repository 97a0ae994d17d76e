"""What a buyer may say when it asks for money back: pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel import money
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import check_choice, check_text

REASONS = ("not_wanted", "late", "damaged", "wrong", "missing", "quality", "other")
"""Why a buyer wants money back."""
MOST_PICTURES = 6
MOST_LINES = 100
PATH = r"[\w-][\w.-]*(/[\w-][\w.-]*)*"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a buyer asks back: pieces by offer, or an amount in minor units, or with neither all that is left."""

    reason: str
    note: str
    amount: int | None
    lines: dict[str, int] | None
    pictures: list[str]


def check_wanted(
    reason: object, note: object, amount: object, lines: Mapping[str, int] | None, pictures: Sequence[str]
) -> Wanted:
    """Return what is asked for in its one form; MalformedInput names what does not fit."""
    if amount is not None and (not money.whole(amount) or lines is not None):
        raise MalformedInput("amount", _("an amount above zero, and no lines with it"))
    if lines is not None and not _are_pieces(lines):
        raise MalformedInput("lines", _("offers of this order with their pieces"))
    return Wanted(
        reason=check_choice(reason, "reason", REASONS),
        note=check_text(note, "note", 1000, blank=True),
        amount=amount if isinstance(amount, int) else None,
        lines=None if lines is None else dict(lines),
        pictures=_paths(pictures),
    )


def check_lost(lost: Mapping[str, int] | None, lines: Mapping[str, int] | None) -> dict[str, int] | None:
    """Return how many of the pieces asked back never arrived, None for none of them."""
    if not lost:
        return None
    if not _are_pieces(lost) or any(count > (lines or {}).get(offer, 0) for offer, count in lost.items()):
        raise MalformedInput("lost", _("pieces that are asked back"))
    return dict(lost)


def split_lost(
    lines: Mapping[str, int] | None, lost: Mapping[str, int] | None
) -> tuple[dict[str, int], dict[str, int] | None]:
    """Return the pieces that never arrived, and the others; None for all that are left."""
    gone = dict(lost or {})
    if lines is None:
        return gone, None
    others = {offer: count - gone.get(offer, 0) for offer, count in lines.items()}
    return gone, {offer: count for offer, count in others.items() if count}


def _are_pieces(lines: Any) -> bool:
    return isinstance(lines, Mapping) and 0 < len(lines) <= MOST_LINES and all(money.whole(n) for n in lines.values())


def _paths(pictures: Any) -> list[str]:
    few = isinstance(pictures, (list, tuple)) and len(pictures) <= MOST_PICTURES
    if not few or not all(isinstance(one, str) and len(one) <= 300 and re.fullmatch(PATH, one) for one in pictures):
        raise MalformedInput("pictures", _("at most %(most)d pictures") % {"most": MOST_PICTURES})
    return list(pictures)

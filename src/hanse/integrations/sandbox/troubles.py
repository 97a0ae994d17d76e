"""Everything that real providers do wrong now and then, done here on demand."""

from collections.abc import Iterable
from threading import Lock

NOTICE_TROUBLES = ("duplicate", "lost", "delay", "reorder", "late_failure")
"""How the news of what happened may reach the merchant, or not."""

REQUEST_TROUBLES = ("refused", "broken", "early")
"""How the answer to a request may go wrong: `broken` did what was asked and answers with an error all the same,
`early` sends the notice of a payment before the answer to its creation."""

OUTCOME_TROUBLES = ("refund_fails", "payout_fails", "payout_returned")

TROUBLES = frozenset((*NOTICE_TROUBLES, *REQUEST_TROUBLES, *OUTCOME_TROUBLES))


class Orders:
    """The troubles that the next documents shall have, and those that all of them shall have."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next: list[tuple[str, ...]] = []
        self._always: tuple[str, ...] = ()

    def for_next(self, troubles: Iterable[str]) -> None:
        """Let the next document that nobody has spoken for yet have these troubles."""
        with self._lock:
            self._next.append(known(troubles))

    def for_all(self, troubles: Iterable[str]) -> None:
        """Let every further document have these troubles, and forget what was ordered before."""
        with self._lock:
            self._next.clear()
            self._always = known(troubles)

    def take(self) -> tuple[str, ...]:
        """Return the troubles of a new document."""
        with self._lock:
            return (*self._always, *(self._next.pop(0) if self._next else ()))


def known(troubles: Iterable[str]) -> tuple[str, ...]:
    """Return the troubles, sorted, without those that do not exist."""
    return tuple(sorted(TROUBLES.intersection(troubles)))

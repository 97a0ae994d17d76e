"""Where a role begins: what needs doing now, then numbers, then a chart or two; declared as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from hanse.interfaces.console.kit.charts import Chart, Ranking
from hanse.interfaces.console.kit.page import Answer, Desk, Page, View
from hanse.kernel.money import WHOLE


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits: how many of it, where it is done, and how urgent it is."""

    label: str | Promise
    count: int
    href: str
    icon: str
    tone: str = "wait"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number in words."""

    label: str | Promise
    shown: str
    href: str = ""

    change: int | None = None
    """By how much it differs from the period before, in basis points of that; None if there is nothing to compare."""
    worse: bool = False
    """Whether more of it is worse."""

    @property
    def tone(self) -> str:
        """Return how the change is to be taken."""
        if not self.change:
            return ""
        return "down" if (self.change > 0) is self.worse else "up"


def compared(now: int, before: int) -> int | None:
    """Return by how much a sum differs from the one before, in basis points of that."""
    return (now - before) * WHOLE // before if before > 0 else None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a newcomer does first, and whether it is done."""

    label: str | Promise
    href: str
    done: bool


@dataclass(frozen=True, slots=True)
class Board:
    """What a dashboard shows."""

    todos: Sequence[Todo] = ()
    tiles: Sequence[Tile] = ()
    charts: Sequence[Chart] = ()
    rankings: Sequence[Ranking] = ()
    steps: Sequence[Step] = ()
    first: tuple[str, str | Promise] | None = None
    """Where one who has nothing yet begins: an address and its words."""


@dataclass(frozen=True, kw_only=True)
class Dashboard(Page):
    """A role's first page."""

    board: Callable[[Desk], Board]

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return the one view."""
        return {"": ("", require_safe(self.show))}

    def show(self, request: HttpRequest) -> Answer:
        """Show what there is for who looks."""
        desk = self.enter(request)
        board = self.board(desk)
        waiting = [todo for todo in board.todos if todo.count]
        done = sum(step.done for step in board.steps)
        context = {"page": self, "board": board, "done": done, "waiting": waiting, "party": desk.party}
        return render(request, "console/kit/dashboard.html", context)

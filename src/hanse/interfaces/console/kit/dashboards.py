"""Where a role begins: what needs doing now, then numbers, then a chart or two; declared as data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from hanse.interfaces.console.kit.charts import Chart, Ranking
from hanse.interfaces.console.kit.page import Answer, Desk, Page, View


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


@dataclass(frozen=True, slots=True)
class Board:
    """What a dashboard shows."""

    todos: Sequence[Todo] = ()
    tiles: Sequence[Tile] = ()
    charts: Sequence[Chart] = ()
    rankings: Sequence[Ranking] = ()
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
        context = {"page": self, "board": board, "waiting": waiting, "party": desk.party}
        return render(request, "console/kit/dashboard.html", context)

"""Finding anything by a word or a code: every list that has a search is asked, and shows its first hits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from hanse.interfaces.console.kit.cells import Cell, cells
from hanse.interfaces.console.kit.lists import LONGEST, ListPage
from hanse.interfaces.console.kit.page import Answer, Desk, Page, View

FIRST = 5
ALL = "all"
"""The tab of a list, where it has tabs, under which everything stands."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of a list: where it leads, and what is said about it."""

    href: str
    code: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Found:
    """What one list knows; `more` leads to all of it."""

    page: ListPage
    hits: list[Hit]
    more: bool


@dataclass(frozen=True, kw_only=True)
class FindPage(Page):
    """One field for everything that who looks may see; a code that exactly one thing bears leads straight to it."""

    lists: Callable[[Desk], list[Page]]

    def views(self) -> dict[str, tuple[str, View]]:
        """Return the page of what was found."""
        return {"": ("", require_safe(self.find))}

    def find(self, request: HttpRequest) -> Answer:
        """Show what was found, list by list."""
        desk = self.enter(request)
        asked = request.GET.get("q", "")[:LONGEST].replace("\x00", "").strip()
        found = list(self._found(desk, asked)) if _says_something(asked) else []
        exact = {hit.href for one in found for hit in one.hits if hit.code.upper() == asked.upper()}
        if len(exact) == 1:
            return redirect(exact.pop())
        return render(
            request,
            "console/kit/find.html",
            {"page": self, "found": found, "sought": asked, "asked": _says_something(asked)},
        )

    def _found(self, desk: Desk, asked: str) -> Iterator[Found]:
        for page in self.lists(desk):
            if isinstance(page, ListPage) and page.search and page.open and page.found:
                rows: list[Any] = list(page.chosen(desk, _anywhere(page, asked))[: FIRST + 1])
                if rows:
                    yield Found(page, self._hits(page, desk, rows[:FIRST]), len(rows) > FIRST)

    def _hits(self, page: ListPage, desk: Desk, rows: list[Any]) -> list[Hit]:
        opened = page.open or (lambda _row: "")
        known = page.enrich(desk, rows) if page.enrich else rows
        return [Hit(opened(row), str(getattr(row, page.code, "")), cells(page.columns[:4], row)) for row in known]


def _anywhere(page: ListPage, asked: str) -> dict[str, str]:
    tabs = page.tabs
    return {"q": asked, **({tabs.name: ALL} if tabs and ALL in {*tabs.said, *tabs.also} else {})}


def _says_something(asked: str) -> bool:
    """Say whether it is more than one Latin letter, which is in nearly everything; one Chinese character is a word."""
    return len(asked) > 1 or not asked.isascii()

"""What people who look for something ask for, and how much longer it takes among many goods than among few."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.mill.load import use
from hanse.goods.catalogue.models import Category
from hanse.goods.search.queries import Place, brands, find, sellers, suggest
from hanse.goods.search.rules import Wish
from hanse.interfaces.storefront import goods
from hanse.kernel import clock
from hanse.kernel.actor import STRANGER

LEAF = goods.PAGE + 1
Look = Callable[[], int]


def first(wish: Wish) -> int:
    """Look at the first page: what was found, who sells it, its brands, the cards; return how many were found."""
    at = clock.now()
    found = find(STRANGER, wish, at)
    sellers(STRANGER, found.products)
    brands(STRANGER, found.products)
    goods.best(STRANGER, at, found.products[: goods.PAGE], wish.seller)
    return len(found.products)


def further(wish: Wish, place: Place) -> int:
    """Look at what follows a place."""
    at = clock.now()
    found = find(STRANGER, wish, at, after=place, limit=LEAF)
    goods.best(STRANGER, at, found.products[: goods.PAGE], wish.seller)
    return len(found.products)


def looks() -> dict[str, tuple[Look, float]]:
    """Return every look in the database in use, with the most that it may cost among a hundred times as many goods.

    What finds ever the same or is read off an index may cost a few times as much; what must weigh everything that it
    finds (a common word, prices, what is in stock) less than the goods have grown.
    """
    category = Category.objects.get(slug="class-3").pk
    wishes = {
        "all goods": (Wish(), 5.0),
        "newest": (Wish(sort="new"), 5.0),
        "a category": (Wish(category=category), 10.0),
        "a rare word": (Wish(words="鹦鹉螺"), 10.0),
        "pinyin": (Wish(words="yingwuluo"), 10.0),
        "a typing error": (Wish(words="nautillus"), 20.0),
        "a common word": (Wish(words="keyboard"), 60.0),
        "two signs": (Wish(words="键盘"), 60.0),
        "cheapest first": (Wish(sort="cheap"), 100.0),
        "within prices": (Wish(least=10_000, most=20_000), 60.0),
        "in stock": (Wish(words="鹦鹉螺", in_stock=True), 100.0),
    }
    found: dict[str, tuple[Look, float]] = {}
    for name, (wish, most) in wishes.items():
        found[name] = (lambda wish=wish: first(wish)), most  # type: ignore[misc]
    for name in ("all goods", "newest", "a category", "a common word", "cheapest first"):
        wish, most = wishes[name]
        place = find(STRANGER, wish, clock.now(), limit=goods.PAGE).places[-1]
        found[f"{name}, second page"] = (lambda wish=wish, place=place: further(wish, place)), most  # type: ignore[misc]
    for begun in ("nauti", "key"):
        found[f"suggestions for {begun}"] = (lambda begun=begun: len(suggest(STRANGER, begun))), 60.0  # type: ignore[misc]
    return found


@dataclass
class Figures:
    """What was measured in one run: milliseconds by look, among few and among many goods, and statements."""

    few: dict[str, float] = field(default_factory=dict)
    many: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    statements: dict[str, tuple[int, int]] = field(default_factory=dict)
    found: dict[str, tuple[int, int]] = field(default_factory=dict)

    def checks(self) -> Iterator[tuple[str, float, str, bool]]:
        """Yield (what, figure, target, whether it is reached)."""
        for name, many in self.many.items():
            ratio, most = many / self.few[name], self.most[name]
            yield f"{name}: {self.few[name]:.1f} ms to {many:.1f} ms", ratio, f"<= {most:.0f}", ratio <= most
        for name, (few, many_) in self.statements.items():
            yield f"statements: {name}", many_, f"= {few}", few == many_


def measured(small: str, large: str, rounds: int) -> Figures:
    """Take turns between the two databases; the median of the rounds counts."""
    figures = Figures()
    times: dict[str, dict[str, list[float]]] = {small: {}, large: {}}
    for turn in range(rounds + 1):
        for database in (small, large):
            use(database)
            for name, (look, most) in looks().items():
                if turn == 0:
                    with CaptureQueriesContext(connection) as asked:
                        said = look()
                    before = figures.statements.get(name, (len(asked), 0)), figures.found.get(name, (said, 0))
                    figures.statements[name] = (before[0][0], len(asked))
                    figures.found[name] = (before[1][0], said)
                    figures.most[name] = most
                else:
                    begun = time.perf_counter()
                    look()
                    times[database].setdefault(name, []).append((time.perf_counter() - begun) * 1_000)
            connection.close()
    figures.few = {name: statistics.median(took) for name, took in times[small].items()}
    figures.many = {name: statistics.median(took) for name, took in times[large].items()}
    return figures

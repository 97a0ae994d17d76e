"""What a name in a file may stand for: readers of references, which know what has been declared so far."""

from collections.abc import Callable, Iterable
from datetime import datetime

from yaml.nodes import Node

from hanse.interfaces.cli.scenario.reading import scalars
from hanse.interfaces.cli.scenario.reading.page import Page, printable, quoted
from hanse.interfaces.cli.scenario.script import PLATFORM, Pieces

LISTED = 12
"""So many known names are told to somebody who used an unknown one."""


class Names:
    """The page with the units of its amounts, its clock, and the names declared in it."""

    def __init__(self, page: Page, zone: str, currency: str, at: datetime) -> None:
        self.page, self.zone, self.currency, self.now = page, zone, currency, at
        self.parties: dict[str, None] = {PLATFORM: None}
        self.goods: dict[str, None] = {}
        self.offers: dict[str, None] = {}
        self.orders: dict[str, None] = {}
        self.quotes: dict[str, None] = {}
        self.payments: dict[str, None] = {}
        self.promotions: dict[str, None] = {}
        self.wishes: dict[str, None] = {}

    def declared(self) -> tuple[dict[str, None], ...]:
        """Return what steps have named so far."""
        named = (self.offers, self.orders, self.quotes, self.payments, self.promotions, self.wishes)
        return tuple(map(dict, named))

    def forget_since(self, declared: tuple[dict[str, None], ...]) -> None:
        """Return to what had a name then: nothing came of the step since."""
        self.offers, self.orders, self.quotes, self.payments, self.promotions, self.wishes = declared

    def new(self, node: Node, taken: Iterable[str], what: str) -> str:
        """Read a name that nothing else of its kind has yet."""
        found = self.page.scalar(node, scalars.NAME, scalars.name)
        if found in taken:
            raise self.page.wrong(node, f"a new name of {what}", f"{quoted(found)}, which exists")
        return found

    def party(self, node: Node) -> str:
        """Read the name of a party."""
        return self._known(node, self.parties, "a party")

    def payment(self, node: Node) -> str:
        """Read the name of a payment that a provider was asked for."""
        return self._known(node, self.payments, "a payment opened before")

    def wish(self, node: Node) -> str:
        """Read the name of a change that was asked for."""
        return self._known(node, self.wishes, "a change asked for before")

    def promotion(self, node: Node) -> str:
        """Read the name of a promotion."""
        return self._known(node, self.promotions, "a promotion opened before")

    def made(self, node: Node) -> str:
        """Read the name of goods."""
        return self._known(node, self.goods, "goods")

    def offer(self, node: Node) -> str:
        """Read the name of an offer."""
        return self._known(node, self.offers, "an offer")

    def order(self, node: Node) -> str:
        """Read the name of an order."""
        return self._known(node, self.orders, "an order placed before")

    def quote(self, node: Node) -> str:
        """Read the name of a quote."""
        return self._known(node, self.quotes, "a quote asked for before")

    def pair(self, node: Node) -> str:
        """Read `goods@party`, whether the party offers them or not."""
        expected = "goods@party, such as tee@shop"
        found = self.page.scalar(node, expected, str)
        goods, at, party = found.partition("@")
        if not at:
            raise self.page.wrong(node, expected)
        self._among(node, goods, self.goods, "goods")
        self._among(node, party, self.parties, "a party")
        return found

    def pieces(self, key: Callable[[Node], str], least: int | None = None) -> Callable[[Node], Pieces]:
        """Return a reader of mappings from a name to a number of pieces."""

        def read(node: Node) -> Pieces:
            pairs = self.page.pairs(node, "a mapping of names to numbers of pieces")
            return self.page.each(pairs, lambda said: (key(said[1]), self.count(said[2], least)))

        return read

    def count(self, node: Node, least: int | None = None) -> int:
        """Read a number of pieces."""
        if least is None:
            return self.page.scalar(node, "a whole number of pieces", scalars.pieces)
        return self.page.scalar(node, f"a whole number of pieces, at least {least}", scalars.at_least(least))

    def amount(self, node: Node) -> int:
        """Read an amount of the file's currency that is not negative."""
        return self.money(node, self.currency)

    def balance(self, node: Node) -> int:
        """Read an amount of the file's currency, of either sign."""
        return self.page.scalar(
            node, scalars.an_amount(self.currency), lambda t: scalars.amount(t, self.currency, signed=True)
        )

    def money(self, node: Node, currency: str) -> int:
        """Read an amount of that currency that is not negative."""
        return self.page.scalar(node, scalars.an_amount(currency), lambda text: scalars.amount(text, currency))

    def moment(self, node: Node) -> datetime:
        """Read a moment."""
        return self.page.scalar(node, scalars.MOMENT, lambda text: scalars.moment(text, self.zone))

    def word(self, *words: str) -> Callable[[Node], str]:
        """Return a reader of one of the words."""
        return lambda node: self.page.scalar(node, f"one of {', '.join(words)}", scalars.one_of(words))

    def _known(self, node: Node, known: Iterable[str], what: str) -> str:
        found = self.page.scalar(node, f"the name of {what}", str)
        return self._among(node, found, known, what)

    def _among(self, node: Node, found: str, known: Iterable[str], what: str) -> str:
        names = list(known)
        if found in names:
            return found
        some = ", ".join(printable(n) for n in names[:LISTED]) + (", …" if len(names) > LISTED else "")
        raise self.page.wrong(node, f"the name of {what} ({some or 'there is none'})", quoted(found))

"""How a scenario opens: its parties, links, goods and offers."""

from collections.abc import Callable, Sequence
from itertools import chain

from yaml.nodes import MappingNode, Node, ScalarNode

from hanse.interfaces.cli.scenario.reading import scalars
from hanse.interfaces.cli.scenario.reading.names import Names
from hanse.interfaces.cli.scenario.reading.page import Fields, Pair, Unreadable, is_nothing, quoted
from hanse.interfaces.cli.scenario.reading.terms import READERS, percent, some_terms, terms
from hanse.interfaces.cli.scenario.script import GoodsSaid, LinkSaid, OfferSaid, PartySaid, Pieces, PriceSaid

PARTY_KINDS = ("supplier", "wholesaler", "retailer", "leader", "enterprise", "consumer")
LINK_KINDS = ("supply", "promotes", "community", "employs")
PARTY_KEYS = ("kind", "terms", "wallet", "points")
LINK_KEYS = ("kind", "up", "down", "terms")
GOODS_KEYS = ("by", "stock")
RULE_KEYS = ("price", "for", "level", "quantity", "from", "to")
OFFER_KEYS = (
    "source", "price", "prices", "for", "levels", "fulfil", "resale", "commission", "freight", "audience", "currency",
    "terms", *READERS,
)  # fmt: skip


def declare(names: Names, node: Node, known: dict[str, None], what: str) -> list[Pair]:
    """Take over the names that a section declares before any of them is read, so that they may refer to each other."""
    found = []
    for name, key, value in names.page.pairs(node, f"a mapping of names to {what}"):
        try:
            known[names.new(key, known, what)] = None
        except Unreadable:
            continue
        found.append((name, key, value))
    return found


def party(names: Names, name: str, key: Node, node: Node) -> PartySaid:
    """Read one party."""
    page = names.page
    fields = page.fields(node, "a party", PARTY_KEYS)
    return PartySaid(
        page.spot(key),
        name,
        fields.must("kind", names.word(*PARTY_KINDS), ""),
        fields.may("terms", lambda n: terms(names, n), {}),
        fields.may("wallet", names.amount, 0),
        fields.may("points", lambda n: page.scalar(n, "a number of points", scalars.at_least(0)), 0),
    )


def link(names: Names, node: Node) -> LinkSaid:
    """Read one link with both its ends."""
    return link_of(names, names.page.fields(node, "a link", LINK_KEYS), node)


def link_of(names: Names, fields: Fields, node: Node) -> LinkSaid:
    """Read a link from fields that are read already."""
    return LinkSaid(
        names.page.spot(node),
        fields.must("kind", names.word(*LINK_KINDS), ""),
        fields.must("up", names.party, ""),
        fields.must("down", names.party, ""),
        fields.may("terms", lambda n: terms(names, n), {}),
    )


def made(names: Names, name: str, key: Node, node: Node) -> GoodsSaid:
    """Read goods with who makes them and who has them."""
    fields = names.page.fields(node, "goods", GOODS_KEYS)
    maker = fields.must("by", names.party, "")
    return GoodsSaid(names.page.spot(key), name, maker, fields.may("stock", lambda n: _stock(names, maker, n), ()))


def _stock(names: Names, maker: str, node: Node) -> Pieces:
    if isinstance(node, MappingNode):
        return names.pieces(names.party, 0)(node)
    if isinstance(node, ScalarNode) and not is_nothing(node):
        return ((maker, names.count(node, 0)),)
    raise names.page.wrong(node, "a number of pieces, or a mapping of parties to numbers of pieces")


def offer(names: Names, key: Node, node: Node, *, new: bool) -> OfferSaid:
    """Read one offer: a new one must say its price."""
    page = names.page
    fields = page.fields(node, "an offer", OFFER_KEYS)
    currency = fields.may("currency", lambda n: page.scalar(n, scalars.CURRENCY, scalars.currency), None)
    own = _Prices(names, currency or names.currency)
    general: Sequence[PriceSaid] = fields.must("price", own.breaks, ()) if new else fields.may("price", own.breaks, ())
    base = next((rule.price for rule in general if rule.quantity == 1), None)
    if general and base is None:
        page.wrong(fields.nodes["price"], "a price from 1 piece on", "only prices from a higher quantity on")
    special = own.all_of(fields)
    return OfferSaid(
        spot=page.spot(key),
        name=getattr(key, "value", ""),
        price=base,
        breaks=tuple(rule for rule in general if rule.quantity > 1) if "price" in fields else None,
        special=special if {"for", "levels", "prices"} & fields.nodes.keys() else None,
        source=fields.may("source", names.offer, None),
        fulfil=fields.may("fulfil", names.word("stock", "source", "stock_then_source"), None),
        band=fields.may("resale", lambda n: _band(names, n, own.currency), None),
        commission=fields.may("commission", lambda n: _commission(names, n), None),
        freight=fields.may("freight", own.price, None),
        audience=fields.may("audience", names.word("public", "partners"), None),
        currency=currency,
        terms=_offer_terms(names, fields),
    )


def _offer_terms(names: Names, fields: Fields) -> dict[str, object] | None:
    inner = fields.may("terms", lambda n: terms(names, n), {})
    outer = some_terms(names, fields)
    for key in inner.keys() & outer.keys():
        names.page.wrong(fields.nodes[key], "each key once", f"{quoted(key)}, which stands under terms as well")
    found = {**inner, **outer}
    return found if found or "terms" in fields else None


def _band(names: Names, node: Node, currency: str) -> tuple[int | None, int | None]:
    fields = names.page.fields(node, "a resale band", ("min", "max"))
    least = fields.may("min", lambda n: names.money(n, currency), None)
    most = fields.may("max", lambda n: names.money(n, currency), None)
    if least is not None and most is not None and least > most:
        names.page.wrong(node, "a resale band whose min is not above its max", "the opposite")
    return least, most


def _commission(names: Names, node: Node) -> tuple[int, ...]:
    page = names.page
    return page.each(
        page.items(node, "a list of percentages, the nearest promoter's first"), lambda n: percent(page, n)
    )


class _Prices:
    """Readers of prices in the currency of one offer."""

    def __init__(self, names: Names, currency: str) -> None:
        self.names, self.page, self.currency = names, names.page, currency

    def price(self, node: Node) -> int:
        return self.names.money(node, self.currency)

    def breaks(self, node: Node, buyer: str | None = None, level: str = "") -> tuple[PriceSaid, ...]:
        """Read one price, or prices by quantity."""
        spot = self.page.spot(node)
        if not isinstance(node, MappingNode):
            return (PriceSaid(spot, self.price(node), buyer, level),)
        pairs = self.page.pairs(node, "")
        if not pairs:
            raise self.page.wrong(
                node, f"{scalars.an_amount(self.currency)}, or prices by quantity", "an empty mapping"
            )
        return self.page.each([k for _, k, _ in pairs], self._break_of({k: v for _, k, v in pairs}, buyer, level))

    def _break_of(self, values: dict[Node, Node], buyer: str | None, level: str) -> Callable[[Node], PriceSaid]:
        def read(key: Node) -> PriceSaid:
            quantity = self.names.count(key, 1)
            return PriceSaid(self.page.spot(key), self.price(values[key]), buyer, level, quantity)

        return read

    def all_of(self, fields: Fields) -> tuple[PriceSaid, ...]:
        """Read every price rule besides the general price."""
        page = self.page
        buyers = fields.may("for", lambda node: page.pairs(node, "a mapping of buyers to prices"), [])
        levels = fields.may("levels", lambda node: page.pairs(node, "a mapping of levels to prices"), [])
        rules = fields.may("prices", lambda node: page.each(page.items(node, "a list of prices"), self._rule), ())
        by_buyer = page.each(buyers, lambda said: self.breaks(said[2], buyer=self.names.party(said[1])))
        by_level = page.each(levels, lambda said: self.breaks(said[2], level=said[0]))
        return (*chain.from_iterable(by_buyer), *chain.from_iterable(by_level), *rules)

    def _rule(self, node: Node) -> PriceSaid:
        names, fields = self.names, self.page.fields(node, "a price", RULE_KEYS)
        return PriceSaid(
            self.page.spot(node),
            fields.must("price", self.price, 0),
            fields.may("for", names.party, None),
            fields.may("level", lambda n: self.page.scalar(n, scalars.NAME, scalars.name), ""),
            fields.may("quantity", lambda n: names.count(n, 1), 1),
            fields.may("from", names.moment, None),
            fields.may("to", names.moment, None),
        )

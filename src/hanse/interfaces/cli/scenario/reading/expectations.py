"""What must hold, as flat facts: a path such as `legs / o1 / shop`, an exact value, and the unit it is written in."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from yaml.nodes import MappingNode, Node

from hanse.interfaces.cli.scenario.reading import scalars
from hanse.interfaces.cli.scenario.reading.names import Names
from hanse.interfaces.cli.scenario.reading.page import Pair
from hanse.interfaces.cli.scenario.script import Expect, Expectation

MONEY, POINTS, PIECES, WORD = "money", "points", "pieces", "word"
ORDER_STATES = (
    "placed", "paid", "partly_shipped", "shipped", "received", "closed", "cancelled", "expired",
)  # fmt: skip
SHELF = ("on_hand", "available", "reserved", "in_transit", "damaged")

Found = tuple[Expectation, ...]
Reader = Callable[[Names, str, Node], Found]


def facts(names: Names, pairs: Iterable[Pair]) -> Expect:
    """Read expectations key by key."""

    def read(said: Pair) -> Found:
        name, key, value = said
        if name not in READERS:
            raise names.page.wrong(key, f"a key of expect ({', '.join(READERS)})")
        return READERS[name](names, name, value)

    return Expect(tuple(chain.from_iterable(names.page.each(pairs, read))))


def _money(names: Names, node: Node) -> int:
    return names.balance(node)


def _points(names: Names, node: Node) -> int:
    return names.page.scalar(node, "a number of points", scalars.pieces)


def _each(
    names: Names, node: Node, path: tuple[str, ...], key: Callable[[Node], str],
    value: Callable[[Names, Node], int | str], unit: str,
) -> Found:  # fmt: skip
    pairs = names.page.pairs(node, f"a mapping under {' '.join(path)}")
    return names.page.each(
        pairs, lambda said: Expectation(names.page.spot(said[1]), (*path, key(said[1])), value(names, said[2]), unit)
    )


def _by_party(value: Callable[[Names, Node], int], unit: str) -> Reader:
    return lambda names, kind, node: _each(names, node, (kind,), names.party, value, unit)


def _total_or_by_party(names: Names, kind: str, node: Node) -> Found:
    if isinstance(node, MappingNode):
        return _each(names, node, (kind,), names.party, _money, MONEY)
    return (Expectation(names.page.spot(node), (kind,), names.balance(node), MONEY),)


def _status(names: Names, kind: str, node: Node) -> Found:
    def read(said: Pair) -> Found:
        _, key, value = said
        path = (kind, names.order(key))
        if isinstance(value, MappingNode):
            return _each(names, value, path, names.party, _state, WORD)
        return (Expectation(names.page.spot(key), path, _state(names, value), WORD),)

    return _flat(names, node, "a mapping of orders to states", read)


def _flat(names: Names, node: Node, expected: str, read: Callable[[Pair], Found]) -> Found:
    return tuple(chain.from_iterable(names.page.each(names.page.pairs(node, expected), read)))


def _state(names: Names, node: Node) -> str:
    return names.word(*ORDER_STATES)(node)


def _legs(names: Names, kind: str, node: Node) -> Found:
    def read(said: Pair) -> Found:
        return _each(names, said[2], (kind, names.order(said[1])), names.party, _money, MONEY)

    return _flat(names, node, "a mapping of orders to totals by seller", read)


def _stock(names: Names, kind: str, node: Node) -> Found:
    def read(said: Pair) -> Found:
        shelf = names.word(*SHELF)
        return _each(names, said[2], (kind, names.pair(said[1])), shelf, lambda n, v: n.count(v), PIECES)

    return _flat(names, node, "a mapping of goods@party to numbers of pieces", read)


def _books(names: Names, kind: str, node: Node) -> Found:
    return (Expectation(names.page.spot(node), (kind,), names.word("balanced")(node), WORD),)


READERS: Mapping[str, Reader] = {
    "status": _status,
    "legs": _legs,
    "held": _total_or_by_party,
    "owed": _by_party(_money, MONEY),
    "paid_out": _by_party(_money, MONEY),
    "earned": _by_party(_money, MONEY),
    "pending": _by_party(_money, MONEY),
    "refunded": _by_party(_money, MONEY),
    "refund_due": _by_party(_money, MONEY),
    "credit_used": _by_party(_money, MONEY),
    "wallet": _by_party(_money, MONEY),
    "points": _by_party(_points, POINTS),
    "stock": _stock,
    "books": _books,
}
"""Every kind of expectation; how each is compared stands in `expect.py` under the same key."""

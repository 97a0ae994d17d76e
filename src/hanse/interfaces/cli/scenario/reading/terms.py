"""Terms as a file writes them, into terms as the network floor keeps them."""

from collections.abc import Callable
from typing import Any

from yaml.nodes import Node, SequenceNode

from hanse.interfaces.cli.scenario.reading import scalars
from hanse.interfaces.cli.scenario.reading.names import Names
from hanse.interfaces.cli.scenario.reading.page import Page, is_nothing, printable
from hanse.interfaces.cli.scenario.script import Terms
from hanse.network.parties.rules import TERMS

CYCLE = "{every: day}, {every: week}, {every: month}, {days: [15, 31]} or none"

NULLABLE = ("advance", "urgent_fee")
"""Amounts of which one may say `none`."""

Reader = Callable[[Names, Node], Any]


def _percent(names: Names, node: Node) -> int:
    return percent(names.page, node)


def _duration(names: Names, node: Node) -> int:
    return names.page.scalar(node, scalars.DURATION, scalars.duration)


def _cycle(names: Names, node: Node) -> dict[str, Any] | None:
    page = names.page
    if is_nothing(node) or getattr(node, "value", None) == "none":
        return None
    parts = page.pairs(node, CYCLE)
    match [(name, value) for name, _, value in parts]:
        case [("every", every)]:
            return {"every": page.scalar(every, "day, week or month", scalars.one_of(("day", "week", "month")))}
        case [("days", SequenceNode() as days)] if days.value:
            return {"days": sorted(set(page.each(days.value, lambda day: _day(page, day))))}
    raise page.wrong(
        node, CYCLE, f"{{{printable(', '.join(name for name, _, _ in parts))}}}" if parts else "an empty mapping"
    )


def _day(page: Page, node: Node) -> int:
    expected = "a day of the month from 1 to 31"
    day = page.scalar(node, expected, scalars.at_least(1))
    if day > 31:
        raise page.wrong(node, expected)
    return day


def _pay(names: Names, node: Node) -> str:
    return names.word("prepaid", "credit")(node)


def _maybe_amount(names: Names, node: Node) -> int | None:
    none = is_nothing(node) or getattr(node, "value", None) == "none"
    return None if none else names.amount(node)


def _level(names: Names, node: Node) -> str:
    return names.page.scalar(node, scalars.NAME, scalars.name)


def _sender(names: Names, node: Node) -> str:
    return names.word("shop", "shipper")(node)


_BY_UNIT: dict[str, Reader] = {
    "sender": _sender,
    "bp": _percent,
    "s": _duration,
    "cycle": _cycle,
    "way": _pay,
    "minor": Names.amount,
    "maybe": _maybe_amount,
    "text": _level,
}
READERS: dict[str, Reader] = {key: _BY_UNIT["maybe" if key in NULLABLE else term.unit] for key, term in TERMS.items()}
"""Every term of the network floor's registry, read in its unit."""


def percent(page: Page, node: Node) -> int:
    """Read a percentage into basis points."""
    return page.scalar(node, scalars.PERCENT, scalars.percent)


def terms(names: Names, node: Node) -> Terms:
    """Read a mapping of terms."""
    return some_terms(names, names.page.fields(node, "terms", tuple(READERS)))


def some_terms(names: Names, fields: Any) -> Terms:
    """Read the terms among a mapping's fields."""
    missing = object()
    found = {
        key: fields.may(key, lambda node, read=read: read(names, node), missing)
        for key, read in READERS.items()
        if key in fields
    }
    return {key: value for key, value in found.items() if value is not missing}

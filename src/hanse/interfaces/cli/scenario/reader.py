"""Reads scenario files: YAML text to a typed `Scenario`, or the list of all that is wrong with it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from yaml.nodes import Node

from hanse.interfaces.cli.scenario.reading import opening, scalars
from hanse.interfaces.cli.scenario.reading.names import Names
from hanse.interfaces.cli.scenario.reading.page import Fields, Page, Problem, Unreadable, compose
from hanse.interfaces.cli.scenario.reading.steps import step
from hanse.interfaces.cli.scenario.reading.terms import terms
from hanse.interfaces.cli.scenario.script import LinkSaid, OfferSaid, Scenario, Spot

KEYS = ("scenario", "at", "zone", "currency", "policy", "parties", "links", "goods", "offers", "steps")
ZONE, CURRENCY, START = "Asia/Shanghai", "CNY", datetime(2026, 1, 1, 9)  # noqa: DTZ001 - it gets the file's own zone


class MalformedScenario(Exception):
    """The file is not a scenario; `problems` lists everything that is wrong with it, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.spot.line, p.column, p.expected, p.got)))
        super().__init__("\n".join(map(str, self.problems)))


def read_file(path: Path, shown_as: str | None = None) -> Scenario:
    """Read one file; a file that cannot be opened is as malformed as one that cannot be understood."""
    name = shown_as or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MalformedScenario([Problem(Spot(name, 1), "a readable file", error.strerror or "an error")]) from None
    return read(data, name)


def read(data: bytes, name: str) -> Scenario:
    """Read the bytes of a file of that name."""
    page = Page(name)
    try:
        scenario = _scenario(page, compose(page, data))
    except Unreadable:
        raise MalformedScenario(page.problems) from None
    if page.problems:
        raise MalformedScenario(page.problems)
    return scenario


def _scenario(page: Page, root: Node) -> Scenario:
    fields = page.fields(root, "a scenario", KEYS)
    title = fields.must("scenario", lambda n: page.scalar(n, scalars.TITLE, scalars.title), "")
    names = _names(page, fields)
    start = names.now
    # Every name is declared before anything that refers to it is read, whatever the order of the sections.
    people = fields.may("parties", lambda n: opening.declare(names, n, names.parties, "parties"), [])
    makes = fields.may("goods", lambda n: opening.declare(names, n, names.goods, "goods"), [])
    return Scenario(
        spot=page.spot(root),
        title=title,
        at=start,
        zone=names.zone,
        currency=names.currency,
        policy=fields.may("policy", lambda n: terms(names, n), {}),
        parties=page.each(people, lambda said: opening.party(names, *said)),
        links=fields.may("links", lambda n: _links(names, n), ()),
        goods=page.each(makes, lambda said: opening.made(names, *said)),
        offers=fields.may("offers", lambda n: _offers(names, n), ()),
        steps=fields.must("steps", lambda n: page.each(page.items(n, "a list of steps"), lambda s: step(names, s)), ()),
    )


def _names(page: Page, fields: Fields) -> Names:
    zone = fields.may("zone", lambda n: page.scalar(n, scalars.ZONE, scalars.zone), ZONE)
    currency = fields.may("currency", lambda n: page.scalar(n, scalars.CURRENCY, scalars.currency), CURRENCY)
    start = datetime.combine(START.date(), START.time(), ZoneInfo(zone))
    at = fields.may("at", lambda n: page.scalar(n, scalars.MOMENT, lambda text: scalars.moment(text, zone)), start)
    return Names(page, zone, currency, at.astimezone(UTC))


def _links(names: Names, node: Node) -> tuple[LinkSaid, ...]:
    return names.page.each(names.page.items(node, "a list of links"), lambda said: opening.link(names, said))


def _offers(names: Names, node: Node) -> tuple[OfferSaid, ...]:
    """Read the offers, each after the one it draws from: the file may name them in any order."""
    page = names.page
    pairs = page.pairs(node, "a mapping of offers (goods@seller) to what they say")
    named = page.each(pairs, lambda pair: (names.pair(pair[1]), pair[1], pair[2]))
    names.offers.update({name: None for name, _, _ in named})
    found = {offer.name: offer for offer in page.each(named, lambda said: opening.offer(names, *said[1:], new=True))}
    ordered: dict[str, OfferSaid] = {}
    for offer in found.values():
        _put(page, offer, found, ordered)
    return tuple(ordered.values())


def _put(page: Page, offer: OfferSaid, found: Mapping[str, OfferSaid], ordered: dict[str, OfferSaid]) -> None:
    waiting = {offer.name: offer}
    while (source := found.get(offer.source or "")) and source.name not in ordered:
        if source.name in waiting:
            got = " from ".join([*waiting, source.name])
            page.problems.append(Problem(offer.spot, "sources that lead to an end", f"a circle: {got}"))
            break
        waiting[source.name] = offer = source
    ordered.update(reversed(waiting.items()))

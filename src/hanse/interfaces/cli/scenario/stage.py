"""The world as a scenario names it: names and what the engine calls them, the clock, who acts, and request keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from hanse.interfaces.cli.scenario.script import PLATFORM, LinkSaid, OfferSaid, Pieces, Scenario, Spot, Step
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.access import rules as access
from hanse.network.parties.models import Party
from hanse.trade.quotes.queries import Line


class StepFailed(Exception):
    """The step could not be played as the file says, for a reason that is not one of the engine's refusals."""


Named = tuple[dict[str, str], dict[str, OfferSaid], dict[tuple[str, str, str], int]]


@dataclass
class Stage:
    """What has been set up and named so far. Races share it: they only add to it."""

    scenario: Scenario
    now: datetime
    parties: dict[str, str] = field(default_factory=dict)
    """Codes by name."""
    ids: dict[str, int] = field(default_factory=dict)
    skus: dict[str, str] = field(default_factory=dict)
    sku_ids: dict[str, int] = field(default_factory=dict)
    links: dict[tuple[str, str, str], int] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    prices: dict[str, OfferSaid] = field(default_factory=dict)
    """What was last said about the further prices of an offer."""
    orders: dict[str, list[str]] = field(default_factory=dict)
    """Checkouts by name: a race may give one name to several."""
    quotes: dict[str, str] = field(default_factory=dict)
    payments: dict[str, str] = field(default_factory=dict)
    promotions: dict[str, str] = field(default_factory=dict)
    wishes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Changes asked for, and what the order is called that they open."""
    _requests: "count[int]" = field(default_factory=count)

    def named(self) -> "Named":
        """Return what has a name now."""
        return dict(self.offers), dict(self.prices), dict(self.links)

    def forget_since(self, named: "Named") -> None:
        """Return to what had a name then: what came of the step since was undone."""
        self.offers, self.prices, self.links = named

    @property
    def currency(self) -> str:
        """Return the currency of every amount that names none."""
        return self.scenario.currency

    def keys(self, step: Step | None = None, spot: Spot | None = None) -> Iterator[str]:
        """Yield request keys: those of the step's own key, or such as nobody else has."""
        request = step.key if step and step.key else f"{next(self._requests)}@{(step.spot if step else spot) or ''}"
        for number in count():
            yield f"{request[-180:]}#{number}"

    @property
    def operator(self) -> Actor:
        """Return the platform's operator."""
        return Actor(self.ids.get(PLATFORM), permissions=frozenset({OPERATE}), name="operator")

    def actor(self, name: str) -> Actor:
        """Return somebody who may do for the party whatever its owner may."""
        if name == PLATFORM:
            return self.operator
        status = Party.objects.values_list("status", flat=True).get(pk=self.ids[name])
        return Actor(self.ids[name], permissions=access.permissions(["owner"], status), name=name[:40])

    def who(self, step: Step, usual: str = PLATFORM) -> Actor:
        """Return who acts in a step: whom it names, or whoever does it usually."""
        return self.actor(step.by or usual)

    def checkouts(self, order: str) -> list[str]:
        """Return the checkouts that an order's name stands for."""
        if not self.orders.get(order):
            raise StepFailed(f"no order {order} came of the race")
        return list(self.orders[order])

    def lines(self, pieces: Pieces) -> list[Line]:
        """Return order lines by the offers' codes."""
        return [Line(self.offers[offer], quantity) for offer, quantity in pieces]

    def part(self, pieces: Pieces | None) -> dict[str, int] | None:
        """Return a part of an order by the offers' codes; None is all of it."""
        return None if pieces is None else {self.offers[offer]: quantity for offer, quantity in pieces}

    def link(self, said: LinkSaid) -> int:
        """Return the id of the link that is open between the two."""
        if said.name not in self.links:
            raise StepFailed(f"there is no open {said.kind} link from {said.up} to {said.down}")
        return self.links[said.name]

    def name_of(self, party: int) -> str:
        """Return the name of a party by its id."""
        return next((name for name, pk in self.ids.items() if pk == party), f"party {party}")

"""What every page of the console has: an address, a name, and for whom it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from hanse.interfaces.web.who import actor_of
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties import rules
from hanse.network.parties.models import Party

Answer: TypeAlias = HttpResponseBase
View = Callable[..., Answer]

MAKERS = frozenset({rules.SUPPLIER, rules.WHOLESALER, rules.RETAILER})
"""Who has goods, stock and prices of its own."""
RESELLERS = frozenset({rules.WHOLESALER, rules.RETAILER})
"""Who sells on what others make."""
ENTERPRISES = frozenset({rules.ENTERPRISE})
PROMOTERS = frozenset({rules.LEADER, rules.CONSUMER, rules.WHOLESALER, rules.RETAILER})
PLATFORMS = frozenset({rules.PLATFORM})
EVERYONE = frozenset(rules.PARTY_KINDS)
EARNERS = EVERYONE - {rules.ENTERPRISE}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits at the console, and for which party."""

    actor: Actor
    party: Party

    def may(self, permission: str) -> bool:
        """Say whether who sits here holds the permission."""
        return self.actor.may(permission)


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that is to be done: by whom, when, to what, with which words; `how` is what every operation wants."""

    desk: Desk
    at: datetime
    key: str
    thing: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def how(self) -> dict[str, Any]:
        """Return key, moment and actor for an operation."""
        return {"key": self.key, "at": self.at, "by": self.desk.actor}

    @property
    def party(self) -> str:
        """Return the code of the party that is acted for."""
        return self.desk.party.code


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: `needs` names permissions of which one is enough, `kinds` the parties that have such a page at all."""

    name: str
    title: str | Promise
    icon: str = "chevron-right"
    needs: tuple[str, ...]
    kinds: frozenset[str] = MAKERS
    route: str = ""
    hint: str | Promise = ""
    """A sentence below the title, where the title does not say enough."""

    @property
    def address(self) -> str:
        """Return the route below /console/."""
        return self.route or f"{self.name}/"

    def url(self, *codes: object) -> str:
        """Return the page's own address."""
        return reverse(f"console-{self.name}", args=[str(code) for code in codes])

    def leads_to(self, href: str, paths: Sequence[str]) -> bool:
        """Say whether the menu's entry at that address stands for one of these paths."""
        return any(path.startswith(href) for path in paths)

    def open_to(self, desk: Desk) -> bool:
        """Say whether the page is there for who sits at this desk."""
        return desk.party.kind in self.kinds and any(desk.may(one) for one in self.needs)

    def enter(self, request: HttpRequest) -> Desk:
        """Return who looks, or refuse: to another kind of party the page does not exist."""
        desk = desk_of(request)
        if desk is None or desk.party.kind not in self.kinds:
            raise Http404
        if not self.open_to(desk):
            raise NotAllowed(permission=self.needs[0])
        return desk

    def views(self) -> Mapping[str, tuple[str, View]]:
        """Return every view of the page: the end of its name to the rest of its route and the view."""
        raise NotImplementedError

    def urls(self) -> list[URLPattern]:
        """Return the page's addresses, all behind the sign-in."""
        return [
            path(f"{self.address}{rest}", login_required(view), name=f"console-{self.name}{end}")
            for end, (rest, view) in self.views().items()
        ]


def desk_of(request: HttpRequest) -> Desk | None:
    """Return who sits here, None for whoever acts for no party."""
    known = request.META.get("hanse.desk")
    if isinstance(known, Desk):
        return known
    actor = actor_of(request)
    party = Party.objects.visible_to(actor).filter(pk=actor.party or 0).first()
    if party is None:
        return None
    request.META["hanse.desk"] = Desk(actor, party)
    return Desk(actor, party)


def with_permission(*permissions: str) -> Callable[[Desk, Any], bool]:
    """Return a condition for actions: one of these permissions."""

    def may(desk: Desk, _thing: Any) -> bool:
        return any(desk.may(one) for one in permissions)

    return may


OPERATORS: Mapping[str, Any] = {"needs": (OPERATE,), "kinds": PLATFORMS}
"""What a page for the platform's operators says about itself."""

"""What a change of terms would do, shown before it is done: each term before and after, and how many it concerns."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import Offer
from hanse.interfaces.console.kit.page import Desk
from hanse.interfaces.console.pages.terms import LABELS, PlatformTerms, spoken
from hanse.network.parties import rules
from hanse.network.parties.models import Link, Party
from hanse.network.parties.rules import PLATFORM, SUPPLY
from hanse.trade.orders.models import Order

OPEN = ("placed", "paid", "partly_shipped", "shipped", "received")


@dataclass(frozen=True, slots=True)
class Row:
    """One term in words before and after, and how many nearer layers say otherwise and keep their own."""

    label: str
    before: str
    after: str
    own: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What changes, and how much that concerns."""

    rows: Sequence[Row]
    counts: Sequence[tuple[Any, int]]

    @property
    def mark(self) -> str:
        """Return what confirms just these changes: others have to be looked at again."""
        said = "|".join(f"{row.label}:{row.before}:{row.after}" for row in self.rows)
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def layers(desk: Desk, thing: Party | Link) -> list[Mapping[str, Any]]:
    """Return what the layers beyond the thing say, the farthest first."""
    if isinstance(thing, Party) and thing.kind == PLATFORM:
        return []
    platform = Party.objects.visible_to(desk.actor).filter(kind=PLATFORM).values_list("terms", flat=True)
    return [*platform, *([thing.upstream.terms] if isinstance(thing, Link) else [])]


def nearer(desk: Desk, thing: Party | Link, name: str) -> int:
    """Return how many parties and links have a word of their own on the term: the change does not reach them."""
    if isinstance(thing, Link):
        return 0
    links = Link.objects.visible_to(desk.actor).filter(closed_at=None, kind=SUPPLY, terms__has_key=name)
    if thing.kind != PLATFORM:
        return int(links.filter(upstream=thing).count())
    parties = Party.objects.visible_to(desk.actor).exclude(kind=PLATFORM).filter(terms__has_key=name)
    return int(links.count() + parties.count())


def concerned(desk: Desk, thing: Party | Link) -> list[tuple[Any, int]]:
    """Return how many links, offers and open orders there are where the thing's terms are looked at."""
    links = Link.objects.visible_to(desk.actor).filter(closed_at=None, kind=SUPPLY)
    offers = Offer.objects.visible_to(desk.actor).exclude(status="withdrawn")
    orders = Order.objects.visible_to(desk.actor).filter(status__in=OPEN)
    if isinstance(thing, Link):
        links = links.filter(pk=thing.pk)
        offers = offers.filter(seller=thing.upstream)
        orders = orders.filter(seller=thing.upstream, buyer=thing.downstream)
    elif thing.kind != PLATFORM:
        links, offers, orders = links.filter(upstream=thing), offers.filter(seller=thing), orders.filter(seller=thing)
    return [
        (_("Links"), int(links.count())),
        (_("Offers"), int(offers.count())),
        (_("Open orders, which keep their terms"), int(orders.count())),
    ]


def preview(desk: Desk, thing: Party | Link, terms: Mapping[str, Any], forget: Sequence[str]) -> Preview:
    """Return what these terms would change where the thing's are looked at, once farther layers are counted in."""
    far = layers(desk, thing)
    before = rules.resolve(*far, thing.terms)
    after = rules.resolve(*far, rules.merge(thing.terms, terms, forget))
    rows = [
        Row(str(LABELS[name]), spoken(name, was), spoken(name, now), nearer(desk, thing, name))
        for name in rules.TERMS
        if name in LABELS and (was := getattr(before, name)) != (now := getattr(after, name))
    ]
    return Preview(rows, concerned(desk, thing))


class Previewed(PlatformTerms):
    """Terms that are changed only once whoever changes them has seen what that does."""

    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    preview: Preview | None = None

    def clean(self) -> dict[str, Any]:
        """Ask to look first; what was looked at is named by its mark."""
        given = super().clean() or {}
        if self.errors:
            return given
        said = {name: value for name, value in given.items() if name in rules.TERMS}
        terms = {name: value for name, value in said.items() if value not in (None, "")}
        found = preview(self.desk, self.thing or self.desk.party, terms, [name for name in said if name not in terms])
        if found.rows and given.get("confirmed") != found.mark:
            self.preview = found
            data = QueryDict(mutable=True)
            data.update(self.data)
            self.data = data
            data[self.add_prefix("confirmed")] = found.mark
            self.add_error(None, _("Look at what this changes, then confirm it."))
        return given

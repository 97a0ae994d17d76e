"""What every template knows: who looks, for whom, and how full the basket is. Nothing is read before it is shown."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from hanse.interfaces.web import resuming
from hanse.interfaces.web.who import actor_of, basket_owner
from hanse.kernel.actor import Actor
from hanse.network.access.models import User
from hanse.network.access.queries import parties_of
from hanse.network.access.rules import STAFF
from hanse.network.parties.models import Party
from hanse.trade.quotes.queries import basket_of

WORKS = ("orders.ship", "orders.place", "offers.edit", "money.payout", "parties.review", "goods.review")


class Acting:
    """For whom the signed-in person acts, and for whom else it could."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def actor(self) -> Actor:
        """Return the actor of the request."""
        return actor_of(self.request)

    @cached_property
    def party(self) -> Party | None:
        """Return the party that is acted for."""
        return Party.objects.visible_to(self.actor).filter(pk=self.actor.party or 0).first()

    @cached_property
    def parties(self) -> list[Party]:
        """Return every party for which the person may act."""
        user = self.request.user
        return parties_of(user) if isinstance(user, User) else []

    @cached_property
    def console(self) -> bool:
        """Say whether there is anything for this actor in the console."""
        kind = self.party.kind if self.party else ""
        return self.actor.operates or (kind not in ("", "consumer") and any(self.actor.may(p) for p in WORKS))

    @cached_property
    def manages_staff(self) -> bool:
        """Say whether this actor may invite others to act for the party."""
        return self.party is not None and self.party.kind != "consumer" and self.actor.may(STAFF)


def face(request: HttpRequest) -> dict[str, Any]:
    """Return what every template may show."""
    return {
        "acting": Acting(request),
        "resumed": SimpleLazyObject(lambda: resuming.take(request)),
        "basket_count": SimpleLazyObject(lambda: basket_of(*basket_owner(request)).count()),
    }

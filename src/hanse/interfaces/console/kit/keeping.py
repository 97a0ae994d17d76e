"""What people keep for themselves: views of lists under a name of their own."""

from collections.abc import Mapping
from dataclasses import dataclass

from hanse.interfaces.console.kit.models import Preference
from hanse.interfaces.console.kit.operations.set_preference import set_preference
from hanse.interfaces.console.kit.page import Desk
from hanse.interfaces.web.fields import key_of, text_of
from hanse.kernel import clock


@dataclass(frozen=True, slots=True)
class Kept:
    """One view that somebody kept; `current` if the list shows just that."""

    name: str
    query: str
    current: bool


def views_of(desk: Desk, page: str, query: str) -> list[Kept]:
    """Return the views that who sits here kept of a list."""
    return [Kept(name, kept, kept == query) for name, kept in preferences(desk, f"views:{page}").items()]


def preferences(desk: Desk, name: str, *, of_party: bool = False) -> dict[str, str]:
    """Return what was kept under a name, by this person or for everyone of the party."""
    user = None if of_party else desk.actor.user
    found = Preference.objects.visible_to(desk.actor).filter(party=desk.party, user=user, name=name).first()
    return dict(found.value) if found else {}


def keep(given: Mapping[str, str], desk: Desk, page: str, query: str) -> None:
    """Keep the query under the name that was given, or forget the view that was named."""
    forget = given.get("forget")
    said = {str(forget): None} if forget else {text_of(given, "name", 40): query}
    set_preference(
        key=key_of(given), at=clock.now(), by=desk.actor, party=desk.party.pk, name=f"views:{page}", said=said
    )

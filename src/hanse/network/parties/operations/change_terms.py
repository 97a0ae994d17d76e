"""Change the terms that a party trades on; those of the platform's own party are the policy."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties import queries
from hanse.network.parties.models import Party
from hanse.network.parties.operations._change import write_terms

PERMISSION = "party.edit"


@once.operation("network.change_terms")
def change_terms(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    terms: Mapping[str, Any] | None = None,
    forget: Sequence[str] = (),
) -> str:
    """Set some terms from now on, leave the `forget` ones to the farther layer, and return the party's code."""
    found = Party.objects.select_for_update().get(pk=queries.party(party).pk)
    if not by.operates and (by.party != found.pk or not by.may(PERMISSION)):
        raise NotAllowed(permission=PERMISSION)
    if write_terms(found, terms or {}, forget, at=at, by=by):
        events.announce("terms.changed", party=found.code)
    return found.code

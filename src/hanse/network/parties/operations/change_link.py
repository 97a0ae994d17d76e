"""Change the terms of a link."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties.operations._change import write_terms
from hanse.network.parties.operations._link import lock_link

PERMISSION = "links.edit"


@once.operation("network.change_link")
def change_link(
    *,
    key: str,
    at: datetime,
    by: Actor,
    link: int,
    terms: Mapping[str, Any] | None = None,
    forget: Sequence[str] = (),
) -> int:
    """Set some terms of an open link from now on, which its upstream party may, and return the link's id.

    The link itself goes on: what was agreed before stays readable as its changes of terms.
    """
    found = lock_link(link, by)
    if not by.operates and (by.party != found.upstream_id or not by.may(PERMISSION)):
        raise NotAllowed(permission=PERMISSION)
    if write_terms(found, terms or {}, forget, at=at, by=by):
        events.announce("terms.changed", link=found.pk)
    return found.pk

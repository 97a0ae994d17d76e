"""Invite a party into a link."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties import queries, rules
from hanse.network.parties.models import LinkInvitation
from hanse.network.parties.operations._open import refuse_self

LASTS = timedelta(days=7)


@once.operation("network.invite_link")
def invite_link(
    *,
    key: str,
    at: datetime,
    by: Actor,
    kind: str,
    upstream: str,
    downstream: str | None = None,
    terms: Mapping[str, Any] | None = None,
) -> str:
    """Offer a link from `upstream` on these terms, good once and for a week, and return the code that accepts it.

    With a `downstream` only that party may accept, and an earlier invitation of the same kind to it ends; without one
    it is whoever was given the code.
    """
    checked = rules.check_terms(terms or {})
    rules.check_choice(kind, "kind", rules.LINK_KINDS)
    up = queries.party(upstream)
    if not by.operates and (by.party != up.pk or not by.may(rules.LINKS)):
        raise NotAllowed(permission=rules.LINKS)
    rules.require_terms(checked, by)
    down = None if downstream is None else queries.party(downstream)
    if down is not None:
        refuse_self(up, down)
        LinkInvitation.objects.filter(kind=kind, upstream=up, downstream=down, link=None, expires_at__gt=at).update(
            expires_at=at
        )
    invitation = LinkInvitation.objects.create(
        code=codes.new("L"),
        kind=kind,
        upstream=up,
        downstream=down,
        terms=checked,
        invited_at=at,
        invited_by=str(by)[:80],
        expires_at=at + LASTS,
    )
    events.announce("link.invited", kind=kind, upstream=up.code, downstream=None if down is None else down.code)
    return invitation.code

"""Open a link between two parties."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.parties import queries, rules
from hanse.network.parties.models import Party
from hanse.network.parties.operations._open import LinkCycle, LinkExists, PartyNotActive, refuse_self, write_link

__all__ = ["LinkCycle", "LinkExists", "NotAgreed", "PartyNotActive", "open_link"]


class NotAgreed(NotAllowed):
    """The other end has not agreed to the link: it accepts an invitation (`invite_link`, `accept_link`)."""

    code = "not_agreed"
    message = _("The other party has to agree first: send it an invitation.")


@once.operation("network.open_link")
def open_link(
    *,
    key: str,
    at: datetime,
    by: Actor,
    kind: str,
    upstream: str,
    downstream: str,
    terms: Mapping[str, Any] | None = None,
) -> int:
    """Open a link from `upstream` to `downstream` on these terms, which an operator may, and return its id.

    Whoever was brought steps into the promoter's or leader's link by itself, on no terms: that these share their code
    is their consent, so it is their code that is asked for and not their short name. Everything else is agreed on by
    `invite_link` and `accept_link`: nobody is linked with anybody who does not want it.
    """
    checked = rules.check_terms(terms or {})
    rules.check_choice(kind, "kind", rules.LINK_KINDS)
    ends = queries.parties([upstream, downstream])
    up, down = ends[upstream], ends[downstream]
    refuse_self(up, down)
    if not by.operates:
        _require_consent(by, kind, up, down, upstream)
        rules.require_terms(checked, by)
        if checked:
            raise NotAgreed(permission=rules.LINKS)
    return write_link(kind, up, down, checked, at=at, by=by).pk


def _require_consent(by: Actor, kind: str, up: Party, down: Party, shared: str) -> None:
    if by.party == down.pk and kind in rules.JOINED:
        if shared != up.code:
            raise NotAgreed(permission=rules.LINKS)
    elif by.party in (up.pk, down.pk) and by.may(rules.LINKS):
        raise NotAgreed(permission=rules.LINKS)
    else:
        raise NotAllowed(permission=rules.LINKS)

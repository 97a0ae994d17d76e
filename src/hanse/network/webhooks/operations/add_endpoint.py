"""A party says where it wants to be told facts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.network.parties.rules import Secret
from hanse.network.webhooks import rules
from hanse.network.webhooks.models import Endpoint

MOST = 20


class TooManyEndpoints(DomainError):
    """A party has so many endpoints already."""

    code = "too_many_endpoints"
    message = _("At most %(most)d endpoints.")


@once.operation("webhooks.add_endpoint")
def add_endpoint(
    *,
    key: str,
    at: datetime,
    by: Actor,
    url: str,
    facts: Sequence[str],
    known: Collection[str],
    secret: Secret,
    plain: bool = False,
) -> str:
    """Tell the actor's party these facts (all, if none is named) at the address from now on; return the code.

    The secret comes from the caller, who shows it once; `known` are the facts there are, `plain` allows HTTP.
    """
    by.require(rules.PERMISSION)
    if by.party is None:
        raise NotAllowed(action="add_endpoint")
    if Endpoint.objects.filter(party=by.party).exclude(status="removed").count() >= MOST:
        raise TooManyEndpoints(most=MOST)
    return Endpoint.objects.create(
        code=codes.new("H"),
        party_id=by.party,
        url=rules.check_url(url, plain=plain),
        facts=rules.check_facts(facts, known),
        secret=rules.check_secret(secret.reveal()),
        created_at=at,
        created_by=str(by)[:80],
    ).code

"""Issue an API key."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.access import rules
from hanse.network.access.models import ApiKey
from hanse.network.parties.models import Party
from hanse.network.parties.rules import Secret, check_text


@once.operation("network.issue_key")
def issue_key(*, key: str, at: datetime, by: Actor, name: str, scopes: Sequence[str], secret: Secret) -> str:
    """Issue a key by which programs act as the actor does, within these scopes, and return its code.

    The secret is made by the caller, who shows it once: neither it nor anything it could be found by is kept.
    """
    if by.user is None or by.party is None:
        raise NotAllowed(action="issue_key")
    issued = ApiKey.objects.create(
        code=codes.new("T"),
        user_id=by.user,
        party_id=by.party,
        name=check_text(name, "name", 80),
        prefix=secret.reveal()[: rules.KEY_SHOWN],
        digest=rules.digest_of(secret.reveal()),
        scopes=rules.check_scopes(scopes, by),
        created_at=at,
        created_by=str(by)[:80],
    )
    events.announce("key.issued", key=issued.code, party=Party.objects.get(pk=by.party).code)
    return issued.code

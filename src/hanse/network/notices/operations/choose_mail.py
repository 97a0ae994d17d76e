"""A person chooses about which kinds of notices it wants an e-mail."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.notices.models import NoticeMail
from hanse.network.parties.rules import check_text

MOST = 100


@once.operation("notices.choose_mail")
def choose_mail(*, key: str, at: datetime, by: Actor, kinds: Sequence[str]) -> list[str]:
    """Keep these kinds, and no others, as those of which the actor gets an e-mail for its party; return them."""
    if by.party is None or by.user is None:
        raise NotAllowed(action="choose")
    wanted = sorted({check_text(kind, "kinds", 40) for kind in kinds[:MOST]})
    NoticeMail.objects.update_or_create(party_id=by.party, user_id=by.user, defaults={"kinds": wanted})
    return wanted

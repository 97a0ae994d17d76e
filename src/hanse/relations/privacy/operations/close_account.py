"""Close an account and forget the person."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel import audit, codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotAllowed
from hanse.network.access import queries as access
from hanse.network.access.models import User
from hanse.network.access.operations.erase_user import erase_user
from hanse.network.licences.operations.erase_papers import erase_papers
from hanse.network.parties.models import Party
from hanse.network.parties.operations.erase_party import erase_party
from hanse.relations.members.operations.forget_member import forget_member
from hanse.relations.privacy import queries
from hanse.relations.privacy.models import ERASURE, DataRequest
from hanse.trade.changes.operations.forget_places import forget_places


class StillNeeded(DomainError):
    """Something is open that only this person can finish."""

    code = "account_still_needed"
    message = _("This account cannot be closed yet: %(count)d things are still open.")


@once.operation("privacy.close_account")
def close_account(*, key: str, at: datetime, by: Actor, user: str) -> str:
    """Forget a user (code), as the user or an operator may ask, and return the request's code.

    What the books need stays, about a party without a name.
    """
    found = User.objects.select_for_update().get(pk=access.user(user).pk)
    if not by.operates and by.user != found.pk:
        raise NotAllowed(action="close_account")
    parties = list(Party.objects.select_for_update().filter(pk__in=[one.pk for one in queries.own_parties(found)]))
    if open_ := queries.obstacles(found):
        raise StillNeeded(count=len(open_), obstacles=[[one.kind, one.about] for one in open_])
    how: dict[str, Any] = {"key": key, "at": at, "by": by}
    kept = 0
    for party in parties:
        kept += forget_places(**how, party=party.pk)
        forget_member(**how, party=party.pk)
        erase_papers(**how, party=party.pk)
        erase_party(**how, party=party.pk)
        audit.scrub("party", party.code)
    erase_user(**how, user=found.pk)
    audit.scrub("user", found.code)
    events.announce("user.erased", user=found.code)
    request = DataRequest(code=codes.new("V"), user=found, kind=ERASURE, kept={"orders": kept}, at=at, by=str(by)[:80])
    request.save(force_insert=True)
    return request.code

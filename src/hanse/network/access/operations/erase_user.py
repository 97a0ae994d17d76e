"""Forget who a user is."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.access.models import ApiKey, Invitation, Membership, User

NOBODY = "已注销"


@once.operation("network.erase_user", step=True)
def erase_user(*, key: str, at: datetime, by: Actor, user: int) -> int:
    """Take name, sign-in names, password, roles and keys from a user (id), and return the id; the row stays.

    Whoever calls has made sure that nothing hangs on it any more.
    """
    found = User.objects.select_for_update().get(pk=user)
    names = [name for name in (found.email, found.phone) if name]
    mark = str(by)[:80]
    Membership.objects.current().filter(user=found).update(until=at, revoked_by=mark)
    ApiKey.objects.current().filter(user=found).update(until=at, revoked_by=mark)
    ApiKey.objects.filter(user=found).update(name=NOBODY)
    Invitation.objects.filter(sign_in__in=names, accepted_at=None, until=None).update(until=at, revoked_by=mark)
    Invitation.objects.filter(sign_in__in=names).update(sign_in=NOBODY)
    found.name, found.phone, found.email = NOBODY, None, f"{found.code.lower()}@erased.invalid"
    found.is_active, found.last_login = False, None
    found.set_unusable_password()
    found.save()
    return found.pk

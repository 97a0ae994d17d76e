"""Change the name by which a user signs in."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.access.operations._own import own
from hanse.network.access.operations._sign_in import SignInTaken, sign_in


@once.operation("network.change_sign_in")
def change_sign_in(
    *, key: str, at: datetime, by: Actor, user: str, email: str | None = None, phone: str | None = None
) -> str:
    """Give a user (code) another e-mail address or telephone number to sign in by, and return the code.

    The caller has made sure that the new name is theirs.
    """
    found = own(user, by)
    new = {"email": sign_in("email", email), "phone": sign_in("phone", phone)}
    wanted = {column: name for column, name in new.items() if name is not None}
    if not wanted:
        raise MalformedInput("email", _("an e-mail address or a telephone number"))
    before = {column: getattr(found, column) for column in wanted}
    for column, name in wanted.items():
        setattr(found, column, name)
    try:
        with transaction.atomic():
            found.save(update_fields=list(wanted))
    except IntegrityError as refusal:
        raise SignInTaken from refusal
    audit.changed("user", found.code, before, wanted)
    events.announce("user.sign_in_changed", user=found.code)
    return found.code

"""Change a password."""

from datetime import datetime

from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.network.access.operations._own import own
from hanse.network.access.operations._sign_in import fit
from hanse.network.parties.rules import Secret


@once.operation("network.change_password")
def change_password(*, key: str, at: datetime, by: Actor, user: str, password: Secret) -> str:
    """Give a user (code) a new password, which only that user may, and return the code; their sessions end."""
    found = own(user, by)
    before = found.has_usable_password()
    found.set_password(fit(password, found))
    found.save(update_fields=["password"])
    audit.changed("user", found.code, {"password": "old" if before else None}, {"password": "new"})
    events.announce("user.password_changed", user=found.code)
    return found.code

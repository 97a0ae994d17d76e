"""End every way in of somebody who has left."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.access import queries as access
from hanse.relations.privacy.operations.close_account import close_account


@once.operation("accounts.end_sign_in")
def end_sign_in(*, key: str, at: datetime, by: Actor, user: str) -> str:
    """Close one's own account (code), with its sessions, second steps and other sites; return the request's code."""
    if by.user is None:
        raise NotAllowed(action="close_account")
    done = close_account(key=key, at=at, by=by, user=user)
    found: Any = access.user(user)
    for session in found.usersession_set.all():
        SessionStore(session.session_key).delete()
    for rows in (found.usersession_set, found.authenticator_set, found.socialaccount_set, found.emailaddress_set):
        rows.all().delete()
    return done

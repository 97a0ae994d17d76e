"""Sign up."""

from dataclasses import replace
from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.rules import CONSUMER, Secret


@once.operation("network.sign_up")
def sign_up(
    *,
    key: str,
    at: datetime,
    by: Actor,
    name: str,
    password: Secret | None = None,
    email: str | None = None,
    phone: str | None = None,
    language: str = "zh-hans",
) -> str:
    """Create a user with a consumer party of their own, which they own, and return the user's code.

    The caller has made sure that the name is theirs: a user exists only once a code sent there came back.
    """
    code = create_user(key=key, at=at, by=by, name=name, password=password, email=email, phone=phone, language=language)
    clerk = replace(by, permissions=by.permissions | {OPERATE})
    party = register_party(key=key, at=at, by=clerk, kind=CONSUMER, name=name)
    grant_role(key=key, at=at, by=clerk, user=code, party=party, role="owner")
    return code

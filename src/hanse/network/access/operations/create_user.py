"""Create a user."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.access import rules
from hanse.network.access.models import User
from hanse.network.access.operations._sign_in import SignInTaken, fit, sign_in
from hanse.network.parties.rules import Secret, check_choice, check_text


@once.operation("network.create_user")
def create_user(
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
    """Create a user who signs in by e-mail address or telephone number, and return its code.

    Anyone may sign up: a user has no rights until a party grants it a role. Without a password one signs in by codes
    that are sent.
    """
    user = User(
        code=codes.new("U"),
        email=sign_in("email", email),
        phone=sign_in("phone", phone),
        name=check_text(name, "name", 100),
        language=check_choice(language, "language", rules.LANGUAGES),
        created_at=at,
        created_by=str(by)[:80],
    )
    if user.email is None and user.phone is None:
        raise MalformedInput("email", _("an e-mail address or a telephone number"))
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(fit(password, user))
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as refusal:
        raise SignInTaken from refusal
    events.announce("user.created", user=user.code)
    return user.code

"""Create a user."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.access import rules
from hanse.network.access.models import User
from hanse.network.parties.rules import Secret, check_choice, check_text


class SignInTaken(DomainError):
    """Somebody signs in by this e-mail address or telephone number already."""

    code = "sign_in_taken"
    message = _("This e-mail address or telephone number is in use.")


class WeakPassword(DomainError):
    """The password could be guessed; the reasons say how."""

    code = "weak_password"
    status = 422
    message = _("%(reasons)s")


@once.operation("network.create_user")
def create_user(
    *,
    key: str,
    at: datetime,
    by: Actor,
    name: str,
    password: Secret,
    email: str | None = None,
    phone: str | None = None,
    language: str = "zh-hans",
) -> str:
    """Create a user who signs in by e-mail address or telephone number, and return its code.

    Anyone may sign up: a user has no rights until a party grants it a role.
    """
    user = User(
        code=codes.new("U"),
        email=_sign_in("email", email),
        phone=_sign_in("phone", phone),
        name=check_text(name, "name", 100),
        language=check_choice(language, "language", rules.LANGUAGES),
        created_at=at,
        created_by=str(by)[:80],
    )
    if user.email is None and user.phone is None:
        raise MalformedInput("email", _("an e-mail address or a telephone number"))
    user.set_password(_fit(password, user))
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as refusal:
        raise SignInTaken from refusal
    events.announce("user.created", user=user.code)
    return user.code


def _sign_in(field: str, typed: str | None) -> str | None:
    if not typed:
        return None
    column, name = rules.sign_in_name(typed, field)
    if column != field:
        raise MalformedInput(field, _("an e-mail address") if field == "email" else _("a telephone number"))
    return name


def _fit(password: Secret, user: User) -> str:
    text = password.reveal()
    if len(text) > 1_000:
        raise MalformedInput("password", _("at most 1000 characters"))
    try:
        validate_password(text, user)
    except ValidationError as refusal:
        raise WeakPassword(reasons=" ".join(refusal.messages)) from refusal
    return text

"""The steps in which a sign-in name and a password are checked before they are written."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.access import rules
from hanse.network.access.models import User
from hanse.network.parties.rules import Secret


class SignInTaken(DomainError):
    """Somebody signs in by this e-mail address or telephone number already."""

    code = "sign_in_taken"
    message = _("This e-mail address or telephone number is in use.")


class WeakPassword(DomainError):
    """The password could be guessed; the reasons say how."""

    code = "weak_password"
    status = 422
    message = _("%(reasons)s")


def sign_in(field: str, typed: str | None) -> str | None:
    """Return the form in which a name of this column is kept; MalformedInput if it is none."""
    if not typed:
        return None
    column, name = rules.sign_in_name(typed, field)
    if column != field:
        raise MalformedInput(field, _("an e-mail address") if field == "email" else _("a telephone number"))
    return name


def fit(password: Secret, user: User) -> str:
    """Return the password if it is hard enough to guess for this user."""
    text = password.reveal()
    if len(text) > 1_000:
        raise MalformedInput("password", _("at most 1000 characters"))
    try:
        validate_password(text, user)
    except ValidationError as refusal:
        raise WeakPassword(reasons=" ".join(refusal.messages)) from refusal
    return text

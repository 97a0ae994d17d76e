"""What django-allauth asks of us: who is who, what is said, and that our own tables are written by operations."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.accounts import proofs
from hanse.interfaces.web.who import keep_basket
from hanse.kernel.errors import MalformedInput
from hanse.kernel.sealed import EncryptedTextField
from hanse.network.access import rules
from hanse.network.access.models import User

NOT_RIGHT = _("Name or password is not right.")


class Accounts(DefaultAccountAdapter):
    """Signing in by e-mail address or telephone number."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NOT_RIGHT,
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or sign in with a code."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Refuse allauth's own way to sign up: ours proves the name first."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of the browser; one that cannot be known counts with all others like it."""
        return str(super().get_client_ip(request)) if request.META.get("REMOTE_ADDR") else "::"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        return f"sign-in:{plain(credentials.get('username', ''))}"

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Keep the visitor's basket, then go on to where one was going."""
        keep_basket(request)
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Check the password of who is signed in once more."""
        found = self.authenticate(context.request, username=user.email or user.phone, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:  # noqa: ARG002 - allauth's signature
        """Ask who has neither password nor second step for a code, where allauth would ask for nothing."""
        request = context.request
        if not get_reauthentication_flows(request.user) and not proofs.lately(request):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Offer a code besides the password, but not instead of a second step."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and all(method["id"] == "reauthenticate" for method in methods):
            url = reverse("account-again")
            methods.append({"id": "code", "description": _("Use a code that is sent to you"), "url": url})
        return methods

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell of a change of safety where the user has an e-mail address."""
        if email or user.email:
            super().send_notification_mail(template_prefix, user, context, email or user.email)


def plain(typed: str) -> str:
    """Return the one form of a sign-in name, so that a name written in two ways is counted once."""
    try:
        return rules.sign_in_name(typed)[1]
    except MalformedInput:
        return typed[:254]


class SecondSteps(DefaultMFAAdapter):
    """Secrets of second steps lie encrypted, like everything else that must not be read from a dump."""

    def encrypt(self, text: str) -> str:
        """Encrypt what is kept."""
        return str(EncryptedTextField().get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what was kept."""
        return str(EncryptedTextField().from_db_value(encrypted_text))

    def _get_user_identifier(self, user: User) -> str:
        return user.email or user.phone or user.name


class OtherSites(DefaultSocialAccountAdapter):
    """Accounts of other sites open an account that they were connected with; they never make one.

    What another site says of somebody's e-mail address is not our proof, and some (WeChat) say nothing at all.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - allauth's signature
        """Refuse."""
        return False

"""What is typed to get in, and into one's account."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.accounts.adapters import plain
from hanse.interfaces.web import words
from hanse.kernel.errors import MalformedInput
from hanse.network.access import rules


def _password(label: Any, **attrs: str) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, strip=False, widget=forms.PasswordInput(attrs=attrs))


class SignIn(LoginForm):
    """A name and a password; allauth counts the failures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attrs = {"autocomplete": "username webauthn", "autofocus": True}
        label = _("E-mail or telephone")
        self.fields["login"] = forms.CharField(label=label, max_length=254, widget=forms.TextInput(attrs=attrs))
        self.fields["password"] = _password(_("Password"), autocomplete="current-password")

    def add_prefix(self, field_name: str) -> str:
        """Call the field what it is: a sign-in name."""
        return "sign_in" if field_name == "login" else field_name

    def user_credentials(self) -> dict[str, str]:
        """Return what our own backend asks for."""
        return {"username": plain(self.cleaned_data["login"]), "password": self.cleaned_data["password"]}


class SignInName(forms.Form):
    """An e-mail address or a telephone number."""

    sign_in = forms.CharField(
        label=_("E-mail or telephone"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )

    def clean_sign_in(self) -> str:
        """Return the name in the form in which it is kept."""
        try:
            return rules.sign_in_name(self.cleaned_data["sign_in"])[1]
        except MalformedInput as refusal:
            raise forms.ValidationError(_("Expected: %(what)s."), params=_expected(refusal)) from refusal


def _expected(refusal: MalformedInput) -> dict[str, Any]:
    return {"what": refusal.details["expected"]}


class Code(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "pattern": "[0-9 ]*"}
        ),
    )

    def clean_code(self) -> str:
        """Return the digits."""
        return "".join(str(self.cleaned_data["code"]).split())


class NewPerson(forms.Form):
    """Who somebody is who signs up."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True})
    )
    password = _password(_("Password (optional)"), autocomplete="new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = _("Without one you sign in with a code each time.")


class NewPassword(forms.Form):
    """A new password."""

    password = _password(_("New password"), autocomplete="new-password", autofocus="")


class Person(forms.Form):
    """What one is called and reads."""

    name = forms.CharField(label=_("Your name"), max_length=100, widget=forms.TextInput({"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "简体中文"), ("en", "English")])


class NewStaff(SignInName):
    """Somebody who is to work for the party."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(role, words.role(role)) for role in roles]
        self.fields["sign_in"].widget.attrs = {"autocomplete": "off"}

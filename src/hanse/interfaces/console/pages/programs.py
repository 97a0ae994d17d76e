"""Programs that act for somebody here: keys are issued, looked through and ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, Column
from hanse.interfaces.console.kit.formpages import SecretPage
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.lists import Bulk, ListPage
from hanse.interfaces.console.kit.page import EVERYONE, Ask, Desk
from hanse.interfaces.console.pages.home import ANY
from hanse.interfaces.web import words
from hanse.interfaces.web.fresh import key_secret
from hanse.network.access import rules
from hanse.network.access.models import ApiKey
from hanse.network.access.operations.issue_key import issue_key
from hanse.network.access.operations.revoke_key import revoke_key
from hanse.network.parties.rules import CONSUMER, Secret

WHO: dict[str, Any] = {"needs": ANY, "kinds": EVERYONE - {CONSUMER}}


def keys(desk: Desk) -> Any:
    """Return the keys in force: one's own, and for whoever manages staff all of the party's."""
    return ApiKey.objects.visible_to(desk.actor).current().filter(party=desk.party).select_related("user")


def scopes(key: ApiKey) -> list[str]:
    """Return what a key may do, in words."""
    return [words.permission(scope) for scope in key.scopes]


class Wanted(ConsoleForm):
    """What a program is to be called, and what it may do."""

    name = text(_("Name"), 80, help_text=_("By which you know the program, such as: warehouse system"))
    scopes = forms.MultipleChoiceField(
        label=_("May"), widget=forms.CheckboxSelectMultiple, help_text=_("Tick no more than the program needs.")
    )

    def prepare(self) -> None:
        """Offer what who looks may do: no program may do more."""
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        held = [scope for scope in sorted(rules.SCOPES) if self.desk.may(scope)]
        field.choices = [(scope, f"{words.permission(scope)} ({scope})") for scope in held]


def issued(ask: Ask) -> tuple[str, str | None]:
    """Issue a key with a fresh secret."""
    secret = key_secret()
    code = issue_key(**ask.how, **ask.data, secret=Secret(secret))
    fresh = ApiKey.objects.visible_to(ask.desk.actor).filter(code=code, digest=rules.digest_of(secret)).exists()
    return code, secret if fresh else None


NEW: SecretPage = SecretPage(
    name="program-new", route="programs/new/", title=_("New key"), icon="plus", **WHO, form=Wanted, run=issued,
    leads=lambda _ask, _code: LIST.url(), button=_("Issue it"),
    hint=_("The program then acts as you do, within what you tick, for as long as you may do it yourself."),
    use=_("The program sends it with each request: Authorization: Bearer …"),
)  # fmt: skip
LIST: ListPage = ListPage(
    name="programs", title=_("Programs"), icon="network", **WHO, rows=keys,
    hint=_("Keys by which programs of yours do over the API what people do in these pages."),
    columns=(
        Column(_("Name"), "name", sort="name"),
        Column(_("Begins with"), "prefix", CODE),
        Column(_("May"), scopes, LINES),
        Column(_("For whom"), "user.name", sort="user__name"),
        Column(_("Since when"), "created_at", DAY, sort="created_at"),
        Column(_("Last used"), "last_used_at", MOMENT, sort="last_used_at"),
    ),
    search=("name", "prefix", "code", "user__name"), links=(NEW,),
    bulk=(Bulk("revoke", _("End it"), lambda ask: revoke_key(**ask.how, api_key=ask.thing.code), tone="stop"),),
    empty=_("No program has a key yet."),
)  # fmt: skip
PAGES = (LIST, NEW)

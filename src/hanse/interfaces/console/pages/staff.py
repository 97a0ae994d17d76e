"""Who works for the party and as what, who is invited, and what each role may do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.interfaces.accounts.staff import send_invitation
from hanse.interfaces.console.kit.cells import DAY, LINES, Column, Kind
from hanse.interfaces.console.kit.details import DetailPage
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, text
from hanse.interfaces.console.kit.lists import Bulk, ListPage, by_field
from hanse.interfaces.console.kit.page import EVERYONE, Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.web import words
from hanse.kernel import clock
from hanse.kernel.errors import MalformedInput
from hanse.network.access import rules
from hanse.network.access.models import Invitation, Membership
from hanse.network.access.operations.revoke_invitation import revoke_invitation
from hanse.network.access.operations.revoke_role import revoke_role
from hanse.network.parties.rules import CONSUMER

WHO: dict[str, Any] = {"needs": (rules.STAFF,), "kinds": EVERYONE - {CONSUMER}}
ROLE = Kind(words.role, words.role)


def members(desk: Desk) -> Any:
    """Return who has which role within the party."""
    return Membership.objects.visible_to(desk.actor).current().filter(party=desk.party).select_related("user")


def invited(desk: Desk) -> Any:
    """Return the invitations that can still be accepted."""
    return Invitation.objects.visible_to(desk.actor).open(clock.now()).filter(party=desk.party)


def roles(desk: Desk, _party: Any) -> list[tuple[str, list[str]]]:
    """Return each role that there is in such a party, with what it may do."""
    names = [name for name in rules.ROLES if name not in rules.PLATFORM_ROLES or desk.party.kind == "platform"]
    return [(name, sorted(words.permission(one) for one in rules.ROLES[name])) for name in names]


class Newcomer(ConsoleForm):
    """Somebody who is to work for the party."""

    blames = {"sign_in": "sign_in", "cannot_reach": "sign_in", "too_often": "sign_in"}
    sign_in = text(_("E-mail or telephone"), 254)
    role = choice(_("Role"))

    def prepare(self) -> None:
        """Offer what who looks may give."""
        offered = rules.offered(self.desk.actor, self.desk.party.kind)
        self.fields["role"] = choice(_("Role"), [(name, words.role(name)) for name in offered])

    def clean_sign_in(self) -> str:
        """Read the name."""
        try:
            return rules.sign_in_name(self.cleaned_data["sign_in"])[1]
        except MalformedInput as refused:
            self.refuse(refused)
            return ""


INVITE: FormPage = FormPage(
    name="staff-invite", route="staff/invite/", title=_("Invite somebody"), icon="plus", **WHO, form=Newcomer,
    run=lambda ask: send_invitation(ask.key, ask.desk.actor, ask.desk.party, ask.data),
    leads=lambda _ask, _code: INVITED.url(), done=_("The invitation is on its way."),
)  # fmt: skip
INVITED: ListPage = ListPage(
    name="staff-invited", route="staff/invited/", title=_("Invited"), icon="users", **WHO, rows=invited,
    columns=(
        Column(_("E-mail or telephone"), "sign_in", sort="sign_in"), Column(_("Role"), "role", ROLE),
        Column(_("Until"), "expires_at", DAY, sort="expires_at"),
    ),
    bulk=(
        Bulk(
            "revoke", _("Take back"), lambda ask: revoke_invitation(**ask.how, invitation=ask.thing.code), tone="stop",
        ),
    ),
    links=(INVITE,), empty=_("Nobody is invited."),
)  # fmt: skip
ROLES: DetailPage = DetailPage(
    name="roles", route="staff/roles/", single=True, title=_("What each role may do"), icon="list-checks", **WHO,
    find=lambda desk, _code: desk.party, heading=lambda _party: str(_("What each role may do")),
    status=lambda _party: "",
    tables=(
        Table(
            _("Roles"),
            (Column(_("Role"), lambda row: row[0], ROLE), Column(_("May"), lambda row: row[1], LINES)),
            roles,
        ),
    ),
)  # fmt: skip


def taken(ask: Ask) -> int:
    """Take the role from who has it."""
    return revoke_role(**ask.how, user=ask.thing.user.code, party=ask.party, role=ask.thing.role)


LIST: ListPage = ListPage(
    name="staff", route="staff/", title=_("Staff and roles"), icon="users", **WHO, rows=members, code="pk",
    columns=(
        Column(_("Name"), "user.name", sort="user__name"), Column(_("E-mail"), "user.email"),
        Column(_("Telephone"), "user.phone"), Column(_("Role"), "role", ROLE, sort="role"),
        Column(_("Since when"), "since", DAY, sort="since"), Column(_("Last signed in"), "user.last_login", DAY),
    ),
    search=("user__name", "user__email", "user__phone"),
    filters=(by_field("role", _("Role"), words.ROLE),), order=("user__name", "pk"),
    bulk=(Bulk("revoke", _("Take the role away"), taken, tone="stop"),), links=(INVITE, INVITED, ROLES),
)  # fmt: skip
PAGES = (LIST, INVITE, INVITED, ROLES)

"""Who may do what: roles as lists of permissions, and what a sign-in name looks like. Pure functions."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.network.parties import rules as parties

LANGUAGES = ("zh-hans", "en")
STAFF = "staff.edit"

_SEE = frozenset({"party.see", "goods.see", "stock.see", "orders.see", "money.see"})
ROLES: Mapping[str, frozenset[str]] = {
    "operator": frozenset({OPERATE}),
    "reviewer": frozenset({"parties.review", "goods.review", "money.review"}),
    "owner": _SEE
    | {
        STAFF,
        "party.edit",
        "party.licences",
        "links.edit",
        "goods.edit",
        "offers.edit",
        "stock.edit",
        "orders.place",
        "orders.pay",
        "orders.cancel",
        "orders.ship",
        "orders.receive",
        "aftersales.claim",
        "aftersales.decide",
        "money.payout",
    },
    "goods_manager": frozenset({"party.see", "goods.see", "goods.edit", "offers.edit", "stock.see"}),
    "stock_keeper": frozenset({"party.see", "goods.see", "stock.see", "stock.edit", "orders.see", "orders.ship"}),
    "seller_clerk": frozenset(
        {"party.see", "goods.see", "stock.see", "orders.see", "orders.ship", "orders.cancel", "aftersales.decide"}
    ),
    "finance": frozenset({"party.see", "orders.see", "money.see", "money.payout"}),
    "buyer": frozenset(
        {
            "party.see",
            "goods.see",
            "orders.see",
            "orders.place",
            "orders.pay",
            "orders.cancel",
            "orders.receive",
            "aftersales.claim",
        }
    ),
    "promoter": frozenset({"party.see", "money.see", "money.payout"}),
}
"""Every permission there is appears here; `platform.operate` includes them all."""

PLATFORM_ROLES = frozenset({"operator", "reviewer"})
"""Only within the platform's own party: elsewhere they would be rights over others."""

TO_FINISH = _SEE | {
    "orders.ship",
    "orders.receive",
    "orders.pay",
    "orders.cancel",
    "aftersales.claim",
    "aftersales.decide",
    "party.licences",
}
"""What a suspended party may still do: finish and repay what it owes to others, begin nothing new."""
TO_APPLY = frozenset({"party.see", "party.edit", "party.licences"})
"""What a party whose application is not approved may do: read it and amend it."""

SCOPES = frozenset[str]().union(*ROLES.values())
"""What an API key may be issued for."""
KEY_SHOWN = 14
"""So many characters of a key are kept, for people to tell keys apart."""


def permissions(roles: Iterable[str], status: str) -> frozenset[str]:
    """Return what someone with these roles may do for a party in this status."""
    held = frozenset[str]().union(*(ROLES[role] for role in roles))
    if status == "active":
        return held
    return held & (TO_FINISH if status == "suspended" else TO_APPLY)


def check_role(role: object, party_kind: str) -> str:
    """Return the role if a party of this kind may have it; raise MalformedInput for any other."""
    of_platform = party_kind == parties.PLATFORM
    allowed = [name for name in ROLES if of_platform or name not in PLATFORM_ROLES]
    return parties.check_choice(role, "role", allowed)


def offered(by: Actor, party_kind: str) -> list[str]:
    """Return the roles that the actor may give within a party of this kind."""
    names = [name for name in ROLES if party_kind == parties.PLATFORM or name not in PLATFORM_ROLES]
    return [name for name in names if by.operates or ROLES[name] <= by.permissions]


def require_staff(by: Actor, party: int, role: str) -> None:
    """Raise NotAllowed unless the actor manages the staff of this party and holds all that the role may do."""
    if by.operates or (by.party == party and by.may(STAFF) and ROLES[role] <= by.permissions):
        return
    raise NotAllowed(permission=STAFF)


def sign_in_name(typed: str, field: str = "sign_in") -> tuple[str, str]:
    """Return the column (`email` or `phone`) and the one form in which such a name is kept.

    Chinese mobile numbers may be typed without their country code. What is neither shape raises MalformedInput.
    """
    text = parties.check_text(typed, field, 254)
    if "@" in text:
        if not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
            raise MalformedInput(field, _("an e-mail address such as ann@example.com"))
        return "email", text.lower()
    digits = re.sub(r"[\s()./-]", "", text)
    if re.fullmatch(r"1[3-9][0-9]{9}", digits):
        digits = "+86" + digits
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", digits):
        raise MalformedInput(field, _("an e-mail address or a telephone number"))
    return "phone", digits


def check_scopes(scopes: Sequence[str], by: Actor) -> list[str]:
    """Return the scopes of a key to be issued: known ones, and no more than the actor may do itself."""
    if isinstance(scopes, str) or not scopes:
        raise MalformedInput("scopes", _("at least one permission"))
    for scope in scopes:
        parties.check_choice(scope, "scopes", sorted(SCOPES))
        by.require(scope)
    return sorted(set(scopes))


def granted(scopes: Iterable[str], held: frozenset[str]) -> frozenset[str]:
    """Return what a key with these scopes may do now for a user who holds those permissions now."""
    return frozenset(scope for scope in scopes if scope in held or OPERATE in held)


def digest_of(secret: str) -> str:
    """Return the form in which an API key is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()

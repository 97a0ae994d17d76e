"""What a product may say, and who may say it: pure."""

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound

REVIEW = "goods.review"
"""Whoever may review products sees every one of them."""


def require_own(by: Actor, party: int, permission: str) -> None:
    """Let only people of that party (or operators) with the permission through; to others the thing does not exist."""
    if by.party != party and not by.operates:
        raise NotFound(_("party"))
    by.require(permission)


def roles_of(by: Actor) -> tuple[str, ...]:
    """Return the roles in which an actor causes events of this floor's state tables."""
    return ("seller", *(["reviewer"] if by.may(REVIEW) else []), *(["operator"] if by.operates else []))

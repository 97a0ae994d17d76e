"""Reads over notices."""

from collections.abc import Collection
from dataclasses import dataclass

from hanse.kernel.actor import OPERATE, Actor
from hanse.network.access.models import Membership
from hanse.network.access.rules import permissions
from hanse.network.notices.models import Notice, NoticeMail


def unread(actor: Actor) -> int:
    """Return how many of its own party's notices the actor could read and nobody has."""
    return Notice.objects.visible_to(actor).unread().filter(party=actor.party or 0).count()


@dataclass(frozen=True, slots=True)
class Mail:
    """A notice that a person wants by e-mail, in that person's language."""

    notice: Notice
    email: str
    language: str


def to_mail(notices: Collection[int]) -> list[Mail]:
    """Return to whom these notices (ids) go by e-mail: people of the party who chose the kind and may see it."""
    rows = list(Notice.objects.filter(pk__in=notices).select_related("party").order_by("pk"))
    parties = {row.party_id for row in rows}
    roles: dict[tuple[int, int], set[str]] = {}
    for user, party, role in (
        Membership.objects.current().filter(party__in=parties).values_list("user", "party", "role")
    ):
        roles.setdefault((user, party), set()).add(role)
    choices = NoticeMail.objects.filter(party__in=parties, user__is_active=True, user__email__isnull=False)
    wanting = list(choices.select_related("user").order_by("pk"))
    return [
        Mail(row, choice.user.email or "", choice.user.language)
        for row in rows
        for choice in wanting
        if choice.party_id == row.party_id
        and row.kind in choice.kinds
        and row.user_id in (None, choice.user_id)
        and _may_see(row, roles.get((choice.user_id, choice.party_id), set()))
    ]


def _may_see(notice: Notice, roles: set[str]) -> bool:
    """Say whether someone who has these roles still belongs to the notice's party and may see it."""
    held = permissions(roles, notice.party.status)
    return bool(roles) and (not notice.needs or OPERATE in held or notice.needs in held)

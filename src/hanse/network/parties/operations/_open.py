"""The step in which open_link and accept_link write a link between two parties that want it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import events
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties import rules
from hanse.network.parties.models import Link, Party

LOCK = "SELECT pg_advisory_xact_lock(hashtext('network.promotes'))"


class LinkExists(DomainError):
    """These two are linked in this way already, or the downstream party was brought by someone else."""

    code = "link_exists"
    message = _("This link is open already.")


class LinkCycle(DomainError):
    """The promoter was brought, directly or through others, by the one it is now to have brought."""

    code = "link_cycle"
    message = _("Promoters may not go round in a circle.")


class PartyNotActive(DomainError):
    """One end of the link is suspended or was never accepted."""

    code = "party_not_active"
    message = _("%(party)s is not active.")


def refuse_self(up: Party, down: Party) -> None:
    """Raise MalformedInput if both ends are one party."""
    if up.pk == down.pk:
        raise MalformedInput("downstream", _("a party other than the upstream one"))


def write_link(kind: str, up: Party, down: Party, terms: Mapping[str, Any], *, at: datetime, by: Actor) -> Link:
    """Write the open link on these checked terms, which both ends want."""
    refuse_self(up, down)
    for end in (up, down):
        if end.status != "active":
            raise PartyNotActive(party=end.name)
    if kind == rules.PROMOTES:
        _refuse_cycle(up, down)
    link = Link(kind=kind, upstream=up, downstream=down, terms=dict(terms), opened_at=at, opened_by=str(by)[:80])
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as refusal:
        raise LinkExists(kind=kind, upstream=up.code, downstream=down.code) from refusal
    events.announce("link.opened", link=link.pk, kind=kind, upstream=up.code, downstream=down.code)
    return link


def _refuse_cycle(up: Party, down: Party) -> None:
    """Look up the line of promoters under a lock: two openings at once could close a circle neither of them sees."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(
            """
            WITH RECURSIVE line (party) AS (
                SELECT %s::bigint
                UNION
                SELECT l.upstream_id FROM line
                JOIN network_link l ON l.kind = 'promotes' AND l.closed_at IS NULL AND l.downstream_id = line.party
            ) SELECT 1 FROM line WHERE party = %s
            """,
            [up.pk, down.pk],
        )
        if cursor.fetchone():
            raise LinkCycle

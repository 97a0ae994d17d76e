"""Open a link between two parties."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed
from hanse.network.parties import queries, rules
from hanse.network.parties.models import Link, Party

PERMISSION = "links.edit"
JOINED = (rules.PROMOTES, rules.COMMUNITY)
"""Links into which the downstream party may step by itself."""


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


@once.operation("network.open_link")
def open_link(
    *,
    key: str,
    at: datetime,
    by: Actor,
    kind: str,
    upstream: str,
    downstream: str,
    terms: Mapping[str, Any] | None = None,
) -> int:
    """Open a link from `upstream` to `downstream` (codes) on these terms and return its id."""
    checked = rules.check_terms(terms or {})
    rules.check_choice(kind, "kind", rules.LINK_KINDS)
    ends = queries.parties([upstream, downstream])
    up, down = ends[upstream], ends[downstream]
    if up.pk == down.pk:
        raise MalformedInput("downstream", _("a party other than the upstream one"))
    _require(by, kind, up, down)
    rules.require_terms(checked, by)
    for end in (up, down):
        if end.status != "active":
            raise PartyNotActive(party=end.name)
    if kind == rules.PROMOTES:
        _refuse_cycle(up, down)
    link = Link(kind=kind, upstream=up, downstream=down, terms=checked, opened_at=at, opened_by=str(by)[:80])
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as refusal:
        raise LinkExists(kind=kind, upstream=upstream, downstream=downstream) from refusal
    events.announce("link.opened", link=link.pk, kind=kind, upstream=up.code, downstream=down.code)
    return link.pk


def _require(by: Actor, kind: str, up: Party, down: Party) -> None:
    if by.operates or (by.party == up.pk and by.may(PERMISSION)):
        return
    if by.party != down.pk or kind not in JOINED:
        raise NotAllowed(permission=PERMISSION)


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

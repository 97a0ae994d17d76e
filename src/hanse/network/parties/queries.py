"""Reads over parties and links; each is one statement."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.kernel import rows
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable
from hanse.network.parties import rules
from hanse.network.parties.models import Link, Party, Qualification

Pair = tuple[int, int | None]
"""Seller and buyer by id; the buyer is None where nobody is known yet."""
Layers = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]
"""What the platform, the seller and the supply link say; the offer's own layer is the caller's to add."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """One open link."""

    id: int
    kind: str
    upstream: int
    downstream: int
    terms: Mapping[str, Any]
    opened_at: datetime


def platform_id() -> int:
    """Return the id of the platform's own party; NotFound before it was founded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM network_party WHERE kind = 'platform'")
        row = cursor.fetchone()
    if row is None:
        raise NotFound(_("platform"))
    return int(row[0])


def party(code: str) -> Party:
    """Return the party of that code or slug, whoever asks; NotFound if there is none. For operations, not for faces."""
    return parties([code])[code]


def parties(codes: Iterable[str]) -> dict[str, Party]:
    """Return the parties of these codes or slugs by what was asked for; NotFound names the first missing one."""
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        return {}
    if len(storable(wanted)) < len(wanted):
        raise NotFound(_("party"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT json_agg(p)::text FROM network_party p WHERE p.code = ANY(%(names)s) OR p.slug = ANY(%(names)s)",
            {"names": wanted},
        )
        text = cursor.fetchone()[0]
    found: dict[str, Party] = {}
    for one in rows.load(Party, text):
        found |= {name: one for name in (one.slug, one.code) if name is not None}
    for code in wanted:
        if code not in found:
            raise NotFound(_("party"), code=code)
    return {code: found[code] for code in wanted}


def links_between(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], LinkView]:
    """Return the open supply link of each (upstream, downstream) pair that has one."""
    wanted = set(pairs)
    rows = Link.objects.open().filter(
        kind=rules.SUPPLY, upstream__in={up for up, _down in wanted}, downstream__in={down for _up, down in wanted}
    )
    views = [LinkView(r.pk, r.kind, r.upstream_id, r.downstream_id, r.terms, r.opened_at) for r in rows]
    return {(v.upstream, v.downstream): v for v in views if (v.upstream, v.downstream) in wanted}


def promoters_of(party_id: int, levels: int) -> list[int]:
    """Return who brought the party, who brought those, and so on, nearest first, at most `levels` of them."""
    sql = """
        WITH RECURSIVE line (party, level) AS (
            SELECT upstream_id, 1 FROM network_link
            WHERE kind = 'promotes' AND closed_at IS NULL AND downstream_id = %s
            UNION ALL
            SELECT l.upstream_id, line.level + 1 FROM line
            JOIN network_link l ON l.kind = 'promotes' AND l.closed_at IS NULL AND l.downstream_id = line.party
            WHERE line.level < %s
        ) SELECT party FROM line WHERE level <= %s ORDER BY level
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [party_id, levels, levels])
        return [row[0] for row in cursor.fetchall()]


def layers_for(pairs: Sequence[Pair]) -> dict[Pair, Layers]:
    """Return what platform, seller and open supply link say for each (seller, buyer); unknown sellers are left out."""
    sql = """
        SELECT pair.seller, pair.buyer, platform.terms::text, seller.terms::text, link.terms::text
        FROM unnest(%s::bigint[], %s::bigint[]) AS pair (seller, buyer)
        JOIN network_party seller ON seller.id = pair.seller
        LEFT JOIN network_party platform ON platform.kind = 'platform'
        LEFT JOIN network_link link ON link.kind = 'supply' AND link.closed_at IS NULL
             AND link.upstream_id = pair.seller AND link.downstream_id = pair.buyer
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [[seller for seller, _buyer in pairs], [buyer for _seller, buyer in pairs]])
        return {(row[0], row[1]): (_layer(row[2]), _layer(row[3]), _layer(row[4])) for row in cursor.fetchall()}


def terms_for(pairs: Sequence[Pair]) -> dict[Pair, rules.Terms]:
    """Return the terms in force for each (seller, buyer), before an offer's own are laid over them."""
    return {pair: rules.resolve(*layers) for pair, layers in layers_for(pairs).items()}


def expired_qualifications(party_id: int, day: date) -> list[str]:
    """Return the items whose certificates were no longer valid on that day, by name."""
    past = Qualification.objects.filter(party=party_id, valid_until__lt=day)
    return list(past.order_by("item").values_list("item", flat=True))


def expiring_qualifications(day: date) -> list[Qualification]:
    """Return every active party's certificates that end on or before the day, the soonest first."""
    ending = Qualification.objects.filter(valid_until__lte=day, party__status="active")
    return list(ending.select_related("party").order_by("valid_until", "pk"))


def _layer(text: str | None) -> Mapping[str, Any]:
    return json.loads(text) if text else {}

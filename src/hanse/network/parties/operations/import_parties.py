"""Bring in parties from elsewhere, each by its short name: what is there already stays as it is."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.kernel import once, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.kernel.intake import Intake, stage
from hanse.network.parties import rules
from hanse.network.parties.models import PARTY, Party
from hanse.network.parties.operations._insert import NewParty, row_of

COLUMNS = {
    "n": "int",
    "code": "text",
    "slug": "text",
    "kind": "text",
    "name": "text",
    "name_en": "text",
    "region": "text",
    "terms": "jsonb",
}
_INSERT = """
    INSERT INTO network_party (code, slug, kind, name, name_en, region, status, terms, created_at, created_by)
    SELECT code, slug, kind, name, name_en, region, %s, terms, %s, %s FROM incoming_party ORDER BY n
    ON CONFLICT (slug) DO NOTHING RETURNING id
"""
_BEFORE = """
    SELECT i.n, (p.kind, p.name, p.name_en, p.region, p.terms) = (i.kind, i.name, i.name_en, i.region, i.terms)
    FROM incoming_party i JOIN network_party p ON p.slug = i.slug WHERE p.code <> i.code
"""


class KeyTaken(DomainError):
    """A party of this short name exists and says something else."""

    code = "key_taken"
    message = _("There is a party of this short name that says something else.")


@once.operation("network.import_parties")
def import_parties(*, key: str, at: datetime, by: Actor, parties: Sequence[NewParty]) -> dict[str, Any]:
    """Register active parties by their slugs and say what became of each (`Intake.plain`, by position).

    A slug that is there already with the same particulars is known, with others refused. Facts are not announced.
    """
    by.require("parties.register")
    intake, rows = Intake(), []
    for position, new in enumerate(parties):
        try:
            rows.append((position, _importable(new, at, by)))
        except DomainError as refusal:
            intake.refuse(position, refusal)
    stage("incoming_party", COLUMNS, ([n, *_columns(row)] for n, row in rows))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [PARTY.initial, at, str(by)[:80]])
        made = [row[0] for row in cursor.fetchall()]
        cursor.execute(_BEFORE)
        before = cursor.fetchall()
    states.move(PARTY, Party, made, "accept", at=at, by=by)
    intake.imported = len(made)
    for position, same in before:
        if same:
            intake.known += 1
        else:
            intake.refuse(position, KeyTaken(), "slug")
    return intake.plain()


def _importable(new: NewParty, at: datetime, by: Actor) -> Party:
    if new.slug is None:
        raise MalformedInput("slug", _("a short name, which is the key of the row"))
    rules.check_choice(new.kind, "kind", [kind for kind in rules.PARTY_KINDS if kind != rules.PLATFORM])
    return row_of(new, at, by)


def _columns(row: Party) -> list[Any]:
    return [row.code, row.slug, row.kind, row.name, row.name_en, row.region, json.dumps(row.terms)]

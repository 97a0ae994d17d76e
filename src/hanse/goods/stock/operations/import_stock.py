"""Bring in stock from elsewhere, each delivery by its reference: what was counted once is never counted again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Sku
from hanse.goods.catalogue.rules import require_own
from hanse.goods.stock import rules
from hanse.goods.stock.models import Warehouse
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.kernel.intake import Intake, named, stage, storable
from hanse.network.parties.models import Party
from hanse.network.parties.rules import check_choice, check_text

COLUMNS = {"n": "int", "key": "text", "shelf": "bigint", "sku": "bigint", "pieces": "bigint", "origin": "text"}
_SHELVES = """
    INSERT INTO goods_shelf (party_id, warehouse_id, sku_id, available, reserved, in_transit, damaged)
    SELECT party, house, sku, 0, 0, 0, 0 FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS s (house, sku, party)
     ORDER BY house, sku ON CONFLICT DO NOTHING
"""
_FIND = """
    SELECT s.warehouse_id, s.sku_id, s.id FROM unnest(%s::bigint[], %s::bigint[]) AS w (house, sku)
      JOIN goods_shelf s ON s.warehouse_id = w.house AND s.sku_id = w.sku
"""
_LOCK = """
    SELECT id FROM goods_shelf WHERE id IN (SELECT shelf FROM incoming_stock) ORDER BY id FOR NO KEY UPDATE
"""
_POST = """
    WITH entry AS (
        INSERT INTO goods_entry (key, kind, at, by_party, by_user, by_name, subject)
        SELECT key, 'restock', %s, %s, %s, %s, 'shelf:' || shelf FROM incoming_stock ORDER BY n
        ON CONFLICT (key) DO NOTHING RETURNING id, key
    ), made AS (
        SELECT DISTINCT ON (i.key) entry.id, i.* FROM entry JOIN incoming_stock i USING (key) ORDER BY i.key, i.n
    ), moved AS (
        INSERT INTO goods_movement (entry_id, sku_id, quantity, source_state, source_hold,
                                    target_shelf_id, target_state, target_hold)
        SELECT id, sku, pieces, origin, '', shelf, 'available', '' FROM made ORDER BY id
    ), counted AS (
        UPDATE goods_shelf s SET available = s.available + t.pieces
          FROM (SELECT shelf, sum(pieces) AS pieces FROM made GROUP BY shelf) t WHERE s.id = t.shelf
    )
    SELECT n FROM made
"""
_BEFORE = """
    SELECT i.n, (m.target_shelf_id, m.sku_id, m.quantity, m.source_state) = (i.shelf, i.sku, i.pieces, i.origin)
      FROM incoming_stock i JOIN goods_entry e ON e.key = i.key JOIN goods_movement m ON m.entry_id = e.id
     WHERE i.n <> ALL(%s)
"""


@dataclass(frozen=True, slots=True)
class NewStock:
    """A delivery to be: so many pieces of a SKU come onto a party's shelf, in its default warehouse or a named one."""

    reference: str
    party: str
    sku: str
    quantity: int
    warehouse: str | None = None
    origin: str = "made"


class ReferenceTaken(DomainError):
    """The party has had a delivery of this reference, and it was another one."""

    code = "reference_taken"
    message = _("There was another delivery of this reference.")


@once.operation("stock.import_stock")
def import_stock(*, key: str, at: datetime, by: Actor, deliveries: Sequence[NewStock]) -> dict[str, Any]:
    """Count deliveries onto shelves and say what became of each (`Intake.plain`, by position).

    Each is an entry of its own, named by the party's reference: one that was counted before is known, and refused if
    it was another. Facts are not announced.
    """
    intake = Intake()
    rows = _checked(deliveries, intake, by)
    shelves = _shelves(rows, at, by)
    stage(
        "incoming_stock",
        COLUMNS,
        (
            [n, f"import:{party}:{new.reference.strip()}", shelves[party, sku, house], sku, new.quantity, new.origin]
            for n, (party, sku, house, new) in rows.items()
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(_POST, [at, by.party, by.user, by.name[:40]])
        made = [row[0] for row in cursor.fetchall()]
        cursor.execute(_BEFORE, [made])
        before = cursor.fetchall()
    intake.imported = len(made)
    for n, same in before:
        if same:
            intake.known += 1
        else:
            intake.refuse(n, ReferenceTaken(), "reference")
    return intake.plain()


Place = tuple[int, int, int | None]
"""Party, SKU and, unless it is the default one, warehouse."""


def _checked(
    deliveries: Sequence[NewStock], intake: Intake, by: Actor
) -> dict[int, tuple[int, int, int | None, NewStock]]:
    """Return the sound deliveries with the ids of their party, SKU and warehouse; note why the others are not."""
    parties = named(Party, (new.party for new in deliveries))
    skus = named(Sku, (new.sku for new in deliveries))
    owners = {party.pk for party in parties.values()}
    rows = Warehouse.objects.filter(party__in=owners, code__in=storable(new.warehouse for new in deliveries))
    houses = {(house.party_id, house.code): house.pk for house in rows}
    found: dict[int, tuple[int, int, int | None, NewStock]] = {}
    for n, new in enumerate(deliveries):
        try:
            found[n] = (*_place(new, parties, skus, houses, by), new)
        except DomainError as refusal:
            intake.refuse(n, refusal)
    return found


def _place(
    new: NewStock,
    parties: Mapping[str, Party],
    skus: Mapping[str, Sku],
    houses: Mapping[tuple[int, str], int],
    by: Actor,
) -> Place:
    if new.party not in parties:
        raise MalformedInput("party", _("a party that exists"))
    party = parties[new.party].pk
    require_own(by, party, "stock.edit")
    if new.sku not in skus:
        raise MalformedInput("sku", _("a variant that exists"))
    if new.warehouse is not None and (party, new.warehouse) not in houses:
        raise MalformedInput("warehouse", _("a warehouse of the party"))
    check_text(new.reference, "reference", 80)
    rules.quantity(new.quantity)
    check_choice(new.origin, "origin", ("made", "supplier"))
    return party, skus[new.sku].pk, houses[party, new.warehouse] if new.warehouse is not None else None


def _shelves(rows: Mapping[int, tuple[int, int, int | None, NewStock]], at: datetime, by: Actor) -> dict[Place, int]:
    """Return the shelf of every place, made if need be."""
    places = {(party, sku, house) for party, sku, house, _new in rows.values()}
    main = ensure_shelves(pairs=[(party, sku) for party, sku, house in places if house is None], at=at, by=by)
    named_ = sorted((house, sku, party) for party, sku, house in places if house is not None)
    columns = [[place[i] for place in named_] for i in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES, columns)
        cursor.execute(_FIND, columns[:2])
        there = {(house, sku): shelf for house, sku, shelf in cursor.fetchall()}
    return {
        (party, sku, house): main[party, sku] if house is None else there[house, sku] for party, sku, house in places
    }

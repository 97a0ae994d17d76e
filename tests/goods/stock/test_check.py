"""Whatever contradicts itself is named: the check that every test must pass finds each kind of fault."""

import pytest
from django.db import connection, transaction

from hanse.goods.stock import rules
from hanse.goods.stock.queries import check
from tests.goods.market import book, goods, parties, shelf

pytestmark = pytest.mark.django_db


def faults(*statements: str) -> list[str]:
    """Return what the check says after some tampering, which is taken back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)
        found = check()
        transaction.set_rollback(True)
    return found


def test_sound_stock_has_no_faults_and_tampering_is_named() -> None:
    parties("factory")
    tee = goods("tee", "factory", 10)
    goods("cup", "factory", 10)
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 3, "line:1"))
    assert check() == []
    where = f"WHERE id = {at}"
    assert faults(f"UPDATE goods_shelf SET available = 8 {where}") == [
        f"shelf {at} counts 8/3/0/0 (available/reserved/in transit/damaged), its movements 7/3/0/0"
    ]
    assert faults("UPDATE goods_hold SET quantity = 2") == [
        f"shelf {at} has 3 reserved, its holds keep 2",
        f"hold of line:1 on shelf {at} keeps 2, its movements 3",
    ]
    assert faults("DELETE FROM goods_hold") == [
        f"shelf {at} has 3 reserved, its holds keep 0",
        f"hold of line:1 on shelf {at} keeps 0, its movements 3",
    ]
    (lonely,) = faults("INSERT INTO goods_entry (key, kind, at, by_name, subject) VALUES ('k', 'x', now(), '', '')")
    assert lonely.endswith("moved nothing")
    drop = "ALTER TABLE goods_{} DROP CONSTRAINT {}"
    below = faults(drop.format("shelf", "shelf_damaged"), f"UPDATE goods_shelf SET damaged = -1 {where}")
    assert f"shelf {at} is below zero" in below
    mixed = faults(
        drop.format("movement", "movement_source_of_sku"), drop.format("movement", "movement_target_of_sku"),
        f"UPDATE goods_movement SET sku_id = sku_id + 1 WHERE source_shelf_id = {at}",
    )  # fmt: skip
    assert len(mixed) == 1
    assert "a shelf of it" in mixed[0]

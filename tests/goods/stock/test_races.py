"""Rivals at the same shelf, on connections of their own; and what would happen without the lock."""

import re
from typing import Any

import pytest
from django.db import connection

from hanse.goods.stock import rules
from hanse.goods.stock.models import Entry, Hold, Shelf, Warehouse
from hanse.goods.stock.operations import open_warehouse as opening
from hanse.goods.stock.operations import post as post_module
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.post import post
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.transfer_stock import transfer_stock
from hanse.kernel.actor import ENGINE
from hanse.network.parties.queries import party
from hanse.network.parties.rules import check_text
from tests.goods.market import AT, at_once, book, call, counters, goods, parties, shelf

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixteen_rivals_for_five_pieces() -> None:
    parties("factory")
    tee = goods("tee", "factory", 5)
    at = shelf("tee@factory").id
    outcomes = at_once(*(lambda n=n: book(rules.reserve(at, tee, 1, f"line:{n}")) for n in range(16)))
    assert outcomes == ["ok"] * 5 + ["out_of_stock"] * 11
    assert counters("tee@factory") == (0, 5, 0, 0)


def test_without_the_lock_and_the_constraint_the_same_race_oversells(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the lock is there for."""
    parties("factory")
    tee = goods("tee", "factory", 5)
    at = shelf("tee@factory").id
    careless, times = re.subn(r"ORDER BY s\.id FOR NO KEY UPDATE OF s", "ORDER BY s.id", post_module.POST)
    # Between looking and taking, a moment in which rivals look too.
    careless = careless.replace("sound AS (\n    SELECT 1 FROM (", "sound AS (\n    SELECT pg_sleep(0.5) FROM (")
    assert times == 1
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goods_shelf DROP CONSTRAINT shelf_available")
    monkeypatch.setattr(post_module, "POST", careless)
    try:
        outcomes = at_once(*(lambda n=n: book(rules.reserve(at, tee, 1, f"line:{n}")) for n in range(16)))
        assert outcomes.count("ok") > 5
        assert counters("tee@factory")[0] < 0
    finally:
        monkeypatch.undo()
        book(rules.restock(at, tee, 16))
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE goods_shelf ADD CONSTRAINT shelf_available CHECK (available >= 0)")


def test_rivals_who_want_the_same_shelves_in_opposite_order_do_not_block_each_other() -> None:
    parties("factory")
    skus = [goods(f"tee{n}", "factory", 400) for n in range(4)]
    places = [shelf(f"tee{n}@factory").id for n in range(4)]
    pairs = list(zip(places, skus, strict=True))

    def buy(n: int) -> None:
        for turn in range(10):
            order = pairs if (n + turn) % 2 else pairs[::-1]
            book(*(rules.reserve(at, sku, 1, f"line:{n}:{turn}") for at, sku in order))

    assert at_once(*(lambda n=n: buy(n) for n in range(8))) == ["ok"] * 8
    assert counters("tee0@factory") == (320, 80, 0, 0)


def test_the_same_key_at_once_is_posted_once() -> None:
    parties("factory")
    tee = goods("tee", "factory", 100)
    at = shelf("tee@factory").id
    moves = rules.reserve(at, tee, 3, "line:1")
    entries: list[int | None] = []
    assert at_once(*(lambda: entries.append(book(moves, key="once")) for _ in range(8))) == ["ok"] * 8
    assert len(set(entries)) == 1
    assert counters("tee@factory") == (97, 3, 0, 0)


def test_a_hold_is_used_up_once_however_many_try() -> None:
    parties("factory")
    tee = goods("tee", "factory", 10)
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 3, "line:1"), rules.reserve(at, tee, 7, "line:2"))
    outcomes = at_once(
        *(lambda: book(rules.ship(at, tee, 3, "line:1")) for _ in range(4)),
        *(lambda: book(rules.release(at, tee, 3, "line:1")) for _ in range(4)),
    )
    assert outcomes == ["ok"] + ["out_of_stock"] * 7
    assert dict(Hold.objects.values_list("subject", "quantity")) == {"line:1": 0, "line:2": 7}


def test_filling_one_hold_from_many_sides_adds_up() -> None:
    parties("factory")
    tee = goods("tee", "factory", 50)
    at = shelf("tee@factory").id
    assert at_once(*(lambda: book(rules.reserve(at, tee, 2, "line:1")) for _ in range(8))) == ["ok"] * 8
    assert Hold.objects.get().quantity == 16


def test_rivals_make_one_warehouse_and_one_shelf() -> None:
    factory, shop = parties("factory", "shop")
    skus = [goods(f"tee{n}", "factory") for n in range(3)]
    found: list[dict[tuple[int, int], int]] = []

    def ensure(n: int) -> None:
        order = skus if n % 2 else skus[::-1]
        found.append(ensure_shelves(pairs=[(who, sku) for sku in order for who in (shop, factory)], at=AT, by=ENGINE))

    assert at_once(*(lambda n=n: ensure(n) for n in range(8))) == ["ok"] * 8
    assert all(one == found[0] for one in found)
    assert Warehouse.objects.filter(party=shop).count() == 1
    assert Shelf.objects.count() == 6


def test_counting_while_others_sell_never_loses_a_piece() -> None:
    parties("factory")
    tee = goods("tee", "factory", 100)
    at = shelf("tee@factory").id

    def sell(n: int) -> None:
        for turn in range(5):
            book(rules.reserve(at, tee, 1, f"line:{n}:{turn}"))

    def keep() -> None:
        call(count_stock, party="factory", sku="tee", found=100)

    assert at_once(*(lambda n=n: sell(n) for n in range(6)), keep, keep) == ["ok"] * 8
    assert sum(counters("tee@factory")) == 100


def test_two_transfers_in_opposite_directions() -> None:
    parties("factory")
    goods("tee", "factory", 100)
    call(open_warehouse, party="factory", code="north", name="North")
    call(restock, party="factory", sku="tee", quantity=100, warehouse="north")

    def carry(source: str, target: str) -> None:
        for _turn in range(10):
            call(transfer_stock, party="factory", sku="tee", quantity=3, warehouse=source, target=target)

    there = [lambda: carry("main", "north"), lambda: carry("north", "main")]
    assert at_once(*there, *there) == ["ok"] * 4
    assert counters("tee@factory") == (200, 0, 0, 0)
    assert Shelf.objects.get(warehouse__code="north").available == 100


def test_a_refusal_in_a_race_leaves_no_entry() -> None:
    factory = parties("factory")[0]
    tee = goods("tee", "factory", 1)
    at = shelf("tee@factory").id
    before = Entry.objects.count()
    moves = rules.reserve(at, tee, 1, "line:1")
    keys = [f"race-{n}" for n in range(6)]
    steps = [lambda key=key: post(key=key, kind="t", moves=moves, at=AT, by=ENGINE, subject="s") for key in keys]
    assert at_once(*steps) == ["ok"] + ["out_of_stock"] * 5
    assert Entry.objects.count() == before + 1
    assert party("factory").pk == factory


def test_a_warehouse_whose_code_went_to_a_delivery_meanwhile_is_looked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop, tee = parties("factory", "shop")[1], goods("tee", "factory")
    quicker: list[object] = []

    def slow(*said: Any, **how: Any) -> str:
        if not quicker:
            quicker.append(ensure_shelves(pairs=[(shop, tee)], at=AT, by=ENGINE))
        return check_text(*said, **how)

    monkeypatch.setattr(opening, "check_text", slow)
    assert call(open_warehouse, party="shop", code="main", name="X") == "main"
    assert len(quicker) == 1
    assert Warehouse.objects.get(party=shop).name == "X"


def test_warehouses_opened_at_once_have_one_default_and_a_code_goes_to_one() -> None:
    shop = parties("factory", "shop")[1]
    tee = goods("tee", "factory")
    codes = ["a", "b", "a", "b", "c"]
    steps = [
        lambda code=code: call(open_warehouse, party="shop", code=code, name="X", is_default=True) for code in codes
    ]
    first = [lambda: ensure_shelves(pairs=[(shop, tee)], at=AT, by=ENGINE)[shop, tee] for _ in range(3)]
    outcomes = at_once(*steps, *first)
    assert outcomes == ["ok"] * 6 + ["warehouse_exists"] * 2
    assert set(Warehouse.objects.filter(party=shop).values_list("code", flat=True)) - {"main"} == {"a", "b", "c"}
    assert Warehouse.objects.filter(party=shop, is_default=True).count() == 1

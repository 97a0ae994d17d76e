"""The one writer of stock: all or nothing, once, in one statement, never below zero."""

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from hanse.goods.stock import rules
from hanse.goods.stock.models import Entry, Hold, Movement
from hanse.goods.stock.operations import post as post_module
from hanse.goods.stock.operations.post import EntryReused, OutOfStock, post
from hanse.goods.stock.queries import check
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.kernel.once import Stale
from tests.goods.market import AT, book, counters, goods, parties, shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def tee(db: None) -> int:
    """The SKU of a tee of which the factory has ten."""
    parties("factory", "shop")
    return goods("tee", "factory", 10)


def test_pieces_pass_through_every_state(tee: int) -> None:
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 4, "line:1"))
    assert counters("tee@factory") == (6, 4, 0, 0)
    book(rules.ship(at, tee, 3, "line:1"), rules.release(at, tee, 1, "line:1"))
    assert counters("tee@factory") == (7, 0, 3, 0)
    book(rules.deliver(at, tee, 3))
    assert counters("tee@factory") == (7, 0, 0, 0)
    book(rules.take_back(at, tee, 1, "damaged"))
    assert counters("tee@factory") == (7, 0, 0, 1)


def test_any_number_of_moves_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    parties("factory")
    skus = [goods(f"tee{n}", "factory", 10) for n in range(12)]
    places = [shelf(f"tee{n}@factory").id for n in range(12)]
    with django_assert_num_queries(1):
        book(rules.reserve(places[0], skus[0], 1, "line:0"))
    with django_assert_num_queries(1):
        book(*(rules.reserve(at, sku, 1, f"line:{n}") for n, (at, sku) in enumerate(zip(places, skus, strict=True), 1)))


def test_taking_more_than_there_is_is_refused_and_leaves_nothing(tee: int) -> None:
    at = shelf("tee@factory").id
    entries = Entry.objects.count()
    with pytest.raises(OutOfStock) as refusal:
        book(rules.reserve(at, tee, 8, "line:1"), rules.reserve(at, tee, 3, "line:2"))
    assert (refusal.value.code, refusal.value.status) == ("out_of_stock", 409)
    assert refusal.value.details["wanted"] == 11
    assert refusal.value.details["available"] == 10
    assert counters("tee@factory") == (10, 0, 0, 0)
    assert Entry.objects.count() == entries
    assert not Hold.objects.exists()


def test_one_move_too_many_refuses_all_of_them(tee: int) -> None:
    cup = goods("cup", "factory", 1)
    with pytest.raises(OutOfStock):
        book(
            rules.reserve(shelf("tee@factory").id, tee, 1, "line:1"),
            rules.reserve(shelf("cup@factory").id, cup, 2, "line:2"),
        )
    assert (counters("tee@factory"), counters("cup@factory")) == ((10, 0, 0, 0), (1, 0, 0, 0))


@pytest.mark.parametrize("state", ["reserved", "in_transit", "damaged"])
def test_no_counter_falls_below_zero(tee: int, state: str) -> None:
    at = shelf("tee@factory").id
    moves = {
        "reserved": rules.ship(at, tee, 1, "line:1"),
        "in_transit": rules.deliver(at, tee, 1),
        "damaged": rules.scrap(at, tee, 1),
    }
    with pytest.raises(OutOfStock) as refusal:
        book(moves[state])
    assert refusal.value.details["state"] == state


def test_nobody_uses_up_what_is_held_for_another(tee: int) -> None:
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 3, "line:1"), rules.reserve(at, tee, 2, "line:2"))
    with pytest.raises(OutOfStock) as refusal:
        book(rules.ship(at, tee, 3, "line:2"))
    assert (refusal.value.details["wanted"], refusal.value.details["available"]) == (3, 2)
    with pytest.raises(OutOfStock) as refusal:
        book(rules.release(at, tee, 1, "line:3"))
    assert refusal.value.details["available"] == 0
    assert counters("tee@factory") == (5, 5, 0, 0)


def test_what_is_held_can_pass_from_one_subject_to_another(tee: int) -> None:
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 3, "line:1"))
    book([rules.StockMove(tee, 2, (at, "reserved"), (at, "reserved"), "line:1", "line:2")])
    assert dict(Hold.objects.values_list("subject", "quantity")) == {"line:1": 1, "line:2": 2}
    assert counters("tee@factory") == (7, 3, 0, 0)


def test_the_same_key_with_the_same_moves_is_done_once(tee: int) -> None:
    moves = rules.reserve(shelf("tee@factory").id, tee, 10, "line:1", AT)
    first = book(moves, key="once")
    assert book(moves, key="once") == first
    assert counters("tee@factory") == (0, 10, 0, 0)
    later = rules.reserve(shelf("tee@factory").id, tee, 10, "line:1", AT + timedelta(days=1))
    assert book(later, key="once") == first


def test_the_same_key_with_other_moves_is_refused(tee: int) -> None:
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 2, "line:1"), key="once")
    with pytest.raises(EntryReused):
        book(rules.reserve(at, tee, 3, "line:1"), key="once")
    assert counters("tee@factory") == (8, 2, 0, 0)


def test_moves_of_nothing_make_no_entry(tee: int) -> None:
    at = shelf("tee@factory").id
    assert book(rules.count(at, tee, 10, 10)) is None
    assert book([]) is None


def test_moves_of_absurd_quantities_are_refused(tee: int) -> None:
    at = shelf("tee@factory").id
    for bad in (-1, 10**10):
        with pytest.raises(MalformedInput):
            book(rules.restock(at, tee, bad))


def test_a_shelf_of_another_sku_is_a_programming_error(tee: int) -> None:
    cup = goods("cup", "factory", 1)
    with pytest.raises(ValueError, match="does not hold"):
        book(rules.restock(shelf("cup@factory").id, tee, 1))
    with pytest.raises(ValueError, match="does not hold"):
        book(rules.restock(0, cup, 1))


def test_entries_say_who_when_and_what_for(tee: int) -> None:
    by = Actor(party=4, user=5, name="clerk")
    moves = rules.reserve(shelf("tee@factory").id, tee, 1, "line:1", AT)
    entry = post(key="k", kind="place", moves=moves, at=AT, by=by, subject="C-1")
    assert entry is not None
    row = Entry.objects.get(pk=entry)
    assert (row.kind, row.at, row.by_party, row.by_user, row.by_name, row.subject) == (
        "place",
        AT,
        4,
        5,
        "clerk",
        "C-1",
    )
    movement = Movement.objects.get(entry=row)
    assert (movement.quantity, movement.source_state, movement.target_state) == (1, "available", "reserved")
    assert movement.target_hold == "line:1"
    hold = Hold.objects.get()
    assert (hold.subject, hold.quantity, hold.expires_at, hold.entry_id) == ("line:1", 1, AT, entry)


def test_if_everything_fits_a_moment_later_the_operation_runs_again(tee: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at = shelf("tee@factory").id
    book(rules.reserve(at, tee, 1, "line:1"))
    monkeypatch.setattr(post_module, "POST", post_module.POST.replace("AND s.enough", "AND NOT s.enough"))
    with pytest.raises(Stale) as stale:
        book(rules.ship(at, tee, 1, "line:1"))
    assert stale.value.refusal.code == "out_of_stock"


def refused(sql: str, *values: str | int | None) -> str:
    """Return the name of the constraint that refuses a statement."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    cause = refusal.value.__cause__
    assert isinstance(cause, psycopg.Error)
    return str(cause.diag.constraint_name)


def test_the_database_itself_refuses_what_no_code_should_try(tee: int) -> None:
    cup = goods("cup", "factory", 1)
    at = shelf("tee@factory").id
    entry = book(rules.reserve(at, tee, 1, "line:1"))
    for state in ("available", "reserved", "in_transit", "damaged"):
        assert refused(f"UPDATE goods_shelf SET {state} = -1 WHERE id = %s", at) == f"shelf_{state}"
    insert = (
        "INSERT INTO goods_movement (entry_id, sku_id, quantity, source_shelf_id, source_state, source_hold,"
        " target_shelf_id, target_state, target_hold) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
    )
    for constraint, row in {
        "movement_source_of_sku": (cup, 1, at, "available", "", None, "scrap", ""),
        "movement_target_of_sku": (cup, 1, None, "made", "", at, "available", ""),
        "movement_moves": (tee, 0, at, "available", "", None, "scrap", ""),
        "movement_source": (tee, 1, None, "available", "", at, "damaged", ""),
        "movement_target": (tee, 1, at, "available", "", None, "reserved", "a"),
        "movement_inside": (tee, 1, None, "made", "", None, "scrap", ""),
        "movement_elsewhere": (tee, 1, at, "available", "", at, "available", ""),
        "movement_source_hold": (tee, 1, at, "reserved", "", at, "available", ""),
        "movement_target_hold": (tee, 1, at, "available", "", at, "damaged", "a"),
    }.items():
        assert refused(insert, entry, *row) == constraint
    assert refused("UPDATE goods_hold SET quantity = -1") == "hold_quantity"
    assert refused("UPDATE goods_hold SET subject = ''") == "hold_subject"
    assert refused("UPDATE goods_hold SET kept_by = 'x'") == "hold_kept_pair"
    assert check() == []
    assert ENGINE.party is None

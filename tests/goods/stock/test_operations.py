"""What keepers do with their stock: restock, count, damage, scrap, transfer, set aside."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from hanse.goods.stock.models import Entry, Hold, Shelf, Warehouse
from hanse.goods.stock.operations.count_stock import CountedTooFew, count_stock
from hanse.goods.stock.operations.damage_stock import damage_stock
from hanse.goods.stock.operations.ensure_shelves import ensure_shelves
from hanse.goods.stock.operations.expire_holds import expire_holds
from hanse.goods.stock.operations.free_stock import free_stock
from hanse.goods.stock.operations.keep_holds import keep_holds
from hanse.goods.stock.operations.open_warehouse import WarehouseExists, open_warehouse
from hanse.goods.stock.operations.post import OutOfStock
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.restock_many import restock_many
from hanse.goods.stock.operations.scrap_stock import scrap_stock
from hanse.goods.stock.operations.set_aside import set_aside
from hanse.goods.stock.operations.transfer_stock import transfer_stock
from hanse.goods.stock.queries import expired_holds, history, holds, levels, shelves_for
from hanse.goods.stock.rules import reserve, ship
from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.network.parties.queries import party
from tests.goods.market import AT, DAY, HOUR, acting, book, call, counters, goods, parties, shelf

pytestmark = pytest.mark.django_db
TEE: dict[str, Any] = {"party": "factory", "sku": "tee"}


@pytest.fixture
def tee(db: None) -> int:
    """The SKU of a tee of which the factory has ten."""
    parties("factory", "shop")
    return goods("tee", "factory", 10)


def test_restocking_makes_the_shelf_and_the_warehouse_it_needs(tee: int) -> None:
    call(restock, party="shop", sku="tee", quantity=5, origin="supplier")
    assert counters("tee@shop") == (5, 0, 0, 0)
    house = Warehouse.objects.get(party=party("shop"))
    assert (house.code, house.is_default, house.opened_at, house.opened_by) == ("main", True, AT, "engine")
    assert Entry.objects.order_by("id").last().kind == "restock"  # type: ignore[union-attr]


def test_repeating_a_request_restocks_once(tee: int) -> None:
    first = restock(key="k", at=AT, by=ENGINE, quantity=5, **TEE)
    assert restock(key="k", at=AT, by=ENGINE, quantity=5, **TEE) == first
    assert counters("tee@factory") == (15, 0, 0, 0)
    other = goods("cup", "factory")
    assert other
    restock(key="k", at=AT, by=acting("factory"), quantity=5, **TEE)
    assert counters("tee@factory") == (20, 0, 0, 0)


def test_many_shelves_are_restocked_at_once(tee: int, django_assert_max_num_queries: Any) -> None:
    goods("cup", "factory")
    goods("mug", "factory")
    with django_assert_max_num_queries(12):
        lines = [("factory", "cup", 3), ("shop", "mug", 4), ("factory", "cup", 2)]
        call(restock_many, lines=lines)
    assert (counters("cup@factory"), counters("mug@shop")) == ((5, 0, 0, 0), (4, 0, 0, 0))


def test_counting_moves_the_difference(tee: int) -> None:
    book(reserve(shelf("tee@factory").id, tee, 4, "line:1"))
    call(count_stock, found=9, **TEE)
    assert counters("tee@factory") == (5, 4, 0, 0)
    call(count_stock, found=12, **TEE)
    assert counters("tee@factory") == (8, 4, 0, 0)
    assert call(count_stock, found=12, **TEE) is None
    call(count_stock, found=4, **TEE)
    assert counters("tee@factory") == (0, 4, 0, 0)
    with pytest.raises(CountedTooFew):
        call(count_stock, found=3, **TEE)


def test_damaged_pieces_are_set_aside_mended_or_thrown_away(tee: int) -> None:
    call(damage_stock, quantity=5, **TEE)
    assert counters("tee@factory") == (5, 0, 0, 5)
    call(damage_stock, quantity=1, mended=True, **TEE)
    call(scrap_stock, quantity=3, **TEE)
    assert counters("tee@factory") == (6, 0, 0, 1)
    call(scrap_stock, quantity=6, state="available", **TEE)
    assert counters("tee@factory") == (0, 0, 0, 1)
    with pytest.raises(OutOfStock):
        call(scrap_stock, quantity=2, **TEE)


def test_transferring_between_warehouses(tee: int) -> None:
    call(open_warehouse, party="factory", code="north", name="北仓", name_en="North", region="北京")
    call(transfer_stock, quantity=4, target="north", **TEE)
    pair = (party("factory").pk, tee)
    assert [(s.available, s.on_hand) for s in shelves_for([pair])[pair]] == [(6, 6), (4, 4)]
    assert levels([pair])[pair].on_hand == 10
    call(transfer_stock, quantity=4, warehouse="north", target="main", **TEE)
    with pytest.raises(MalformedInput) as refusal:
        call(transfer_stock, quantity=1, target="main", **TEE)
    assert refusal.value.details["field"] == "target"
    for missing in ("south", "no\x00rth", 5):
        with pytest.raises(NotFound):
            call(transfer_stock, quantity=1, target=missing, **TEE)


def test_warehouses_have_a_place_and_one_of_them_is_the_default(tee: int) -> None:
    call(open_warehouse, party="shop", code="first", name="First", place=(31_230_000, 121_470_000))
    call(open_warehouse, party="shop", code="second", name="Second")
    call(open_warehouse, party="shop", code="third", name="Third", is_default=True)
    rows = Warehouse.objects.filter(party=party("shop")).order_by("id").values_list("code", "is_default", "latitude")
    assert list(rows) == [("first", False, 31_230_000), ("second", False, None), ("third", True, None)]
    call(restock, party="shop", sku="tee", quantity=1)
    assert Shelf.objects.get(party=party("shop")).warehouse.code == "third"
    with pytest.raises(WarehouseExists):
        call(open_warehouse, party="shop", code="third", name="Again")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("code", {"code": "Not a code"}), ("code", {"code": None}), ("name", {"name": ""}),
        ("name", {"name": "x" * 81}), ("name", {"name": "a\x00b"}), ("region", {"region": "\ud800"}),
        ("place", {"place": (91_000_000, 0)}),
    ],
)  # fmt: skip
def test_unfit_warehouses_are_refused(tee: int, field: str, said: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput) as refusal:
        call(open_warehouse, **({"party": "shop", "code": "ok", "name": "Ok"} | said))
    assert refusal.value.details["field"] == field


@pytest.mark.parametrize("operation", [restock, scrap_stock, damage_stock])
@pytest.mark.parametrize("bad", [0, -3, 10**12, "5", True, None])
def test_absurd_quantities_are_refused_by_name(tee: int, operation: Any, bad: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        call(operation, quantity=bad, **TEE)
    assert refusal.value.details["field"] == "quantity"
    assert counters("tee@factory") == (10, 0, 0, 0)


def test_other_malformed_input_is_refused_by_name(tee: int) -> None:
    for field, operation, said in (
        ("found", count_stock, {"found": -1}),
        ("origin", restock, {"quantity": 1, "origin": "nowhere"}),
        ("state", scrap_stock, {"quantity": 1, "state": "reserved"}),
        ("quantity", transfer_stock, {"quantity": 0, "target": "main"}),
        ("quantity", set_aside, {"quantity": 0, "name": "x"}),
        ("name", set_aside, {"quantity": 1, "name": ""}),
    ):
        with pytest.raises(MalformedInput) as refusal:
            call(operation, **TEE, **said)
        assert refusal.value.details["field"] == field


def test_only_keepers_of_the_party_touch_its_stock(tee: int) -> None:
    for operation, said in (
        (restock, TEE | {"quantity": 1}),
        (restock_many, {"lines": [("factory", "tee", 1)]}),
        (count_stock, TEE | {"found": 1}),
        (scrap_stock, TEE | {"quantity": 1}),
        (damage_stock, TEE | {"quantity": 1}),
        (transfer_stock, TEE | {"quantity": 1, "target": "x"}),
        (set_aside, TEE | {"quantity": 1, "name": "x"}),
        (free_stock, {"party": "factory", "name": "x"}),
        (open_warehouse, {"party": "factory", "code": "x", "name": "X"}),
    ):
        for stranger in (acting("shop"), STRANGER):
            with pytest.raises(NotFound):
                call(operation, by=stranger, **said)
        with pytest.raises(NotAllowed):
            call(operation, by=acting("factory", "finance"), **said)
    call(restock, by=acting("factory", "stock_keeper"), quantity=1, **TEE)
    assert counters("tee@factory") == (11, 0, 0, 0)


def test_unknown_parties_and_skus(tee: int) -> None:
    for said in (TEE | {"party": "nobody"}, TEE | {"sku": "nothing"}, TEE | {"sku": "\x00"}):
        with pytest.raises(NotFound):
            call(restock, quantity=1, **said)


def test_pieces_are_set_aside_under_a_name_until_freed(tee: int) -> None:
    call(set_aside, quantity=3, name="trade fair", **TEE)
    call(set_aside, quantity=2, name="trade fair", **TEE)
    assert counters("tee@factory") == (5, 5, 0, 0)
    call(free_stock, party="factory", name="trade fair")
    assert counters("tee@factory") == (10, 0, 0, 0)
    assert call(free_stock, party="factory", name="trade fair") is None


def test_what_is_set_aside_until_a_moment_is_released_when_it_comes(tee: int) -> None:
    call(set_aside, quantity=3, name="ann", until=AT + HOUR, **TEE)
    call(set_aside, quantity=1, name="bob", until=AT + DAY, **TEE)
    call(set_aside, quantity=1, name="carol", **TEE)
    book(reserve(shelf("tee@factory").id, tee, 2, "line:1", AT))
    assert call(expire_holds, at=AT + HOUR - HOUR / 3600) == 0
    assert next(hold.subject for hold in expired_holds(AT + DAY)) == "line:1"
    assert call(expire_holds, at=AT + HOUR) == 1
    assert counters("tee@factory") == (6, 4, 0, 0), "orders release their own holds"
    assert call(expire_holds, at=AT + DAY) == 1
    with pytest.raises(NotAllowed):
        call(expire_holds, by=acting("factory"))


def test_a_deadline_moves_with_what_the_hold_is_for(
    tee: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at = shelf("tee@factory").id
    book(reserve(at, tee, 1, "line:1", AT + HOUR), reserve(at, tee, 1, "line:2", AT + HOUR), reserve(at, tee, 1, "x"))
    with django_assert_num_queries(1):
        assert keep_holds(subjects=["line:1", "line:2"], until=None, at=AT, by=ENGINE) == 2
    assert expired_holds(AT + DAY) == []
    kept = Hold.objects.get(subject="line:1")
    assert (kept.expires_at, kept.kept_at, kept.kept_by) == (None, AT, "engine")
    book(reserve(at, tee, 1, "line:3", AT + HOUR))
    assert keep_holds(subjects=["line:3"], until=AT + DAY, at=AT + HOUR, by=ENGINE) == 0, "it has expired already"
    book(ship(at, tee, 1, "line:1"))
    assert [(hold.subject, hold.quantity) for hold in holds(["line:1", "line:2", "none"])] == [("line:2", 1)]


def test_shelves_are_found_or_made_in_one_go(tee: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    factory, shop = party("factory").pk, party("shop").pk
    cup = goods("cup", "factory")
    pairs = [(factory, tee), (factory, cup), (shop, tee), (shop, cup), (shop, tee)]
    with django_assert_num_queries(4):
        made = ensure_shelves(pairs=pairs, at=AT, by=ENGINE)
    with django_assert_num_queries(1):
        assert ensure_shelves(pairs=pairs, at=AT, by=ENGINE) == made
    assert len(set(made.values())) == 4
    assert made[factory, tee] == shelf("tee@factory").id
    assert shelves_for([(shop, 0)]) == {(shop, 0): []}


def test_a_keeper_reads_the_history_of_its_own_shelf_alone(tee: int) -> None:
    call(open_warehouse, party="factory", code="north", name="北仓")
    call(transfer_stock, quantity=4, target="north", **TEE)
    at = shelf("tee@factory").id
    book(reserve(at, tee, 1, "line:1"))
    steps = history(acting("factory"), at)
    assert [(s.kind, s.quantity, s.source, s.target) for s in steps] == [
        ("test", 1, "available", "reserved"), ("transfer", 4, "available", "elsewhere"),
        ("restock", 10, "made", "available"),
    ]  # fmt: skip
    assert [s.kind for s in history(acting("factory"), at, before=steps[0].id, limit=1)] == ["transfer"]
    for other in (acting("shop"), STRANGER):
        assert history(other, at) == []

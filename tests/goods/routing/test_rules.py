"""Which warehouse sends what: the nearest, in as few parcels as possible, and never more than there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.routing.rules import KNOWN, Place, distance, place_of, route, share_out
from hanse.goods.stock.rules import ShelfView

SHANGHAI, GUANGZHOU, BEIJING = KNOWN["上海"], KNOWN["广州"], KNOWN["北京"]


def shelf(number: int, sku: int, house: int, available: int, at: Place | None = None) -> ShelfView:
    latitude, longitude = at or (None, None)
    return ShelfView(number, available, 1, sku, house, latitude=latitude, longitude=longitude)


NORTH = [shelf(1, 7, 1, 10, BEIJING), shelf(2, 8, 1, 10, BEIJING)]
SOUTH = [shelf(3, 7, 2, 10, GUANGZHOU), shelf(4, 8, 2, 1, GUANGZHOU)]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"place": "江苏省 苏州市 姑苏区"}, KNOWN["苏州"]),
        ({"province": "广东省", "city": "深圳市"}, KNOWN["深圳"]),
        ({"place": "贵州省 黔东南苗族侗族自治州"}, KNOWN["贵州"]),
        ({"place": "Suzhou, Jiangsu"}, KNOWN["苏州"]),
        ({"place": "Reykjavík", "street": "上海路 1"}, None),
        ({"city": "Ürümqi"}, None),
        ({"place": "吉林省 吉林市"}, KNOWN["吉林"]),
        ({}, None),
    ],
)
def test_an_address_is_found_by_its_city_then_by_its_province(address: dict[str, str], place: Place | None) -> None:
    assert place_of(address) == place


def test_distances_compare_as_they_do_on_a_map() -> None:
    assert distance(SHANGHAI, SHANGHAI) == 0
    assert distance(SHANGHAI, KNOWN["苏州"]) < distance(SHANGHAI, KNOWN["南京"]) < distance(SHANGHAI, BEIJING)
    assert distance((60_000_000, 0), (60_000_000, 10_000_000)) < distance((0, 0), (0, 10_000_000)) // 3
    assert distance((0, 179_000_000), (0, -179_000_000)) == distance((0, 0), (0, 2_000_000))


def test_the_nearest_that_has_everything_sends_it() -> None:
    every = NORTH + SOUTH
    assert route({7: 5}, every, GUANGZHOU) == {3: 5}
    assert route({7: 5}, every, BEIJING) == {1: 5}
    assert route({7: 5}, every) == {1: 5}
    assert route({7: 5}, SOUTH + NORTH) == {3: 5}


def test_one_parcel_from_afar_rather_than_two() -> None:
    assert route({7: 5, 8: 5}, NORTH + SOUTH, GUANGZHOU) == {1: 5, 2: 5}


def test_several_send_where_one_has_too_little() -> None:
    assert route({7: 15}, NORTH + SOUTH, GUANGZHOU) == {3: 10, 1: 5}
    assert route({7: 30}, NORTH + SOUTH) == {1: 10, 3: 10}
    assert route({7: 5}, NORTH + SOUTH, BEIJING, only=2) == {3: 5}
    assert route({9: 5}, NORTH + SOUTH) == {}
    assert route({7: 1}, [shelf(9, 7, 3, 4), *NORTH], GUANGZHOU) == {1: 1}


SHELVES = st.dictionaries(
    st.tuples(st.integers(1, 4), st.integers(1, 3)), st.integers(0, 9), min_size=1, max_size=10
).map(
    lambda rows: [
        shelf(10 * house + sku, sku, house, n, (house * 10_000_000, house * 20_000_000))
        for (house, sku), n in sorted(rows.items())
    ]
)
NEEDS = st.dictionaries(st.integers(1, 4), st.integers(0, 20), min_size=1, max_size=3)
NEAR = st.none() | st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))


@given(NEEDS, SHELVES, NEAR)
def test_all_that_can_be_sent_is_and_no_shelf_gives_more_than_it_has(
    needs: dict[int, int], shelves: list[ShelfView], near: Place | None
) -> None:
    sent = route(needs, shelves, near)
    there = {one.id: one for one in shelves}
    assert all(0 < pieces <= there[pk].available for pk, pieces in sent.items())
    for sku, pieces in needs.items():
        have = sum(one.available for one in shelves if one.sku == sku)
        assert sum(n for pk, n in sent.items() if there[pk].sku == sku) == min(pieces, have)


@given(NEEDS, SHELVES, NEAR)
def test_who_can_send_everything_alone_does_and_the_nearest_of_these(
    needs: dict[int, int], shelves: list[ShelfView], near: Place | None
) -> None:
    stock = {(one.warehouse, one.sku): one.available for one in shelves}
    wanted = {sku: n for sku, n in needs.items() if n}
    able = [
        house
        for house in dict.fromkeys(one.warehouse for one in shelves)
        if wanted and all(stock.get((house, sku), 0) >= n for sku, n in wanted.items())
    ]
    there = {one.id: one for one in shelves}
    used = {there[pk].warehouse for pk in route(needs, shelves, near)}
    if able and near is None:
        assert used == {able[0]}
    elif able and near is not None:
        at = {one.warehouse: (one.latitude or 0, one.longitude or 0) for one in shelves}
        assert used == {min(able, key=lambda house: distance(at[house], near))}


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=6), SHELVES)
def test_lines_share_what_is_sent(lines: list[tuple[int, int]], shelves: list[ShelfView]) -> None:
    needs: dict[int, int] = {}
    for sku, n in lines:
        needs[sku] = needs.get(sku, 0) + n
    sent = route(needs, shelves)
    shared = share_out(sent, {one.id: one.sku for one in shelves}, lines)
    total: dict[int, int] = {}
    for (_sku, n), parts in zip(lines, shared, strict=True):
        assert sum(pieces for _shelf, pieces in parts) <= n
        for pk, pieces in parts:
            total[pk] = total.get(pk, 0) + pieces
    assert total == sent

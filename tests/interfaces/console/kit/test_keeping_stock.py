"""Keeping stock by the pages and by the API: reorders, sheets, goods that are fetched, other warehouses."""

import json
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hanse.goods.catalogue.queries import sku
from hanse.goods.stock.models import Level, Shelf, StockTake, Warehouse
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.set_aside import set_aside
from hanse.interfaces.console.kit.models import Preference
from hanse.interfaces.jobs import alerts
from hanse.kernel import clock
from hanse.network.notices.models import Notice
from hanse.network.parties.queries import party
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.place_for_pickup import place_for_pickup
from hanse.trade.orders.models import Allocation, Checkout, Order
from hanse.trade.orders.operations.pay import pay
from hanse.trade.quotes.queries import Line
from tests.interfaces.web.faces import Mall, key, text

_numbers = iter(range(10_000))


def ask(client: Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    call = getattr(client, method)
    answer = call(f"/api/v1{path}", headers={"Idempotency-Key": f"k-{next(_numbers)}"}, **more)
    assert answer.status_code == status, text(answer)
    return answer.json() if answer.content else None


def test_what_is_suggested_is_ordered_with_one_click(mall: Mall) -> None:
    client = mall.client("shop")
    nothing = client.get("/console/low-stock/order/")
    assert "Nothing runs low that a supplier" in text(nothing)
    mall.call(restock, party="shop", sku="tee", quantity=3)
    page = text(client.get("/console/low-stock/?cover=60"))
    assert "Cotton tee · Size tee" in page
    assert "CN¥80.00" in page
    assert 'href="/console/low-stock/order/"' in page
    form = text(client.get("/console/low-stock/order/"))
    assert 'value="8"' in form
    field = f"sku-{sku('tee').pk}"
    assert client.post("/console/low-stock/order/", {"key": key(), field: ""}).status_code == 422
    answer = client.post("/console/low-stock/order/", {"key": key(2), field: "8"})
    checkout = Checkout.objects.get(buyer=party("shop"))
    assert answer.headers["Location"] == f"/pay/{checkout.code}/"
    assert Order.objects.get(checkout=checkout, tier=0).seller == party("west")
    assert "8" in text(client.get("/console/low-stock/"))
    (row,) = ask(client, "get", "/stock/replenishment")["items"]
    assert {name: row[name] for name in ("available", "least", "awaited", "suggested", "price")} == {
        "available": 3, "least": 10, "awaited": 8, "suggested": 0, "price": 8_000,
    }  # fmt: skip
    assert mall.client("factory").get("/console/low-stock/order/").status_code == 404


def test_levels_by_the_api(mall: Mall) -> None:
    client = mall.client("factory")
    ask(client, "put", "/stock/levels", {"least": 60})
    code = sku("tee").code
    assert ask(client, "put", "/stock/levels", {"sku": "tee", "least": 5}) == {"sku": code, "least": 5}
    shown = ask(client, "get", "/stock/levels")["items"]
    assert sorted(shown, key=str) == sorted([{"sku": None, "least": 60}, {"sku": code, "least": 5}], key=str)
    assert alerts.look(clock.now()) == (1, 0)
    assert Level.objects.get(sku=sku("tee_l")).low_since is not None


def test_a_sheet_is_counted_in_parts_and_posted_at_once(mall: Mall) -> None:
    client = mall.client("factory")
    begun = client.post("/console/stock-takes/new/", {"key": key(), "warehouse": "main", "note": "spring"})
    take = StockTake.objects.get()
    at = f"/console/stock-takes/{take.code}/"
    assert begun.headers["Location"] == at
    again = client.post("/console/stock-takes/new/", {"key": key(2), "warehouse": "main", "note": ""})
    assert "being counted already" in text(again)
    page = text(client.get(at))
    assert "2 shelves are left to count" in page
    tee, large = sku("tee"), sku("tee_l")
    assert client.post(f"{at}do/count/", {"key": key(3), f"sku-{tee.pk}": ""}).status_code == 422
    assert client.post(f"{at}do/count/", {"key": key(3), f"sku-{tee.pk}": "97"}).status_code == 302
    file = SimpleUploadedFile("count.csv", f"货号,实盘\n{large.code},51\n".encode("gb18030"))
    assert client.post(f"{at}do/rows/", {"key": key(4), "rows": "", "file": file}).status_code == 302
    for rows, said in (("x\ny,many", "Line 2"), ("", "Paste rows"), ("no-such,5", "There is no such")):
        wrong = client.post(f"{at}do/rows/", {"key": key(5), "rows": rows})
        assert wrong.status_code in (404, 422)
        assert said in text(wrong) or wrong.status_code == 404
    page = text(client.get(at))
    assert "-CN¥180.00" in page
    assert "CN¥120.00" in page
    assert "-CN¥60.00" in page
    assert client.post(f"{at}do/post/", {"key": key(6)}).status_code == 302
    assert Shelf.objects.get(sku=tee).available == 97
    assert "Posted" in text(client.get(at))
    assert mall.client("west").get(at).status_code == 404
    assert take.code in text(client.get("/console/stock-takes/"))


def test_sheets_by_the_api_and_missing_pieces_are_told(mall: Mall) -> None:
    checkout = mall.ordered(tee=4)
    mall.call(set_aside, party="factory", sku="tee", quantity=90, name="fair")
    client = mall.client("factory")
    made = ask(client, "post", "/stock-takes", {"warehouse": "main"}, 201)
    code = made["code"]
    counted = ask(client, "post", f"/stock-takes/{code}/counts", {"lines": [{"sku": "tee", "found": 92}]})
    (line,) = counted["lines"]
    assert (line["known"], line["difference"]) == (100, -8)
    posted = ask(client, "post", f"/stock-takes/{code}/post")
    assert (posted["status"], posted["lines"][0]["short"]) == ("posted", 2)
    shelf = Shelf.objects.get(sku=sku("tee"))
    said = {
        "party": party("factory").code, "warehouse": "main", "sku": sku("tee").code, "missing": 2, "shelf": shelf.pk,
        "take": code,
    }  # fmt: skip
    alerts.tell_short(said, clock.now())
    assert Notice.objects.get(kind="stock.short").said["missing"] == 2
    told = set(Notice.objects.filter(kind="order.short").values_list("party__slug", flat=True))
    assert told == {"factory", "west", "shop", "ann"}
    assert mall.leg(checkout, "shop").code in Notice.objects.get(kind="order.short", party__slug="ann").subject
    assert [row["code"] for row in ask(client, "get", "/stock-takes?status=posted")["items"]] == [code]
    other = ask(client, "post", "/stock-takes", {"warehouse": "main"}, 201)["code"]
    assert ask(client, "post", f"/stock-takes/{other}/drop")["status"] == "dropped"
    assert ask(client, "get", f"/stock-takes/{other}")["lines"] == []
    ask(mall.client("west"), "get", f"/stock-takes/{other}", status=404)


def fetched(mall: Mall) -> Pickup:
    """Let ann order two large tees to be fetched at the factory."""
    house = Warehouse.objects.get(party=party("factory"))
    said: dict[str, Any] = {"buyer": "ann", "lines": [Line("tee_l@factory", 2)], "warehouse": house.pk, "name": "Ann"}
    code = mall.call(place_for_pickup, **said)
    mall.call(pay, order=code)
    return Pickup.objects.get(checkout__code=code)


def test_goods_are_handed_over_for_the_code(mall: Mall) -> None:
    cache.clear()
    client = mall.client("factory")
    given = {"key": key(), "address": "Gate 3", "hours": "9-17"}
    assert client.post("/console/warehouses/main/pickup/", given).status_code == 302
    assert "Gate 3" in text(client.get("/console/warehouses/main/"))
    pickup = fetched(mall)
    page = text(client.get("/console/pickups/?state=waiting"))
    assert "Cotton tee · Size tee_l × 2" in page
    assert "Cotton tee" not in text(client.get("/console/pickups/?state=handed"))
    at = f"/console/pickups/{pickup.pk}/"
    assert pickup.code not in text(client.get(at))
    wrong = "000000" if pickup.code != "000000" else "000001"
    for number in range(5):
        answer = client.post(f"{at}do/hand-over/", {"key": key(10 + number), "code": wrong})
        assert "not the code of this order" in text(answer)
    blocked = client.post(f"{at}do/hand-over/", {"key": key(20), "code": pickup.code})
    assert "Too many wrong codes" in text(blocked)
    cache.clear()
    assert client.post(f"{at}do/hand-over/", {"key": key(21), "code": pickup.code}).status_code == 302
    pickup.refresh_from_db()
    assert pickup.handed_at is not None
    assert mall.client("west").get(at).status_code == 404


def test_fetching_by_the_api(mall: Mall) -> None:
    cache.clear()
    factory, ann = mall.client("factory"), mall.client("ann")
    ask(factory, "put", "/warehouses/pickup", {"warehouse": "main", "address": "Gate 3", "hours": "9-17"})
    (point,) = ask(ann, "get", "/pickup-points?offer=tee_l@factory")["items"]
    assert (point["warehouse"], point["address"]) == ("main", "Gate 3")
    body = {"lines": [{"offer": "tee_l@factory", "quantity": 1}], "seller": "factory", "warehouse": "main"}
    made = ask(ann, "post", "/pickups", body, 201)
    ask(ann, "post", "/pickups", {**body, "warehouse": "north"}, 404)
    mall.call(pay, order=made["checkout"])
    assert ask(factory, "get", "/pickups")["items"][0]["code"] is None
    order = Order.objects.get(checkout__code=made["checkout"]).code
    ask(mall.client("west"), "post", f"/orders/{order}/hand-over", {"code": made["code"]}, 404)
    ask(factory, "post", f"/orders/{order}/hand-over", {"code": made["code"]}, 204)
    assert ask(ann, "get", "/pickups")["items"][0]["handed_at"] is not None


def test_another_warehouse_sends_it(mall: Mall) -> None:
    mall.call(open_warehouse, party="factory", code="north", name="北仓", name_en="North")
    mall.call(restock, party="factory", sku="tee", quantity=9, warehouse="north")
    first, second = (mall.leg(mall.ordered(tee=2), "factory") for _ in range(2))
    client = mall.client("factory")
    at = f"/console/to-pick/{first.code}/"
    assert "Send from another warehouse" in text(client.get(at))
    given = {"key": key(), "warehouse": "main", "target": "north"}
    assert client.post(f"{at}do/reroute/", given).status_code == 302
    assert Allocation.objects.get(line__order=first).shelf.warehouse.code == "north"
    again = client.post(f"{at}do/reroute/", {**given, "key": key(2)})
    assert again.status_code == 422
    assert ask(client, "post", f"/orders/{second.code}/reroute", {"warehouse": "main"}) == {"pieces": 2}
    assert mall.client("west").get(at).status_code == 404
    assert alerts.look(clock.now())[1] == 0


def test_numbers_that_were_preferences_become_levels(mall: Mall) -> None:
    factory = party("factory")
    said = {"*": "40", sku("tee").code: "7", "K-00000-00000": "1", sku("tee_l").code: "many"}
    Preference.objects.create(party=factory, name="low-stock", value=said)
    import_module("hanse.interfaces.migrations.0003_levels").move(apps, None)
    kept = dict(Level.objects.filter(party=factory).values_list("sku", "least"))
    assert kept == {None: 40, sku("tee").pk: 7}
    assert not Preference.objects.filter(name="low-stock").exists()


def test_where_a_warehouse_is_decides_from_where_orders_leave(mall: Mall) -> None:
    client = mall.client("factory")
    given = {"key": key(), "region": "广东省深圳市"}
    assert client.post("/console/warehouses/main/do/place/", given).status_code == 302
    house = Warehouse.objects.get(party=party("factory"))
    assert (house.region, house.latitude, house.longitude) == ("广东省深圳市", 22_500_000, 114_100_000)
    new = {"key": key(2), "name": "北仓", "name_en": "North", "code": "north", "region": "北京"}
    assert client.post("/console/warehouses/new/", new).status_code == 302
    assert Warehouse.objects.get(code="north").latitude == 39_900_000
    said = {"warehouse": "north", "region": "x", "place": {"latitude": 1, "longitude": 2}}
    assert ask(client, "put", "/warehouses/place", said)["latitude"] == 1
    assert ask(client, "put", "/warehouses/place", {"warehouse": "north", "region": "x"})["latitude"] is None
    ask(client, "put", "/warehouses/place", {"warehouse": "nowhere", "region": "x"}, 404)

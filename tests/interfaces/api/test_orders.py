"""One order through three tiers over the API, and what each side sees of it."""

from typing import Any

from tests.interfaces.api.callers import Caller
from tests.trade.world import World

ADDRESS = {
    "name": "王小明",
    "phone": "13812345678",
    "place": "浙江省杭州市",
    "street": "文三路 1 号",
    "email": "a@b.cn",
}


def bought(callers: dict[str, Caller], quantity: int = 2) -> Any:
    return callers["ann"].post(
        "/checkouts", {"lines": [{"offer": "tee@shop", "quantity": quantity}], "address": ADDRESS}
    )


def only(caller: Caller, side: str) -> Any:
    (found,) = caller.get(f"/orders?side={side}")["items"]
    return found


def test_three_tiers(callers: dict[str, Caller]) -> None:
    ann, shop, west, factory = (callers[name] for name in ("ann", "shop", "west", "factory"))
    quote = callers["ann"].post("/quotes", {"lines": [{"offer": "tee@shop", "quantity": 2}]})
    assert quote["total"] == {"amount": 20000, "currency": "CNY"}
    placed = bought(callers)
    assert placed["due"] == {"amount": 20000, "currency": "CNY"}
    ann.post(f"/checkouts/{placed['code']}/pay", {"from": "wallet"})
    assert [only(c, "sale")["total"]["amount"] for c in (shop, west, factory)] == [20000, 16000, 12000]
    assert [only(c, "purchase")["total"]["amount"] for c in (ann, shop, west)] == [20000, 16000, 12000]
    (parcel,) = factory.post(f"/orders/{only(factory, 'sale')['code']}/ship", {"carrier": "SF"})["codes"]
    assert ann.get(f"/parcels/{parcel}")["shipper"] is None
    assert west.get(f"/parcels/{parcel}")["shipper"]["name"] == "factory"
    done = ann.post(f"/checkouts/{placed['code']}/receive")
    assert ann.get(f"/orders/{done['orders'][0]}")["status"] == "received"
    events = [one["event"] for one in west.get(f"/orders/{only(west, 'sale')['code']}/history")["items"]]
    assert events == ["place", "pay", "ship", "receive"]


def test_nobody_sees_beyond_its_neighbours(callers: dict[str, Caller]) -> None:
    placed = bought(callers)
    callers["ann"].post(f"/checkouts/{placed['code']}/pay", {"from": "wallet"})
    first, middle, last = (only(callers[name], "sale") for name in ("shop", "west", "factory"))
    assert first["delivery"] == ADDRESS
    assert first["fee"] == {"amount": 1000, "currency": "CNY"}
    assert only(callers["ann"], "purchase")["fee"] is None
    assert middle["delivery"] is None
    assert last["delivery"] == {
        "name": "王**", "phone": "138****5678", "place": ADDRESS["place"], "street": ADDRESS["street"],
    }  # fmt: skip
    assert (middle["checkout"], middle["cause"], last["buyer"]["name"]) == (None, None, "west")
    assert middle["upstream"] == [last["code"]]
    for name in ("factory", "rival", "west"):
        assert callers[name].refused("GET", f"/checkouts/{placed['code']}") == (404, "not_found")
        assert callers[name].refused("GET", f"/orders/{first['code']}") == (404, "not_found")
    assert callers["factory"].refused("POST", f"/orders/{first['code']}/ship", {}) == (404, "not_found")


def test_a_repeated_order_is_placed_once(callers: dict[str, Caller], market: World) -> None:
    body = {"lines": [{"offer": "tee@shop", "quantity": 2}]}
    first = callers["ann"].post("/checkouts", body, key="once")
    assert callers["ann"].post("/checkouts", body, key="once") == first
    assert market.stock("tee@factory") == (98, 2, 0)
    other = {"lines": [{"offer": "tee@shop", "quantity": 3}]}
    assert callers["ann"].refused("POST", "/checkouts", other, key="once") == (409, "idempotency_key_reused")

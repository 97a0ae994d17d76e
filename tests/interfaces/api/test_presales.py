"""Presale over the API: terms for whoever may buy, numbers for the seller, deposit and balance for the buyer."""

from datetime import timedelta

from hanse.goods.offers.queries import offer
from hanse.kernel import clock
from tests.interfaces.api.callers import Caller
from tests.interfaces.api.test_orders import bought


def test_a_presale_from_opening_to_the_balance(callers: dict[str, Caller]) -> None:
    ann, shop = callers["ann"], callers["shop"]
    path = f"/offers/{offer('tee@shop').code}/presale"
    assert ann.refused("GET", path) == (404, "not_found")
    now = clock.now()
    since, until, ships = ((now + timedelta(days=days)).isoformat() for days in (10, 12, 20))
    body = {"deposit": 2_000, "balance_from": since, "balance_until": until, "ships_from": ships, "most": 5}
    opened = shop.put(path, body)
    assert (opened["deposit"], opened["most"], opened["promised"], opened["forfeits"]) == (2_000, 5, 0, True)
    assert (ann.get(path)["most"], callers["stranger"].get(path)["promised"]) == (None, None)
    assert callers["rival"].refused("PUT", path, body) == (404, "not_found")
    assert shop.refused("PUT", path, body | {"balance_until": since}) == (422, "malformed")
    quote = ann.post("/quotes", {"lines": [{"offer": "tee@shop", "quantity": 2}]})
    assert (quote["deposit"]["amount"], quote["presale"]["forfeits"]) == (4_000, True)
    placed = bought(callers)
    assert placed["due"]["amount"] == 4_000
    order = ann.get(f"/orders/{placed['orders'][0]}")
    assert (order["deposit"]["amount"], order["forfeited"], order["balance_from"] is not None) == (4_000, None, True)
    paid = ann.post(f"/checkouts/{placed['code']}/pay", {"from": "wallet"})
    assert paid["due"]["amount"] == 16_000
    answer = ann.refused("POST", f"/checkouts/{placed['code']}/pay", {"from": "wallet"})
    assert answer == (409, "balance_not_due")
    assert shop.said(shop.call("DELETE", path))["ended_at"] is not None
    assert ann.refused("GET", path) == (404, "not_found")

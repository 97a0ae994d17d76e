"""Changes, urgent orders and baskets looked at again, over the API: what each side is told."""

from datetime import timedelta

from hanse.goods.offers.queries import offer as offer_of
from hanse.kernel import clock
from hanse.network.parties.operations.change_terms import change_terms
from tests.interfaces.api.callers import Caller
from tests.interfaces.api.test_orders import ADDRESS, bought, only
from tests.trade.world import World


def test_fewer_pieces_agreed_by_every_tier(callers: dict[str, Caller]) -> None:
    ann, shop, west, factory = (callers[name] for name in ("ann", "shop", "west", "factory"))
    placed = bought(callers, 3)
    ann.post(f"/checkouts/{placed['code']}/pay", {"from": "wallet"})
    order = placed["orders"][0]
    body = {"lines": [{"offer": "tee@shop", "quantity": 1}], "why": "too many"}
    asked = ann.post(f"/orders/{order}/changes", body)
    assert (asked["status"], asked["mine"], asked["actions"]) == ("asked", True, ["withdraw"])
    assert ann.refused("POST", f"/orders/{order}/changes", body) == (409, "change_waiting")
    path = f"/changes/{asked['code']}"
    for caller in (factory, west):
        seen = caller.get(path)
        assert (seen["order"], seen["actions"]) == (only(caller, "sale")["code"], ["agree", "decline"])
        assert [(line["was"], line["wanted"]) for line in seen["lines"]] == [(3, 1)]
        assert caller.post(f"{path}/agree")["status"] == "asked"
    assert shop.post(f"{path}/agree")["status"] == "applied"
    assert ann.get(f"/orders/{order}")["left"]["amount"] == 10_000
    (told,) = ann.get(f"/orders/{placed['code']}/changes")["items"]
    assert (told["code"], told["status"], told["total"]) == (asked["code"], "applied", None)
    for name in ("rival", "stranger"):
        assert callers[name].refused("GET", path)[0] in (401, 404)
        assert callers[name].refused("POST", f"{path}/agree")[0] in (401, 404)


def test_a_new_address_is_masked_for_who_ships_and_one_may_decline(callers: dict[str, Caller]) -> None:
    ann, shop, west, factory = (callers[name] for name in ("ann", "shop", "west", "factory"))
    placed = bought(callers)
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    away = ADDRESS | {"street": "南京路 2 号"}
    asked = ann.post(f"/orders/{placed['code']}/changes", {"address": away, "wanted_on": day})
    path = f"/changes/{asked['code']}"
    assert shop.get(path)["address"] == away
    assert factory.get(path)["address"]["name"] == "王**"
    assert west.get(path)["address"] is None
    done = factory.post(f"{path}/decline", {"reasons": ["Packed already."]})
    assert (done["status"], ann.get(path)["reasons"]) == ("declined", ["Packed already."])
    assert shop.refused("POST", f"{path}/agree") == (409, "wrong_state")
    again = ann.post(f"/orders/{placed['orders'][0]}/changes", {"wanted_on": day})
    assert ann.post(f"/changes/{again['code']}/withdraw")["status"] == "withdrawn"


def test_pieces_added_are_a_checkout_to_be_paid(callers: dict[str, Caller]) -> None:
    placed = bought(callers, 1)
    body = {"lines": [{"offer": "tee@shop", "quantity": 2}]}
    asked = callers["ann"].post(f"/orders/{placed['orders'][0]}/changes", body)
    assert asked["total"] == {"amount": 10_000, "currency": "CNY"}
    beside = callers["shop"].post(f"/changes/{asked['code']}/agree")["supplement"]
    assert callers["ann"].get(f"/checkouts/{beside}")["due"]["amount"] == 10_000


def test_urgent_and_wished_for(callers: dict[str, Caller], market: World) -> None:
    ann, lines = callers["ann"], {"lines": [{"offer": "tee@shop", "quantity": 2}]}
    assert ann.post("/quotes", lines)["urgent_price"] is None
    assert ann.refused("POST", "/quotes", lines | {"urgent": True}) == (409, "urgent_not_accepted")
    market.call(change_terms, party="platform", terms={"urgent_fee": 500})
    assert ann.post("/quotes", lines)["urgent_price"]["amount"] == 500
    quote = ann.post("/quotes", lines | {"urgent": True})
    assert (quote["urgent"], quote["total"]["amount"], quote["lines"][0]["urgent"]) == (True, 20_500, 500)
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    ann.post("/checkouts", lines | {"urgent": True, "expected": quote["fingerprint"], "wanted_on": day})
    ann.post("/checkouts", lines)
    sale = callers["factory"].get("/orders?urgent=true")["items"]
    assert [(one["urgent"], one["urgent_fee"]["amount"], one["wanted_on"]) for one in sale] == [(True, 500, day)]


def test_a_basket_looked_at_again(callers: dict[str, Caller]) -> None:
    ann, lines = callers["ann"], {"lines": [{"offer": "tee@shop", "quantity": 2}]}
    quote = ann.post("/quotes", lines)
    kept = ("offer", "quantity", "base_price", "amount", "freight")
    seen = [{name: line[name] for name in kept} for line in quote["lines"]]
    assert ann.post("/quotes/review", lines | {"seen": seen})["changes"] == []
    offer = quote["lines"][0]["offer"]
    callers["shop"].patch(f"/offers/{offer}", {"price": 11_000})
    change = {"offer": offer, "what": "price", "was": 10_000, "now": 11_000}
    assert ann.post("/quotes/review", lines | {"seen": seen})["changes"] == [change]
    answer = ann.call("POST", "/checkouts", lines | {"seen": seen, "expected": quote["fingerprint"]})
    assert (answer.status_code, answer.json()["details"]["changes"]) == (409, [change])
    callers["factory"].post(f"/offers/{offer_of('tee@factory').code}/suspend")
    found = ann.post("/quotes/review", lines | {"seen": seen})
    assert (found["quote"], found["missing"][0]["reason"]) == (None, "upstream_suspended")

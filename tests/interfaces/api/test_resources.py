"""Each resource as its people use it: joining, goods, offers, stock, money, books, imports, payments."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.interfaces.webhooks import facts
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.approvals.models import Approval
from hanse.network.parties.models import Link, Party
from hanse.trade.orders.models import Refund
from hanse.value.payments.models import Payment
from hanse.value.payments.operations.attach_provider_ref import attach_provider_ref
from tests.interfaces.api.callers import Caller, caller
from tests.trade.world import World

Callers = dict[str, Caller]


def code(slug: str) -> str:
    return Party.objects.get(slug=slug).code


def test_a_business_applies_is_turned_down_mends_and_joins(callers: Callers) -> None:
    ann, operator = callers["ann"], callers["operator"]
    number = "330106199001011234"
    shown = [{"item": "representative_identity", "number": number}]
    body: dict[str, Any] = {
        "kind": "leader",
        "name": "安的团",
        "slug": "anns",
        "legal_name": "王安",
        "identity_number": number,
    }
    body |= {"phone": "13812345678", "certificates": shown}
    approval = ann.post("/applications", body)["code"]
    (waiting,) = operator.get("/approvals?kind=onboarding&status=submitted")["items"]
    assert (waiting["code"], waiting["actions"]) == (approval, ["approve", "reject", "withdraw"])
    assert operator.refused("POST", f"/approvals/{approval}/approve", {}) == (409, "checklist_incomplete")
    company = operator.get(f"/parties/{waiting['party']['code']}/company")
    assert (company["phone"], company["certificates"][0]["number"]) == ("****5678", "****1234")
    rejected = operator.post(f"/approvals/{approval}/reject", {"reasons": ["blurred"]})
    assert (rejected["status"], rejected["reasons"]) == ("rejected", ["blurred"])
    assert operator.post(f"/approvals/{approval}/resubmit")["status"] == "submitted"
    operator.post(f"/approvals/{approval}/tick", {"item": "representative_identity"})
    assert operator.post(f"/approvals/{approval}/approve", {"note": "fine"})["status"] == "approved"
    assert operator.get("/parties?kind=leader&status=active")["items"][0]["slug"] == "anns"
    other = ann.post("/applications", body | {"slug": "other"})["code"]
    assert operator.post(f"/approvals/{other}/withdraw")["status"] == "withdrawn"


def test_operators_register_suspend_and_set_the_policy(callers: Callers) -> None:
    operator = callers["operator"]
    made = operator.post(
        "/parties", {"kind": "retailer", "name": "Corner", "slug": "corner", "terms": {"level": "gold"}}
    )
    path = f"/parties/{made['code']}"
    assert (made["status"], made["terms"]) == ("active", {"level": "gold"})
    changed = operator.patch(f"{path}/terms", {"terms": {"settlement": {"days": [31, 15]}}, "forget": ["level"]})
    assert changed["terms"] == {"settlement": {"days": [15, 31]}}
    assert operator.post(f"{path}/suspend", {"why": "test"})["status"] == "suspended"
    assert operator.post(f"{path}/reinstate")["status"] == "active"
    operator.put(f"{path}/company", {"legal_name": "Corner Ltd", "licence_number": "91330100MA27"})
    assert operator.get(f"{path}/company")["licence_number"] == "****MA27"
    assert operator.refused("GET", f"/parties/{code('shop')}/company") == (404, "not_found")
    shop = callers["shop"]
    assert shop.get(f"/parties/{code('shop')}")["terms"] == {}
    assert shop.refused("PATCH", f"/parties/{code('shop')}/terms", {"terms": {"platform_fee": 1}}) == (
        403,
        "not_allowed",
    )


def test_links_carry_terms_and_credit(callers: Callers, market: World) -> None:
    operator, west, shop = (callers[name] for name in ("operator", "west", "shop"))
    body = {"kind": "supply", "upstream": "west", "downstream": "shop", "terms": {"pay": "credit", "limit": 50_000}}
    made = operator.post("/links", body)
    assert made["terms"] == {"pay": "credit", "limit": 50_000}
    path = f"/links/supply/{code('west')}/{code('shop')}"
    assert west.patch(path, {"terms": {"period": 86_400}})["terms"]["period"] == 86_400
    assert shop.refused("PATCH", path, {"terms": {"limit": 1}}) == (403, "not_allowed")
    assert [row["downstream"]["name"] for row in shop.get("/links?kind=supply")["items"]] == ["shop"]
    market.place("shop", {"tee@west": 5})
    bought = shop.get("/checkouts")["items"][0]["code"]
    paid = shop.post(f"/checkouts/{bought}/pay", {"from": "credit"})
    assert (paid["due"]["amount"], paid["debt"]["amount"]) == (0, 40_000)
    for who in (west, shop):
        (line,) = who.get("/credit")["items"]
        assert (line["limit"]["amount"], line["used"]["amount"], line["period"]) == (50_000, 40_000, 86_400)
    assert west.call("DELETE", path).status_code == 204
    assert west.refused("GET", path) == (404, "not_found")


def test_staff_is_given_roles_and_loses_them(callers: Callers) -> None:
    shop = callers["shop"]
    user = caller("rival", "buyer").get("/staff")["items"][0]["user"]
    given = shop.post("/staff", {"user": user, "role": "seller_clerk"})
    assert (given["user"], given["role"]) == (user, "seller_clerk")
    assert len(shop.get("/staff")["items"]) == 2
    assert shop.call("DELETE", f"/staff/{user}/seller_clerk").status_code == 204
    assert shop.refused("DELETE", f"/staff/{user}/seller_clerk") == (404, "not_found")


def test_a_product_is_reviewed_listed_and_edited(callers: Callers) -> None:
    factory, operator = callers["factory"], callers["operator"]
    operator.post("/categories", {"slug": "clothing", "name": "服装"})
    operator.post("/categories", {"slug": "shirts", "name": "衬衫", "parent": "clothing"})
    assert [(row["slug"], row["parent"]) for row in factory.get("/categories")] == [
        ("clothing", None), ("shirts", "clothing"),
    ]  # fmt: skip
    made = factory.post(
        "/products",
        {
            "name": "衬衫",
            "category": "shirts",
            "attributes": {"材质": "棉"},
            "skus": [{"name": "M", "slug": "shirt-m"}],
        },
    )
    path = f"/products/{made['code']}"
    assert (made["status"], made["skus"][0]["slug"]) == ("draft", "shirt-m")
    assert factory.patch(path, {"summary": "Soft"})["code"] == made["code"]
    approval = factory.post(f"{path}/submit")["code"]
    assert factory.refused("POST", f"/approvals/{approval}/approve", {}) == (403, "not_allowed")
    assert operator.refused("POST", f"/approvals/{approval}/withdraw", {}) == (422, "malformed")
    for item in ("name_and_category", "pictures", "description", "qualification"):
        operator.post(f"/approvals/{approval}/tick", {"item": item})
    assert operator.post(f"/approvals/{approval}/approve", {})["subject"] == made["code"]
    assert callers["stranger"].get("/products?category=clothing")["items"][0]["code"] == made["code"]
    edit = factory.patch(path, {"name": "新衬衫"})["code"]
    assert factory.get(path)["name"] == "衬衫"
    operator.post(f"/approvals/{edit}/reject", {"reasons": ["why?"]})
    edit = factory.patch(path, {"name": "新衬衫"})["code"]
    operator.post(f"/approvals/{edit}/tick", {"item": "changes"})
    operator.post(f"/approvals/{edit}/approve", {})
    assert factory.get(path)["name"] == "新衬衫"
    factory.post(f"{path}/withdraw", {"why": "out of fashion"})
    assert factory.get("/products?mine=true&status=withdrawn")["items"][0]["code"] == made["code"]
    operator.post(f"{path}/list")
    assert factory.get(path)["status"] == "listed"


def test_an_offer_shows_each_its_own_price(callers: Callers, market: World) -> None:
    shop, ann = callers["shop"], callers["ann"]
    (mine,) = shop.get("/offers?mine=true&status=listed")["items"]
    assert (mine["own"]["cost"], mine["own"]["base_price"], mine["available"]) == (8000, 10000, 100)
    path = f"/offers/{mine['code']}"
    steps = [{"price": 9500, "min_quantity": 10}, {"price": 9000, "buyer": "ann"}]
    shop.put(f"{path}/prices", {"prices": steps})
    assert [row["price"] for row in callers["rival"].get(path)["prices"]] == [10000, 9500]
    assert ann.get(path)["price"]["amount"] == 9000
    assert ann.get(path)["own"] is None
    changed = shop.patch(
        path, {"commission": [500], "freight": 800, "band": {"least": 9000, "most": None}, "terms": {}}
    )
    assert (changed["own"]["band_min"], changed["freight"]["amount"]) == (9000, 800)
    assert shop.post(f"{path}/suspend")["own"]["actions"] == ["resume", "withdraw"]
    assert callers["rival"].refused("GET", path) == (404, "not_found")
    assert shop.post(f"{path}/resume")["status"] == "listed"
    both = ann.get("/availability?offers=tee@shop&offers=tee@west&offers=none")
    assert len(both) == 2
    assert {"offer": mine["code"], "available": 99} in both
    listed = callers["rival"].post(
        "/offers", {"sku": "tee", "price": 12000, "currency": "CNY", "source": "tee@west", "band": {"least": 11000}}
    )
    assert listed["own"]["cost"] == 8000
    assert shop.post(f"{path}/withdraw")["status"] == "withdrawn"


def test_promotions_are_opened_and_closed(callers: Callers) -> None:
    shop = callers["shop"]
    made = shop.post("/promotions", {"offer": "tee@shop", "label": "Spring", "rate": 1000})
    assert made["bearers"][0]["share"] == 10_000
    quote = callers["ann"].post("/quotes", {"lines": [{"offer": "tee@shop", "quantity": 1}]})
    assert (quote["total"]["amount"], quote["lines"][0]["adjustments"][0]["amount"]) == (9000, -1000)
    assert shop.call("POST", f"/promotions/{made['code']}/close").status_code == 204
    assert len(shop.get("/promotions")["items"]) <= 1
    body = {"offer": "tee@shop", "label": "x", "rate": 1, "bearers": {"west": 10_000}}
    assert shop.refused("POST", "/promotions", body) == (403, "not_allowed")


def test_a_basket_is_filled_and_emptied(callers: Callers) -> None:
    ann = callers["ann"]
    offer = next(row["code"] for row in ann.get("/offers")["items"] if row["slug"] == "tee@shop")
    assert ann.put(f"/basket/{offer}", {"quantity": 3})["lines"][0]["quantity"] == 3
    assert ann.put(f"/basket/{offer}", {"quantity": 0})["lines"] == []


def test_stock_moves(callers: Callers) -> None:
    factory = callers["factory"]
    house = factory.post("/warehouses", {"code": "north", "name": "北仓", "place": {"latitude": 1, "longitude": 2}})
    assert (house["latitude"], house["is_default"], len(factory.get("/warehouses")["items"])) == (1, False, 2)
    thing: dict[str, Any] = {"sku": "tee", "quantity": 10}
    assert factory.post("/stock/restock", thing | {"origin": "supplier"})["available"] == 110
    assert factory.post("/stock/damage", thing)["damaged"] == 10
    assert factory.post("/stock/scrap", thing | {"quantity": 4})["damaged"] == 6
    assert factory.post("/stock/transfer", thing | {"target": "north"})["available"] == 90
    assert factory.post("/stock/count", {"sku": "tee", "found": 88})["available"] == 88
    assert factory.post("/stock/aside", thing | {"name": "fair"})["reserved"] == 10
    assert factory.call("POST", "/stock/free", {"name": "fair"}).status_code == 204
    sku = factory.get("/stock")["items"][0]["sku"]
    (north,) = factory.get(f"/stock?warehouse=north&sku={sku}&most=10")["items"]
    assert north["available"] == 10
    first = factory.get("/stock/movements?sku=tee&limit=3")
    rest = factory.get(f"/stock/movements?sku=tee&after={first['next']}")
    assert [row["kind"] for row in rest["items"]][-1] == "restock"
    assert factory.refused("GET", "/stock/movements?sku=tee&warehouse=south") == (404, "not_found")
    assert callers["rival"].get("/stock")["items"] == []
    assert callers["rival"].refused("POST", "/stock/restock", thing | {"party": "factory"}) == (404, "not_found")


def test_rows_go_in_and_the_bad_ones_are_told(callers: Callers) -> None:
    factory = callers["factory"]
    rows = [{"name": "Cap", "skus": [{"slug": "cap"}]}, {"name": "Hat", "category": "none", "skus": [{"slug": "hat"}]}]
    told = factory.post("/imports/products", {"rows": rows})
    assert (told["imported"], [(row["row"], row["field"]) for row in told["problems"]]) == (1, [(1, "category")])
    offer = {"sku": "cap", "price": 500, "currency": "CNY", "slug": "cap@factory"}
    assert factory.post("/imports/offers", {"rows": [offer, offer]})["imported"] == 1
    delivery = {"reference": "PO-1", "sku": "cap", "quantity": 7}
    assert factory.post("/imports/stock", {"rows": [delivery]})["imported"] == 1
    assert factory.post("/imports/stock", {"rows": [delivery]})["known"] == 1


def test_money_is_stated_paid_out_and_returned(callers: Callers, market: World) -> None:
    shop, operator, factory = (callers[name] for name in ("shop", "operator", "factory"))
    market.at -= timedelta(days=8)
    market.link("promotes", "rival", "ann")
    market.offer("tee#2@shop", 10000, "tee@west", commission=[1000])
    done = market.deal("ann", {"tee#2@shop": 2}, "closed")
    assert shop.get("/balances")["payable"] == 20000 - 16000 - 1000 - 2000
    (earned,) = callers["rival"].get("/commissions")["items"]
    assert (earned["status"], earned["amount"]["amount"], earned["order"]) == ("confirmed", 2000, None)
    payout = factory.post("/payouts", {"currency": "CNY", "amount": 5000})["code"]
    assert factory.refused("POST", "/payouts", {"currency": "CNY", "amount": 50_000}) == (409, "nothing_to_pay_out")
    assert operator.post(f"/payouts/{payout}/sent", {"reference": "B1"})["status"] == "sent"
    assert operator.post(f"/payouts/{payout}/paid")["status"] == "paid"
    assert operator.post(f"/payouts/{payout}/returned", {"why": "closed"})["reason"] == "closed"
    other = factory.post("/payouts", {"currency": "CNY"})["code"]
    assert operator.post(f"/payouts/{other}/failed", {"why": "closed"})["status"] == "failed"
    assert len(factory.get("/payouts")["items"]) == 2
    assert factory.get(f"/payouts/{payout}")["amount"] == {"amount": 5000, "currency": "CNY"}
    operator.call("POST", "/wallets/top-ups", {"party": "ann", "amount": 5, "currency": "CNY"})
    operator.call("POST", "/points", {"party": "ann", "points": 7})
    assert callers["ann"].get("/balances")["points"] == 7
    postings = operator.get(f"/books/postings?subject={done}&limit=1")
    rest = operator.get(f"/books/postings?subject={done}&after={postings['next']}")
    assert {row["kind"] for row in postings["items"] + rest["items"]} >= {"pay", "close"}
    assert {row["amount"] for row in operator.get("/books/balances?purpose=points&currency=POINTS")} == {7}
    entries = operator.get("/books/entries?holder=factory&purpose=owed")["items"]
    assert sum(row["amount"] for row in entries) == factory.get("/balances")["payable"]
    assert operator.refused("GET", "/books/entries?holder=shop&purpose=credit") == (422, "malformed")
    future = (clock.now() + timedelta(days=1)).isoformat()
    body = {"party": "shop", "currency": "CNY", "boundary": future}
    assert operator.refused("POST", "/settlements", body) == (422, "malformed")
    assert [row["checkout"] for row in shop.get("/refunds")["items"]] == []


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A provider that takes every payment, without a network."""
    opened: list[str] = []

    def open_payment(*, payment: str, return_url: str, at: Any) -> str:
        opened.append(return_url)
        told = {"payment": payment, "provider_ref": f"ref-{payment}", "pay_url": "https://pay.example.com/1"}
        attach_provider_ref(key=payment, at=at, by=ENGINE, **told)
        return told["pay_url"]

    monkeypatch.setattr("hanse.interfaces.api.payments.open_payment", open_payment)
    monkeypatch.setattr("hanse.interfaces.api.payments.query_payment", lambda **_given: "pending")
    monkeypatch.setattr("hanse.interfaces.api.payments.registry.offered", lambda: ("sandbox",))
    return opened


def test_a_payment_is_begun_and_asked_after(callers: Callers, gateway: list[str]) -> None:
    ann = callers["ann"]
    placed = ann.post("/checkouts", {"lines": [{"offer": "tee@shop", "quantity": 1}]})
    path = f"/checkouts/{placed['code']}/payments"
    body = {"return_url": "https://shop.example.com/paid"}
    assert ann.refused("POST", path, body | {"provider": "other"}) == (422, "malformed")
    begun = ann.post(path, body)
    assert (begun["status"], begun["pay_url"], begun["amount"]["amount"]) == (
        "pending",
        "https://pay.example.com/1",
        10000,
    )
    assert gateway == [body["return_url"]]
    assert ann.get(f"/payments?checkout={placed['code']}")["items"] == [begun]
    assert ann.post(f"/payments/{begun['code']}/query") == begun
    assert callers["rival"].refused("GET", f"/payments/{begun['code']}") == (404, "not_found")
    ann.post(f"/checkouts/{placed['code']}/cancel", {"why": "changed my mind"})
    assert ann.refused("POST", path, body) == (409, "nothing_to_pay")


def test_orders_are_found_received_cancelled_and_refunded(callers: Callers, market: World) -> None:
    ann, shop = callers["ann"], callers["shop"]
    first, second = (market.deal("ann", {"tee@shop": 2}, stage) for stage in ("paid", "shipped"))
    code = ann.get(f"/orders?checkout={first}&status=paid")["items"][0]["code"]
    since = clock.now().replace(year=2000).isoformat().replace("+", "%2B")
    assert len(ann.get(f"/orders?placed_from={since}")["items"]) == 2
    assert ann.get(f"/orders?placed_before={since}")["items"] == []
    part = {"lines": [{"offer": "tee@shop", "quantity": 1}]}
    assert ann.post(f"/orders/{code}/cancel", part)["lines"][0]["cancelled"] == 1
    other = market.order(second, "shop").code
    assert ann.post(f"/orders/{other}/receive", part)["lines"][0]["received"] == 1
    (refund,) = shop.post(f"/orders/{other}/refunds", {"amount": 500, "fault": "seller"})["codes"]
    assert ann.get(f"/refunds/{refund}")["amount"]["amount"] == 500
    assert len(shop.get("/refunds")["items"]) == 2
    parcels = ann.get(f"/parcels?order={other}")["items"]
    assert [row["lines"][0]["quantity"] for row in parcels] == [2]


def test_every_fact_finds_whom_it_concerns(callers: Callers, market: World) -> None:
    """Each resolver with something real: nobody is told what is not its own."""
    bought = market.deal("ann", {"tee@shop": 1}, "shipped")
    link = market.link("supply", "west", "shop")
    product = callers["factory"].post("/products", {"name": "Cap", "skus": [{}]})["code"]
    approval = callers["factory"].post(f"/products/{product}/submit")["code"]
    promotion = market.promotion("tee@shop", 100)
    refund = callers["shop"].post(
        f"/orders/{market.order(bought, 'shop').code}/refunds", {"amount": 10, "fault": "seller"}
    )["codes"][0]
    parcel = callers["ann"].get("/parcels")["items"][0]["code"]
    payment = market.payment(bought, 100)
    offer = market.order(bought, "west").lines.get().offer.code
    all_four = {"ann", "shop", "west", "factory"}
    said: dict[str, tuple[dict[str, Any], set[str]]] = {
        "parcel.shipped": ({"parcel": parcel, "checkout": bought}, all_four),
        "refund.booked": ({"refund": refund, "checkout": bought}, {"ann", "shop"}),
        "credit.repaid": ({"checkout": bought}, {"ann", "shop"}),
        "payment.started": ({"payment": payment, "subject": bought}, {"ann"}),
        "statement.made": ({"party": code("west"), "statement": "S-1"}, {"west"}),
        "approval.submitted": ({"approval": approval, "kind": "product", "party": code("factory")}, {"factory"}),
        "product.submitted": ({"product": product, "approval": approval}, {"factory"}),
        "offer.changed": ({"offer": offer}, {"west", "shop"}),
        "promotion.opened": ({"code": promotion, "offer": "x"}, {"shop"}),
        "link.opened": ({"link": link, "kind": "supply"}, {"west", "shop"}),
        "terms.changed": ({"party": code("shop")}, {"shop"}),
        "order.shipped": ({"order": market.order(bought, "shop").code, "checkout": bought}, all_four),
    }  # fmt: skip
    names = dict(Party.objects.values_list("pk", "slug"))
    for fact, (payload, whom) in said.items():
        told = facts.told(fact, payload)
        assert {names[party] for party in told} == whom | {"platform"}, fact
        assert not any("link" in data for data in told.values())
    for gone in ({"parcel": "D-0", "checkout": bought}, {"payment": "Y-0"}, {"product": "G-0"}, {"offer": "F-0"}):
        kind = {
            "parcel": "parcel.shipped",
            "payment": "payment.failed",
            "product": "product.listed",
            "offer": "offer.listed",
        }
        assert facts.FACTS[kind[next(iter(gone))]].whom(gone) == {}
    assert facts.FACTS["promotion.closed"].whom({"code": "M-0"}) == {}
    assert facts.FACTS["provider_refund.started"].whom({"refund": "R-0"}) == {}
    assert (Refund.objects.count(), Link.objects.count(), Approval.objects.count()) == (1, 1, 1)
    assert Payment.objects.count() == 1

"""Every operation as every role and as a stranger: what is not theirs is 403 or 404, and the answer tells nothing."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hanse.interfaces.api.openapi import operations
from hanse.interfaces.api.site import api
from hanse.kernel import clock
from hanse.network.access.rules import ROLES
from hanse.network.parties.queries import party
from hanse.value.settlement.models import Payout
from tests.interfaces.api.callers import Caller, caller
from tests.trade.world import World

SCHEMA = api.get_openapi_schema(path_prefix="/api/v1/")
OPEN = {
    "quote", "list_brands", "list_categories", "list_products", "get_product", "list_offers", "get_offer",
    "get_availability", "get_requirements", "review_basket", "get_presale",
}  # fmt: skip
OWN_LISTS = {"get_me", "list_keys", "list_staff", "list_approvals", "issue_key", "apply_to_join"}
"""Everybody who is somebody may ask for what is its own."""
TO_ANYBODY = OPEN | OWN_LISTS | {"list_facts"}


def described() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in SCHEMA["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


ALL = {operation["operationId"]: (path, method, operation) for path, method, operation in described()}


@pytest.fixture
def known(callers: dict[str, Caller], market: World) -> dict[str, str]:
    """Documents of the shop and ann, by what stands for them in a path."""
    shop, ann, operator = callers["shop"], callers["ann"], callers["operator"]
    market.at -= timedelta(days=8)  # so that what it waits for has been when the API looks at the clock
    market.link("supply", "west", "shop", pay="credit", limit=50_000)
    code = market.deal("ann", {"tee@shop": 2}, "closed")
    product = shop.post("/products", {"name": "Secret thing", "skus": [{"slug": "secret-thing"}]})["code"]
    approval = shop.post(f"/products/{product}/submit")["code"]
    refund = shop.post(f"/orders/{market.order(code, 'shop').code}/refunds", {"amount": 100, "fault": "seller"})[
        "codes"
    ][0]
    endpoint = shop.post("/webhooks", {"url": "http://127.0.0.1:1/"})["code"]
    renewed = {"item": "business_licence", "file": {"name": "a.pdf", "content": "JVBERi0xLjcK"}}
    paper = shop.post(f"/parties/{party('shop').code}/licences", renewed)["payload"]["paper"]
    statement = operator.post("/settlements", {"party": "shop", "currency": "CNY"})["statement"]
    kept = shop.post("/addresses", {"name": "Shop", "phone": "1", "place": "Suzhou", "street": "Hidden lane 3"})
    one_piece = [{"offer": "tee@shop", "quantity": 1}]
    bought = market.order(market.deal("shop", {"tee@west": 1}, "shipped"), "west").code
    return {
        "address": str(kept["id"]),
        "block": str(shop.post("/blocks", {"kind": "notice", "said": {"text": "Secret notice"}})["id"]),
        "invitations": shop.post("/invitations", {"sign_in": "new@example.com", "role": "finance"})["code"],
        "favourites": product,
        "visits": product,
        "checkouts": code,
        "orders": market.order(code, "shop").code,
        "payments": market.payment(code, 100),
        "changes": ann.post(f"/orders/{market.deal('ann', {'tee@shop': 2})}/changes", {"lines": one_piece})["code"],
        "parcels": ann.get("/parcels")["items"][0]["code"],
        "refunds": refund,
        "receipts": shop.post(f"/orders/{bought}/receipts", {"lines": [{"offer": "tee@west", "good": 1}]})["code"],
        "stock-takes": shop.post("/stock-takes", {"warehouse": "main"})["code"],
        "parties": party("shop").code,
        "products": product,
        "approvals": approval,
        "offers": "F-00000-00000",
        "promotions": market.promotion("tee@shop", 100),
        "statements": statement,
        "payouts": Payout.objects.get(party__slug="shop").code,
        "webhooks": endpoint,
        "deliveries": shop.post(f"/webhooks/{endpoint}/test")["code"],
        "keys": shop.get("/keys")["items"][0]["code"],
        "works": shop.post("/works/exports", {"list": "offers"})["code"],
        "user": shop.get("/keys")["items"][0]["user"],
        "upstream": party("west").code,
        "downstream": party("shop").code,
        "papers": paper,
    }


def filled(path: str, known: dict[str, str]) -> str:
    """Return the address of the shop's document."""
    first = path.removeprefix("/api/v1/").split("/")[0]
    fixed = {"slug": "clothes", "kind": "supply", "role": "owner", "offer": "F-00000-00000"}
    for name in ("user", "upstream", "downstream", "address", "block"):
        path = path.replace(f"{{{name}}}", known[name])
    for name, value in fixed.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{code}", known.get(first, ""))


def body_of(operation: dict[str, Any]) -> Any:
    """Return the example of the operation's request."""
    if "requestBody" not in operation:
        return {}
    (media,) = operation["requestBody"]["content"].values()
    return media["example"]


def walk(who: Caller, known: dict[str, str], names: set[str]) -> dict[str, tuple[int, str]]:
    """Ask for everything with the examples of the schema; return the status and the text of each answer."""
    found = {}
    for name in sorted(names):
        path, method, operation = ALL[name]
        query = "".join(
            f"&{one['name']}={one['example']}"
            for one in operation["parameters"]
            if one["in"] == "query" and one["required"] and not isinstance(one.get("example"), list)
        )
        response = who.call(method.upper(), filled(path, known) + "?" + query, body_of(operation))
        found[name] = (response.status_code, response.content.decode(errors="replace"))
    return found


def test_there_are_as_many_as_were_described() -> None:
    assert len(ALL) == sum(1 for _one in operations(SCHEMA)) >= 110


def test_strangers(callers: dict[str, Caller], known: dict[str, str]) -> None:
    found = walk(callers["stranger"], known, set(ALL))
    assert {name for name, (status, _text) in found.items() if status != 401} == OPEN
    assert {json.loads(text)["code"] for status, text in found.values() if status == 401} == {"not_signed_in"}


@pytest.mark.parametrize("role", ["rival", "newcomer", *sorted(set(ROLES) - {"operator", "reviewer"})])
def test_what_belongs_to_others(callers: dict[str, Caller], known: dict[str, str], role: str) -> None:
    """Rivals in every role never see or change what is the shop's, nor learn that it exists."""
    who = callers["rival"] if role == "rival" else caller("rival", "owner" if role == "newcomer" else role)
    about_one = {name for name, (path, _method, _op) in ALL.items() if "{" in path and name not in OPEN}
    found = walk(who, known, about_one - {"put_basket_line", "take_role"})
    wrong = {name: answer for name, answer in found.items() if answer[0] not in (403, 404)}
    assert wrong == {}
    for name, (status, text) in found.items():
        assert set(json.loads(text)) == {"type", "title", "status", "code", "detail"}, name
        assert json.loads(text)["code"] == ("not_found" if status == 404 else "not_allowed"), name


def test_lists_hold_nothing_of_others(callers: dict[str, Caller], known: dict[str, str]) -> None:
    lists = {name for name, (path, method, _op) in ALL.items() if method == "get" and "{" not in path}
    found = walk(callers["rival"], known, lists - OPEN)
    told = " ".join(text for status, text in found.values() if status == 200)
    hidden = {known[name] for name in known if name not in ("upstream", "downstream", "parties", "address", "block")}
    assert [code for code in hidden if code in told] == []
    assert "Secret thing" not in told
    assert "Hidden lane" not in told
    assert "new@example.com" not in told


def test_only_operators_operate(callers: dict[str, Caller], known: dict[str, str]) -> None:
    theirs = {name for name, (_p, _m, op) in ALL.items() if "Operators only" in op["description"]}
    theirs |= {"list_postings", "list_balances", "list_account_entries", "register_party"}
    for who in ("shop", "ann", "factory"):
        found = walk(callers[who], known, theirs)
        assert {name: s for name, (s, _t) in found.items() if s not in (403, 404)} == {}
    seen = walk(callers["operator"], known, {"list_postings", "list_balances"})
    assert {status for status, _text in seen.values()} == {200}


def test_operators_and_reviewers_see_what_they_decide(callers: dict[str, Caller], known: dict[str, str]) -> None:
    reads = {
        name
        for name, (path, method, _op) in ALL.items()
        if method == "get" and path.endswith("{code}") and name not in {"get_offer", "get_company"}
    }
    found = walk(callers["operator"], known, reads)
    assert {name: answer for name, answer in found.items() if answer[0] != 200} == {}
    reviewer = caller("platform", "reviewer")
    assert reviewer.get(f"/approvals/{known['approvals']}")["actions"] == ["approve", "reject"]
    assert reviewer.refused("GET", f"/orders/{known['orders']}") == (403, "not_allowed")
    assert clock.now() is not None


def test_every_operation_is_described_with_an_example() -> None:
    for name, (_path, method, operation) in ALL.items():
        assert operation["description"].strip().endswith("."), name
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in holder.get("content", {}).values():
                assert media["example"] is not None, name
        headers = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
        reads = method == "get" or name in ("quote", "review_basket")
        assert reads or "Idempotency-Key" in headers, name

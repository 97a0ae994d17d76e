"""Who may call: keys with scopes, sessions with CSRF tokens, guesses, and what strangers are told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hanse.goods.offers.queries import offer
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.access.models import ApiKey, User
from hanse.network.access.operations.revoke_role import revoke_role
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.queries import party
from tests.interfaces.api.callers import ROOT, Caller, caller, member
from tests.trade.world import World


@pytest.fixture(autouse=True)
def no_guesses_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_a_key_is_shown_once_and_ends_when_revoked(callers: dict[str, Caller]) -> None:
    shop = callers["shop"]
    body = {"name": "till", "scopes": ["orders.see", "party.see"]}
    made = shop.post("/keys", body, key="till")
    assert made["secret"].startswith(made["prefix"])
    assert shop.post("/keys", body, key="till")["secret"] is None
    row = ApiKey.objects.get(code=made["code"])
    assert made["secret"] not in repr(row.__dict__)
    till = Caller(made["secret"])
    assert till.get("/me")["permissions"] == ["orders.see", "party.see"]
    assert ApiKey.objects.get(code=made["code"]).last_used_at is not None
    assert shop.post(f"/keys/{made['code']}/revoke")["revoked_at"] is not None
    assert till.refused("GET", "/me") == (401, "not_signed_in")
    assert shop.refused("POST", f"/keys/{made['code']}/revoke") == (404, "not_found")


def test_a_key_never_has_more_than_its_scopes(callers: dict[str, Caller]) -> None:
    reader = caller("shop", scopes=["orders.see"])
    assert reader.get("/orders")["items"] == []
    for method, path, body in [
        ("GET", "/stock", None),
        ("GET", "/balances", None),
        ("GET", "/webhooks", None),
        ("POST", "/keys", {"name": "more", "scopes": ["money.see"]}),
        ("POST", "/offers", {"sku": "tee", "price": 1, "currency": "CNY"}),
    ]:
        assert reader.refused(method, path, body) == (403, "not_allowed")
    assert reader.post("/keys", {"name": "same", "scopes": ["orders.see"]})["scopes"] == ["orders.see"]


def test_a_key_never_has_more_than_its_user_has_now(market: World) -> None:
    clerk = caller("shop", "seller_clerk")
    assert clerk.get("/orders")["items"] == []
    user = User.objects.get(api_keys__code=clerk.get("/keys")["items"][0]["code"])
    suspend_party(key="s", at=clock.now(), by=ENGINE, party="rival", why="test")
    revoke_role(key="r", at=clock.now(), by=ENGINE, user=user.code, party="shop", role="seller_clerk")
    assert clerk.refused("GET", "/orders") == (401, "not_signed_in")
    rival = caller("rival")
    assert rival.refused("POST", "/offers", {"sku": "tee", "price": 1, "currency": "CNY"}) == (403, "not_allowed")


def test_an_operators_key_can_be_for_less(market: World) -> None:
    narrow = caller("platform", "operator", scopes=["orders.see"])
    assert narrow.refused("GET", "/books/postings") == (403, "not_allowed")
    assert narrow.get("/orders")["items"] == []


def test_wrong_keys_are_not_taken_for_strangers_and_are_counted(callers: dict[str, Caller]) -> None:
    guess = Caller("hanse_" + "x" * 40)
    assert guess.refused("GET", "/products") == (401, "not_signed_in")
    for _n in range(29):
        guess.call("GET", "/products")
    assert guess.refused("GET", "/products") == (429, "too_many_guesses")
    assert callers["shop"].refused("GET", "/me") == (429, "too_many_guesses")
    cache.clear()
    assert callers["shop"].get("/me")["kind"] == "retailer"


def test_a_session_needs_a_csrf_token_to_write(market: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("ann", "owner"))
    session = Caller(client=client)
    assert session.get("/me")["kind"] == "consumer"
    body = {"lines": [{"offer": "tee@shop", "quantity": 1}]}
    assert session.refused("POST", "/checkouts", body) == (403, "csrf_failed")
    client.get("/")
    client.get("/sign-in/")
    token = client.cookies["csrftoken"].value
    placed = session.call("POST", "/checkouts", body, **{"X-CSRFToken": token})
    assert placed.status_code == 201


def test_strangers_see_the_market_and_nothing_else(callers: dict[str, Caller]) -> None:
    stranger = callers["stranger"]
    (offer, *_others) = [one for one in stranger.get("/offers")["items"] if one["slug"] == "tee@shop"]
    assert (offer["price"]["amount"], offer["own"], offer["available"]) == (10000, None, 99)
    (product,) = stranger.get("/products")["items"]
    assert product["owner"] is None
    assert stranger.post("/quotes", {"lines": [{"offer": "tee@shop", "quantity": 1}]})["total"]["amount"] == 10000
    assert stranger.refused("GET", "/orders") == (401, "not_signed_in")
    assert stranger.refused("GET", "/nothing") == (404, "not_found")
    assert stranger.refused("POST", "/applications", {}) == (401, "not_signed_in")


def test_refusals_speak_the_callers_language(callers: dict[str, Caller]) -> None:
    body = {"lines": [{"offer": "tee@shop", "quantity": 101}]}
    english = callers["ann"].call("POST", "/checkouts", body)
    chinese = callers["ann"].call("POST", "/checkouts", body, **{"Accept-Language": "zh-hans"})
    said, gesagt = (json.loads(one.content) for one in (english, chinese))
    told = {"available": 100, "wanted": 101, "offer": offer("tee@shop").code}
    assert (said["status"], said["code"], said["details"]) == (409, "out_of_stock", told)
    assert said["detail"] != gesagt["detail"]
    assert said["code"] == gesagt["code"]


def test_a_read_that_has_not_changed_is_not_sent_again(callers: dict[str, Caller]) -> None:
    ann = callers["ann"]
    placed = ann.post("/checkouts", {"lines": [{"offer": "tee@shop", "quantity": 1}]})
    first = ann.call("GET", f"/orders/{placed['orders'][0]}")
    again = ann.call("GET", f"/orders/{placed['orders'][0]}", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    ann.post(f"/checkouts/{placed['code']}/pay", {"from": "wallet"})
    changed = ann.call("GET", f"/orders/{placed['orders'][0]}", **{"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, json.loads(changed.content)["status"]) == (200, "paid")


def test_lists_go_on_where_they_were_whatever_is_inserted(callers: dict[str, Caller], market: World) -> None:
    ann = callers["ann"]
    codes = [market.place("ann", {"tee@shop": 1}) for _n in range(5)]
    first = ann.get("/checkouts?limit=2")
    market.place("ann", {"tee@shop": 1})
    second = ann.get(f"/checkouts?limit=2&after={first['next']}")
    third = ann.get(f"/checkouts?limit=2&after={second['next']}")
    seen = [row["code"] for part in (first, second, third) for row in part["items"]]
    assert seen == codes[::-1]
    assert third["next"] is None
    assert ann.refused("GET", "/checkouts?after=nonsense") == (422, "malformed")


MALFORMED: list[tuple[Any, str]] = [
    (b"{", "body"),
    (b"\xff\xfe", "body"),
    (b'{"lines": NaN}', "body"),
    (b"[" * 100_000, "body"),
    (b'{"lines": ' + b"9" * 5000 + b"}", "body"),
    (b"[]", "body"),
    (b"", "body"),
    ({"lines": []}, "lines"),
    ({"lines": "tee"}, "lines"),
    ({"lines": [{"offer": "tee@shop", "quantity": "2"}]}, "lines.0.quantity"),
    ({"lines": [{"offer": "tee@shop", "quantity": True}]}, "lines.0.quantity"),
    ({"lines": [{"offer": "tee@shop", "quantity": 1.5}]}, "lines.0.quantity"),
    ({"lines": [{"offer": "tee@shop", "quantity": 10**30}]}, "lines.0.quantity"),
    ({"lines": [{"offer": "tee@shop", "quantity": 0}]}, "lines.0.quantity"),
    ({"lines": [{"offer": "tee\x00", "quantity": 1}]}, "lines.0.offer"),
    ({"lines": [{"offer": "tee@shop", "quantity": 1}], "note": "a\x00b"}, "note"),
    (b'{"lines": [{"offer": "tee@shop", "quantity": 1}], "note": "\\ud800"}', "note"),
    ({"lines": [{"offer": "tee@shop", "quantity": 1}], "gift": 1}, "gift"),
    ({"lines": [{"offer": "tee@shop", "quantity": 1, "price": 1}]}, "lines.0.price"),
]


@pytest.mark.parametrize(("body", "field"), MALFORMED, ids=range(len(MALFORMED)))
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(
    callers: dict[str, Caller], body: Any, field: str
) -> None:
    response = callers["ann"].call("POST", "/checkouts", body)
    said = json.loads(response.content)
    assert (response.status_code, said["code"], said["field"]) == (422, "malformed", field)


def test_a_write_needs_a_key_of_its_own(callers: dict[str, Caller]) -> None:
    client = callers["ann"].client
    bearer = {"Authorization": f"Bearer {callers['ann'].secret}"}
    for key in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 151}):
        body = {"lines": [{"offer": "tee@shop", "quantity": 1}]}
        response = client.post(f"{ROOT}/checkouts", body, "application/json", headers=bearer | key)
        said = json.loads(response.content)
        assert (response.status_code, said["errors"][0]["field"].lower()) == (422, "idempotency-key")


def test_a_body_may_not_be_endless(callers: dict[str, Caller], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert callers["ann"].refused("POST", "/checkouts", b'"' + b"x" * 200 + b'"') == (413, "too_big")


def test_a_fault_of_ours_says_nothing_of_itself(callers: dict[str, Caller], monkeypatch: Any) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("hanse.interfaces.api.checkouts.quote_for", broken)
    response = callers["ann"].call("POST", "/quotes", {"lines": [{"offer": "tee@shop", "quantity": 1}]})
    assert (response.status_code, b"secret" in response.content) == (500, False)


def test_parties_are_linked_by_invitation_and_promoters_are_joined_by_their_code(
    callers: dict[str, Caller], market: World
) -> None:
    shop, ann, west = callers["shop"], callers["ann"], party("west").code
    for kind in ("supply", "promotes", "community", "employs"):
        body = {"kind": kind, "upstream": "shop", "downstream": "ann"}
        assert shop.refused("POST", "/links", body) == (403, "not_agreed")
    offered = {"kind": "supply", "upstream": "shop", "terms": {"limit": 500}}
    invitation = shop.post("/links/invitations", offered)
    assert (invitation["downstream"], invitation["terms"]) == (None, {"limit": 500})
    link = ann.post("/links/accept", {"invitation": invitation["code"]})
    assert (link["upstream"]["code"], link["downstream"]["code"]) == (party("shop").code, party("ann").code)
    assert ann.refused("POST", "/links/accept", {"invitation": invitation["code"]}) == (404, "not_found")
    assert shop.post("/links/invitations", offered | {"downstream": west})["downstream"]["code"] == west
    joined = {"kind": "promotes", "upstream": party("shop").code, "downstream": "ann"}
    assert ann.post("/links", joined)["kind"] == "promotes"

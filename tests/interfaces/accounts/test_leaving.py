"""Having a copy of one's data, and closing the account in the browser."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from hanse.interfaces.accounts.operations.end_sign_in import end_sign_in
from hanse.kernel import clock
from hanse.kernel.actor import STRANGER
from hanse.kernel.errors import NotAllowed
from hanse.network.access.queries import actor_for
from hanse.network.parties.rules import Secret
from hanse.relations.members.operations.save_address import save_address
from hanse.relations.privacy.models import DataRequest
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.cancel import cancel
from tests.interfaces.accounts.test_mine import confirm, entered
from tests.interfaces.web.faces import PASSWORD, Mall, text


def unpacked(client: Client) -> tuple[dict[str, list[dict[str, object]]], ZipFile]:
    answer = client.post("/account/data/", {"key": "copy"})
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    archive = ZipFile(BytesIO(answer.content))
    return json.loads(archive.read("data.json")), archive


def test_everything_that_is_kept_about_a_person_can_be_taken_along(mall: Mall) -> None:
    mall.ordered()
    ann = entered(mall)
    by = actor_for(mall.users["ann"])
    secrets: dict[str, Any] = {
        name: Secret(said) for name, said in (("name", "Ann"), ("phone", "138"), ("place", "SZ"), ("street", "S 1"))
    }
    save_address(key="a", at=clock.now(), by=by, **secrets)
    assert "/account/confirm/" in ann.get("/account/data/").headers["Location"]
    confirm(ann)
    assert ann.get("/account/data/").status_code == 200
    kept, archive = unpacked(ann)
    assert kept["user"][0]["email"] == "ann@example.com"
    assert kept["address"][0]["street"] == "S 1"
    assert kept["checkout"][0]["address"]["street"] == "Pingjiang Road 18"  # type: ignore[index]
    assert kept["membership"][0]["role"] == "owner"
    assert {"sessions", "party", "order", "address"} <= set(kept)
    assert "password" not in kept["user"][0]
    page = archive.read("index.html").decode()
    assert "ann@example.com" in page
    assert "bob@example.com" not in page + json.dumps(kept)
    assert "CN" not in {str(row.get("party")) for row in kept["order"]}
    assert DataRequest.objects.get().kind == "copy"
    assert "A copy" in text(mall.client("operator").get("/console/platform/privacy/"))


def test_an_owner_takes_along_what_is_about_the_person_alone(mall: Mall) -> None:
    mall.ordered()
    shop = entered(mall, "shop")
    confirm(shop)
    kept, _archive = unpacked(shop)
    assert kept["membership"][0]["party"] == "P-" + str(kept["membership"][0]["party"])[2:]
    assert "checkout" not in kept
    assert "order" not in kept


def test_an_account_is_closed_once_nothing_is_open(mall: Mall) -> None:
    checkout = mall.ordered(paid=False)
    ann, other = entered(mall), entered(mall)
    confirm(ann)
    order = Order.objects.get(checkout=checkout, tier=0)
    assert order.code in text(ann.get("/account/close/"))
    ann.post("/account/close/", {"key": "early", "sure": "ann"})
    assert mall.users["ann"].__class__.objects.get(pk=mall.users["ann"].pk).is_active
    mall.call(cancel, order=order.code)
    assert ann.post("/account/close/", {"key": "wrong", "sure": "bob"}).status_code == 422
    assert "cannot be undone" in text(ann.get("/account/close/"))
    assert ann.post("/account/close/", {"key": "sure", "sure": "ann"}).headers["Location"] == "/account/closed/"
    assert "All the best" in text(ann.get("/account/closed/"))
    for client in (ann, other):
        assert client.get("/account/").status_code == 302
    again = Client().post("/sign-in/", {"sign_in": "ann@example.com", "password": PASSWORD})
    assert again.status_code == 200
    assert not Session.objects.filter(pk=other.session.session_key).exists()
    page = text(mall.client("operator").get("/console/platform/privacy/"))
    assert "Erasure" in page
    assert "ann" not in page.split("<main")[1].split("<tbody")[1].split("</tbody")[0].lower().replace("aria", "")


def test_who_alone_owns_a_business_hands_it_over_first(mall: Mall) -> None:
    west = entered(mall, "west")
    confirm(west)
    assert "You are the only owner of west" in text(west.get("/account/close/"))
    west.post("/account/close/", {"key": "x", "sure": "west"})
    assert west.get("/account/").status_code == 200


def test_only_somebody_signed_in_ends_their_sign_in(mall: Mall) -> None:
    with pytest.raises(NotAllowed):
        mall.call(end_sign_in, STRANGER, user=mall.users["ann"].code)
    assert mall.client("ann").get("/account/").status_code == 200

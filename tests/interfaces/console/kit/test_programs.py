"""Keys of programs and addresses of webhooks, made and ended in the console; a secret is shown once."""

import re
from typing import Any

import pytest
from pytest_django import Settings

from hanse.network.access.models import ApiKey
from hanse.network.access.queries import actor_for_key
from hanse.network.webhooks.models import Delivery, Endpoint
from tests.interfaces.web.faces import Mall, key, text


def secret_of(answer: Any) -> str:
    """Return the secret that the page shows, "" if it shows none."""
    assert answer.status_code == 200, text(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    found = re.search(r'id="secret"[^>]* value="([^"]+)"', text(answer))
    return found[1] if found else ""


def test_a_key_is_issued_shown_once_and_ended(mall: Mall) -> None:
    client = mall.client("factory")
    asked = {"key": key(), "name": "Warehouse system", "scopes": ["stock.see", "stock.edit"]}
    secret = secret_of(client.post("/console/programs/new/", asked))
    holder = actor_for_key(secret)
    assert holder is not None
    assert holder.actor.permissions == {"stock.see", "stock.edit"}
    again = client.post("/console/programs/new/", asked)
    assert secret_of(again) == ""
    assert "shown already" in text(again)
    made = ApiKey.objects.get()
    listed = text(client.get("/console/programs/"))
    assert "Warehouse system" in listed
    assert "count and move stock" in listed
    assert secret not in listed
    assert "Warehouse system" not in text(mall.client("west").get("/console/programs/"))
    assert client.post("/console/programs/do/revoke/", {"key": key(2), "pick": made.code}).status_code == 302
    assert actor_for_key(secret) is None
    assert "Warehouse system" not in text(client.get("/console/programs/"))


def test_nobody_gives_a_program_more_than_they_may_do(mall: Mall) -> None:
    clerk = mall.client("clerk")
    assert "have money paid out" not in text(clerk.get("/console/programs/new/"))
    tried = {"key": key(), "name": "Thief", "scopes": ["money.payout"]}
    assert clerk.post("/console/programs/new/", tried).status_code == 422
    assert not ApiKey.objects.exists()


def test_colleagues_keys_are_for_whoever_manages_staff(mall: Mall) -> None:
    secret_of(
        mall.client("shop").post("/console/programs/new/", {"key": key(), "name": "Till", "scopes": ["goods.see"]})
    )
    clerk = mall.client("clerk")
    assert "Till" not in text(clerk.get("/console/programs/"))
    clerk.post("/console/programs/do/revoke/", {"key": key(2), "pick": ApiKey.objects.get().code})
    assert ApiKey.objects.current().exists()
    secret_of(clerk.post("/console/programs/new/", {"key": key(3), "name": "Labels", "scopes": ["goods.see"]}))
    assert "Labels" in text(mall.client("shop").get("/console/programs/"))


@pytest.fixture
def endpoint(mall: Mall) -> Endpoint:
    asked = {"key": key(), "url": "https://factory.example.com/in", "facts": ["order.paid", "order.placed"]}
    secret = secret_of(mall.client("factory").post("/console/webhooks/new/", asked))
    made = Endpoint.objects.get()
    assert str(made.secret) == secret
    return made


def test_an_endpoint_is_added_tried_changed_and_removed(mall: Mall, endpoint: Endpoint) -> None:
    client = mall.client("factory")
    page = f"/console/webhooks/{endpoint.code}/"
    assert endpoint.facts == ["order.paid", "order.placed"]
    assert str(endpoint.secret) not in text(client.get(page))
    assert client.post(f"{page}do/test/", {"key": key(2)}).status_code == 302
    assert Delivery.objects.get().fact == "webhook.test"
    moved = {"key": key(3), "url": "https://factory.example.com/new", "facts": []}
    assert client.post(f"{page}do/change/", moved).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.facts) == ("https://factory.example.com/new", [])
    assert client.post(f"{page}do/remove/", {"key": key(4)}).status_code == 302
    assert client.get(page).status_code == 404
    assert client.get(f"{page}secret/").status_code == 404


def test_a_secret_is_replaced_and_the_new_one_shown_once(mall: Mall, endpoint: Endpoint) -> None:
    client = mall.client("factory")
    page = f"/console/webhooks/{endpoint.code}/secret/"
    fresh = secret_of(client.post(page, {"key": key(2)}))
    assert fresh not in {"", str(endpoint.secret)}
    endpoint.refresh_from_db()
    assert str(endpoint.secret) == fresh
    assert secret_of(client.post(page, {"key": key(2)})) == ""
    endpoint.refresh_from_db()
    assert str(endpoint.secret) == fresh, "sent twice it is replaced once"
    assert mall.client("west").post(page, {"key": key(3)}).status_code == 404


@pytest.mark.parametrize(
    ("url", "facts"),
    [("http://factory.example.com/in", []), ("https://u:p@factory.example.com/", []), ("", []),
     ("https://factory.example.com/", ["nothing.such"])],
)  # fmt: skip
def test_addresses_that_cannot_be_told_are_refused_beside_their_field(
    mall: Mall, settings: Settings, url: str, facts: list[str]
) -> None:
    settings.HANSE_DEMO = False
    answer = mall.client("factory").post("/console/webhooks/new/", {"key": key(), "url": url, "facts": facts})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)
    assert not Endpoint.objects.exists()


def test_clerks_add_no_webhooks(mall: Mall) -> None:
    asked = {"key": key(), "url": "https://clerk.example.com/"}
    assert mall.client("clerk").post("/console/webhooks/new/", asked).status_code == 403
    assert not Endpoint.objects.exists()

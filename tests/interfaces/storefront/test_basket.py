"""The basket, signed in or not."""

from typing import Any

from django.test import Client

from hanse.goods.offers.queries import offer
from hanse.trade.quotes.models import BasketLine
from tests.interfaces.web.faces import PASSWORD, Mall, key, text


def put(client: Client, name: str, quantity: str = "1", number: int = 1, **more: Any) -> Any:
    headers = more.pop("headers", {})
    given = {"offer": offer(name).code, "quantity": quantity, "key": key(number), **more}
    return client.post("/basket/put/", given, headers=headers)


def test_an_empty_basket_says_so(mall: Mall) -> None:
    assert "Your basket is empty" in text(mall.client().get("/basket/"))


def test_a_visitor_fills_a_basket_over_two_sellers_and_sees_every_sum(mall: Mall) -> None:
    client = mall.client()
    assert put(client, "tee@shop", "12").status_code == 302
    put(client, "tee_l@factory", "2", 2)
    page = text(client.get("/basket/"))
    for shown in (
        "CN¥90.00 × 12",
        "CN¥1,080.00",
        "CN¥120.00 × 2",
        "Freight CN¥10.00",
        "CN¥1,330.00",
        "shop",
        "factory",
    ):
        assert shown in page, shown


def test_sending_a_form_twice_puts_it_in_once(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    put(client, "tee@shop", "2")
    assert BasketLine.objects.get().quantity == 2
    put(client, "tee@shop", "2", 2)
    assert BasketLine.objects.get().quantity == 4


def test_a_quantity_is_changed_and_a_line_removed(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    page = text(put(client, "tee@shop", "5", 2, set="1", headers={"HX-Request": "true"}))
    assert "CN¥500.00" in page
    assert "<html" not in page
    put(client, "tee@shop", "0", 3, set="1")
    assert not BasketLine.objects.exists()


def test_signing_in_keeps_what_was_put_in(mall: Mall) -> None:
    client = mall.client()
    put(client, "tee@shop", "3")
    client.post("/sign-in/", {"sign_in": "ann@example.com", "password": PASSWORD})
    assert "CN¥300.00" in text(client.get("/basket/"))
    assert BasketLine.objects.get().party is not None


def test_a_basket_is_nobody_elses(mall: Mall) -> None:
    put(mall.client("ann"), "tee@shop")
    assert "empty" in text(mall.client("bob").get("/basket/"))
    assert "empty" in text(mall.client().get("/basket/"))


def test_what_cannot_be_had_is_said_beside_the_line(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "100")
    mall.ordered(tee=30)
    page = text(client.get("/basket/"))
    assert "Only 70 left" in page
    assert "To checkout" not in page


def test_nonsense_is_refused_by_name(mall: Mall) -> None:
    client = mall.client("ann")
    for quantity in ("", "-1", "1.5", "９", "many", "9999999999999"):
        response = put(client, "tee@shop", quantity)
        assert response.status_code == 422, quantity
        assert "malformed" in text(response)
    assert client.post("/basket/put/", {"offer": "F-1", "quantity": "1", "key": "k"}).status_code == 404
    assert client.post("/basket/put/", {"offer": offer("tee@shop").code, "quantity": "1"}).status_code == 422


def test_what_is_for_partners_cannot_be_put_in_by_others(mall: Mall) -> None:
    assert put(mall.client("ann"), "tee@west").status_code == 404
    assert put(mall.client("shop"), "tee@west").status_code == 302


def test_a_refusal_is_a_fragment_for_htmx(mall: Mall) -> None:
    response = put(mall.client("ann"), "tee@shop", "x", headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#messages"
    assert "<html" not in text(response)

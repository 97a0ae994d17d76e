"""What goes wrong between two pages: delisted, dearer, signed out, paid already, sent twice."""

import re
from urllib.parse import unquote

from django.test import Client

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import offer
from hanse.trade.orders.models import Checkout
from hanse.value.payments.models import Payment
from tests.interfaces.storefront.test_basket import put
from tests.interfaces.web.faces import ADDRESS, Mall, key, text


def form(client: Client) -> dict[str, str]:
    """Return what the checkout form would send, as it is shown now."""
    page = text(client.get("/checkout/"))
    hidden = re.findall(r'name="((?:was-[^"]+|key|expected))" value="([^"]*)"', page)
    return ADDRESS | dict(hidden)


def test_a_product_delisted_while_in_the_basket_is_named_and_can_be_removed(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    put(client, "tee_l@factory", "1", 2)
    mall.call(withdraw_offer, offer="tee@shop")
    page = text(client.get("/basket/"))
    assert "This is no longer sold" in page
    assert "To checkout" not in page
    put(client, "tee@shop", "0", 3, set="1")
    page = text(client.get("/basket/"))
    assert "no longer sold" not in page
    assert "To checkout" in page


def test_a_withdrawn_product_is_not_ordered(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    filled = form(client)
    mall.call(withdraw_product, product=Product.objects.get().code)
    response = client.post("/checkout/", filled)
    assert response.status_code in {404, 409}
    assert "Place the order" not in text(response)
    assert "This is no longer sold" in text(client.get("/basket/"))
    assert not Checkout.objects.exists()


def test_a_changed_price_is_explained_and_confirmed_anew(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    filled = form(client)
    mall.call(change_offer, offer="tee@shop", price=12000)
    response = client.post("/checkout/", filled)
    assert response.status_code == 409
    page = text(response)
    assert "CN¥200.00 before, CN¥240.00 now" in page
    assert "Place the order as it is now" in page
    assert ADDRESS["street"] in page
    assert not Checkout.objects.exists()
    assert client.post("/checkout/", form(client)).status_code == 302
    assert Checkout.objects.get().total == 24_000


def test_nonsense_about_earlier_prices_is_nothing(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    for said in ("x", "-1", "9" * 40, "²"):
        filled = form(client) | {f"was-{offer('tee@shop').code}": said, "expected": "stale"}
        assert client.post("/checkout/", filled).status_code == 409


def test_a_total_that_changed_is_shown_old_and_new(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    filled = form(client) | {"was-total": "20000"}
    mall.call(change_offer, offer="tee@shop", price=12000)
    page = text(client.post("/checkout/", filled))
    assert "The total was CN¥200.00 and is CN¥240.00 now." in page


def test_a_session_that_expired_inside_the_form_keeps_what_was_typed(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    filled = form(client) | {"note": "ring twice"}
    del client.cookies["sessionid"]
    response = client.post("/checkout/", filled)
    assert unquote(response.headers["Location"]) == "/sign-in/?next=/checkout/"
    assert "You were signed out" in text(client.get(response.headers["Location"]))
    assert not Checkout.objects.exists()
    client.force_login(mall.users["ann"])
    page = text(client.get("/checkout/"))
    assert "ring twice" in page
    assert "ring twice" not in text(client.get("/checkout/"))


def test_going_back_after_paying_leads_to_the_order(mall: Mall) -> None:
    order = mall.ordered()
    client = mall.client("ann")
    assert client.get(f"/pay/{order.code}/").headers["Location"] == f"/orders/{order.code}/"
    assert client.post(f"/pay/{order.code}/start/", {"key": key()}).headers["Location"] == f"/orders/{order.code}/"
    assert client.get("/checkout/").headers["Location"] == "/basket/"
    assert not Payment.objects.exists()


def test_an_order_sent_twice_is_placed_once(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    filled = form(client)
    for _twice in range(2):
        assert client.post("/checkout/", filled).status_code == 302
    assert Checkout.objects.count() == 1

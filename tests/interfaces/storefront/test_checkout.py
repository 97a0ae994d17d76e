"""Ordering what was seen, and paying for it."""

import re
from typing import Any

from django.test import Client
from pytest_django import Settings

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.set_prices import set_prices
from hanse.trade.orders.models import Checkout, Order
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.quotes.models import BasketLine
from hanse.value.funds.operations.top_up_wallet import top_up_wallet
from hanse.value.payments.models import Payment
from tests.interfaces.storefront.test_basket import put
from tests.interfaces.web.faces import ADDRESS, Mall, key, text


def checkout(client: Client, **more: str) -> Any:
    page = text(client.get("/checkout/"))
    seen = re.search(r'name="expected" value="(\w+)"', page)
    assert seen is not None
    return client.post("/checkout/", {**ADDRESS, "key": key(), "expected": seen[1], **more})


def test_a_visitor_is_asked_to_sign_in(mall: Mall) -> None:
    response = mall.client().get("/checkout/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in/?next=/checkout/"


def test_nothing_to_order_leads_back(mall: Mall) -> None:
    assert mall.client("ann").get("/checkout/").headers["Location"] == "/basket/"


def test_an_order_is_placed_and_the_basket_is_empty(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    response = checkout(client, note="ring twice")
    order = Checkout.objects.get()
    assert response.headers["Location"] == f"/pay/{order.code}/"
    assert (order.total, order.note, order.address) == (20000, "ring twice", ADDRESS)
    assert Order.objects.count() == 3
    assert not BasketLine.objects.exists()


def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    page = text(checkout(client, street="", place="苏州平江"))
    assert "field-error" in page
    assert "苏州平江" in page
    assert not Checkout.objects.exists()


def test_a_price_that_changed_is_shown_and_confirmed_anew(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    mall.call(change_offer, offer="tee@shop", price=11000)
    page = client.get("/checkout/")
    old = re.search(r'name="expected" value="(\w+)"', text(page))
    mall.call(change_offer, offer="tee@shop", price=12000)
    response = client.post("/checkout/", {**ADDRESS, "key": key(), "expected": old[1] if old else ""})
    assert response.status_code == 409
    assert "quote_changed" in text(response)
    assert "CN¥240.00" in text(response)
    assert not Checkout.objects.exists()
    mall.call(set_prices, offer="tee@shop")
    assert checkout(client).status_code == 302


def test_ways_to_pay(mall: Mall) -> None:
    order = mall.ordered(paid=False)
    client = mall.client("ann")
    page = text(client.get(f"/pay/{order.code}/"))
    assert "CN¥200.00" in page
    assert "Wallet" not in page
    mall.call(top_up_wallet, party="ann", amount=50_000, asset="CNY")
    assert "CN¥500.00 available" in text(client.get(f"/pay/{order.code}/"))
    client.post(f"/pay/{order.code}/within/", {"key": key(), "with": "wallet"})
    assert {leg.status for leg in Order.objects.all()} == {"paid"}
    assert client.get(f"/pay/{order.code}/").headers["Location"] == f"/orders/{order.code}/"


def test_a_business_pays_on_account(mall: Mall) -> None:
    code = mall.place("shop", {"tee@west": 2})
    client = mall.client("shop")
    assert "CN¥1,000.00 available" in text(client.get(f"/pay/{code}/"))
    client.post(f"/pay/{code}/within/", {"key": key(), "with": "credit"})
    assert {leg.status for leg in Order.objects.all()} == {"paid"}


def test_money_that_nobody_brought_is_not_taken(mall: Mall) -> None:
    order = mall.ordered(paid=False)
    response = mall.client("ann").post(f"/pay/{order.code}/within/", {"key": key(), "with": "outside"})
    assert response.status_code == 403
    assert {leg.status for leg in Order.objects.all()} == {"placed"}


def test_nobody_pays_for_or_looks_at_another_ones_order(mall: Mall) -> None:
    order = mall.ordered(paid=False)
    for who in ("bob", "shop", "operator"):
        client = mall.client(who)
        assert client.get(f"/pay/{order.code}/").status_code == 404
        assert client.post(f"/pay/{order.code}/start/", {"key": key()}).status_code == 404
    assert mall.client("bob").post(f"/pay/{order.code}/within/", {"key": key(), "with": "wallet"}).status_code == 404


def test_a_gateway_that_does_not_answer_is_said_plainly(mall: Mall, settings: Settings) -> None:
    settings.HANSE_SANDBOX_URL = "http://127.0.0.1:9"
    order = mall.ordered(paid=False)
    response = mall.client("ann").post(f"/pay/{order.code}/start/", {"key": key()})
    assert response.status_code == 503
    assert "provider_unavailable" in text(response)
    assert mall.client("ann").get(f"/pay/{order.code}/back/Y-00000-00000/").status_code == 404


def test_what_was_cancelled_before_it_was_paid_is_not_asked_for(mall: Mall, settings: Settings) -> None:
    settings.HANSE_SANDBOX_URL = "http://127.0.0.1:9"
    order = mall.ordered(paid=False)
    mall.call(cancel, order=order.code, lines={"tee@shop": 1})
    client = mall.client("ann")
    for page in (f"/pay/{order.code}/", f"/orders/{order.code}/"):
        assert "CN¥100.00" in text(client.get(page))
    client.post(f"/pay/{order.code}/start/", {"key": key()})
    assert Payment.objects.get().amount == 10_000
    mall.call(cancel, order=order.code)
    assert client.get(f"/pay/{order.code}/").headers["Location"] == f"/orders/{order.code}/"

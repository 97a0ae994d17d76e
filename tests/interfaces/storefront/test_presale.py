"""Buying before there are goods: what the pages say of deposit and balance, and what they ask for."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.goods.catalogue.models import Product
from hanse.goods.offers.operations.open_presale import open_presale
from hanse.goods.offers.queries import offer
from hanse.kernel import clock
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.pay import pay
from tests.interfaces.storefront.test_bad_moments import form
from tests.interfaces.storefront.test_basket import put
from tests.interfaces.web.faces import Mall, text


@pytest.fixture
def early(mall: Mall) -> Mall:
    """The factory's large tees are sold early: 20 % now, the balance in ten days."""
    today = clock.now()
    window: Any = {
        "balance_from": today + timedelta(days=10), "balance_until": today + timedelta(days=12),
        "ships_from": today + timedelta(days=20),
    }  # fmt: skip
    mall.call(open_presale, offer="tee_l@factory", deposit=2_000, most=500, **window)
    return mall


def product(mall: Mall, language: str = "en") -> str:
    of = offer("tee_l@factory")
    code = Product.objects.get(skus=of.sku_id).code
    return text(mall.client("ann", language).get(f"/p/{code}/?offer={of.code}"))


def test_the_product_page_says_how_it_is_paid(early: Mall) -> None:
    page = product(early)
    assert "You pay a deposit of 20% now, and the balance between" in page
    assert "A deposit whose balance is not paid in time" in page
    assert "550 pieces can be ordered" in page
    assert "预售" in product(early, "zh-hans")


def test_the_checkout_and_the_payment_ask_for_the_deposit_first(early: Mall) -> None:
    client = early.client("ann")
    put(client, "tee_l@factory", "2")
    page = text(client.get("/checkout/"))
    assert "Deposit, paid now" in page
    assert "CN¥50.00" in page  # 20 % of 2 × (120 + 5)
    assert "CN¥200.00" in page
    assert client.post("/checkout/", form(client)).status_code == 302
    order = Checkout.objects.get()
    page = text(client.get(f"/pay/{order.code}/"))
    assert "Deposit: CN¥50.00." in page
    assert page.index("CN¥50.00") < page.index("Presale")
    early.call(pay, order=order.code)
    page = text(client.get(f"/orders/{order.code}/"))
    assert "The balance is to be paid between" in page

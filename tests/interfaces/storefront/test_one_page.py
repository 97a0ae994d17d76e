"""Checkout on one page: the day one wishes for, hurrying, the invoice, and when the goods may be there."""

from datetime import timedelta

import pytest
from django.conf import settings

from hanse.goods.catalogue.models import Product
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.stock.models import Warehouse
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.restock import restock
from hanse.kernel import clock
from hanse.network.parties.models import Party
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.rules import Secret
from hanse.relations.invoices.queries import wish_of
from hanse.relations.invoices.rules import Invoice
from hanse.relations.members.operations.save_address import save_address
from hanse.trade.logistics.queries import pickup_of
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.pay import pay
from tests.interfaces.storefront.test_bad_moments import form
from tests.interfaces.storefront.test_basket import put
from tests.interfaces.web.faces import ADDRESS, Mall, key, text

INVOICE = {
    "invoice": "company", "title": "苏州某某有限公司", "tax_number": "91350100m000100y43", "email": "ann@example.com",
}  # fmt: skip


def test_the_invoice_is_asked_for_with_the_order_and_offered_again(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    assert client.post("/checkout/", form(client) | INVOICE).status_code == 302
    order = Checkout.objects.get()
    wish = Invoice("company", INVOICE["title"], "91350100M000100Y43", INVOICE["email"])
    assert wish_of(order.pk, mall.actor("shop")) == wish
    assert wish_of(order.pk, mall.actor("west")) is None
    sale = text(mall.client("shop").get(f"/console/orders/{mall.leg(order, 'shop').code}/"))
    assert "Invoice wanted" in sale
    assert wish.tax_number in sale
    assert wish.tax_number not in text(mall.client("west").get(f"/console/orders/{mall.leg(order, 'west').code}/"))
    put(client, "tee@shop", "1", 2)
    assert f'value="{INVOICE["title"]}"' in text(client.get("/checkout/"))


@pytest.mark.parametrize(
    ("field", "said"),
    [("tax_number", {"tax_number": "91350100M000100Y44"}), ("title", {"title": ""}), ("email", {"email": "nobody"})],
)
def test_what_is_wrong_with_it_is_said_beside_its_field(mall: Mall, field: str, said: dict[str, str]) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    response = client.post("/checkout/", form(client) | INVOICE | said)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in text(response)
    assert ADDRESS["street"] in text(response)
    assert not Checkout.objects.exists()


def test_the_day_one_wishes_for(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    today = clock.day_of(clock.now(), settings.HANSE_ZONE)
    response = client.post("/checkout/", form(client) | {"wanted_on": (today - timedelta(days=3)).isoformat()})
    assert response.status_code == 422
    assert 'id="id_wanted_on_error"' in text(response)
    wanted = today + timedelta(days=9)
    assert client.post("/checkout/", form(client) | {"wanted_on": wanted.isoformat()}).status_code == 302
    assert Checkout.objects.get().wanted_on == wanted


def test_hurrying_costs_what_is_said_and_is_confirmed(mall: Mall) -> None:
    for slug in ("factory", "west", "shop"):
        mall.call(change_terms, party=slug, terms={"urgent_fee": 500})
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    assert "for CN¥5.00 more" in text(client.get("/checkout/"))
    filled = form(client) | {"urgent": "on"}
    part = client.post("/checkout/", filled, headers={"hx-request": "true", "hx-target": "summary"})
    assert "CN¥205.00" in text(part)
    assert "<h1" not in text(part)
    assert "Your basket" not in text(part)
    asked = client.post("/checkout/", filled)  # without a script the page asks again
    assert asked.status_code == 409
    assert "The total was CN¥200.00 and is CN¥205.00 now." in text(asked)
    agreed = dict(filled, expected=text(asked).split('name="expected" value="')[1].split('"')[0], key=key(7))
    assert client.post("/checkout/", agreed).status_code == 302
    assert Checkout.objects.get().total == 20_500


def test_nobody_is_offered_what_is_not_done(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    assert 'name="urgent"' not in text(client.get("/checkout/"))


def test_when_it_may_be_there_is_said_where_it_is_known(mall: Mall) -> None:
    page = f"/p/{Product.objects.get().code}/"
    stranger = text(mall.client().get(page))
    assert "Sent within 2 days of payment" in stranger
    assert "an estimate" not in stranger
    Party.objects.filter(slug="factory").update(region="浙江绍兴")
    home = {**ADDRESS, "place": "江苏省 苏州市 姑苏区"}
    parts = {name: Secret(said) for name, said in home.items()}
    mall.call(save_address, by=mall.actor("ann"), **parts)
    client = mall.client("ann")
    assert "an estimate by distance, not a promise" in text(client.get(page))
    put(client, "tee@shop", "2")
    assert "an estimate by distance" in text(client.get("/checkout/"))


def test_goods_are_fetched_where_they_are_handed_out(mall: Mall) -> None:
    mall.call(restock, party="shop", sku="tee", quantity=5)
    mall.call(change_offer, offer="tee@shop", fulfil="stock_then_source")
    house = Warehouse.objects.get(party__slug="shop")
    mall.call(offer_pickup, party="shop", warehouse=house.code, address="Pingjiang Road 1", hours="9:00-18:00")
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    page = text(client.get("/checkout/"))
    assert "Pingjiang Road 1 (9:00-18:00)" in page
    fetched = form(client) | {"how": str(house.pk), "place": "", "street": ""}
    assert client.post("/checkout/", fetched).status_code == 302
    order = Checkout.objects.get()
    unpaid = text(client.get(f"/orders/{order.code}/"))
    found = pickup_of(order.code, mall.actor("ann"))
    assert found is not None
    assert "appears once it is paid" in unpaid
    assert found.code not in unpaid
    mall.call(pay, order=order.code)
    assert found.code in text(client.get(f"/orders/{order.code}/"))


def test_an_address_is_needed_unless_one_fetches_the_goods(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "2")
    assert "I fetch it" not in text(client.get("/checkout/"))
    assert client.post("/checkout/", form(client) | {"place": "", "how": "1"}).status_code == 422

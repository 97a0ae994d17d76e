"""One's own orders."""

import re
from html import unescape

import pytest

from hanse.interfaces.storefront import orders
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from tests.interfaces.web.faces import Mall, key, text


def test_one_finds_ones_own_orders_and_nobody_elses(mall: Mall) -> None:
    assert "You have not ordered anything" in text(mall.client("ann").get("/orders/"))
    order = mall.ordered()
    assert order.code in text(mall.client("ann").get("/orders/"))
    for who in ("bob", "shop", "operator"):
        assert order.code not in text(mall.client(who).get("/orders/"))
        assert mall.client(who).get(f"/orders/{order.code}/").status_code == 404
    assert mall.client().get("/orders/").status_code == 302


def test_an_order_tells_what_happened_and_what_may_be_done(mall: Mall) -> None:
    order = mall.ordered(tee=2, tee_l=1)
    page = text(mall.client("ann").get(f"/orders/{order.code}/"))
    for shown in (
        "CN¥325.00",
        "CN¥100.00 × 2",
        "Freight CN¥5.00",
        "Pingjiang Road 18",
        "Order placed",
        "Cancel the order",
    ):
        assert shown in page, shown
    assert "west" not in page
    assert "CN¥80.00" not in page
    assert "I have received it" not in page
    mall.call(ship, order=order.code, carrier="SF", tracking="SF123")
    page = text(mall.client("ann").get(f"/orders/{order.code}/"))
    assert "SF123" in page
    assert "I have received it" in page
    assert "Cancel the order" not in page


def test_one_receives_and_cancels(mall: Mall) -> None:
    first, second = mall.ordered(), mall.ordered()
    client = mall.client("ann")
    mall.call(ship, order=first.code)
    leg = mall.leg(first, "shop")
    assert client.post(f"/orders/{leg.code}/receive/", {"key": key()}).status_code == 302
    assert "Received" in text(client.get(f"/orders/{first.code}/"))
    other = mall.leg(second, "shop")
    assert client.post(f"/orders/{other.code}/cancel/", {"key": key()}).status_code == 302
    assert {order.status for order in Order.objects.filter(checkout=second)} == {"cancelled"}
    again = client.post(f"/orders/{other.code}/cancel/", {"key": key(2)})
    assert again.status_code == 409
    assert "wrong_state" in text(again)
    path = f"http://testserver/orders/{second.code}/"
    again = client.post(f"/orders/{other.code}/cancel/", {"key": key(3)}, headers={"Referer": path})
    assert f'href="{path}"' in text(again)
    elsewhere = client.post(
        f"/orders/{other.code}/cancel/", {"key": key(4)}, headers={"Referer": "https://evil.example/"}
    )
    assert "evil" not in text(elsewhere)


@pytest.mark.parametrize("who", ["bob", "shop", "factory", "operator"])
def test_only_the_buyer_receives_and_cancels_here(mall: Mall, who: str) -> None:
    leg = mall.leg(mall.ordered(), "shop")
    for event in ("receive", "cancel"):
        assert mall.client(who).post(f"/orders/{leg.code}/{event}/", {"key": key()}).status_code == 404
    assert mall.client("ann").post(f"/orders/{leg.code}/close/", {"key": key()}).status_code == 404


def test_an_unpaid_order_says_so_and_waits_for_the_bank(mall: Mall) -> None:
    order = mall.ordered(paid=False)
    client = mall.client("ann")
    assert "is still to be paid" in text(client.get(f"/orders/{order.code}/"))
    page = text(client.get(f"/orders/{order.code}/?waiting"))
    assert "waiting for the bank" in page
    assert "hx-get" in page
    part = client.get(f"/orders/{order.code}/?waiting", headers={"HX-Request": "true", "HX-Target": "order"})
    assert "<html" not in text(part)


def test_one_leafs_through_ones_orders(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "PAGE", 2)
    placed = [mall.ordered(paid=False).code for _each in range(3)]
    client = mall.client("ann")
    page = text(client.get("/orders/"))
    assert [code for code in placed if code in page] == placed[1:]
    link = re.search(r'id="more".*hx-get="([^"]+)"', page)
    assert link is not None
    where = f"/orders/{unescape(link.group(1))}"
    rest = text(client.get(where, headers={"HX-Request": "true", "HX-Target": "more"}))
    assert "<html" not in rest
    for page in (rest, text(client.get(where))):
        assert [code for code in placed if code in page] == placed[:1]
        assert 'id="more"' not in page
    assert text(client.get("/orders/?after=x")).count("<article") == 2

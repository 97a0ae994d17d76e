"""The seller's desk: what to ship first, shipping whole and in part, giving money back."""

from datetime import timedelta

import pytest

from hanse.trade.logistics.models import Parcel
from hanse.trade.orders.models import Order, Refund
from tests.interfaces.web.faces import Mall, key, text


def test_who_has_the_goods_finds_what_to_ship(mall: Mall) -> None:
    order = mall.ordered()
    factory, shop = mall.leg(order, "factory"), mall.leg(order, "shop")
    page = text(mall.client("factory").get("/console/orders/"))
    assert factory.code in page
    assert "CN¥120.00" in page
    assert "ann" not in page
    page = text(mall.client("shop").get("/console/orders/"))
    assert "Nothing is waiting here" in page
    page = text(mall.client("shop").get("/console/orders/?status=all"))
    assert shop.code in page
    assert "CN¥200.00" in page
    assert factory.code not in page
    assert shop.code in text(mall.client("shop").get("/console/orders/?status=paid"))
    assert "Nothing matches these filters" in text(mall.client("shop").get("/console/orders/?status=closed"))


def test_the_longest_waiting_comes_first_and_is_urgent(mall: Mall) -> None:
    second = mall.leg(mall.ordered(), "factory")
    mall.at -= timedelta(days=3)
    first = mall.leg(mall.ordered(), "factory")
    page = text(mall.client("factory").get("/console/orders/"))
    assert page.index(first.code) < page.index(second.code)
    assert page.count('badge-wait">late') == 1
    narrowed = text(mall.client("factory").get("/console/orders/?status=all&urgent=late"))
    assert first.code in narrowed
    assert second.code not in narrowed


def test_a_part_is_shipped_and_then_the_rest(mall: Mall) -> None:
    leg = mall.leg(mall.ordered(tee=3), "factory")
    client = mall.client("factory")
    page = text(client.get(f"/console/orders/{leg.code}/"))
    assert "Pingjiang Road 18" in page
    line = leg.lines.get()
    path, given = f"/console/orders/{leg.code}/do/ship/", {"key": key(), "carrier": "SF", "tracking": "SF1"}
    assert client.post(path, {**given, f"line-{line.pk}": "1"}).status_code == 302
    leg.refresh_from_db()
    assert leg.status == "partly_shipped"
    assert Parcel.objects.get().tracking == "SF1"
    assert client.post(path, {**given, "key": key(2), f"line-{line.pk}": "3"}).status_code == 422
    assert client.post(path, {**given, "key": key(3), f"line-{line.pk}": "2"}).status_code == 302
    assert {order.status for order in Order.objects.all()} == {"shipped"}
    page = text(client.get(f"/console/orders/{leg.code}/"))
    assert "Tracking number" not in page
    assert "SF1" in page


def test_an_order_is_found_by_its_goods_once_however_many_lines_hold_the_word(mall: Mall) -> None:
    order = mall.ordered(tee=1, tee_l=2)
    legs = Order.objects.filter(checkout=order)
    client = mall.client("factory")
    assert legs.filter(seller__name="factory").count() == 2
    page = text(client.get("/console/orders/?status=all&q=cotton+tee"))
    for leg in legs.filter(seller__name="factory"):
        assert page.count(f'<span class="code">{leg.code}</span>') == 1
    file = client.get("/console/orders/?status=all&export=csv")
    assert b"".join(file.streaming_content).decode().count("Cotton tee") == 2  # type: ignore[attr-defined]
    assert "Nothing matches" in text(client.get("/console/orders/?status=all&q=nowhere"))


def test_sending_the_form_twice_ships_once(mall: Mall) -> None:
    leg = mall.leg(mall.ordered(tee=3), "factory")
    client = mall.client("factory")
    for _ in range(2):
        client.post(f"/console/orders/{leg.code}/do/ship/", {"key": key(), f"line-{leg.lines.get().pk}": "1"})
    assert Parcel.objects.count() == 1


def test_a_tier_in_between_sees_its_own_sides_only(mall: Mall) -> None:
    leg = mall.leg(mall.ordered(), "west")
    page = text(mall.client("west").get(f"/console/orders/{leg.code}/"))
    for shown in ("CN¥160.00", "CN¥120.00", "factory", "shop"):
        assert shown in page, shown
    for hidden in ("ann", "CN¥200.00", "Pingjiang", "Tracking number"):
        assert hidden not in page, hidden


@pytest.mark.parametrize("who", ["ann", "bob", "west", "shop", "operator"])
def test_another_ones_sale_is_not_there(mall: Mall, who: str) -> None:
    leg = mall.leg(mall.ordered(), "factory")
    client = mall.client(who)
    assert client.get(f"/console/orders/{leg.code}/").status_code == 404
    assert client.post(f"/console/orders/{leg.code}/do/ship/", {"key": key()}).status_code == 404
    assert client.post(f"/console/orders/{leg.code}/do/refund/", {"key": key()}).status_code == 404


def test_whoever_only_keeps_goods_ships_nothing(mall: Mall) -> None:
    leg = mall.leg(mall.ordered(), "shop")
    assert mall.client("clerk").get("/console/orders/").status_code == 403
    assert mall.client("clerk").get(f"/console/orders/{leg.code}/").status_code == 403
    response = mall.client("clerk").post(f"/console/orders/{leg.code}/do/ship/", {"key": key()})
    assert response.status_code == 403
    assert "not_allowed" in text(response)


def test_a_seller_gives_money_back_at_its_own_cost(mall: Mall) -> None:
    order = mall.ordered()
    leg, sent = mall.leg(order, "shop"), mall.leg(order, "factory")
    client = mall.client("shop")
    mall.client("factory").post(
        f"/console/orders/{sent.code}/do/ship/", {"key": key(), f"line-{sent.lines.get().pk}": "2"}
    )
    assert "Give money back" in text(client.get(f"/console/orders/{leg.code}/"))
    response = client.post(f"/console/orders/{leg.code}/do/refund/", {"key": key(), f"line-{leg.lines.get().pk}": "1"})
    assert response.status_code == 302
    assert Refund.objects.get().amount == 10000
    assert "CN¥100.00" in text(mall.client("ann").get(f"/orders/{order.code}/"))
    none = client.post(f"/console/orders/{leg.code}/do/refund/", {"key": key(2), f"line-{leg.lines.get().pk}": "0"})
    assert none.status_code == 422

"""The operator's pages: all orders, and the chain of one with its books."""

import pytest

from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from tests.interfaces.web.faces import Mall, text


@pytest.mark.parametrize("who", ["ann", "shop", "factory", "clerk"])
def test_nobody_else_sees_all_orders(mall: Mall, who: str) -> None:
    order = mall.ordered()
    for path in ("/console/platform/orders/", f"/console/platform/orders/{order.code}/"):
        response = mall.client(who).get(path)
        assert response.status_code == 403
        assert order.code not in text(response).replace(path, "")


def test_orders_are_listed_with_their_chain(mall: Mall) -> None:
    paid, unpaid = mall.ordered(), mall.ordered(paid=False)
    client = mall.client("operator")
    page = text(client.get("/console/platform/orders/"))
    assert paid.code in page
    assert page.index("shop") < page.index("west") < page.index("factory")
    page = text(client.get("/console/platform/orders/?status=placed"))
    assert unpaid.code in page
    assert paid.code not in page
    assert "no such orders" in text(client.get("/console/platform/orders/?status=closed"))
    assert client.get("/console/platform/orders/C-00000-00000/").status_code == 404


def test_the_chain_is_drawn_with_what_is_held(mall: Mall) -> None:
    order = mall.ordered(tee=2, tee_l=1)
    page = text(mall.client("operator").get(f"/console/platform/orders/{order.code}/"))
    for shown in (
        "chain-4", "chain-2",  # ann, shop, west, factory; and ann, factory
        "CN¥200.00", "CN¥160.00", "CN¥120.00", "CN¥125.00",
        "2 pieces", "1 piece", "2 from own shelves", "Who will earn what at close",
        "held in trust", "payment provider", "CN¥325.00",
    ):  # fmt: skip
        assert shown in page, shown
    assert "earned, to be paid out" not in page


def test_after_close_the_chain_says_who_earned_what(mall: Mall) -> None:
    order = mall.ordered()
    mall.call(ship, order=order.code)
    mall.call(receive, order=order.code)
    run_due(clock.now())
    page = text(mall.client("operator").get(f"/console/platform/orders/{order.code}/"))
    assert "Who earned what" in page
    for earned in ("CN¥120.00", "CN¥40.00", "CN¥30.00", "CN¥10.00"):
        assert earned in page, earned
    assert "earned, to be paid out" in page
    assert "Completed" in page


def test_an_unpaid_order_has_no_books_yet(mall: Mall) -> None:
    order = mall.ordered(paid=False)
    page = text(mall.client("operator").get(f"/console/platform/orders/{order.code}/"))
    assert "Nothing was booked yet" in page

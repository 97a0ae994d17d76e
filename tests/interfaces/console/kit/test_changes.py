"""Changes of orders by the pages: a partner asks, the sellers answer, and each page says what is on."""

from datetime import timedelta

from hanse.network.parties.queries import party
from hanse.trade.changes.models import Change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.orders.models import Checkout, Order
from tests.interfaces.web.faces import Mall, key, text


def leg(code: str, seller: str) -> str:
    return Order.objects.get(checkout__code=code, seller__slug=seller).code


def asked(mall: Mall, **said: object) -> str:
    """Return the checkout of three tees for which ann asks for a change."""
    code = mall.deal("ann", {"tee@shop": 3})
    mall.call(ask_change, by=mall.actor("ann"), order=code, **(said or {"lines": {"tee@shop": 1}, "why": "too many"}))
    return code


def test_a_seller_reads_what_is_wished_and_agrees(mall: Mall) -> None:
    code = asked(mall)
    for seller in ("shop", "west", "factory"):
        client, path = mall.client(seller), f"/console/orders/{leg(code, seller)}/"
        page = text(client.get(path))
        assert "3 → 1" in page
        assert "too many" in page
        assert "Agree to the change" in page
        assert client.post(f"{path}do/agree-change/", {"key": key()}).status_code == 302
        assert "Agree to the change" not in text(client.get(path))
    assert Change.objects.get().status == "applied"
    assert "Agreed and done" in text(mall.client("shop").get(f"/console/orders/{leg(code, 'shop')}/"))
    assert Order.objects.get(checkout__code=code, tier=0).left == 10_000


def test_a_seller_declines_and_says_why(mall: Mall) -> None:
    code = asked(mall)
    path = f"/console/orders/{leg(code, 'factory')}/"
    client = mall.client("factory")
    assert client.post(f"{path}do/decline-change/", {"key": key(), "why": ""}).status_code == 422
    assert client.post(f"{path}do/decline-change/", {"key": key(), "why": "Cut already"}).status_code == 302
    assert Change.objects.get().reasons == ["Cut already"]
    assert "Cut already" in text(client.get(path))


def test_what_was_answered_meanwhile_is_not_answered_again(mall: Mall) -> None:
    code = asked(mall)
    path = f"/console/orders/{leg(code, 'factory')}/"
    client = mall.client("factory")
    assert client.post(f"{path}do/agree-change/", {"key": key()}).status_code == 302
    assert client.post(f"{path}do/agree-change/", {"key": key()}).status_code in (403, 404, 409)
    assert Change.objects.get().status == "asked"


def test_who_stands_beyond_ones_neighbours_is_not_told(mall: Mall) -> None:
    code = asked(mall, address={"name": "李雷", "phone": "13900001111", "place": "上海", "street": "南京路 2"})
    page = text(mall.client("factory").get(f"/console/orders/{leg(code, 'factory')}/"))
    assert "李**" in page
    assert "李雷" not in page
    page = text(mall.client("west").get(f"/console/orders/{leg(code, 'west')}/"))
    assert "南京路" not in page


def test_a_seller_that_falls_short_asks(mall: Mall) -> None:
    code = mall.deal("ann", {"tee@shop": 3})
    client, order = mall.client("shop"), Order.objects.get(checkout__code=code, tier=0)
    path, line = f"/console/orders/{order.code}/", order.lines.get()
    assert "Ask for a change" in text(client.get(path))
    same = {"key": key(), f"line-{line.pk}": "3", "wanted_on": "", "why": ""}
    assert "Nothing is to be another yet." in text(client.post(f"{path}do/ask-change/", same))
    assert client.post(f"{path}do/ask-change/", {**same, "key": key(), f"line-{line.pk}": "4"}).status_code == 422
    given = {**same, "key": key(), f"line-{line.pk}": "2", "why": "one is torn"}
    assert client.post(f"{path}do/ask-change/", given).status_code == 302
    change = Change.objects.get()
    assert (change.asker.slug, change.fewer) == ("shop", {str(line.pk): 1})
    page = text(client.get(path))
    assert "Take the change back" in page
    assert "Ask for a change" not in page
    assert client.post(f"{path}do/withdraw-change/", {"key": key()}).status_code == 302
    assert Change.objects.get().status == "withdrawn"


def test_a_business_asks_for_more_another_day_and_another_address(mall: Mall) -> None:
    mall.link("supply", "factory", "shop")
    code = mall.deal("shop", {"tee@factory": 2})
    client, order = mall.client("shop"), Order.objects.get(checkout__code=code)
    path, line = f"/console/purchases/{order.code}/", order.lines.get()
    day = (mall.at + timedelta(days=9)).date()
    given = {
        "key": key(), f"line-{line.pk}": "5", "wanted_on": day.isoformat(), "why": "",
        "name": "Warehouse 2", "phone": "1", "place": "Suzhou", "street": "Canal 3",
    }  # fmt: skip
    assert client.post(f"{path}do/ask-change/", given).status_code == 302
    seller = mall.client("factory")
    assert seller.post(f"/console/orders/{order.code}/do/agree-change/", {"key": key()}).status_code == 302
    found = Checkout.objects.get(code=code)
    assert (found.wanted_on, found.address["place"]) == (day, "Suzhou")
    beside = Change.objects.get().supplement
    assert beside is not None
    assert beside.orders.get().lines.get().quantity == 3
    assert beside.code in text(client.get(path))
    assert beside.buyer_id == party("shop").pk

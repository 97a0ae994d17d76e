"""Whatever is short enough to be guessed can be tried a few times only, by whichever name and at whichever door."""

from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from hanse.goods.offers.queries import offer
from hanse.goods.stock.models import Warehouse
from hanse.goods.stock.operations.offer_pickup import offer_pickup
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.network.parties.queries import party
from hanse.trade.logistics.models import Pickup
from hanse.trade.logistics.operations.place_for_pickup import place_for_pickup
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.pay import pay
from hanse.trade.quotes.queries import Line
from tests.interfaces.api.callers import caller
from tests.interfaces.web.faces import PASSWORD, Mall, key, made, text

TRIES = 5


@pytest.fixture
def mall(db: None, settings: Settings) -> Iterator[Mall]:
    """Return a mall in which nobody has guessed anything yet."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield made()
    cache.clear()


def to_be_fetched(mall: Mall) -> Pickup:
    """Return goods that wait at the factory for ann's code."""
    mall.call(open_warehouse, party="factory", code="gate", name="厂门", name_en="Gate")
    mall.call(restock, party="factory", sku="tee_l", quantity=5, warehouse="gate")
    mall.call(offer_pickup, party="factory", warehouse="gate", address="Factory Road 1", hours="9-21")
    house = Warehouse.objects.get(code="gate").pk
    lines = [Line(offer("tee_l@factory").code, 1)]
    code = mall.call(
        place_for_pickup, mall.actor("ann"), buyer=party("ann").code, lines=lines, warehouse=house, name="Ann",
        phone="138",
    )  # fmt: skip
    mall.call(pay, order=code)
    return Pickup.objects.select_related("checkout").get(checkout__code=code)


def wrong(pickup: Pickup) -> str:
    return f"{(int(pickup.code) + 1) % 10 ** len(pickup.code):0{len(pickup.code)}}"


def test_the_code_of_a_pickup_at_the_desk_and_over_the_api_together(mall: Mall) -> None:
    pickup = to_be_fetched(mall)
    sale = Order.objects.get(checkout=pickup.checkout, tier=0).code
    clerk, till = mall.client("factory"), caller("factory")
    page = f"/console/pickups/{pickup.pk}/do/hand-over/"
    for number in range(2):
        refused = clerk.post(page, {"code": wrong(pickup), "key": key(number)})
        assert "not the code of this order" in text(refused)
    body = {"code": wrong(pickup)}
    for _n in range(TRIES - 2):
        assert till.refused("POST", f"/orders/{sale}/hand-over", body) == (409, "wrong_pickup_code")
    right = {"code": pickup.code}
    assert till.refused("POST", f"/orders/{sale}/hand-over", right) == (429, "too_many_codes")
    assert "Too many wrong codes" in text(clerk.post(page, {"code": pickup.code, "key": key(9)}))
    pickup.refresh_from_db()
    assert pickup.handed_at is None
    cache.clear()  # the quarter of an hour is over
    assert till.call("POST", f"/orders/{sale}/hand-over", right).status_code == 204
    pickup.refresh_from_db()
    assert pickup.handed_at is not None


def test_others_learn_nothing_of_a_pickup_and_use_up_no_tries(mall: Mall) -> None:
    pickup = to_be_fetched(mall)
    sale = Order.objects.get(checkout=pickup.checkout, tier=0).code
    rival = caller("shop")
    for _n in range(TRIES + 1):
        answer = rival.refused("POST", f"/orders/{sale}/hand-over", {"code": pickup.code})
        assert answer == (404, "not_found")
    till = caller("factory")
    assert till.call("POST", f"/orders/{sale}/hand-over", {"code": pickup.code}).status_code == 204


def test_the_digits_of_a_second_step(mall: Mall) -> None:
    TOTP.activate(mall.users["ann"], "JBSWY3DPEHPK3PXP")
    answers = []
    for _n in range(TRIES + 1):
        client = Client(headers={"accept-language": "en"})
        client.post("/sign-in/", {"sign_in": "ann@example.com", "password": PASSWORD})
        answers.append(text(client.post("/account/steps/authenticate/", {"code": "000000"})))
        assert client.get("/orders/").status_code == 302
    assert "Too many" in answers[-1]
    assert "Too many" not in answers[0]

"""Where everyone begins, one's offers, one's money."""

import pytest

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import offer
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from tests.interfaces.web.faces import Mall, key, text


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("operator", "submissions to decide"),
        ("factory", "Turnover by day"),
        ("west", "Can be paid out"),
        ("clerk", "Offers on sale"),
    ],
)
def test_everyone_begins_with_what_is_theirs(mall: Mall, who: str, sees: str) -> None:
    product = Product.objects.get()
    mall.call(edit_product, product=product.code, changes={"name_en": "Tee"})
    mall.ordered()
    assert sees in text(mall.client(who).get("/console/"))
    assert mall.client("ann").get("/console/").headers["Location"] == "/orders/"


def test_offers_show_where_goods_come_from_and_what_can_be_had(mall: Mall) -> None:
    page = text(mall.client("shop").get("/console/offers/"))
    for shown in ("Cotton tee", "west", "CN¥100.00", "CN¥80.00", "20%"):
        assert shown in page, shown
    assert "CN¥60.00" not in page
    assert mall.client("ann").get("/console/offers/").status_code == 404


def test_an_offer_is_suspended_and_resumed_by_its_seller_alone(mall: Mall) -> None:
    code = offer("tee@shop").code
    client = mall.client("shop")
    assert client.post(f"/console/offers/{code}/do/suspend/", {"key": key()}).status_code == 302
    assert Offer.objects.get(code=code).status == "suspended"
    assert "Resume" in text(client.get(f"/console/offers/{code}/"))
    assert mall.client("west").post(f"/console/offers/{code}/do/resume/", {"key": key()}).status_code == 404
    assert client.post(f"/console/offers/{code}/do/resume/", {"key": key(2)}).status_code == 302
    assert Offer.objects.get(code=code).status == "listed"
    assert client.post(f"/console/offers/{code}/do/unheard-of/", {"key": key(3)}).status_code == 404


def test_money_is_shown_to_the_cent(mall: Mall) -> None:
    order = mall.ordered()
    assert "CN¥0.00" in text(mall.client("factory").get("/console/money/"))
    mall.call(ship, order=order.code)
    mall.call(receive, order=order.code)
    run_due(clock.now())
    for who, earned in (("factory", "CN¥120.00"), ("west", "CN¥40.00"), ("shop", "CN¥30.00"), ("operator", "CN¥10.00")):
        assert earned in text(mall.client(who).get("/console/money/")), who
    assert mall.client("clerk").get("/console/money/").status_code == 403

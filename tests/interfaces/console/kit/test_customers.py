"""Customers, ordering again, repaying, and what a promoter shares, by the pages."""

from datetime import timedelta
from io import BytesIO

from PIL import Image

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.queries import offer
from hanse.network.parties.queries import party
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.orders.models import Order, Tender
from hanse.trade.quotes.queries import basket_of
from tests.interfaces.web.faces import Mall, key, text


def test_own_customers_are_told_in_full_and_those_of_partners_not_at_all(mall: Mall) -> None:
    order = mall.ordered()
    ann = party("ann").code
    shop = mall.client("shop")
    assert f"/console/customers/{ann}/" in text(shop.get("/console/customers/"))
    page = text(shop.get(f"/console/customers/{ann}/"))
    leg = mall.leg(order, "shop")
    for shown in ("ann", "Ann · 138 0000 0000 · Suzhou · Pingjiang Road 18", leg.code, "CN¥200.00"):
        assert shown in page, shown
    for stranger in ("factory", "west", "works"):
        assert mall.client(stranger).get(f"/console/customers/{ann}/").status_code == 404, stranger
    hidden = text(mall.client("factory").get("/console/end-customers/"))
    assert "a**" in hidden
    assert ">ann<" not in hidden


def test_an_order_is_put_into_the_basket_again_as_far_as_it_can_be_had(mall: Mall) -> None:
    mall.fill("works", wallet=1_000_000)
    code = mall.deal("works", {"tee@west": 5}, with_="wallet")
    leg = Order.objects.get(checkout__code=code, tier=0)
    client = mall.client("works")
    at = f"/console/purchases/{leg.code}/"
    assert "Order again" in text(client.get(at))
    for _ in range(2):
        answer = client.post(f"{at}do/again/", {"key": key()})
        assert answer.headers["Location"] == "/basket/"
    assert [(line.offer.code, line.quantity) for line in basket_of(party("works").pk)] == [(offer("tee@west").code, 5)]
    mall.call(suspend_offer, offer="tee@west")
    assert client.post(f"{at}do/again/", {"key": key(2)}).status_code == 404


def test_credit_is_repaid_from_the_wallet_whole_or_in_part(mall: Mall) -> None:
    code = mall.deal("works", {"tee@west": 5}, with_="credit")
    leg = Order.objects.get(checkout__code=code, tier=0)
    client = mall.client("works")
    pick = {"pick": leg.code}
    refused = client.post("/console/due/do/repay-one/", {**pick, "amount": "100", "key": key()})
    assert refused.status_code == 409
    mall.fill("works", wallet=40_000)
    paid = client.post("/console/due/do/repay-one/", {**pick, "amount": "100", "key": key(2)})
    assert paid.status_code == 302
    assert Tender.objects.get(kind="credit").left == 30_000
    assert "CN¥300.00" in text(client.get("/console/due/"))
    assert client.post("/console/due/do/repay/", {**pick, "key": key(3)}).status_code == 302
    assert Tender.objects.get(kind="credit").left == 0
    assert "You owe nobody anything" in text(client.get("/console/due/"))


def test_what_is_overdue_is_marked_and_found(mall: Mall) -> None:
    mall.at -= timedelta(days=3)
    mall.deal("works", {"tee@west": 5}, with_="credit")
    client = mall.client("works")
    assert 'badge-stop">overdue' in text(client.get("/console/due/?when=overdue"))
    mall.at += timedelta(days=3)
    assert text(client.get("/console/due/?when=week")).count('<th scope="row"') == 1


def test_a_promoter_has_a_picture_to_share_and_reads_why(mall: Mall) -> None:
    mall.call(change_offer, offer=offer("tee@shop").code, commission=[1000])
    lea = mall.client("lea")
    assert 'src="/console/share/picture.png"' in text(lea.get("/console/share/"))
    answer = lea.get("/console/share/picture.png")
    assert answer.headers["Content-Type"] == "image/png"
    picture = Image.open(BytesIO(answer.content))
    assert picture.size[0] == picture.size[1] > 300
    assert mall.client("operator").get("/console/share/picture.png").status_code == 404
    order = mall.ordered()
    assert "when the goods have arrived" in text(lea.get("/console/commission/"))
    mall.call(refund, order=order.code, lines={"tee@shop": 1}, fault="seller", goods="kept")
    assert "A part was cancelled or given back" in text(lea.get("/console/commission/"))

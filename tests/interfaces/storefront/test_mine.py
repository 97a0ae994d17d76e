"""The pages of what a buyer keeps, and the shop of a seller."""

from hanse.goods.catalogue.models import Product
from hanse.network.parties.queries import party
from hanse.relations.members.models import Address, Favourite, Visit
from hanse.trade.orders.models import Checkout
from tests.interfaces.storefront.test_basket import put
from tests.interfaces.storefront.test_checkout import checkout
from tests.interfaces.web.faces import ADDRESS, Mall, key, text


def test_a_shop_shows_what_it_sells_and_promises(mall: Mall) -> None:
    shop = party("shop")
    page = text(mall.client().get(f"/s/{shop.code}/"))
    assert "Cotton tee" in page
    assert "CN¥100.00" in page
    assert "CN¥120.00" not in page
    assert "1 product" in page
    for nothing in (party("ann").code, "P-0", "%00"):
        assert mall.client().get(f"/s/{nothing}/").status_code == 404
    assert mall.client().get(f"/s/{party('west').code}/").status_code == 404
    assert "CN¥80.00" in text(mall.client("shop").get(f"/s/{party('west').code}/"))


def test_an_address_is_kept_changed_and_removed(mall: Mall) -> None:
    client = mall.client("ann")
    assert "You keep no address" in text(client.get("/addresses/"))
    assert "江苏省" in text(client.get("/addresses/new/"))
    page = text(client.post("/addresses/new/", {**ADDRESS, "street": "", "key": key()}))
    assert "field-error" in page
    assert "138 0000 0000" in page
    client.post("/addresses/new/", {**ADDRESS, "key": key(2)})
    row = Address.objects.get()
    assert row.street == ADDRESS["street"]
    assert "Pingjiang" in text(client.get(f"/addresses/{row.pk}/"))
    client.post(f"/addresses/{row.pk}/", {**ADDRESS, "street": "Guanqian 1", "key": key(3)})
    assert "Guanqian 1" in text(client.get("/addresses/"))
    for who in ("bob", "operator"):
        other = mall.client(who)
        assert "Guanqian" not in text(other.get("/addresses/"))
        assert other.get(f"/addresses/{row.pk}/").status_code == 404
        assert other.post(f"/addresses/{row.pk}/remove/", {"key": key(4)}).status_code == 404
    client.post(f"/addresses/{row.pk}/remove/", {"key": key(5)})
    assert not Address.objects.exists()
    assert mall.client().get("/addresses/").status_code == 302


def test_divisions_are_offered_from_the_province_down(mall: Mall) -> None:
    client = mall.client()
    assert "苏州市" in text(client.get("/divisions/?province=320000"))
    assert "姑苏区" in text(client.get("/divisions/?city=320500"))
    for asked in ("", "?province=", "?province=%00", "?city=xx"):
        assert "<option" in text(client.get(f"/divisions/{asked}"))


def test_checkout_keeps_an_address_and_offers_it_again(mall: Mall) -> None:
    client = mall.client("ann")
    put(client, "tee@shop", "1")
    checkout(client, keep="on")
    assert Checkout.objects.get().address == ADDRESS
    put(client, "tee@shop", "1", 2)
    page = text(client.get("/checkout/"))
    assert 'value="Pingjiang Road 18"' in page
    assert f"?address={Address.objects.get().pk}" in page


def test_favourites(mall: Mall) -> None:
    client, code = mall.client("ann"), Product.objects.get().code
    assert 'aria-pressed="false"' in text(client.get(f"/p/{code}/"))
    part = text(client.post(f"/p/{code}/mark/", {"key": key(), "on": "1"}, headers={"HX-Request": "true"}))
    assert 'aria-pressed="true"' in part
    assert "<html" not in part
    assert "Cotton tee" in text(client.get("/favourites/"))
    assert "You have marked nothing" in text(mall.client("bob").get("/favourites/"))
    assert client.post(f"/p/{code}/mark/", {"key": key(2)}).headers["Location"] == f"/p/{code}/"
    assert not Favourite.objects.exists()
    assert client.post("/p/G-0/mark/", {"key": key(3), "on": "1"}).status_code == 404
    assert mall.client().post(f"/p/{code}/mark/", {"key": key(4), "on": "1"}).status_code == 302


def test_what_was_looked_at_is_remembered_for_those_signed_in_and_forgotten_on_demand(mall: Mall) -> None:
    client, code = mall.client("ann"), Product.objects.get().code
    mall.client().get(f"/p/{code}/")
    assert not Visit.objects.exists()
    assert f'action="/p/{code}/seen/"' in text(client.get(f"/p/{code}/"))
    assert not Visit.objects.exists(), "looking writes nothing"
    for number in (1, 2):
        assert client.post(f"/p/{code}/seen/", {"key": key(number)}).status_code == 204
    assert mall.client().post(f"/p/{code}/seen/", {"key": key()}).status_code == 302
    assert client.post("/p/none/seen/", {"key": key(3)}).status_code == 404
    assert Visit.objects.count() == 1
    assert "Cotton tee" in text(client.get("/history/"))
    client.post("/history/forget/", {"key": key()})
    assert "You have looked at nothing" in text(client.get("/history/"))

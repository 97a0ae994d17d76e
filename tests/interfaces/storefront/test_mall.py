"""Looking around: what is on sale, at what price, for whom."""

from pytest_django import DjangoAssertNumQueries

from hanse.goods.catalogue.models import Product
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.queries import offer
from tests.interfaces.web.faces import Mall, text


def code_of() -> str:
    return Product.objects.get().code


def test_a_stranger_sees_what_is_on_sale_to_everyone(mall: Mall) -> None:
    page = text(mall.client().get("/"))
    assert "Cotton tee" in page
    assert "CN¥100.00" in page
    assert "CN¥60.00" not in page
    assert "Clothes" in page
    assert "media/demo/tee.svg" in page


def test_names_and_money_follow_the_readers_language(mall: Mall) -> None:
    page = text(mall.client(language="zh-CN").get("/"))
    assert "长绒棉 T 恤" in page
    assert "¥100.00" in page
    assert "CN¥" not in page
    assert '<html lang="zh-Hans">' in page


def test_a_partner_sees_its_own_price(mall: Mall) -> None:
    page = text(mall.client("shop").get("/"))
    assert "CN¥80.00" in page
    assert "CN¥100.00" not in page


def test_a_category(mall: Mall) -> None:
    client = mall.client()
    assert "Cotton tee" in text(client.get("/c/clothes/"))
    assert client.get("/c/nothing/").status_code == 404


def test_a_product_shows_variants_sellers_price_breaks_and_what_is_left(mall: Mall) -> None:
    page = text(mall.client().get(f"/p/{code_of()}/?offer={offer('tee@shop').code}"))
    assert "100 pieces in stock" in page
    assert "from 10 pieces" in page
    assert "CN¥90.00" in page
    assert "Shaoxing" in page
    assert "Other sellers" in page
    assert "Freight CN¥5.00 a piece" not in page
    other = text(mall.client().get(f"/p/{code_of()}/?offer={offer('tee_l@factory').code}"))
    assert "Freight CN¥5.00 a piece" in other


def test_only_the_part_that_changes_is_sent_to_htmx(mall: Mall) -> None:
    page = text(mall.client().get(f"/p/{code_of()}/", headers={"HX-Request": "true", "HX-Target": "buy"}))
    assert "<html" not in page
    assert "Put in basket" in page


def test_what_so_many_pieces_come_to(mall: Mall) -> None:
    client, path = mall.client(), f"/offers/{offer('tee@shop').code}/price/"
    assert "CN¥1,800.00" in text(client.get(path, {"quantity": "20"}))
    assert "Only" in text(client.get(path, {"quantity": "101"}))
    assert "whole number" in text(client.get(path, {"quantity": "-3"}))
    assert "no such" in text(client.get("/offers/F-00000-00000/price/", {"quantity": "1"}))


def test_a_suspended_upstream_offer_shows_at_once(mall: Mall) -> None:
    mall.call(suspend_offer, offer="tee@west")
    assert "Sold out" in text(mall.client().get(f"/p/{code_of()}/?offer={offer('tee@shop').code}"))


def test_nobody_sells_it(mall: Mall) -> None:
    for name in ("tee@shop", "tee_l@factory"):
        mall.call(suspend_offer, offer=name)
    assert "Nobody sells this" in text(mall.client().get(f"/p/{code_of()}/"))
    assert "Cotton tee" not in text(mall.client().get("/"))


def test_there_is_no_such_page(mall: Mall) -> None:
    response = mall.client().get("/p/G-00000-00000/")
    assert response.status_code == 404
    assert "not_found" in text(response)


def test_the_number_of_statements_does_not_grow_with_the_goods(
    mall: Mall, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        sku = f"cap{number}"
        mall.product(sku, f"帽子 {number}", f"Cap {number}", **{sku: 10})
        mall.offer(f"{sku}@factory", 3000)
    client = mall.client()
    with django_assert_max_num_queries(9):
        page = text(client.get("/"))
    assert page.count('class="offer"') == 7

"""Brands: who may make one known, and whose goods bear it."""

from typing import Any

import pytest

from hanse.goods.catalogue.models import Brand, Product
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.queries import brands_for, snapshot
from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import DomainError
from tests.goods.market import acting, call, parties

pytestmark = pytest.mark.django_db


def code_of(operation: Any, **said: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        call(operation, **said)
    return refusal.value.code


def test_the_platforms_brands_stand_on_anybodys_goods_and_others_on_their_owners() -> None:
    parties("mill", "shop")
    mill, shop = acting("mill"), acting("shop")
    assert call(create_brand, slug="anybodys", name="Anybody's") == "anybodys"
    assert call(create_brand, by=mill, slug="mill", name="磨坊", name_en="Mill", logo="brands/mill.png", owner="mill")
    assert [one.slug for one in brands_for(shop)] == ["anybodys"]
    assert {one.slug for one in brands_for(mill)} == {"anybodys", "mill"} == {one.slug for one in brands_for(ENGINE)}
    code = call(create_product, by=mill, owner="mill", name="Flour", brand="mill")
    assert snapshot(Product.objects.get(code=code))["brand"] == "mill"
    assert call(create_product, by=shop, owner="shop", name="Bag", brand="anybodys")
    assert code_of(create_product, by=shop, owner="shop", name="Bag", brand="mill") == "brand_of_another"


def test_a_product_changes_its_brand() -> None:
    parties("mill", "shop")
    mill, shop = acting("mill"), acting("shop")
    call(create_brand, by=mill, slug="mill", name="Mill", owner="mill")
    call(create_brand, by=shop, slug="corner", name="Corner", owner="shop")
    code = call(create_product, by=mill, owner="mill", name="Flour")
    call(edit_product, by=mill, product=code, changes={"brand": "mill"})
    assert Product.objects.get(code=code).brand == Brand.objects.get(slug="mill")
    assert code_of(edit_product, by=mill, product=code, changes={"brand": "corner"}) == "brand_of_another"
    assert code_of(edit_product, by=mill, product=code, changes={"brand": "nobody"}) == "not_found"
    call(edit_product, by=mill, product=code, changes={"brand": None})
    assert Product.objects.get(code=code).brand is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"slug": "Mill"}, "malformed"),
        ({"name": ""}, "malformed"),
        ({"logo": "../x.png"}, "malformed"),
        ({"owner": None}, "not_allowed"),
        ({"owner": "shop"}, "not_found"),
        ({"slug": "taken"}, "brand_exists"),
    ],
)
def test_what_is_no_brand(said: dict[str, Any], code: str) -> None:
    parties("mill", "shop")
    call(create_brand, slug="taken", name="Taken")
    assert (
        code_of(create_brand, by=acting("mill"), **({"slug": "mill", "name": "Mill", "owner": "mill"} | said)) == code
    )

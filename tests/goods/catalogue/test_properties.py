"""What goods of a category have to say, and categories that are not offered."""

from typing import Any

import pytest

from hanse.goods.catalogue import rules
from hanse.goods.catalogue.models import Category, Product
from hanse.goods.catalogue.operations.change_category import change_category
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.operations.import_products import import_products
from hanse.goods.catalogue.queries import categories, offered, product, properties
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.kernel.errors import MalformedInput
from tests.goods.market import call, parties

FABRIC = {"name": "面料", "name_en": "Fabric", "kind": "choice", "required": True, "choices": ["棉 | Cotton", "麻"]}
WEIGHT = {"name": "克重", "kind": "number"}
COTTON = {"面料 | Fabric": "棉 | Cotton"}


@pytest.fixture
def factory(db: None) -> None:
    parties("factory")
    call(create_category, slug="clothes", name="服装", properties=[FABRIC])
    call(create_category, slug="shirts", name="衬衫", parent="clothes", properties=[WEIGHT])
    call(create_category, slug="cups", name="杯子")


def make(**said: Any) -> Product:
    return product(call(create_product, **{"owner": "factory", "name": "Tee", "category": "shirts"} | said))


def test_what_lies_below_asks_for_what_stands_above_too(factory: None) -> None:
    pk = {row.slug: row.pk for row in Category.objects.all()}
    found = properties(pk.values())
    assert [one["name"] for one in found[pk["shirts"]]] == ["面料", "克重"]
    assert [one["name"] for one in found[pk["clothes"]]] == ["面料"]
    assert found[pk["cups"]] == []
    assert (properties([]), properties([0])) == ({}, {})
    change: dict[str, Any] = {"name": "衬衫", "name_en": "", "parent": "clothes", "position": 0}
    call(change_category, category="shirts", properties=[{"name": "面料", "kind": "text"}], **change)
    (own,) = properties([pk["shirts"]])[pk["shirts"]]
    assert own == {"name": "面料", "name_en": "", "kind": "text", "required": False, "choices": []}
    call(change_category, category="shirts", **change)
    assert properties([pk["shirts"]])[pk["shirts"]] == [own], "what is not said stays"


@pytest.mark.parametrize(
    "said",
    [{}, {"面料 | Fabric": ""}, {"面料 | Fabric": "wool"}, COTTON | {"克重": "heavy"}, COTTON | {"克重": "1."},
     {"面料": "棉 | Cotton"}],
)  # fmt: skip
def test_goods_say_what_their_category_asks_for(factory: None, said: dict[str, str]) -> None:
    with pytest.raises(MalformedInput) as refused:
        make(attributes=said)
    assert refused.value.details["field"] == "attributes"
    assert not Product.objects.exists()


def test_goods_may_say_more_and_are_asked_again_only_when_they_say_something_else(factory: None) -> None:
    tee = make(attributes=COTTON | {"克重": "180.5", "产地": "绍兴"})
    cup = make(category="cups", attributes={})
    with pytest.raises(MalformedInput):
        call(edit_product, product=tee.code, changes={"attributes": {}})
    with pytest.raises(MalformedInput):
        call(edit_product, product=cup.code, changes={"category": "shirts"})
    call(edit_product, product=cup.code, changes={"category": "shirts", "attributes": COTTON})
    call(edit_product, product=tee.code, changes={"category": None, "attributes": {}})
    other = make(attributes=COTTON)
    call(
        change_category, category="shirts", name="衬衫", name_en="", parent="clothes", position=0,
        properties=[{"name": "领型", "required": True}],
    )  # fmt: skip
    call(edit_product, product=other.code, changes={"name": "Shirt"})
    assert product(other.code).name == "Shirt", "what was asked for later does not stand in the way of the rest"


def test_an_import_refuses_the_rows_that_do_not_say_it(factory: None) -> None:
    rows = [
        NewProduct("factory", "A", category="shirts", attributes=COTTON, skus=[NewSku(slug="a")]),
        NewProduct("factory", "B", category="shirts", skus=[NewSku(slug="b")]),
    ]
    answer = call(import_products, products=rows)
    assert answer["imported"] == 1
    assert Product.objects.get().name == "A"


@pytest.mark.parametrize(
    "given",
    ["x", [{}], ["x"], [{"name": "a", "size": 1}], [{"name": "a"}, {"name": "a"}], [{"name": "a", "kind": "date"}],
     [{"name": "a", "required": "yes"}], [{"name": "a", "choices": "b"}], [{"name": "a", "choices": ["b"]}],
     [{"name": "a", "kind": "choice"}], [{"name": "a", "kind": "choice", "choices": ["b, c"]}], [{"name": ""}],
     [{"name": "a" * 30, "name_en": "b" * 30}], [{"name": str(n)} for n in range(31)],
     [{"name": "a", "kind": "choice", "choices": [str(n) for n in range(61)]}]],
)  # fmt: skip
def test_what_cannot_be_asked_for(given: Any) -> None:
    with pytest.raises(MalformedInput) as refused:
        rules.check_properties(given)
    assert refused.value.details["field"] == "properties"


def test_what_is_hidden_is_not_offered_nor_what_lies_below(factory: None) -> None:
    tee = make(attributes=COTTON)
    change: dict[str, Any] = {"name": "服装", "name_en": "", "parent": None, "position": 0}
    call(change_category, category="clothes", hidden=True, **change)
    assert [row.slug for row in offered()] == ["cups"]
    assert categories(["shirts"])["shirts"].pk == product(tee.code).category_id, "goods stay in it"
    call(change_category, category="clothes", **change)
    assert Category.objects.get(slug="clothes").hidden, "what is not said stays"
    call(change_category, category="clothes", hidden=False, **change)
    assert len(offered()) == 3
    call(create_category, slug="secret", name="内部", hidden=True)
    assert len(offered()) == 3

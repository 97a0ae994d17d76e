"""Products, their SKUs and the category tree: what they may say, who may say it, and how it is found."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from hanse.goods.catalogue import rules
from hanse.goods.catalogue.models import Category, Product, Sku
from hanse.goods.catalogue.operations._insert import SlugTaken
from hanse.goods.catalogue.operations.create_category import CategoryExists, create_category
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.create_products import create_products
from hanse.goods.catalogue.queries import below, categories, product, sku, skus, snapshot
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from tests.goods.market import AT, acting, at_once, call, parties

pytestmark = pytest.mark.django_db
SHIRT = {"path": "tee/front.jpg", "alt": "正面", "alt_en": "Front"}


@pytest.fixture
def factory(db: None) -> None:
    """A factory, a shop and a category tree."""
    parties("factory", "shop")
    call(create_category, slug="clothes", name="服装", name_en="Clothes")
    call(create_category, slug="shirts", name="衬衫", parent="clothes", position=3)
    call(create_category, slug="tees", name="T恤", parent="shirts")
    call(create_category, slug="cups", name="杯子")


def make(**said: Any) -> Product:
    """Create a product and return it."""
    return product(call(create_product, **{"owner": "factory", "name": "Tee"} | said))


def test_a_product_says_everything_that_it_was_made_with(factory: None) -> None:
    made = make(
        name=" 棉 T恤 ", name_en="Cotton tee", category="tees", summary="柔软\n透气", summary_en="Soft",
        attributes={"material": "cotton", "note": ""}, images=[SHIRT, {"path": "tee/back.jpg"}],
        skus=[
            NewSku("红色 M", "Red M", {"colour": "red", "size": "M"}, 180, "6901234567892", "tee-red-m"),
            NewSku("蓝色 L", options={"colour": "blue", "size": "L"}),
        ],
    )  # fmt: skip
    assert (made.name, made.name_en, made.summary, made.status) == ("棉 T恤", "Cotton tee", "柔软\n透气", "draft")
    assert made.category is not None
    assert made.category.slug == "tees"
    assert made.attributes == {"material": "cotton", "note": ""}
    assert made.images == [SHIRT, {"path": "tee/back.jpg", "alt": "", "alt_en": ""}]
    red, blue = Sku.objects.filter(product=made).order_by("position")
    assert (red.slug, red.options, red.weight_g, red.barcode) == (
        "tee-red-m", {"colour": "red", "size": "M"}, 180, "6901234567892",
    )  # fmt: skip
    assert (blue.slug, blue.name, blue.position) == (None, "蓝色 L", 1)
    assert sku("tee-red-m") == sku(red.code) == red
    assert skus([blue.code, "tee-red-m"]) == {blue.code: blue, "tee-red-m": red}


def test_a_plain_product_has_one_nameless_variant(factory: None) -> None:
    (only,) = Sku.objects.filter(product=make())
    assert (only.name, only.options, only.weight_g) == ("", {}, 0)


LONG = "x" * 5001


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("name", {"name": ""}), ("name", {"name": "x" * 201}), ("name", {"name": "a\x00"}), ("name", {"name": None}),
        ("name", {"name": "\ud800"}), ("name_en", {"name_en": "x" * 201}), ("summary", {"summary": LONG}),
        ("summary_en", {"summary_en": LONG}), ("attributes", {"attributes": {"": "x"}}),
        ("attributes", {"attributes": {"a": 1}}), ("attributes", {"attributes": ["a"]}),
        ("attributes", {"attributes": {str(n): "x" for n in range(61)}}),
        ("attributes", {"attributes": {"a": "x" * 501}}),
        ("images", {"images": "front.jpg"}), ("images", {"images": [SHIRT] * 21}), ("images", {"images": ["x"]}),
        ("images", {"images": [{"alt": "x"}]}), ("images", {"images": [{"path": "x", "size": "1"}]}),
        ("images", {"images": [{"path": "../etc/passwd"}]}), ("images", {"images": [{"path": "/etc/passwd"}]}),
        ("images", {"images": [{"path": "https://x.example/a.jpg"}]}), ("images", {"images": [{"path": "a/../b"}]}),
        ("images", {"images": [{"path": "a", "alt": "x" * 201}]}), ("skus", {"skus": []}), ("skus", {"skus": "abc"}),
        ("skus", {"skus": [NewSku(str(n)) for n in range(201)]}), ("skus", {"skus": [NewSku(), NewSku()]}),
        ("skus", {"skus": ["red"]}), ("skus", {"skus": [{"colour": "red"}]}),
        ("sku_name", {"skus": [NewSku("x" * 201)]}),
        ("weight_g", {"skus": [NewSku(weight_g=-1)]}), ("weight_g", {"skus": [NewSku(weight_g=10**9)]}),
        ("weight_g", {"skus": [NewSku(weight_g=True)]}), ("barcode", {"skus": [NewSku(barcode="a b")]}),
        ("barcode", {"skus": [NewSku(barcode="1" * 41)]}), ("slug", {"skus": [NewSku(slug="a b")]}),
        ("options", {"skus": [NewSku(options={"size": "x" * 501})]}), ("category", {"category": "no such\x00"}),
    ],
)  # fmt: skip
def test_unfit_products_are_refused_by_name(factory: None, field: str, said: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput) as refusal:
        make(**said)
    assert refusal.value.details["field"] == field
    assert not Product.objects.exists()
    assert not Sku.objects.exists()


def test_unknown_owners_and_categories(factory: None) -> None:
    for said in ({"owner": "nobody"}, {"category": "nothing"}):
        with pytest.raises(NotFound):
            make(**said)
    for code in ("G-0", "a\x00b", "\ud800"):
        with pytest.raises(NotFound):
            product(code)
    assert categories([]) == {}


def test_only_people_of_the_owner_make_its_products_and_only_operators_list_without_review(factory: None) -> None:
    for by in (acting("shop"), STRANGER):
        with pytest.raises(NotFound):
            make(by=by)
    with pytest.raises(NotAllowed):
        make(by=acting("factory", "stock_keeper"))
    with pytest.raises(NotAllowed):
        make(by=acting("factory"), review=False)
    assert make(by=acting("factory", "goods_manager")).status == "draft"
    assert make(review=False).status == "listed"


def test_short_names_of_skus_are_taken_once(factory: None) -> None:
    make(skus=[NewSku(slug="tee")])
    with pytest.raises(SlugTaken):
        make(skus=[NewSku(slug="tee")])
    with pytest.raises(SlugTaken):
        make(skus=[NewSku("a", slug="cup"), NewSku("b", slug="cup")])
    assert (Product.objects.count(), Sku.objects.count()) == (1, 1)


def test_many_at_once_are_all_or_none_and_few_statements(
    factory: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def batch(n: int, tag: str) -> list[NewProduct]:
        return [NewProduct("factory", f"{tag}{i}", category="tees", skus=[NewSku(slug=f"{tag}{i}")]) for i in range(n)]

    with django_assert_num_queries(13):
        call(create_products, products=batch(2, "a"), review=False)
    with django_assert_num_queries(13):
        codes = call(create_products, products=batch(40, "b"), review=False)
    assert [product(code).name for code in codes] == [f"b{i}" for i in range(40)]
    with pytest.raises(MalformedInput):
        call(create_products, products=[*batch(1, "c"), NewProduct("factory", "")])
    assert Product.objects.count() == 42
    assert call(create_products, products=[NewProduct("factory", "plain")]) != []


def test_the_tree_is_browsed_by_branch(factory: None) -> None:
    found = categories(["clothes", "shirts", "tees", "cups"])
    assert sorted(below(found["clothes"].pk)) == sorted(found[name].pk for name in ("clothes", "shirts", "tees"))
    assert below(found["tees"].pk) == [found["tees"].pk]
    assert found["shirts"].position == 3


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("slug", {"slug": "Not A Slug"}), ("slug", {"slug": ""}), ("slug", {"slug": "a" * 81}),
        ("slug", {"slug": None}),
        ("name", {"name": ""}), ("name_en", {"name_en": "x" * 81}), ("position", {"position": -1}),
        ("position", {"position": 10_001}), ("position", {"position": True}),
    ],
)  # fmt: skip
def test_unfit_categories_are_refused_by_name(factory: None, field: str, said: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput) as refusal:
        call(create_category, **{"slug": "mugs", "name": "Mugs"} | said)
    assert refusal.value.details["field"] == field


def test_categories_are_the_platforms(factory: None) -> None:
    with pytest.raises(NotAllowed):
        call(create_category, slug="mugs", name="Mugs", by=acting("factory"))
    with pytest.raises(CategoryExists):
        call(create_category, slug="cups", name="Cups")
    with pytest.raises(NotFound):
        call(create_category, slug="mugs", name="Mugs", parent="nothing")
    assert Category.objects.count() == 4


def test_creating_is_done_once(factory: None) -> None:
    first = create_product(key="k", at=AT, by=ENGINE, owner="factory", name="Tee")
    assert create_product(key="k", at=AT, by=ENGINE, owner="factory", name="Tee") == first
    assert Product.objects.count() == 1


def test_a_reviewer_sees_all_that_a_product_says(factory: None) -> None:
    shown = snapshot(make(category="tees", skus=[NewSku("Red", weight_g=5)]))
    assert (shown["name"], shown["category"], shown["skus"][0]["name"], shown["skus"][0]["weight_g"]) == (
        "Tee", "tees", "Red", 5,
    )  # fmt: skip
    assert snapshot(make())["category"] is None


def test_unknown_fields_are_named() -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.check_fields({"colour": "red"})
    assert refusal.value.details["field"] == "colour"


@pytest.mark.django_db(transaction=True)
def test_a_short_name_wanted_by_many_at_once_goes_to_one() -> None:
    parties("factory")
    steps = [lambda n=n: make(name=f"Tee {n}", skus=[NewSku(slug="tee")]) for n in range(6)]
    assert at_once(*steps) == ["ok"] + ["slug_taken"] * 5
    assert (Product.objects.count(), Sku.objects.count()) == (1, 1)

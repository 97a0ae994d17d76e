"""Operators hide categories and say what their goods have to say; forms ask for it, the mall offers nothing hidden."""

import re
from typing import Any

import pytest
from django.urls import reverse

from hanse.goods.catalogue.models import Category, Product
from hanse.goods.catalogue.operations.change_category import change_category
from tests.interfaces.web.faces import Mall, key, text

EDIT = "/console/platform/categories/clothes/edit/"
CLOTHES = {"name": "服饰", "name_en": "Clothes", "parent": "", "position": "0"}
FABRIC = {
    "properties-0-name": "面料", "properties-0-name_en": "Fabric", "properties-0-kind": "choice",
    "properties-0-choices": "棉 | Cotton，麻 | Linen", "properties-0-required": "on",
    "properties-1-name": "克重", "properties-1-name_en": "", "properties-1-kind": "number",
    "properties-1-choices": "",
}  # fmt: skip
GIVEN: dict[str, Any] = {"name": "衬衫", "name_en": "Shirt", "category": "clothes", "brand": ""}


@pytest.fixture
def asking(mall: Mall) -> Mall:
    answer = mall.client("operator").post(EDIT, {"key": key(90), **CLOTHES, **FABRIC})
    assert answer.status_code == 302
    return mall


def test_an_operator_says_what_goods_have_to_say(asking: Mall) -> None:
    assert Category.objects.get(slug="clothes").properties == [
        {"name": "面料", "name_en": "Fabric", "kind": "choice", "required": True,
         "choices": ["棉 | Cotton", "麻 | Linen"]},
        {"name": "克重", "name_en": "", "kind": "number", "required": False, "choices": []},
    ]  # fmt: skip
    client = asking.client("operator")
    page = text(client.get(EDIT))
    assert 'value="棉 | Cotton, 麻 | Linen"' in page
    assert len(re.findall(r'name="properties-\d-required"[^>]* checked', page)) == 1
    wrong = {**FABRIC, "properties-1-choices": "a, b"}
    answer = client.post(EDIT, {"key": key(91), **CLOTHES, **wrong})
    assert (answer.status_code, "choices without commas" in text(answer)) == (422, True)


def test_the_form_of_goods_asks_for_it_once_the_category_is_chosen(asking: Mall) -> None:
    client = asking.client("factory")
    page = text(client.get("/console/goods/new/?category=clothes"))
    assert ">Fabric<" in page.replace("</label>", "<")
    assert '<option value="麻 | Linen">Linen</option>' in page
    answer = client.post("/console/goods/new/", {"key": key(), **GIVEN})
    assert answer.status_code == 422
    assert "Now fill in what goods of this category say." in text(answer)
    assert 'name="shown" value="clothes"' in text(answer)
    said = {**GIVEN, "shown": "clothes", "asked-0": "棉 | Cotton", "asked-1": "heavy"}
    assert client.post("/console/goods/new/", {"key": key(2), **said}).status_code == 422
    assert client.post("/console/goods/new/", {"key": key(3), **said, "asked-0": "wool"}).status_code == 422
    right = {**said, "asked-1": "180", "attributes-0-name": "产地", "attributes-0-said": "绍兴"}
    assert client.post("/console/goods/new/", {"key": key(4), **right}).status_code == 302
    made = Product.objects.get(name="衬衫")
    assert made.attributes == {"面料 | Fabric": "棉 | Cotton", "克重": "180", "产地": "绍兴"}
    at = f"/console/goods/{made.code}/edit/"
    page = text(client.get(at))
    assert '<option value="棉 | Cotton" selected>Cotton</option>' in page
    assert 'value="180"' in page
    assert page.count('value="绍兴"') == 1
    assert 'value="面料 | Fabric"' not in page, "what has a field of its own does not stand among the others"
    changed = {**right, "key": key(5), "asked-0": "麻 | Linen"}
    assert client.post(at, changed).status_code == 302
    made.refresh_from_db()
    assert made.attributes["面料 | Fabric"] == "麻 | Linen"


def test_what_is_hidden_is_offered_nowhere_and_still_found(mall: Mall) -> None:
    mall.call(
        change_category, category="clothes", name="服饰", name_en="Clothes", parent=None, position=0, hidden=True
    )  # fmt: skip
    stranger, factory, operator = mall.client(), mall.client("factory"), mall.client("operator")
    address = reverse("category", args=["clothes"])
    assert f'"{address}"' not in text(stranger.get("/"))
    assert address not in text(stranger.get("/sitemap.xml"))
    assert "Cotton tee" in text(stranger.get(address)), "whoever kept the link still finds the goods"
    assert 'value="clothes"' not in text(factory.get("/console/goods/new/"))
    tee = Product.objects.get(name_en="Cotton tee", skus__slug="tee")
    assert '<option value="clothes" selected>' in text(factory.get(f"/console/goods/{tee.code}/edit/"))
    assert "Cotton tee" in text(stranger.get("/search/?q=tee"))
    assert 'value="clothes"' in text(operator.get("/console/platform/categories/new/"))
    slugs = [[row["slug"] for row in client.get("/api/v1/categories").json()] for client in (stranger, operator)]
    assert slugs == [[], ["clothes"]]


def test_an_operator_hides_and_shows_again(mall: Mall) -> None:
    client = mall.client("operator")
    assert client.post(EDIT, {"key": key(), **CLOTHES, "hidden": "on"}).status_code == 302
    assert Category.objects.get(slug="clothes").hidden
    assert client.post(EDIT, {"key": key(2), **CLOTHES}).status_code == 302
    assert not Category.objects.get(slug="clothes").hidden

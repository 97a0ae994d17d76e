"""What pages tell search engines, held against the vocabulary of schema.org: nothing that is not in it."""

import re
from importlib import import_module
from inspect import get_annotations
from typing import Any

import pytest

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.network.parties.queries import party
from tests.interfaces.storefront.test_seo import things
from tests.interfaces.web.faces import Mall, text

models: Any = import_module("msgspec_schemaorg.models")  # its package loads lazily, and trips over `from … import`
OF_SEARCH_ENGINES = {"query-input"}
"""What search engines define themselves beyond schema.org."""


def faults(thing: dict[str, Any]) -> list[str]:
    """Return what of a thing the vocabulary does not know, or would not have there."""
    kind = thing["@type"]
    cls = getattr(models, kind, None)
    if cls is None:
        return [f"{kind}: no such type"]
    known = {base_name: said for base in reversed(cls.__mro__) for base_name, said in get_annotations(base).items()}
    found: list[str] = []
    for name, value in thing.items():
        if name.startswith("@") or name in OF_SEARCH_ENGINES:
            continue
        if name not in known:
            found.append(f"{kind}.{name}: no such property")
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                if not _fits(one["@type"], str(known[name])):
                    found.append(f"{kind}.{name}: {one['@type']} is not in its range")
                found += faults(one)
    return found


def _fits(kind: str, said: str) -> bool:
    """Say whether a type, or one above it, is in the range of a property."""
    wanted = set(re.findall(r"[A-Z]\w+", said))
    return any(base.__name__ in wanted for base in getattr(models, kind, object).__mro__)


def test_every_page_keeps_to_the_vocabulary(mall: Mall) -> None:
    code = Product.objects.get().code
    mall.call(create_brand, slug="ours", name="青禾", name_en="Qinghe")
    mall.call(edit_product, product=code, changes={"brand": "ours"}, review=False)
    seen: list[str] = []
    for path in ("/", "/c/clothes/", "/b/ours/", f"/s/{party('shop').code}/", f"/p/{code}/"):
        found = things(text(mall.client().get(path)))
        assert found, path
        assert [fault for thing in found for fault in faults(thing)] == [], path
        seen += [thing["@type"] for thing in found]
    assert set(seen) >= {"Organization", "WebSite", "BreadcrumbList", "Product"}


@pytest.mark.parametrize(
    ("thing", "fault"),
    [
        ({"@type": "Thingamajig"}, "Thingamajig: no such type"),
        ({"@type": "Product", "cost": "1"}, "Product.cost: no such property"),
        ({"@type": "Product", "offers": [{"@type": "Person"}]}, "Product.offers: Person is not in its range"),
        ({"@type": "Product", "offers": {"@type": "Offer", "amount": 1}}, "Offer.amount: no such property"),
    ],
)
def test_the_test_would_notice(thing: dict[str, Any], fault: str) -> None:
    assert faults(thing) == [fault]


def test_what_is_of_a_kind_fits_where_the_kind_does() -> None:
    store = {"@type": "Offer", "seller": {"@type": "Store", "name": "x"}}
    assert faults(store) == [], "a store is an organization"

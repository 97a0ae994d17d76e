"""What other machines read: addresses, languages, schema.org, the list of all pages, the manifest."""

import gzip
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.network.parties.queries import party
from tests.interfaces.web.faces import Mall, text

SITE = "http://testserver"
# What search engines ask of each type, by schema.org's names.
REQUIRED = {
    "Product": {"name", "image", "description", "offers", "sku"},
    "Offer": {"price", "priceCurrency", "availability", "url", "seller"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Organization": {"name", "url"},
    "WebSite": {"name", "url", "potentialAction"},
    "SearchAction": {"target", "query-input"},
    "EntryPoint": {"urlTemplate"},
}


def things(page: str) -> list[dict[str, Any]]:
    return [json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]


def check(thing: Any) -> list[str]:
    """Return the types of a thing and all within it, each with what is required of it."""
    if isinstance(thing, list):
        return [kind for one in thing for kind in check(one)]
    if not isinstance(thing, dict):
        return []
    assert REQUIRED[thing["@type"]] <= {name for name, value in thing.items() if value}, thing
    for name, value in thing.items():
        if name in {"url", "item", "logo"}:
            assert value.startswith(SITE), value
    return [thing["@type"], *(kind for value in thing.values() for kind in check(value))]


@pytest.fixture
def pages(mall: Mall) -> dict[str, str]:
    paths = ["/", "/c/clothes/", f"/s/{party('shop').code}/", f"/p/{Product.objects.get().code}/"]
    return dict(zip(("home", "category", "shop", "product"), paths, strict=True))


def test_every_page_describes_itself_as_schema_org_wants(mall: Mall, pages: dict[str, str]) -> None:
    wanted = {
        "home": {"Organization", "WebSite"},
        "category": {"BreadcrumbList"},
        "shop": {"BreadcrumbList", "Organization"},
        "product": {"Product", "Offer", "BreadcrumbList", "Organization"},
    }
    for name, path in pages.items():
        found = things(text(mall.client().get(path)))
        assert all(thing["@context"] == "https://schema.org" for thing in found)
        assert wanted[name] <= set(check(found)), name


def test_offers_are_those_that_anybody_may_take_with_price_and_availability(mall: Mall, pages: dict[str, str]) -> None:
    (product, trail) = things(text(mall.client().get(pages["product"])))
    assert sorted((one["price"], one["seller"]["name"]) for one in product["offers"]) == [
        ("100.00", "shop"), ("120.00", "factory"),
    ]  # fmt: skip
    assert {one["availability"] for one in product["offers"]} == {"https://schema.org/InStock"}
    assert [one["name"] for one in trail["itemListElement"]] == ["Mall", "Clothes", "Cotton tee"]
    mall.call(suspend_offer, offer="tee@west")
    (product, _trail) = things(text(mall.client().get(pages["product"])))
    assert {one["availability"] for one in product["offers"]} == {
        "https://schema.org/InStock", "https://schema.org/OutOfStock",
    }  # fmt: skip


def test_a_name_cannot_end_the_element_it_stands_in(mall: Mall, pages: dict[str, str]) -> None:
    product = Product.objects.get()
    name = '</script><script>alert("1 & 2")</script>'
    mall.call(edit_product, product=product.code, changes={"name_en": name}, review=False)
    page = text(mall.client().get(pages["product"]))
    assert "<script>alert" not in page
    assert things(page)[0]["name"] == name


def test_each_page_has_one_address_and_one_in_each_language(mall: Mall, pages: dict[str, str]) -> None:
    for path in pages.values():
        page = text(mall.client().get(f"{path}?utm=1&page=1"))
        assert f'<link rel="canonical" href="{SITE}{path}">' in page
        for tag, asked in (("zh-Hans", "?hl=zh-hans"), ("en", "?hl=en"), ("x-default", "")):
            assert f'hreflang="{tag}" href="{SITE}{path}{asked}"' in page
        for name in ("og:title", "og:description", "og:image", "og:url", "og:type", "twitter:card"):
            assert re.search(f'="{name}" content="[^"]+"', page), name
    page = text(mall.client().get("/?page=2&hl=en"))
    assert f'<link rel="canonical" href="{SITE}/?page=2&amp;hl=en">' in page
    assert f'hreflang="zh-Hans" href="{SITE}/?page=2&amp;hl=zh-hans"' in page
    for odd in ("page=x", "page=", "page=%C2%B2", "hl=xx"):
        assert f'<link rel="canonical" href="{SITE}/">' in text(mall.client().get(f"/?{odd}")), odd


def test_an_address_says_in_which_language_it_is_read_and_the_next_page_remembers(mall: Mall) -> None:
    client = mall.client(language="en")
    assert "长绒棉" in text(client.get("/?hl=zh-hans"))
    assert "长绒棉" in text(client.get("/"))
    assert "Cotton tee" in text(client.get("/?hl=en"))
    assert "Cotton tee" in text(client.get("/?hl=xx"))


def test_what_is_nobody_elses_business_is_not_to_be_found(mall: Mall) -> None:
    for path in ("/basket/", "/search/?q=tee", "/orders/", "/addresses/"):
        page = text(mall.client("ann").get(path))
        assert '<meta name="robots" content="noindex">' in page, path
        assert "canonical" not in page
    robots = text(mall.client().get("/robots.txt"))
    assert "Disallow: /checkout/" in robots
    assert f"Sitemap: {SITE}/sitemap.xml" in robots


def test_the_list_of_all_pages(mall: Mall, pages: dict[str, str]) -> None:
    index = ElementTree.fromstring(text(mall.client().get("/sitemap.xml")))
    found: set[str] = set()
    for part in index.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc"):
        page = ElementTree.fromstring(text(mall.client().get(str(part.text).removeprefix(SITE))))
        found |= {str(one.text) for one in page.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {SITE + path for path in pages.values()} <= found
    assert f"{SITE}/s/{party('west').code}/" not in found
    assert mall.client().get("/sitemap-99.xml").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_manifest_names_icons_that_are_there(mall: Mall, language: str) -> None:
    response = mall.client(language=language).get("/manifest.webmanifest")
    said = json.loads(text(response))
    assert response.headers["Content-Type"] == "application/manifest+json"
    assert said["start_url"] == said["scope"] == "/"
    assert said["name"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path
        assert Path(path).read_bytes().startswith(b"\x89PNG")


def test_the_worker_and_the_page_without_a_network(mall: Mall) -> None:
    response = mall.client().get("/worker.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "/offline/" in text(response)
    assert "No connection" in text(mall.client().get("/offline/"))


def test_the_first_page_is_light(mall: Mall) -> None:
    """Compressed and without pictures, with everything that it loads, under 150 kB."""
    page = text(mall.client().get("/"))
    loaded = set(re.findall(r'(?:href|src)="/static/([^"#]+\.(?:css|js|svg))', page))
    assert {"hanse/hanse.css", "hanse/storefront.css", "hanse/storefront.js"} <= loaded
    sizes = {path: len(gzip.compress(Path(str(finders.find(path))).read_bytes())) for path in loaded}
    assert sum(sizes.values()) + len(gzip.compress(page.encode())) < 150_000, sizes

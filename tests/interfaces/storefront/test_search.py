"""Searching as people expect it: both languages, pinyin, typing errors, filters, sorting, suggestions."""

import re
from html import unescape

import pytest
from pytest_django import DjangoAssertNumQueries

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.operations.tally_sales import tally_sales
from hanse.goods.search.queries import find
from hanse.goods.search.rules import SORTS, Wish
from hanse.interfaces.jobs.ranking import tally
from hanse.interfaces.storefront import goods, leafing
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE, STRANGER
from tests.interfaces.web.faces import Mall, text

CARD = re.compile(r'<h3><a href="/p/[^"]+">([^<]+)</a></h3>')
LINK = re.compile(r'hx-get="([^"]+)"')


@pytest.fixture
def shelf(mall: Mall) -> Mall:
    """A mall with a few things to tell apart."""
    for slug, name, name_en, price, pieces in (
        ("charger", "移动充电宝 20000 毫安", "Power bank 20000 mAh", 9900, 5),
        ("keyboard", "机械键盘", "Mechanical keyboard", 29900, 5),
        ("lamp", "护眼台灯", "Desk lamp", 15900, 1),
    ):
        mall.product(slug, name, name_en, **{f"{slug}_1": pieces})
        mall.offer(f"{slug}_1@factory", price)
    return mall


def names(mall: Mall, query: str, who: str = "") -> list[str]:
    page = text(mall.client(who).get(f"/search/?{query}"))
    return [name.strip() for name in CARD.findall(page)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cotton", "Cotton tee"),
        ("TEE cotton", "Cotton tee"),
        ("长绒", "Cotton tee"),
        ("棉T恤", "Cotton tee"),
        ("ＴＥＥ", "Cotton tee"),
        ("chongdianbao", "Power bank 20000 mAh"),
        ("cdb", "Power bank 20000 mAh"),
        ("20000", "Power bank 20000 mAh"),
        ("jianpan", "Mechanical keyboard"),
    ],
)
def test_words_of_both_languages_and_pinyin(shelf: Mall, words: str, found: str) -> None:
    assert names(shelf, f"q={words}") == [found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("coton", "Cotton tee"),
        ("keybord", "Mechanical keyboard"),
        ("mecanical keyboard", "Mechanical keyboard"),
        ("建盘", "Mechanical keyboard"),
        ("冲电宝", "Power bank 20000 mAh"),
        ("chongdianbo", "Power bank 20000 mAh"),
    ],
)
def test_typing_errors_find_what_is_written_or_sounds_alike_and_say_so(shelf: Mall, words: str, found: str) -> None:
    assert names(shelf, f"q={words}") == [found]
    assert "sounds alike" in text(shelf.client().get(f"/search/?q={words}"))


def test_nothing_and_nonsense(shelf: Mall) -> None:
    assert "Nothing was found" in text(shelf.client().get("/search/?q=zzzqqq"))
    for query in ("q=%00%27%22<", "q=%25_%5C", "page=99&q=tee", "sort=worst", "category=none", "least=x", "seller=%00"):
        assert shelf.client().get(f"/search/?{query}").status_code in {200, 404}, query
    assert names(shelf, "q=%25") == names(shelf, "q=")


def test_bounds_and_order(shelf: Mall) -> None:
    assert names(shelf, "least=100&most=200") == ["Cotton tee", "Desk lamp"]
    assert names(shelf, "sort=cheap")[0] == "Power bank 20000 mAh"
    assert names(shelf, "sort=dear")[0] == "Mechanical keyboard"
    assert names(shelf, "sort=new")[0] == "Desk lamp"
    lamp = Product.objects.get(name_en="Desk lamp")
    tally_sales(key="t", at=shelf.at, by=ENGINE, sold={lamp.pk: 9})
    assert names(shelf, "sort=sold")[0] == "Desk lamp"
    assert names(shelf, "")[0] == "Desk lamp"


def test_a_seller_and_what_is_in_stock(shelf: Mall) -> None:
    shop = Product.objects.get(name_en="Cotton tee").skus.get(slug="tee").offers.get(slug="tee@shop").seller.code
    assert names(shelf, f"seller={shop}") == ["Cotton tee"]
    shelf.ordered(lamp_1=1)
    assert "Desk lamp" in names(shelf, "")
    assert names(shelf, "stock=on&q=desk") == []
    assert names(shelf, "stock=on&q=tee") == ["Cotton tee"]


def test_prices_are_those_of_the_one_who_looks(shelf: Mall) -> None:
    assert names(shelf, "most=90&q=tee") == []
    assert names(shelf, "most=90&q=tee", "shop") == ["Cotton tee"]


def test_a_price_that_cannot_be_read_is_said_beside_its_field(shelf: Mall) -> None:
    page = text(shelf.client().get("/search/?least=cheap"))
    assert "such as 12.30" in page
    assert 'value="cheap"' in page


def test_suggestions_begin_as_one_types(shelf: Mall) -> None:
    for begun in ("mec", "jix", "机械", "jxj"):
        assert "Mechanical keyboard" in text(shelf.client().get(f"/search/suggestions/?q={begun}")), begun
    assert "Mechanical" not in text(shelf.client().get("/search/suggestions/?q=anical"))
    assert text(shelf.client().get("/search/suggestions/?q=")).strip() == ""


def test_a_new_name_is_found_at_once(shelf: Mall) -> None:
    lamp = Product.objects.get(name_en="Desk lamp")
    shelf.call(edit_product, product=lamp.code, changes={"name": "落地灯"}, review=False)
    assert names(shelf, "q=luodideng") == ["Desk lamp"]


def test_only_the_list_is_sent_to_htmx(shelf: Mall) -> None:
    page = text(shelf.client().get("/search/?q=tee", headers={"HX-Request": "true", "HX-Target": "found"}))
    assert "<html" not in page
    assert "Cotton tee" in page


def test_the_number_of_statements_does_not_grow(
    shelf: Mall, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = shelf.client("shop")
    with django_assert_max_num_queries(21):
        client.get("/search/?q=zzz")
    with django_assert_max_num_queries(21):
        assert text(client.get("/search/")).count('class="offer"') == 4


def test_what_was_paid_for_of_late_is_counted(mall: Mall) -> None:
    mall.ordered(tee=3)
    mall.ordered(tee=2, paid=False)
    assert tally(clock.now()) == 1
    assert Product.objects.get().sold == 3
    assert tally(clock.now()) == 0


def test_one_leafs_through_to_the_end_whatever_is_listed_meanwhile(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goods, "PAGE", 2)
    for number in range(6):
        mall.product(f"cup_{number}", f"键盘 {number}", f"Keyboard {number}", **{f"cup{number}": 3})
        mall.offer(f"cup{number}@factory", 1000 + number % 3)
    sold = {product.pk: product.pk % 2 for product in Product.objects.all()}
    mall.call(tally_sales, sold=sold)
    for sort in SORTS:
        for words in ("keyboard", "keybord", ""):
            query = f"q={words}&sort={sort}"
            whole = find(STRANGER, Wish(words=words, sort=sort), mall.at)
            assert whole.alike == (words == "keybord")
            assert len(whole.products) == (7 if words == "" else 6)
            listed = list(Product.objects.filter(pk__in=whole.products).values_list("pk", "name_en"))
            wanted = [dict(listed)[pk] for pk in whole.products]
            page, path = text(mall.client().get(f"/search/?{query}")), "/search/"
            read = CARD.findall(page)
            while link := LINK.search(page[page.find('id="more"') :] if 'id="more"' in page else ""):
                where = path + unescape(link.group(1))
                page = text(mall.client().get(where, headers={"HX-Request": "true", "HX-Target": "more"}))
                assert "<html" not in page
                assert "To the beginning" in text(mall.client().get(where))
                read += CARD.findall(page)
            assert read == wanted, query


def test_a_place_of_another_list_or_none_is_the_beginning(mall: Mall) -> None:
    for said in ("x", "gAAAA", leafing.sealed(["new", False]), leafing.sealed(["cheap", False, 1])):
        assert names(mall, f"q=tee&after={said}") == ["Cotton tee"], said
    assert leafing.sealed(None) is None


def test_words_of_a_category_or_brand_find_its_goods(shelf: Mall) -> None:
    shelf.call(create_brand, slug="ours", name="青禾", name_en="Qinghe")
    shelf.call(
        edit_product, product=Product.objects.get(name_en="Desk lamp").code, changes={"brand": "ours"}, review=False
    )
    assert names(shelf, "q=qinghe") == ["Desk lamp"]
    assert names(shelf, "q=青禾 lamp") == ["Desk lamp"]
    assert names(shelf, "q=青禾 keyboard") == []

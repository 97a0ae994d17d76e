"""Files of every honest and dishonest kind, brought in in the background."""

import csv
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from hanse.goods.catalogue.models import Product, Sku
from hanse.goods.offers.queries import offer
from hanse.goods.stock.models import Shelf
from hanse.interfaces.jobs.works import importing, store
from hanse.network.approvals.models import Approval
from hanse.trade.logistics.models import Parcel
from tests.interfaces.works.conftest import GOODS, Works, book, counts, faulty, pack, picture, read_book


def table(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text)))


def names(owner: str = "factory") -> set[str]:
    return set(Product.objects.filter(owner__slug=owner).values_list("name", flat=True)) - {"长绒棉 T 恤"}


def test_goods_of_a_factory_become_drafts_of_its_own(works: Works) -> None:
    work = works.bring("products", "factory", GOODS)
    assert counts(work) == ("done", 2, 0, 0)
    assert (work.message, work.errors, work.share) == ("Everything is in.", "", 100)
    assert names() == {"Hat", "Bag"}
    assert set(Product.objects.filter(name__in=["Hat", "Bag"]).values_list("status", flat=True)) == {"draft"}
    again = works.bring("products", "factory", GOODS)
    assert (counts(again), Sku.objects.filter(slug="bag").count()) == (("done", 0, 2, 0), 1)


def test_new_goods_are_submitted_if_asked(works: Works) -> None:
    assert counts(works.bring("products", "factory", GOODS, follow=True)) == ("done", 2, 0, 0)
    assert set(Product.objects.filter(name__in=["Hat", "Bag"]).values_list("status", flat=True)) == {"in_review"}
    assert Approval.objects.filter(kind="product", status="submitted").count() == 2
    assert counts(works.bring("products", "factory", GOODS, follow=True)) == ("done", 0, 2, 0)
    assert Approval.objects.filter(kind="product").count() == 2


def test_faulty_rows_come_back_as_they_were_and_go_in_when_mended(works: Works) -> None:
    rows = "product,sku,name,variant,weight_g\nhat,hat-s,Hat,S,heavy\nhat,hat-m,,M,110\nbag,bag,=Bag,,300\nx,x,,,1\n"
    work = works.bring("products", "factory", rows)
    assert counts(work) == ("done", 1, 0, 2)
    assert names() == {"=Bag"}
    assert table(faulty(work)) == [
        ["what is wrong", "product", "sku", "name", "variant", "weight_g"],
        ["weight_g: a whole number of at most 18 digits", "hat", "hat-s", "Hat", "S", "heavy"],
        ["", "hat", "hat-m", "", "M", "110"],
        ["name: something: it is empty", "x", "x", "", "", "1"],
    ]
    mended = faulty(work).replace("heavy", "100").replace("x,x,,,1", "x,x,X,,1")
    assert counts(works.bring("products", "factory", mended)) == ("done", 2, 0, 0)
    assert names() == {"=Bag", "Hat", "X"}
    assert counts(works.bring("products", "factory", mended)) == ("done", 0, 2, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_chinese_files_of_any_encoding_and_separator(works: Works, encoding: str, mark: str) -> None:
    rows = "商品编号,规格编号,商品名称,规格,重量(克)\nhat,hat-s,遮阳帽,小号,100\nbag,bag,帆布包,,三百\n"
    work = works.bring("products", "factory", rows.replace(",", mark).encode(encoding), language="zh-hans")
    assert counts(work) == ("done", 1, 0, 1)
    assert names() == {"遮阳帽"}
    (head, row) = list(csv.reader(StringIO(faulty(work)), delimiter=mark))
    assert (head[0], head[3], row[1:]) == ("哪里不对", "商品名称", ["bag", "bag", "帆布包", "", "三百"])
    assert row[0].startswith("重量克")


def test_a_broken_row_does_not_change_the_encoding_of_the_others(works: Works) -> None:
    rows = "product,sku,name\na,a,帽子\nb,b,帆布包\n".encode() + b"c,c,\xff\xfe\n"
    work = works.bring("products", "factory", rows)
    assert (counts(work), names()) == (("done", 2, 0, 1), {"帽子", "帆布包"})
    assert table(faulty(work))[1][0] == "name: text in utf-8"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"product,sku,name\na,a,caf\xe9 cr\xe8me\n", "latin.csv", "the encoding of the text cannot be recognised"),
        ("product,sku\na,a\n", "a.csv", "line 1: the column name is missing; needed are product, sku, name"),
        ("product,sku,name,colour\na,a,A,red\n", "a.csv", "the column 'colour' is not known"),
        ("product,sku,name,name\na,a,A,B\n", "a.csv", "the column name stands there twice"),
        ("product,sku,name,商品名称\na,a,A,B\n", "a.csv", "the column name stands there twice"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.xls", "the old format of Excel"),
        (b"PK\x03\x04 but no archive", "a.xlsx", "the archive is damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "a.png", "."),
        (pack(a__txt="x", b__csv="y"), "two.zip", "one table (CSV or XLSX) belongs into it"),
        (book(["product", "sku", "name", ""], ["a", "a", "A", "B"])[:-40], "cut.xlsx", "damaged"),
    ],
    ids=lambda one: one if isinstance(one, str) and len(one) < 12 else "",
)
def test_what_is_no_table_is_refused_in_words(works: Works, content: bytes, name: str, said: str) -> None:
    work = works.bring("products", "factory", content, name)
    assert work.status == "failed"
    assert said in work.message
    assert names() == set()


def test_workbooks_with_numbers_dates_and_what_looks_like_formulas(works: Works) -> None:
    head = ["商品编号", "规格编号", "商品名称", "重量克", "条码"]
    raw = book(head, ["hat", "hat-s", "'=1+1", 100.0, 6901234567892], [None] * 5, ["bag", "bag", "Bag", 1.5, ""])
    work = works.bring("products", "factory", raw, "goods.xlsx")
    assert counts(work) == ("done", 1, 0, 1), work.message
    sku = Sku.objects.get(slug="hat-s")
    assert (sku.product.name, sku.weight_g, sku.barcode) == ("=1+1", 100, "6901234567892")
    with store.opened(work.errors) as file:
        rows = read_book(file.read())
    assert rows[0] == ["what is wrong", *head]
    assert rows[1][1:] == ["bag", "bag", "Bag", "1.5", None]
    assert work.errors_name == "to mend-goods.xlsx"


def test_a_formula_without_a_value_is_not_taken_for_nothing(works: Works) -> None:
    raw = book(["product", "sku", "name", "summary"], ["hat", "hat-s", "Hat", "=A2&B2"])
    work = works.bring("products", "factory", raw, "goods.xlsx")
    assert work.status == "failed"
    assert "a formula has no value yet" in work.message


def test_pictures_come_in_the_same_archive_and_are_written_anew(works: Works) -> None:
    rows = "product,sku,name,images\nhat,hat,Hat,a.jpg|b.jpg\nbag,bag,Bag,c.jpg\nx,x,X,none.jpg\n"
    raw = pack(goods__csv=rows, **{"img/a__jpg": picture(), "b__jpg": picture("blue"), "c__jpg": b"<svg/>"})
    work = works.bring("products", "factory", raw, "goods.zip")
    assert counts(work) == ("done", 1, 0, 2)
    assert [row[0] for row in table(faulty(work))[1:]] == [
        "images: c.jpg: This is not a picture in PNG, JPEG or WebP.",
        "images: a picture that lies in the same ZIP file: none.jpg",
    ]
    paths = [image["path"] for image in Product.objects.get(name="Hat").images]
    assert len(set(paths)) == 2
    assert all(path.startswith(f"goods/{work.party.code.lower()}/") for path in paths)
    with default_storage.open(paths[0]) as file:
        kept = Image.open(file)
        assert (kept.size, kept.info.get("comment")) == ((40, 30), None)
    assert counts(works.bring("products", "factory", raw, "goods.zip")) == ("done", 0, 1, 2)


def test_without_an_archive_nobody_names_pictures_of_others(works: Works) -> None:
    work = works.bring("products", "factory", "product,sku,name,images\nhat,hat,Hat,demo/tee.svg\n")
    assert counts(work) == ("done", 0, 0, 1)


def test_nobody_brings_in_what_is_not_its_own(works: Works) -> None:
    work = works.bring("products", "west", "product,sku,name,owner\nhat,hat,Hat,factory\n")
    assert (counts(work), names()) == (("done", 0, 0, 1), set())
    assert works.bring("parties", "factory", "party,kind,name\nx,supplier,X\n").message == "You may no longer do this."
    assert works.bring("offers", "clerk", "x").message != "You may no longer do this."
    assert works.bring("stock", "clerk", "x").message == "You may no longer do this."


def test_all_or_nothing(works: Works) -> None:
    work = works.bring("products", "factory", GOODS + "x,x,,,1\n", whole=True)
    assert counts(work) == ("done", 0, 0, 1)
    assert work.message == "Nothing went in, because some rows are faulty."
    assert (names(), len(table(faulty(work)))) == (set(), 2)
    assert counts(works.bring("products", "factory", GOODS, whole=True)) == ("done", 2, 0, 0)
    assert names() == {"Hat", "Bag"}


def test_offers_prices_and_stock(works: Works) -> None:
    rows = "offer,sku,price,audience\ntee2@factory,tee,55.50,partners\ntee2@factory,tee,60.00,\ntee3,none,1,\n"
    work = works.bring("offers", "factory", rows)
    assert counts(work) == ("done", 1, 0, 2)
    assert [row[0] for row in table(faulty(work))[1:]] == [
        "offer: There is an offer of this short name that says something else.", "sku: a variant that exists",
    ]  # fmt: skip
    work = works.bring("prices", "factory", "offer,price,freight\ntee2@factory,56,1.50\ntee@shop,1,\ntee2@factory,x,\n")
    assert counts(work) == ("done", 1, 0, 2)
    view = offer("tee2@factory")
    assert (view.price, view.freight) == (5600, 150)
    assert [row[0].partition(":")[0] for row in table(faulty(work))[1:]] == ["offer", "price"]
    assert counts(works.bring("prices", "factory", "报价,价格\ntee2@factory,56.00\n")) == ("done", 0, 1, 0)
    for expected in (("done", 1, 0, 0), ("done", 0, 1, 0)):
        assert counts(works.bring("stock", "factory", "单号,SKU,数量\nIN-1,tee,7\n")) == expected
    assert Shelf.objects.get(sku__slug="tee").available == 107


def test_parcels_leave_once(works: Works) -> None:
    mall = works.mall
    first, second = (mall.leg(mall.ordered(), "factory").code for _n in range(2))
    rows = f"订单号,快递公司,快递单号\n{first},SF,SF1\n{second},YTO,YT2\nO-00000-00000,SF,SF3\n"
    work = works.bring("shipments", "factory", rows)
    assert counts(work) == ("done", 2, 0, 1)
    assert table(faulty(work))[1][0] == "order: an order that is yours to ship"
    assert set(Parcel.objects.values_list("tracking", flat=True)) == {"SF1", "YT2"}
    assert counts(works.bring("shipments", "factory", rows)) == ("done", 0, 2, 1)
    other = works.bring("shipments", "factory", rows.replace("SF1", "SF9"))
    assert (counts(other), Parcel.objects.count()) == (("done", 0, 1, 2), 2)
    assert counts(works.bring("shipments", "west", rows)) == ("done", 0, 0, 3)


def test_more_rows_than_one_file_may_have(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 2)
    for raw, name in ((GOODS.encode(), "a.csv"), (book(["product"], ["a"], ["b"], ["c"]), "a.xlsx")):
        work = works.bring("products", "factory", raw, name)
        assert (work.status, "at most 2 rows in one file" in work.message) == ("failed", True)

"""A maker's goods and stock, by the pages."""

import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.queries import sku
from hanse.goods.stock.models import Shelf
from hanse.network.approvals.models import Approval
from tests.interfaces.web.faces import Mall, key, text


def png(width: int = 3, height: int = 2) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = bytes(1 + 3 * min(width, 9)) * 2
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def rows(field: str, names: str, *said: str) -> dict[str, str]:
    """Return the cells of a table as a browser sends them."""
    return {
        f"{field}-{place}-{name}": word.strip()
        for place, line in enumerate(said)
        for name, word in zip(names.split(), line.split(","), strict=False)
    }


def variants(*said: str) -> dict[str, str]:
    return rows("variants", "name name_en weight_g barcode", *said)


def properties(*said: str) -> dict[str, str]:
    return rows("attributes", "name said", *said)


GIVEN = {
    "name": "帆布包", "name_en": "Canvas bag", "category": "clothes", "summary": "", "summary_en": "",
    **properties("材质, 帆布", "Colour, blue"), **variants("小, Small, 200, 690-1", "大, Large, 300"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_goods_are_created_with_variants_and_pictures_and_submitted(mall: Mall) -> None:
    client = mall.client("factory")
    given = {**GIVEN, "key": key(), "pictures": SimpleUploadedFile("bag.png", png())}
    answer = client.post("/console/goods/new/", given)
    assert answer.status_code == 302, text(answer)
    product = Product.objects.get(name="帆布包")
    assert answer.headers["Location"] == f"/console/goods/{product.code}/"
    assert product.attributes == {"材质": "帆布", "Colour": "blue"}
    assert [(s.name, s.name_en, s.weight_g, s.barcode) for s in product.skus.order_by("position")] == [
        ("小", "Small", 200, "690-1"), ("大", "Large", 300, ""),
    ]  # fmt: skip
    assert product.images[0]["path"].startswith("goods/p-")
    page = text(client.get(f"/console/goods/{product.code}/"))
    for shown in ("Canvas bag", "690-1", "Draft", "Submit for review", "Colour: blue"):
        assert shown in page
    client.post(f"/console/goods/{product.code}/do/submit/", {"key": key(2)})
    product.refresh_from_db()
    assert product.status == "in_review"
    assert "Submit for review" not in text(client.get(f"/console/goods/{product.code}/"))
    again = client.post(f"/console/goods/{product.code}/do/submit/", {"key": key(3)})
    assert again.status_code == 409
    assert "not in a state" in text(again)


def test_a_form_sent_twice_creates_once(mall: Mall) -> None:
    client = mall.client("factory")
    first, second = (client.post("/console/goods/new/", {**GIVEN, "key": key()}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Product.objects.filter(name="帆布包").count() == 1
    other = client.post("/console/goods/new/", {**GIVEN, "name": "包", "key": key()})
    assert other.status_code == 422
    assert "already used" in text(other)
    assert 'value="包"' in text(other)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "This field is required"),
        ({"category": "no-such"}, "no-such"),
        ({"options": "no colon"}, "such as Colour: blue"),
        (variants("a, b, heavy"), "a whole number"),
        (variants("a", "a"), "variants that differ"),
        (variants("a, b, 1, ???"), "digits, letters and dashes"),
        ({"brand": "no-such"}, "no-such"),
        ({"pictures": SimpleUploadedFile("bag.png", b"<svg/>")}, "bag.png is not a picture"),
        ({"pictures": SimpleUploadedFile("big.png", png(30_000, 30_000))}, "too many pixels"),
    ],
)
def test_a_bad_form_keeps_what_was_typed(mall: Mall, wrong: dict[str, object], said: str) -> None:
    answer = mall.client("factory").post("/console/goods/new/", {**GIVEN, **wrong, "key": key()})
    assert answer.status_code == 422
    page = text(answer)
    assert said in page
    assert 'value="Canvas bag"' in page
    assert 'class="field-error"' in page
    assert not Product.objects.filter(name_en="Canvas bag").exists()


def test_what_is_on_sale_changes_when_a_reviewer_has_approved(mall: Mall) -> None:
    client = mall.client("factory")
    product = Product.objects.get()
    page = text(client.get(f"/console/goods/{product.code}/edit/"))
    assert 'value="Cotton tee"' in page
    given = {
        "name": product.name, "name_en": "Better tee", "category": "clothes", "summary": "", "summary_en": "",
        **properties("a, b"), "key": key(), "keep-0-path": product.images[0]["path"], "keep-0-place": "1",
        "keep-0-alt": product.images[0]["alt"], "keep-0-alt_en": product.images[0]["alt_en"],
    }  # fmt: skip
    assert client.post(f"/console/goods/{product.code}/edit/", given).status_code == 302
    product.refresh_from_db()
    assert product.name_en == "Cotton tee"
    approval = Approval.objects.get(kind="product_edit")
    assert approval.payload["changes"] == {"name_en": "Better tee", "attributes": {"a": "b"}}
    beside = text(client.get(f"/console/goods/{product.code}/"))
    assert "Waits for a reviewer" in beside
    assert beside.index("Cotton tee") < beside.index("Better tee")
    operator = mall.client("operator")
    shown = text(operator.get(f"/console/approvals/{approval.code}/"))
    assert "<del>Cotton tee</del>" in shown
    assert "<ins>Better tee</ins>" in shown
    refused = operator.post(f"/console/approvals/{approval.code}/do/approve/", {"key": key(2), "note": ""})
    assert refused.status_code == 422
    assert "Not checked yet" in text(refused)
    operator.post(f"/console/approvals/{approval.code}/do/tick/", {"key": key(3), "item": "changes", "done": "on"})
    operator.post(f"/console/approvals/{approval.code}/do/approve/", {"key": key(4), "note": "fine"})
    product.refresh_from_db()
    assert product.name_en == "Better tee"
    assert mall.client("shop").get(f"/console/goods/{product.code}/edit/").status_code == 404


def test_kinds_of_variants_combine_and_keep_their_options(mall: Mall) -> None:
    client = mall.client("factory")
    given = {name: said for name, said in GIVEN.items() if not name.startswith("variants-")}
    kinds = {"options": "颜色：红，蓝\nSize: S/M/L", "key": key()}
    assert client.post("/console/goods/new/", {**given, **kinds}).status_code == 302
    made = Product.objects.get(name="帆布包").skus.order_by("position")
    assert [one.name for one in made] == ["红 / S", "红 / M", "红 / L", "蓝 / S", "蓝 / M", "蓝 / L"]
    assert made[4].options == {"颜色": "蓝", "Size": "M"}
    some = {**given, **kinds, "name": "另一个", "key": key(2), **variants("红 / S,, 120", "特别版,, 9")}
    client.post("/console/goods/new/", some)
    made = Product.objects.get(name="另一个").skus.order_by("position")
    assert [(one.name, one.weight_g, one.options) for one in made] == [
        ("红 / S", 120, {"颜色": "红", "Size": "S"}), ("特别版", 9, {}),
    ]  # fmt: skip


def test_pictures_are_ordered_named_and_dropped_and_none_is_smuggled_in(mall: Mall) -> None:
    client = mall.client("factory")
    files = [SimpleUploadedFile(f"{n}.png", png(n, 2)) for n in (3, 4, 5)]
    client.post("/console/goods/new/", {**GIVEN, "pictures": files, "key": key()})
    product = Product.objects.get(name="帆布包")
    first, second, third = (image["path"] for image in product.images)
    keep = rows(
        "keep", "path place alt alt_en drop", f"{first}, 3, 背面, Back,", f"{second}, 1, 正面, Front,",
        f"{third}, 2, , , on", "goods/p-other/secret.png, 4, x, x,",
    )  # fmt: skip
    given = {name: said for name, said in GIVEN.items() if not name.startswith("variants-")}
    assert client.post(f"/console/goods/{product.code}/edit/", {**given, **keep, "key": key(2)}).status_code == 302
    product.refresh_from_db()
    assert product.images == [
        {"path": second, "alt": "正面", "alt_en": "Front"}, {"path": first, "alt": "背面", "alt_en": "Back"},
    ]  # fmt: skip
    assert f"/media/{second}" in text(client.get(f"/console/goods/{product.code}/edit/"))


def test_a_no_is_shown_with_its_reasons(mall: Mall) -> None:
    client, operator = mall.client("factory"), mall.client("operator")
    client.post("/console/goods/new/", {**GIVEN, "key": key()})
    product = Product.objects.get(name="帆布包")
    client.post(f"/console/goods/{product.code}/do/submit/", {"key": key(2)})
    approval = Approval.objects.get(kind="product")
    said = {"reasons": "The picture is missing\nWeigh it", "key": key(3)}
    assert operator.post(f"/console/approvals/{approval.code}/do/reject/", said).status_code == 302
    page = text(client.get(f"/console/goods/{product.code}/"))
    assert "A reviewer asks for changes" in page
    assert "<li>Weigh it</li>" in page


def test_more_variants_and_off_the_market(mall: Mall) -> None:
    client = mall.client("factory")
    product = Product.objects.get()
    empty = client.post(f"/console/goods/{product.code}/do/withdraw/", {"key": key(), "why": ""})
    assert empty.status_code == 422
    assert '<details class="act" open>' in text(empty)
    client.post(f"/console/goods/{product.code}/do/withdraw/", {"key": key(), "why": "no more cotton"})
    product.refresh_from_db()
    assert product.status == "withdrawn"
    assert "no more cotton" in text(client.get(f"/console/goods/{product.code}/"))
    assert mall.client("west").post(f"/console/goods/{product.code}/do/submit/", {"key": key()}).status_code == 404


def shelf(mall: Mall) -> Shelf:
    return Shelf.objects.get(party__slug="factory", sku=sku("tee"))


def test_stock_comes_in_is_counted_damaged_mended_moved_and_scrapped(mall: Mall) -> None:
    client = mall.client("factory")
    at = f"/console/stock/{shelf(mall).pk}/"

    def do(act: str, number: int, **given: object) -> int:
        return client.post(f"{at}do/{act}/", {"key": key(number), **given}).status_code

    assert do("restock", 1, quantity=20) == 302
    assert do("count", 2, found=110) == 302
    assert do("damage", 3, quantity=5) == 302
    assert do("mend", 4, quantity=2) == 302
    assert do("scrap", 5, quantity=1) == 302
    assert do("scrap", 6, quantity=99) == 422
    assert do("count", 7, found=-1) == 422
    assert (shelf(mall).available, shelf(mall).damaged) == (107, 2)
    house = {"key": key(8), "name": "北仓", "name_en": "North", "code": "north", "region": ""}
    assert client.post("/console/warehouses/new/", house).status_code == 302
    taken = client.post("/console/warehouses/new/", {**house, "key": key(9)})
    assert taken.status_code == 422
    assert "There is already a warehouse north" in text(taken)
    assert do("transfer", 10, quantity=7, target="north") == 302
    assert shelf(mall).available if Shelf.objects.filter(sku=sku("tee")).count() == 1 else True
    assert sorted(Shelf.objects.filter(sku=sku("tee"), party__slug="factory").values_list("available", flat=True)) == [
        7,
        100,
    ]
    page = text(client.get("/console/stock/?warehouse=north"))
    assert page.count('<th scope="row"') == 1
    for movement in ("Goods came in", "Stock-take", "Damaged", "Moved"):
        assert movement in text(client.get(at))
    assert mall.client("west").get(at).status_code == 404
    assert mall.client("clerk").post(f"{at}do/restock/", {"key": key(), "quantity": 1}).status_code == 404


def test_goods_come_in_by_the_form(mall: Mall) -> None:
    client = mall.client("factory")
    given = {"key": key(), "sku": sku("tee").code, "quantity": "5", "warehouse": "", "origin": "supplier"}
    assert client.post("/console/stock/in/", given).status_code == 302
    assert shelf(mall).available == 105
    assert client.post("/console/stock/in/", {**given, "quantity": "0", "key": key(2)}).status_code == 422


def test_low_stock_by_the_number_of_the_party_or_of_the_goods(mall: Mall) -> None:
    client = mall.client("factory")
    assert "Nothing runs low" in text(client.get("/console/low-stock/"))
    assert client.post("/console/low-stock/usual/", {"key": key(), "least": "50"}).status_code == 302
    assert 'value="50"' in text(client.get("/console/low-stock/usual/"))
    assert text(client.get("/console/low-stock/")).count('<th scope="row"') == 1
    client.post(f"/console/stock/{shelf(mall).pk}/do/threshold/", {"key": key(2), "least": "100"})
    assert text(client.get("/console/low-stock/")).count('<th scope="row"') == 2
    assert "goods that run low" in text(client.get("/console/"))


def test_a_stock_take_from_rows_with_mistakes(mall: Mall) -> None:
    client = mall.client("factory")
    tee, large = sku("tee").code, sku("tee_l").code
    raw = f"货号,数量\n{tee},90\nK-00000-00000,5\n{large},many\n".encode("gb18030")
    answer = client.post(
        "/console/stock/take/", {"key": key(), "file": SimpleUploadedFile("count.csv", raw), "rows": ""}
    )
    page = text(answer)
    assert "1 row went in" in page
    assert "2 rows did not" in page
    assert f"{large}\tmany\t</textarea>" in page
    assert shelf(mall).available == 90
    mended = client.post("/console/stock/take/", {"key": key(2), "rows": f"{large}\t48"})
    assert "1 row went in" in text(mended)
    assert Shelf.objects.get(sku=sku("tee_l")).available == 48


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rows": ""}, "Paste rows here"),
        ({"rows": "\n".join(["x"] * 1002)}, "at most 1000 rows"),
        ({"file": SimpleUploadedFile("a.csv", b"\x00\xff\x81")}, "save it as UTF-8"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 1_000_001)}, "too large"),
    ],
)
def test_rows_that_are_none(mall: Mall, given: dict[str, object], said: str) -> None:
    answer = mall.client("factory").post("/console/stock/take/", {"key": key(), "rows": "", **given})
    assert answer.status_code == 422
    assert said in text(answer)

"""Home pages decorated in the console: written, looked at, published, and what everybody then sees."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hanse.network.parties.queries import party
from hanse.relations.content.models import Block
from hanse.relations.content.operations.publish_block import publish_block
from hanse.relations.content.operations.save_block import save_block
from tests.interfaces.web.faces import Mall, key, text

WORDS = {
    "title": "春茶上市",
    "title_en": "Spring tea is here",
    "text": "明前",
    "text_en": "First flush",
    "link": "/c/clothes/",
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def wide() -> SimpleUploadedFile:
    into = BytesIO()
    Image.new("RGB", (900, 300), "teal").save(into, "JPEG")
    return SimpleUploadedFile("wide.jpg", into.getvalue(), "image/jpeg")


def test_a_shop_decorates_its_page(mall: Mall) -> None:
    shop, page = mall.client("shop"), f"/s/{party('shop').code}/"
    assert "Nothing stands above your goods yet" in text(shop.get("/console/content/"))
    kept = shop.post("/console/content/new/banner/", WORDS | {"key": key(), "pictures": wide()})
    block = Block.objects.get()
    assert kept.headers["Location"] == f"/console/content/{block.pk}/"
    assert "Spring tea" not in text(mall.client().get(page))
    assert "Spring tea" not in text(mall.client("ann").get(f"{page}?preview=1"))
    assert "Spring tea is here" in text(shop.get(f"{page}?preview=1"))
    assert shop.post(f"/console/content/{block.pk}/do/publish/", {"key": key(2)}).status_code == 302
    seen = text(mall.client().get(page))
    assert '<a href="/c/clothes/">Spring tea is here</a>' in seen
    assert "image/avif" in seen
    assert "春茶上市" in text(mall.client(language="zh-hans").get(page))
    change = f"/console/content/{block.pk}/change/banner/"
    assert "Spring tea is here" in text(shop.get(change))
    shop.post(change, WORDS | {"key": key(3), "title_en": "Tea is over"})
    assert Block.objects.get().draft["picture"], "without a new one the picture stays"
    assert "Tea is over" not in text(mall.client().get(page))
    assert shop.get(f"/console/content/{block.pk}/change/text/").status_code == 404
    shop.post(f"/console/content/{block.pk}/do/hide/", {"key": key(4)})
    assert "Spring tea" not in text(mall.client().get(page))
    shop.post(f"/console/content/{block.pk}/do/remove/", {"key": key(5)})
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("choose", "seen"),
    [
        ({"choose": "newest"}, True), ({"choose": "best"}, True), ({"choose": "category", "category": "clothes"}, True),
        ({"choose": "offers", "offers": ["tee@shop"]}, True), ({"choose": "offers", "offers": ["gone"]}, False),
    ],
)  # fmt: skip
def test_a_row_of_goods_on_the_malls_page(mall: Mall, choose: dict[str, Any], seen: bool) -> None:
    said = {"title": "精选", "title_en": "Our choice", **choose}
    block = mall.call(save_block, party="platform", kind="goods", said=said)
    mall.call(publish_block, block=block)
    page = text(mall.client().get("/"))
    assert ("Our choice" in page) == seen
    assert page.count("Cotton tee") == 1 + seen


def test_what_is_wrong_is_said_beside_its_field(mall: Mall) -> None:
    shop = mall.client("shop")
    away = shop.post("/console/content/new/notice/", {"key": key(), "text": "x", "link": "https://evil.example/"})
    assert away.status_code == 422
    assert "address within the mall" in text(away)
    none = shop.post("/console/content/new/goods/", {"key": key(), "title": "x", "choose": "category", "count": "4"})
    assert none.status_code == 422
    assert shop.get("/console/content/none/").status_code == 404
    assert mall.client("ann").get("/console/content/").status_code == 404
    written = mall.call(save_block, party="platform", kind="text", said={"text": "<b>bold</b>"})
    assert shop.get(f"/console/content/{written}/").status_code == 404
    mall.call(publish_block, block=written)
    assert "&lt;b&gt;bold" in text(mall.client().get("/"))

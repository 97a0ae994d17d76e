"""Pictures of goods over the API: sent, checked, kept with copies, named by products."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hanse.interfaces.api.pictures import DOT
from tests.interfaces.api.callers import Caller, caller

Callers = dict[str, Caller]


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def sent(width: int = 400, height: int = 300, kind: str = "JPEG") -> dict[str, str]:
    into = BytesIO()
    Image.new("RGB", (width, height), "teal").save(into, kind)
    return {"content": base64.b64encode(into.getvalue()).decode()}


def test_a_product_shows_a_picture_that_was_sent(callers: Callers, own_media: Path) -> None:
    factory = callers["factory"]
    kept = factory.post("/pictures", sent())
    assert (kept["width"], kept["height"]) == (400, 300)
    assert (own_media / kept["path"]).exists()
    assert {file.suffix for file in (own_media / kept["path"]).parent.iterdir()} == {".jpg", ".webp", ".avif"}
    assert factory.post("/pictures", sent())["path"] == kept["path"]
    body = {"name": "Cup", "images": [{"path": kept["path"]}], "skus": [{"name": "blue"}]}
    code = factory.post("/products", body)["code"]
    assert factory.get(f"/products/{code}")["images"][0]["path"] == kept["path"]


def test_the_example_is_a_picture(callers: Callers) -> None:
    assert callers["factory"].post("/pictures", {"content": DOT})["path"].endswith("-1x1.png")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (base64.b64encode(b"<svg onload=alert(1)>").decode(), "not_a_picture"),
        (base64.b64encode(b"GIF89a" + bytes(60)).decode(), "not_a_picture"),
        ("abcde", "malformed"),
        ("not base64!", "malformed"),
        ("", "malformed"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_kept(
    callers: Callers, own_media: Path, content: str, code: str
) -> None:
    assert callers["factory"].refused("POST", "/pictures", {"content": content}) == (422, code)
    assert list(own_media.rglob("*.*")) == []


def test_who_does_not_edit_goods_sends_none(callers: Callers, own_media: Path) -> None:
    for who in (callers["ann"], caller("factory", "stock_keeper"), caller("factory", "finance")):
        assert who.refused("POST", "/pictures", sent()) == (403, "not_allowed")
    assert callers["stranger"].refused("POST", "/pictures", sent())[0] == 401
    assert list(own_media.rglob("*.*")) == []

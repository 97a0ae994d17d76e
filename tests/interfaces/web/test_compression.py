"""Texts are sent compressed, pictures as they are."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.web.faces import Mall


def test_a_page_is_compressed_if_the_browser_reads_that(mall: Mall) -> None:
    plain = mall.client().get("/")
    assert "Content-Encoding" not in plain.headers
    packed = mall.client().get("/", headers={"accept-encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"Cotton tee" in gzip.decompress(packed.content)


def test_no_two_answers_are_of_the_same_length_by_design(mall: Mall) -> None:
    client = mall.client("ann")
    lengths = {len(client.get("/", headers={"accept-encoding": "gzip"}).content) for _once in range(12)}
    assert len(lengths) > 3


@pytest.mark.parametrize(("name", "packed"), [("a.jpg", False), ("a.svg", True)])
def test_pictures_pass_as_they_are(
    client: Any, settings: Any, tmp_path: Path, name: str, packed: bool, db: None
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / name).write_bytes(b"x" * 5_000)
    answer = client.get(f"/media/{name}", headers={"accept-encoding": "gzip"})
    assert ("Content-Encoding" in answer.headers) == packed

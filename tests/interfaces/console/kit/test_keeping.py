"""What the console keeps for people: preferences of their own, pictures once."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from hanse.interfaces.console.kit.operations import set_preference as module
from hanse.interfaces.console.kit.operations.keep_pictures import keep_pictures
from hanse.interfaces.console.kit.operations.set_preference import set_preference
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.access.models import User
from hanse.network.parties.queries import party
from tests.interfaces.web.faces import Mall


def keep(mall: Mall, key: str, **given: Any) -> int:
    user = User.objects.earliest("pk")
    shop = party("shop").pk
    by = given.pop("by", Actor(party=shop, user=user.pk))
    said: dict[str, Any] = {"party": shop, "name": "lists", "said": {"a": "1"}} | given
    return int(set_preference(key=key, at=mall.at, by=by, **said))


def test_a_preference_is_ones_own_and_bounded(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keep(mall, "1") == 1
    assert keep(mall, "2", said={"b": "2"}) == 2
    assert keep(mall, "3", said={"a": None}) == 1
    with pytest.raises(DomainError) as refused:
        keep(mall, "4", by=Actor(party=party("west").pk, user=1))
    assert refused.value.code == "not_found"
    monkeypatch.setattr(module, "MOST", 1)
    with pytest.raises(DomainError) as full:
        keep(mall, "5", said={"c": "3"})
    assert full.value.code == "malformed"


def test_the_same_picture_lies_once(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, "PNG")
    upload = SimpleUploadedFile("red.png", file.getvalue())
    (first,) = keep_pictures(uploads=[upload], party="P-1")
    assert keep_pictures(uploads=[upload], party="P-1") == [first]
    assert [path.name for path in tmp_path.rglob("*.png")] == [first.rsplit("/", 1)[1]]

"""The demo mall: loaded once, resumed where it was interrupted, and whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from hanse.config import places
from hanse.goods.catalogue.models import Category, Product
from hanse.goods.offers.models import Offer
from hanse.interfaces.cli import mall
from hanse.interfaces.cli.mall import book, goods, history, pictures
from hanse.network.access.models import User
from hanse.network.parties.models import Party
from hanse.trade.orders.models import Checkout, Order

ORDERS = 20


@pytest.fixture
def quick(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the mall have a short past, in a folder of its own."""
    monkeypatch.setenv("HANSE_VAR", str(tmp_path))
    monkeypatch.setattr(history, "ORDERS", ORDERS)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def counts() -> tuple[int, ...]:
    return tuple(model._default_manager.count() for model in (Party, User, Product, Offer, Checkout, Order))


def test_the_mall_is_loaded_once(quick: None) -> None:
    said: list[str] = []
    accounts = mall.load(said.append)
    assert len(said) > 5
    assert Category.objects.count() == 8
    assert Product.objects.filter(status="listed").count() >= 60
    assert {party.kind for party in Party.objects.all()} >= {
        "supplier",
        "wholesaler",
        "retailer",
        "leader",
        "enterprise",
    }
    assert Checkout.objects.count() >= ORDERS
    assert max(order.tier for order in Order.objects.all()) == 3
    assert {"partly_shipped", "paid", "placed", "closed"} <= set(Order.objects.values_list("status", flat=True))
    before = counts()
    assert mall.load(said.append) == accounts
    assert counts() == before
    for _role, sign_in, password, page in accounts:
        assert User.objects.get(email=sign_in).check_password(password)
        assert page.startswith("/")


def test_an_interrupted_loading_goes_on(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    days = history.History.days

    def interrupted(past: history.History) -> Iterator[object]:
        for number, day in enumerate(days(past)):
            if number == 40:
                raise KeyboardInterrupt
            yield day

    monkeypatch.setattr(history.History, "days", interrupted)
    with pytest.raises(KeyboardInterrupt):
        mall.load(str)
    assert not mall.is_finished()
    half = Checkout.objects.count()
    monkeypatch.setattr(history.History, "days", days)
    mall.load(str)
    assert mall.is_finished()
    assert half < Checkout.objects.count()
    assert Checkout.objects.count() == len(set(Checkout.objects.values_list("code", flat=True)))
    assert Checkout.objects.count() <= ORDERS + len(history.LATEST)


def test_the_password_is_the_one_given_or_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANSE_VAR", str(tmp_path / "one"))
    monkeypatch.setenv("HANSE_DEMO_PASSWORD", "given-one")
    assert mall.people.password() == "given-one"
    monkeypatch.setenv("HANSE_VAR", str(tmp_path / "two"))
    monkeypatch.delenv("HANSE_DEMO_PASSWORD")
    made = mall.people.password()
    assert len(made) >= 10
    assert mall.people.password() == made
    (kept,) = places.var().glob("demo-password-*")
    assert kept.stat().st_mode & 0o077 == 0
    assert configured.DATABASES["default"]["NAME"] in kept.name


def test_everything_is_said_in_both_languages() -> None:
    for shelf in book.shelves():
        assert shelf.name
        assert shelf.name_en
    for thing in book.things():
        assert all((*thing.names, *thing.summaries, *thing.spec)), thing.slug
        assert (pictures.ART / f"{thing.art}.svg").exists()
        assert set(thing.ways) <= set(goods.WAYS)
        assert all(one.price > 0 for one in thing.variants)
    slugs = [one.slug for thing in book.things() for one in thing.variants]
    assert len(slugs) == len(set(slugs))


def test_pictures_differ_and_are_drawn_once(tmp_path: Path) -> None:
    names = list(pictures.draw(tmp_path, "tee", "t-shirt"))
    assert len({(tmp_path / name).read_text() for name in names}) == 3
    (tmp_path / names[0]).write_text("changed")
    assert list(pictures.draw(tmp_path, "tee", "t-shirt")) == names
    assert (tmp_path / names[0]).read_text() == "changed"
    assert not list(tmp_path.glob("*.part"))


def test_no_art_lies_there_unused() -> None:
    assert {path.stem for path in pictures.ART.glob("*.svg")} == {thing.art for thing in book.things()}

"""Signing in and out, acting for a party, the language, stored files."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from hanse.network.access.operations.grant_role import grant_role
from hanse.network.access.operations.revoke_role import revoke_role
from tests.interfaces.web.faces import PASSWORD, Mall, text


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> str:
    response = client.post("/sign-in/", {"sign_in": "ann@example.com", "password": password, **more})
    return response.headers.get("Location", "")


def test_signing_in_and_out(mall: Mall) -> None:
    client = mall.client()
    assert "E-mail or telephone" in text(client.get("/sign-in/?next=/orders/"))
    assert sign_in(client, next="/orders/") == "/orders/"
    assert client.get("/orders/").status_code == 200
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert client.get("/orders/").status_code == 302
    assert client.get("/sign-out/").status_code == 405


def test_a_wrong_password_says_no_more_than_that(mall: Mall) -> None:
    response = mall.client().post("/sign-in/", {"sign_in": "ann@example.com", "password": "wrong"})
    unknown = mall.client().post("/sign-in/", {"sign_in": "nobody@example.com", "password": "wrong"})
    for answer in (response, unknown):
        assert answer.status_code == 200
        assert "Name or password is not right" in text(answer)
        assert "wrong" not in text(answer)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "http:///x"])
def test_nobody_is_led_astray(mall: Mall, onward: str) -> None:
    assert sign_in(mall.client(), next=onward) == "/"


def test_one_acts_for_the_parties_one_belongs_to(mall: Mall) -> None:
    mall.call(grant_role, user=mall.users["ann"].code, party="shop", role="owner")
    client = mall.client("ann")
    assert client.get("/console/orders/?status=all").status_code == 404
    shop = mall.users["shop"].memberships.get().party
    assert shop.code in text(client.get("/"))
    client.post("/act-for/", {"party": shop.code})
    assert client.get("/console/orders/?status=all").status_code == 200
    assert "CN¥80.00" in text(client.get("/"))
    factory = mall.users["factory"].memberships.get().party
    assert client.post("/act-for/", {"party": factory.code}).status_code == 404
    mall.call(revoke_role, user=mall.users["ann"].code, party="shop", role="owner")
    assert "CN¥100.00" in text(client.get("/"))


def test_the_language_is_the_browsers_until_one_chooses(mall: Mall) -> None:
    client = mall.client(language="fr")
    assert 'lang="zh-Hans"' in text(client.get("/"))
    client.post("/language/", {"language": "en", "next": "/basket/"})
    assert '<html lang="en">' in text(client.get("/"))
    client.post("/language/", {"language": "zh-hans"})
    assert '<html lang="zh-Hans">' in text(mall.client(language="zh").get("/"))


def test_a_form_without_its_token_is_refused_in_words(mall: Mall) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(mall.users["ann"])
    response = client.post("/basket/put/", {"offer": "x", "quantity": "1", "key": "k"})
    assert response.status_code == 403
    assert "no longer valid" in text(response)


def test_stored_pictures_can_run_nothing(mall: Mall, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "tee.svg").write_text("<svg/>")
    (settings.MEDIA_ROOT / "page.html").write_text("<script>")
    (tmp_path / "secret.svg").write_text("secret")
    client = mall.client()
    response = client.get("/media/tee.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    for path in ("/media/page.html", "/media/../secret.svg", "/media/%2e%2e/secret.svg", "/media/none.svg", "/media/"):
        assert client.get(path).status_code in {404, 301}, path

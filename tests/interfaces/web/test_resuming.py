"""Whoever is signed out in the middle of a form finds it filled in after signing in again; nobody else ever sees it."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from hanse.interfaces.web import resuming
from hanse.kernel import clock
from tests.interfaces.web.faces import ADDRESS, Mall, key, text

TYPED = {**ADDRESS, "key": key(), "csrfmiddlewaretoken": "x", "password": "hidden"}
FORM = "/addresses/new/"


def left_alone(mall: Mall, who: str = "ann") -> Client:
    """Return a browser whose session has ended, which still knows who sat there."""
    client = mall.client(who)
    assert client.get(FORM).status_code == 200
    del client.cookies["sessionid"]
    return client


def refilled(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="resumed-form" type="application/json">(.*?)</script>', page)
    return dict(json.loads(found[1])) if found else {}


def test_what_was_typed_comes_back_once_and_is_nowhere_in_plain_text(mall: Mall) -> None:
    client = left_alone(mall)
    answer = client.post(FORM, TYPED)
    assert unquote(answer.headers["Location"]) == f"/sign-in/?next={FORM}"
    assert "You were signed out in the meantime" in text(client.get(answer.headers["Location"]))
    stored = json.dumps([row.get_decoded() for row in Session.objects.all()])
    assert resuming.KEPT in stored
    assert not any(word in stored for word in ADDRESS.values())
    client.force_login(mall.users["ann"])
    page = text(client.get(FORM))
    fields = {name: [value] for name, value in ADDRESS.items()}
    assert refilled(page) == {"path": FORM, "fields": fields}
    assert f'<noscript><form method="post" action="{FORM}">' in page
    assert "You are signed in again" in page
    assert refilled(text(client.get(FORM))) == {}


def test_a_button_of_a_console_leads_back_to_the_page_it_stood_on(mall: Mall) -> None:
    client = left_alone(mall, "shop")
    code = mall.leg(mall.ordered(), "shop").code
    page = f"http://testserver/console/orders/{code}/?tab=all"
    answer = client.post(f"/console/orders/{code}/do/refund/", {"why": "late"}, headers={"referer": page})
    assert unquote(answer.headers["Location"]) == f"/sign-in/?next=/console/orders/{code}/?tab=all"
    client.force_login(mall.users["shop"])
    assert refilled(text(client.get("/console/goods/"))) == {}, "that is another page"
    shown = refilled(text(client.get(f"/console/orders/{code}/")))
    assert shown == {"path": f"/console/orders/{code}/do/refund/", "fields": {"why": ["late"]}}


def test_nobody_else_gets_it(mall: Mall) -> None:
    client = left_alone(mall)
    client.post(FORM, TYPED)
    client.force_login(mall.users["bob"])
    page = text(client.get(FORM))
    assert refilled(page) == {}
    assert ADDRESS["street"] not in unescape(page)
    client.force_login(mall.users["ann"])
    assert refilled(text(client.get(FORM))) == {}


def test_nothing_is_kept_of_strangers_of_too_much_or_for_too_long(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = mall.client()
    assert stranger.post(FORM, TYPED).status_code == 302
    stranger.cookies[resuming.COOKIE] = "made up"
    stranger.post(FORM, TYPED)
    assert resuming.KEPT not in stranger.session
    long = left_alone(mall)
    long.post(FORM, TYPED | {"street": "x" * resuming.MOST})
    assert resuming.KEPT not in long.session
    late = left_alone(mall)
    late.post(FORM, TYPED)
    late.force_login(mall.users["ann"])
    later = clock.now() + timedelta(seconds=resuming.LASTS + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert refilled(text(late.get(FORM))) == {}


def test_signing_out_forgets_who_sat_here(mall: Mall) -> None:
    client = mall.client("ann")
    client.get(FORM)
    client.post("/sign-out/")
    assert not client.cookies[resuming.COOKIE].value
    client.post(FORM, TYPED)
    assert resuming.KEPT not in client.session


def test_a_part_of_a_page_leads_all_of_it_to_the_sign_in(mall: Mall) -> None:
    code = mall.ordered(paid=False).code
    client = mall.client()
    where = f"http://testserver/orders/{code}/?waiting"
    headers = {"hx-request": "true", "hx-current-url": where}
    answer = client.get(f"/orders/{code}/?waiting", headers=headers)
    assert answer.status_code == 204
    assert unquote(answer.headers["HX-Redirect"]) == f"/sign-in/?next=/orders/{code}/?waiting"
    away = {"hx-request": "true", "hx-current-url": "https://evil.example/"}
    assert unquote(client.get("/orders/", headers=away).headers["HX-Redirect"]) == "/sign-in/?next=/orders/"

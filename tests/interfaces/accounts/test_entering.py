"""Signing in by password and by code, signing up, and who is refused how."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from hanse.goods.offers.queries import offer
from hanse.kernel import clock
from hanse.network.access.models import User
from tests.interfaces.accounts.conftest import code_in, last_code
from tests.interfaces.web.faces import PASSWORD, Mall, text


def ask(client: Client, name: str, onward: str = "") -> str:
    response = client.post("/sign-in/code/", {"sign_in": name, "next": onward, "key": "k"})
    return response.headers.get("Location", text(response) if response.status_code == 200 else "")


def give(client: Client, code: str) -> str:
    response = client.post("/sign-in/code/check/", {"code": code, "key": "k"})
    return response.headers.get("Location", text(response) if response.status_code == 200 else "")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_new_consumer_signs_up_and_keeps_the_basket(mall: Mall) -> None:
    client = mall.client()
    client.post("/basket/put/", {"offer": offer("tee@shop").code, "quantity": "2", "key": "k"})
    assert ask(client, "New@Example.com", "/basket/") == "/sign-in/code/check/"
    assert give(client, last_code()) == "/sign-up/"
    page = text(client.get("/sign-up/"))
    assert "new@example.com is yours" in page
    response = client.post("/sign-up/", {"name": "Neo", "password": "", "key": "up"})
    assert response.headers["Location"] == "/basket/"
    user = User.objects.get(email="new@example.com")
    assert (user.name, user.has_usable_password(), user.language) == ("Neo", False, "en")
    assert user.memberships.get().party.kind == "consumer"
    assert "Cotton tee" in text(client.get("/basket/"))
    assert client.get("/checkout/").status_code == 200


def test_signing_up_by_telephone(mall: Mall, sms: Callable[[], list[dict[str, str]]]) -> None:
    client = mall.client(language="zh-hans")
    assert ask(client, "138 0013 8000") == "/sign-in/code/check/"
    (message,) = sms()
    assert message["to"] == "+8613800138000"
    assert "Hanse" in message["text"]
    give(client, code_in(message["text"]))
    weak = client.post("/sign-up/", {"name": "阿明", "password": "12345678", "key": "up"})
    assert "field-error" in text(weak)
    client.post("/sign-up/", {"name": "阿明", "password": "a-very-long-one", "key": "up2"})
    user = User.objects.get(phone="+8613800138000")
    assert (user.name, user.language, user.check_password("a-very-long-one")) == ("阿明", "zh-hans", True)
    assert mall.client().post("/sign-in/", {"sign_in": "13800138000", "password": "a-very-long-one"}).status_code == 302


def test_without_short_messages_a_telephone_is_refused_in_words(mall: Mall, settings: Settings) -> None:
    settings.HANSE_SMS = ""
    assert "Use an e-mail address" in ask(mall.client(), "13800138000")


def test_where_one_was_going_outlives_every_detour(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    link, again = "/console/join/P-00000-00000/", "/sign-in/code/?next=/console/join/P-00000-00000/"
    client = mall.client()
    assert client.get(link).headers["Location"] == f"/sign-in/?next={link}"
    assert f'href="{again}"' in text(client.get(f"/sign-in/?next={link}"))
    ask(client, "new@example.com", link)
    assert f'href="{again}"' in text(client.get("/sign-in/code/check/")).replace("%2F", "/")
    code = last_code()
    for _ in range(5):
        give(client, wrong(code))
    ask(client, "new@example.com", link)
    give(client, last_code())
    with monkeypatch.context() as later:
        moment = clock.now() + timedelta(minutes=11)
        later.setattr(clock, "now", lambda: moment)
        assert client.get("/sign-up/").headers["Location"].replace("%2F", "/") == again
    assert client.post("/sign-up/", {"name": "Neo", "password": "", "key": "up"}).headers["Location"] == link
    late = mall.client()
    ask(late, "ann@example.com", link)
    with monkeypatch.context() as later:
        later.setattr(clock, "now", lambda: moment)
        assert give(late, last_code()).replace("%2F", "/") == again
    abroad = mall.client()
    ask(abroad, "ann@example.com", "https://evil.example/")
    assert "evil" not in text(abroad.get("/sign-in/code/check/"))


def test_a_code_lets_in_who_has_an_account(mall: Mall) -> None:
    client = mall.client()
    ask(client, "ann@example.com", "/orders/")
    assert give(client, last_code()) == "/orders/"
    assert client.get("/orders/").status_code == 200
    assert client.get("/sign-in/").status_code == 302


def test_known_and_unknown_names_are_answered_alike(mall: Mall) -> None:
    pages, headers = [], []
    for name in ("ann@example.com", "who@example.com"):
        client = mall.client()
        headers.append(ask(client, name))
        pages.append(text(client.get("/sign-in/code/check/")).replace(name, "NAME"))
    strip = [page.split("<main")[1].split('name="csrf')[0].split("csrfmiddlewaretoken")[0] for page in pages]
    assert headers[0] == headers[1]
    assert strip[0] == strip[1]
    first, second = (body.replace(code_in(body), "CODE") for body in (str(message.body) for message in mail.outbox))
    assert first == second


def test_a_wrong_code_is_good_for_five_tries(mall: Mall) -> None:
    client = mall.client()
    ask(client, "ann@example.com")
    code = last_code()
    for _ in range(5):
        assert "not right" in give(client, wrong(code))
    assert give(client, code) == "/sign-in/code/"
    assert client.get("/orders/").status_code == 302


def test_a_code_is_of_one_session_and_one_use(mall: Mall) -> None:
    client, thief = mall.client(), mall.client()
    ask(client, "ann@example.com")
    code = last_code()
    ask(thief, "bob@example.com")
    assert "not right" in give(thief, code) or code == last_code()
    assert give(client, code) == "/"
    client.post("/sign-out/")
    assert give(client, code) == "/sign-in/code/"


def test_codes_are_not_sent_without_end(mall: Mall) -> None:
    for _ in range(5):
        assert ask(mall.client(), "ann@example.com") == "/sign-in/code/check/"
    assert "Too many codes" in ask(mall.client(), "ann@example.com")
    assert len(mail.outbox) == 5


def test_nobody_signs_up_without_a_proven_name(mall: Mall) -> None:
    client = mall.client()
    assert client.get("/sign-up/").headers["Location"] == "/sign-in/code/"
    client.post("/sign-up/", {"name": "Eve", "password": "", "key": "up", "email": "eve@example.com"})
    ask(client, "eve@example.com")
    client.post("/sign-up/", {"name": "Eve", "password": "", "key": "up"})
    assert not User.objects.filter(name="Eve").exists()


@pytest.mark.parametrize("name", ["ann@example.com", "nobody@example.com", "13900000000"])
def test_guessing_passwords_is_refused_in_words(mall: Mall, name: str) -> None:
    pages = [
        text(mall.client().post("/sign-in/", {"sign_in": name, "password": f"guess-{number}"})) for number in range(6)
    ]
    assert all("Name or password is not right" in page for page in pages[:5])
    assert "Too many attempts" in pages[5]
    right = mall.client().post("/sign-in/", {"sign_in": name, "password": PASSWORD})
    assert "Too many attempts" in text(right)


def test_one_computer_does_not_try_many_names(mall: Mall) -> None:
    answers = [
        text(mall.client().post("/sign-in/", {"sign_in": f"n{number}@example.com", "password": "guess"}))
        for number in range(21)
    ]
    assert "Too many attempts" in answers[-1]


def test_malformed_names_are_refused_beside_the_field(mall: Mall) -> None:
    for name in ("ann", "x" * 300, "a\x00@b.cn"):
        assert "field-error" in ask(mall.client(), name)
        assert mall.client().post("/sign-in/", {"sign_in": name, "password": "x"}).status_code == 200
    assert mail.outbox == []


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example"])
def test_a_code_leads_nobody_astray(mall: Mall, onward: str) -> None:
    client = mall.client()
    ask(client, "ann@example.com", onward)
    assert give(client, last_code()) == "/"

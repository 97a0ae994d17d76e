"""One's own account: names, password, second steps, sessions and data."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from hanse.kernel.models import Claim
from hanse.network.access.models import User
from tests.interfaces.accounts.conftest import last_code
from tests.interfaces.web.faces import PASSWORD, Mall, text

SAFE = ["/account/password/", "/account/name/", "/account/data/", "/account/steps/totp/activate/"]


def entered(mall: Mall, who: str = "ann", language: str = "en") -> Client:
    client = mall.client(language=language)
    answer = client.post("/sign-in/", {"sign_in": f"{who}@example.com", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def confirm(client: Client, password: str = PASSWORD) -> int:
    return client.post("/account/confirm/?next=/account/", {"password": password}).status_code


def totp(secret: str) -> str:
    counter = next(iter(counters()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def counters() -> Iterator[int]:
    yield from yield_hotp_counters_from_time()


def with_totp(mall: Mall, client: Client) -> str:
    confirm(client)
    page = client.get("/account/steps/totp/activate/")
    secret = str(page.context["form"].secret)
    assert "data:image/svg" in text(page)
    answer = client.post("/account/steps/totp/activate/", {"code": totp(secret)})
    assert answer.status_code == 302, text(answer)
    return secret


def test_the_account_is_ones_own(mall: Mall) -> None:
    client = entered(mall)
    assert "ann@example.com" in text(client.get("/account/"))
    client.post("/account/", {"name": "Ann Li", "language": "zh-hans", "key": "k"})
    user = User.objects.get(pk=mall.users["ann"].pk)
    assert (user.name, user.language) == ("Ann Li", "zh-hans")
    bad = client.post("/account/", {"name": "", "language": "fr", "key": "k2"})
    assert text(bad).count("field-error") == 2


@pytest.mark.parametrize("page", SAFE)
def test_changes_of_safety_ask_again_who_it_is(mall: Mall, page: str) -> None:
    client = entered(mall)
    assert "/account/confirm/" in client.get(page).headers["Location"]
    assert confirm(client, "wrong") == 200
    assert "/account/confirm/" in client.get(page).headers["Location"]
    assert confirm(client) == 302
    assert client.get(page).status_code == 200


def test_who_has_no_password_is_asked_for_a_code(mall: Mall) -> None:
    user = mall.users["ann"]
    user.set_unusable_password()
    user.save()
    client = mall.client("ann")
    for page in SAFE:
        assert client.get(page).headers["Location"].startswith("/account/again/"), page
    answer = client.post("/account/again/?next=/account/password/", {"key": "k"})
    assert answer.headers["Location"].startswith("/account/check/")
    again = client.post("/account/check/", {"code": last_code()})
    assert again.headers["Location"] == "/account/password/"
    assert client.get("/account/password/").status_code == 200


def test_a_new_password_signs_out_everywhere_else(mall: Mall) -> None:
    client, other = entered(mall), entered(mall)
    confirm(client)
    weak = client.post("/account/password/", {"password": "password", "key": "k"})
    assert "field-error" in text(weak)
    client.post("/account/password/", {"password": "quite-another-one", "key": "k2"})
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert "password" in mail.outbox[-1].subject.lower()
    assert "quite-another-one" not in str(list(Claim.objects.values_list("changes", "result")))


def test_another_address_is_proven_first(mall: Mall) -> None:
    client = entered(mall)
    confirm(client)
    client.post("/account/name/", {"sign_in": "new@example.com", "key": "k"})
    assert User.objects.get(pk=mall.users["ann"].pk).email == "ann@example.com"
    assert mail.outbox[-1].to == ["new@example.com"]
    assert client.post("/account/check/", {"code": last_code()}).headers["Location"] == "/account/"
    assert User.objects.get(pk=mall.users["ann"].pk).email == "new@example.com"
    assert mail.outbox[-1].to == ["ann@example.com"]


def test_another_persons_address_is_told_to_who_holds_it_alone(mall: Mall) -> None:
    client = entered(mall)
    confirm(client)
    answer = client.post("/account/name/", {"sign_in": "bob@example.com", "key": "k"})
    assert answer.headers["Location"] == "/account/check/"
    page = client.post("/account/check/", {"code": last_code()})
    assert "in use" in text(page)


def test_a_second_step_is_asked_for_after_password_and_code(mall: Mall) -> None:
    secret = with_totp(mall, entered(mall))
    client = mall.client()
    answer = client.post("/sign-in/", {"sign_in": "ann@example.com", "password": PASSWORD, "next": "/orders/"})
    assert answer.headers["Location"].startswith("/account/steps/authenticate/")
    assert client.get("/orders/").status_code == 302
    assert "Two-Factor" in text(client.get("/account/steps/authenticate/"))
    by_code = mall.client()
    by_code.post("/sign-in/code/", {"sign_in": "ann@example.com", "key": "k"})
    onward = by_code.post("/sign-in/code/check/", {"code": last_code()})
    assert onward.headers["Location"].startswith("/account/steps/authenticate/")
    assert by_code.get("/orders/").status_code == 302
    assert secret not in str(list(Authenticator.objects.values_list("data")))


def test_recovery_codes_and_the_way_out(mall: Mall) -> None:
    client = entered(mall)
    with_totp(mall, client)
    page = text(client.get("/account/steps/recovery-codes/"))
    assert client.get("/account/again/").status_code == 404
    assert "recovery" in page.lower()
    download = text(client.get("/account/steps/recovery-codes/download/"))
    assert len(download.split()) == 10
    other = mall.client()
    other.post("/sign-in/", {"sign_in": "ann@example.com", "password": PASSWORD})
    assert other.post("/account/steps/authenticate/", {"code": download.split()[0]}).status_code == 302
    assert other.get("/orders/").status_code == 200


def test_passkeys_are_offered(mall: Mall) -> None:
    assert "passkey_login" in text(mall.client().get("/sign-in/"))
    options = mall.client().get("/account/steps/webauthn/login/", headers={"x-requested-with": "XMLHttpRequest"})
    assert "challenge" in text(options)
    client = entered(mall)
    confirm(client)
    assert "mfa_webauthn_add" in text(client.get("/account/steps/webauthn/add/"))


def test_sessions_are_listed_and_ended(mall: Mall) -> None:
    client, other = entered(mall), entered(mall)
    assert UserSession.objects.count() == 2
    assert "127.0.0.1" in text(client.get("/account/sessions/"))
    client.post("/account/sessions/")
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302

"""A real installation: named by its database, reached by HTTPS alone, with cookies that nobody else can read."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from hanse.goods.offers.queries import offer
from tests.interfaces.web.faces import PASSWORD, Mall, made, text

TOLD = ("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_", "LANGUAGE_COOKIE_", "X_FRAME_", "HANSE_DEMO", "DEBUG", "SILENCED")
SAYS = f"""
import json
from hanse.config import settings
told = {{name: getattr(settings, name) for name in dir(settings) if name.startswith({TOLD!r})}}
print(json.dumps(told, default=str))
"""
YEAR = 365 * 86_400


def run(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run Python as on a machine that is set up by the README."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("HANSE_", "DJANGO_"))}
    real = {
        "HANSE_DATABASE_URL": "postgresql://mall@db.example.com/mall", "HANSE_SECRET_KEY": secrets.token_urlsafe(50),
        "HANSE_HOSTS": "mall.example.com", "HANSE_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "hanse.config.settings",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *words], env=bare | real | more, capture_output=True, text=True, timeout=60, check=False
    )


def settings_of(folder: Path, **more: str) -> dict[str, Any]:
    """Return what a real installation says about safety."""
    done = run(folder, "-c", SAYS, **more)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture
def mall(db: None, settings: Settings, tmp_path: Path) -> Mall:
    """Return a mall that is served as a real installation is."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HANSE_OUTBOX, settings.ALLOWED_HOSTS = tmp_path, ["mall.example.com"]
    for name, value in settings_of(tmp_path).items():
        setattr(settings, name, value)
    cache.clear()
    return made()


def browser(**more: Any) -> Client:
    """Return a browser at the real address."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en", "host": "mall.example.com"}, **more)


def token_of(answer: Any) -> str:
    """Return the token that the forms of a page carry."""
    return text(answer).split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def test_djangos_own_checks_for_real_installations_find_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "INFO")
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_does_not_begin_without_a_secret(tmp_path: Path) -> None:
    done = run(tmp_path, "-c", SAYS, HANSE_SECRET_KEY="")
    assert done.returncode != 0
    assert "Set HANSE_SECRET_KEY" in done.stderr


def test_a_named_database_is_no_demo(tmp_path: Path) -> None:
    told = settings_of(tmp_path)
    assert (told["HANSE_DEMO"], told["DEBUG"], told["SECURE_SSL_REDIRECT"]) == (False, False, True)
    assert (told["SECURE_HSTS_SECONDS"], told["SECURE_HSTS_INCLUDE_SUBDOMAINS"]) == (YEAR, True)
    assert "SECURE_PROXY_SSL_HEADER" not in told  # whoever calls could say so, without a proxy that says it
    behind = settings_of(tmp_path, HANSE_BEHIND_PROXY="1")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    within = settings_of(tmp_path, HANSE_HTTPS="0")
    assert not any(within[name] for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "SECURE_HSTS_SECONDS"))


def test_only_https_is_answered_and_every_answer_says_so(mall: Mall) -> None:
    client = browser()
    for headers in ({}, {"x-forwarded-proto": "https"}):
        plain = client.get("/basket/?a=1", headers=headers)
        assert (plain.status_code, plain.headers["Location"]) == (301, "https://mall.example.com/basket/?a=1")
        assert not plain.cookies
    answer = client.get("/basket/", secure=True)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == f"max-age={YEAR}; includeSubDomains"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy.split("; "))
    lured = Client(headers={"host": "evil.example", "accept-language": "en"}).get("/", secure=True)
    assert lured.status_code == 400
    assert "evil" not in text(lured)


def test_every_cookie_is_for_this_site_over_https_and_for_no_script(mall: Mall) -> None:
    client = browser()

    def post(path: str, page: str, **fields: str) -> Any:
        sent = {"csrfmiddlewaretoken": token_of(client.get(page, secure=True)), "key": "k", **fields}
        return client.post(path, sent, secure=True, headers={"referer": f"https://mall.example.com{page}"})

    assert post("/language/", "/sign-in/", language="en", next="/").status_code == 302
    client.get("/?hl=en", secure=True)
    put = post("/basket/put/", "/sign-in/", offer=offer("tee@shop").code, quantity="1")
    assert put.status_code == 302
    before = client.cookies["sessionid"].value
    entered = post("/sign-in/", "/sign-in/?next=/basket/", sign_in="ann@example.com", password=PASSWORD)
    assert entered.status_code == 302
    assert client.cookies["sessionid"].value != before
    known = {name: cookie for name, cookie in client.cookies.items() if cookie.value}  # not those just taken back
    assert {"sessionid", "csrftoken", "django_language", "hanse_last"} <= set(known)
    for name, cookie in known.items():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax"), name
        assert not cookie["domain"], name

"""A passkey made and used in a real browser, whose authenticator is a virtual one; and the pages fit a phone."""

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests.integrations.stand_in import wait_for
from tests.interfaces.web.faces import PASSWORD, Mall, made
from tests.journeys.test_browser import PHONE, TOO_WIDE, chromium, server_let_go

__all__ = ["chromium"]  # a fixture, used by its name

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def served(live_server: Any, settings: Settings, tmp_path: Path, chromium: Browser) -> Any:
    """Serve a mall under the name that passkeys are made for.

    A journey that breaks off leaves its pages open, which go on asking; the tables could not be emptied meanwhile.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HANSE_OUTBOX = tmp_path
    yield made(), live_server.url.replace("127.0.0.1", "localhost")
    for context in chromium.contexts:
        context.close()
    wait_for(server_let_go)


def test_a_passkey_is_made_and_lets_its_owner_in(served: tuple[Mall, str], chromium: Browser) -> None:
    _mall, base = served
    context = chromium.new_context(base_url=base, viewport=PHONE, locale="en-US")  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/sign-in/")
    page.fill("[name=sign_in]", "ann@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=sign_in]) button")
    page.goto("/account/steps/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button[type=submit]")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url(f"{base}/account/steps/recovery-codes/", timeout=10_000)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    fits(page, "/account/", "/account/steps/", "/account/steps/webauthn/", "/account/sessions/")
    context.clear_cookies()
    page.goto("/sign-in/?next=/orders/")
    page.click("#passkey_login")
    page.wait_for_url(lambda url: "sign-in" not in url, timeout=10_000)
    page.goto("/orders/")
    expect(page).to_have_url(f"{base}/orders/")
    context.close()
    assert [text for text in said if "404" not in text] == []  # the tee has no picture here


def fits(page: Page, *addresses: str) -> None:
    """Look at pages as a phone shows them."""
    for address in addresses:
        page.goto(address)
        assert not page.evaluate(TOO_WIDE), address

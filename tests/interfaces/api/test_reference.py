"""The description as a page: everything from here, within the content policy, and it shows the operations."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright

from tools import browser


@pytest.mark.django_db
def test_it_asks_nobody_else_for_anything(client: Client) -> None:
    page = client.get("/api/v1/reference/")
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert b"://" not in page.content.replace(b"http://testserver", b"")


@pytest.mark.django_db(transaction=True)
def test_it_shows_every_operation(live_server: Any) -> None:
    found = browser.find()
    if found is None:
        pytest.skip("there is no browser")
    with sync_playwright() as play:
        chrome = play.chromium.launch(executable_path=found, args=list(browser.ARGUMENTS))
        page = chrome.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/api/v1/reference/")
        page.wait_for_selector(".opblock-tag-section")
        assert page.locator(".opblock-tag-section").count() >= 10
        chrome.close()
    assert complaints == []

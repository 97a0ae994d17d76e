"""What a page may cost on a slow phone, and what becomes of a form when the session ends: in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from hanse.goods.catalogue.models import Product
from hanse.goods.offers.queries import offer
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from tests.interfaces.web.faces import Mall
from tests.journeys.test_browser import PHONE, Visitor, chromium, mall
from tests.journeys.test_storefront_faces import SHIFT

__all__ = ["chromium", "mall"]
MOST_SHIFT, MOST_BYTES = 0.1, 150_000
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
"""A mobile network in a crowd: 150 ms away, 1.6 Mbit/s."""


@contextmanager
def counted(cdp: CDPSession) -> Iterator[dict[str, int]]:
    """Count the bytes that come over the network meanwhile, by kind of what is loaded."""
    kinds: dict[str, str] = {}
    found: dict[str, int] = {}

    def came(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        found[kind] = found.get(kind, 0) + int(event["encodedDataLength"])

    cdp.on("Network.responseReceived", came)
    cdp.on("Network.loadingFinished", ended)
    yield found
    cdp.remove_listener("Network.responseReceived", came)
    cdp.remove_listener("Network.loadingFinished", ended)


@pytest.mark.django_db(transaction=True)
def test_pages_stand_still_and_are_light_on_a_slow_phone(live_server: Any, mall: Mall, chromium: Browser) -> None:
    put_in_basket(key="b", at=mall.at, by=mall.actor("ann"), offer=offer("tee@shop").code, quantity=2)
    ann = Visitor(chromium, live_server.url, PHONE, "zh-CN")
    ann.sign_in("ann")
    cdp = ann.context.new_cdp_session(ann.page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cdp.send("Network.setBypassServiceWorker", {"bypass": True})
    cdp.send("Network.emulateNetworkConditions", SLOW)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    wrong: list[str] = []
    for path in ("/", "/c/clothes/", f"/p/{Product.objects.get().code}/", "/basket/", "/checkout/"):
        with counted(cdp) as came:
            ann.page.goto(path, wait_until="networkidle")
            shift = float(ann.page.evaluate(SHIFT))
        size = sum(count for kind, count in came.items() if kind not in {"Image", "Media"})
        assert size > 10_000, "something was counted"
        if shift > MOST_SHIFT:
            wrong.append(f"{path}: shifts by {shift}")
        if size > MOST_BYTES:
            wrong.append(f"{path}: {came}")
    assert wrong == []
    ann.leave()


@pytest.mark.django_db(transaction=True)
def test_a_form_is_filled_in_again_after_signing_in_again(live_server: Any, mall: Mall, chromium: Browser) -> None:
    put_in_basket(key="b", at=mall.at, by=mall.actor("ann"), offer=offer("tee@shop").code, quantity=2)
    ann = Visitor(chromium, live_server.url, PHONE, "en-GB")
    ann.sign_in("ann")
    page = ann.page
    page.goto("/checkout/")
    for name, said in {"name": "Ann", "phone": "138", "place": "Suzhou", "street": "Pingjiang Road 18"}.items():
        page.fill(f"[name={name}]", said)
    page.get_by_label("For a company").check()
    page.get_by_label("Name on the invoice").fill("Ann & Sons")
    page.get_by_label("Note to the sellers").fill("ring twice")
    ann.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Place the order").click()
    expect(page.get_by_text("You were signed out in the meantime")).to_be_visible()
    page.fill("[name=sign_in]", "ann@example.com")
    page.fill("[name=password]", "a-long-secret")
    page.locator("main form button").first.click()
    page.wait_for_url("**/checkout/")
    expect(page.get_by_text("You are signed in again")).to_be_visible()
    expect(page.locator("[name=street]")).to_have_value("Pingjiang Road 18")
    expect(page.get_by_label("Note to the sellers")).to_have_value("ring twice")
    expect(page.get_by_label("For a company")).to_be_checked()
    expect(page.get_by_label("Name on the invoice")).to_have_value("Ann & Sons")
    ann.leave()

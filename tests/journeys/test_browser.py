"""In a real browser: an order through three tiers, paid at the gateway, shipped, received, and the money seen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import Settings

from hanse.interfaces.cli.mall.pictures import draw
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.trade.orders.models import Checkout, Order
from tests.integrations.stand_in import StandIn, wait_for
from tests.interfaces.web.faces import ADDRESS, PASSWORD, Mall, made
from tools import browser as browsers

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
# What cannot be scrolled to on a phone is not there.
TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
# Told by its own event: not everything that the content policy blocks is written to the console.
POLICY = "content policy:"
TELL_OF_POLICY = f"""document.addEventListener("securitypolicyviolation", (event) =>
  console.error("{POLICY}", event.effectiveDirective, event.blockedURI, event.sample))"""


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Start the browser; a machine without one fails, since the journey would prove nothing."""
    executable = browsers.get()
    assert executable, "there is no browser: run `python -m tools.browser`"
    with sync_playwright() as playwright:
        # Playwright's own event loop runs in this thread; the database is used between its steps, never within them.
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        started = playwright.chromium.launch(executable_path=executable, args=list(browsers.ARGUMENTS))
        yield started
        started.close()
        connection.close()  # under a running loop Django keeps a connection of its own


@pytest.fixture
def mall(live_server: Any, settings: Settings, tmp_path: Path) -> Iterator[Mall]:
    """Serve a mall, with a gateway beside it that sends its notices there."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    (drawn, *_others) = draw(settings.MEDIA_ROOT / "demo", "tee", "t-shirt")
    (settings.MEDIA_ROOT / "demo" / drawn).rename(settings.MEDIA_ROOT / "demo" / "tee.svg")
    gateway = StandIn(tmp_path, f"{live_server.url}/gateways/sandbox/notices")
    gateway.start()
    settings.HANSE_SANDBOX_URL, settings.HANSE_SANDBOX_KEYS = gateway.url, str(tmp_path)
    yield made()
    gateway.stop()
    wait_for(server_let_go)


def server_let_go() -> bool:
    """Say whether the server's threads have closed their connections: the database cannot be taken down before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid())"
        )
        return bool(cursor.fetchone()[0])


class Visitor:
    """Somebody at a browser of their own; whatever the browser complains of is kept."""

    def __init__(self, chromium: Browser, base: str, size: dict[str, int], language: str) -> None:
        self.context: BrowserContext = chromium.new_context(base_url=base, viewport=size, locale=language)  # type: ignore[arg-type]
        self.context.add_init_script(TELL_OF_POLICY)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.violations: list[str] = []
        self.page.on("console", lambda said: self.hear(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def hear(self, said: str) -> None:
        """Keep what the browser complains of; what the content policy blocked by itself, whoever forgives the rest."""
        (self.violations if said.startswith(POLICY) else self.complaints).append(said)

    def sign_in(self, who: str) -> None:
        """Sign in by the form."""
        self.page.goto("/sign-in/")
        self.page.fill("[name=sign_in]", f"{who}@example.com")
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main form button").click()
        self.page.wait_for_url("**/")

    def leave(self) -> None:
        """Close the browser; nothing may have been blocked or broken on the way, or been too wide."""
        assert not self.page.evaluate(TOO_WIDE)
        self.context.close()
        assert self.violations == []
        assert self.complaints == []


def buy(ann: Visitor) -> None:
    """From the first page to the order that is paid."""
    page = ann.page
    page.get_by_role("link", name="Cotton tee").click()
    page.get_by_role("spinbutton", name="Quantity").fill("2")
    expect(page.locator("#sum")).to_contain_text("CN¥200.00")
    page.get_by_role("button", name="Put in basket").click()
    page.get_by_role("link", name="To checkout").click()
    for field, value in ADDRESS.items():
        page.fill(f"[name={field}]", value)
    page.get_by_role("button", name="Place the order").click()
    expect(page.get_by_text("CN¥200.00")).to_be_visible()
    page.get_by_role("button", name="Pay at the bank's page").click()
    page.wait_for_url(re.compile(r".*/pay/.*"))
    page.locator("button[value=pay]").click()
    page.get_by_role("link", name=re.compile("back|返回", re.IGNORECASE)).click()
    expect(page.get_by_text("Paid, to be shipped")).to_be_visible(timeout=15_000)


def ship(clerk: Visitor) -> None:
    """The factory finds what waits on a phone, in Chinese, and sends it."""
    page = clerk.page
    page.goto("/console/orders/")
    page.locator("tbody a.open").click()
    expect(page.get_by_text("Pingjiang Road 18")).to_be_visible()
    page.get_by_label("承运商").fill("顺丰速运")
    page.get_by_label("运单号").fill("SF100200300")
    page.get_by_role("button", name="发货").click()
    expect(page.get_by_text("包裹已发出。")).to_be_visible()
    page.goto("/console/orders/")
    expect(page.get_by_text("这里没有待处理的内容")).to_be_visible()


def receive(ann: Visitor) -> None:
    """The parcel has come."""
    page = ann.page
    page.reload()
    expect(page.get_by_text("SF100200300")).to_be_visible()
    page.get_by_role("button", name="I have received it").click()
    expect(page.locator(".badge", has_text="Received")).to_be_visible()


def look(operator: Visitor, code: str) -> None:
    """The operator sees who got what."""
    page = operator.page
    page.goto("/console/platform/orders/")
    page.get_by_role("link", name=code).click()
    names = [name.strip() for name in page.locator(".chain-card h2").all_text_contents()]
    assert names == ["ann", "shop", "west", "factory"]
    flows = [text.strip() for text in page.locator(".flow-money").all_text_contents()]
    assert [re.search(r"CN¥[\d.]+", text)[0] for text in flows] == ["CN¥200.00", "CN¥160.00", "CN¥120.00"]  # type: ignore[index]
    legend = " ".join(page.locator(".legend").all_text_contents())
    for earned in ("factory CN¥120.00", "west CN¥40.00", "shop CN¥30.00", "The Mall CN¥10.00"):
        assert earned in " ".join(legend.split()), earned


@pytest.mark.django_db(transaction=True)
def test_one_order_through_three_tiers(live_server: Any, mall: Mall, chromium: Browser) -> None:
    ann = Visitor(chromium, live_server.url, DESK, "en-GB")
    ann.sign_in("ann")
    buy(ann)
    order = Checkout.objects.get()
    assert order.paid == order.total == 20_000
    clerk = Visitor(chromium, live_server.url, PHONE, "zh-CN")
    clerk.sign_in("factory")
    ship(clerk)
    clerk.leave()
    receive(ann)
    ann.leave()
    run_due(clock.now())
    assert {leg.status for leg in Order.objects.all()} == {"closed"}
    for size in (DESK, PHONE):
        operator = Visitor(chromium, live_server.url, size, "en-GB")
        operator.sign_in("operator")
        look(operator, order.code)
        operator.leave()


@pytest.mark.django_db(transaction=True)
def test_a_visitors_basket_changes_without_a_new_page_and_comes_along(
    live_server: Any, mall: Mall, chromium: Browser
) -> None:
    visitor = Visitor(chromium, live_server.url, PHONE, "zh-CN")
    page = visitor.page
    page.goto("/")
    page.get_by_role("link", name="长绒棉 T 恤").click()
    page.get_by_role("button", name="加入购物车").click()
    page.get_by_role("spinbutton").fill("3")
    page.get_by_role("button", name="修改").click()
    expect(page.locator(".sum .total.price")).to_have_text("¥300.00")
    page.get_by_role("link", name="去结算").click()
    page.fill("[name=sign_in]", "bob@example.com")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", name="结算")).to_be_visible()
    expect(page.locator(".sum .total.price")).to_have_text("¥300.00")
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Cotton tee")).to_be_visible()
    visitor.leave()

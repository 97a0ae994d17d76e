"""In a real browser: every page of the mall is accessible, stands still while it loads, and bears having no network."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.offers.queries import offer
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from hanse.relations.content.operations.publish_block import publish_block
from hanse.relations.content.operations.save_block import save_block
from hanse.relations.members.operations.save_address import save_address
from hanse.trade.quotes.operations.put_in_basket import put_in_basket
from tests.interfaces.web.faces import Mall
from tests.journeys.test_browser import DESK, PHONE, TOO_WIDE, Visitor, chromium, mall

__all__ = ["chromium", "mall"]
DECORATED: dict[str, dict[str, object]] = {
    "banner": {"title": "春茶上市", "title_en": "Spring tea is here", "text": "明前", "link": "/c/clothes/"},
    "notice": {"text": "周一休息", "text_en": "Closed on Monday"},
    "goods": {"title": "热销", "title_en": "Best sellers", "choose": "best", "count": 4},
    "text": {"title": "关于我们", "title_en": "About us", "text": "一家好店"},
}
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


def furnished(mall: Mall) -> list[str]:
    """Give ann something on every page of the mall, and return the addresses of them all."""
    ann = mall.actor("ann")
    order, unpaid = mall.ordered(), mall.ordered(paid=False)
    parts = {name: Secret(name) for name in ("name", "phone", "place", "street")}
    address = save_address(key="a", at=mall.at, by=ann, **parts)  # type: ignore[arg-type]
    put_in_basket(key="b", at=mall.at, by=ann, offer=offer("tee@shop").code, quantity=2)
    product = Product.objects.get().code
    leg = mall.leg(order, "shop").code
    mall.call(create_brand, slug="ours", name="青禾", name_en="Qinghe")
    mall.call(edit_product, product=product, changes={"brand": "ours"}, review=False)
    for kind, said in DECORATED.items():
        mall.call(publish_block, block=mall.call(save_block, party="platform", kind=kind, said=said))
    return [
        "/", "/search/?q=tee", "/search/?q=tea&least=x", "/search/?q=nothing", "/c/clothes/", f"/p/{product}/",
        f"/s/{party('shop').code}/", "/basket/", "/checkout/", f"/pay/{unpaid.code}/", "/orders/",
        f"/orders/{order.code}/", "/favourites/", "/history/", "/addresses/", "/addresses/new/",
        f"/addresses/{address}/", "/offline/", "/p/none/", "/b/ours/", f"/orders/{leg}/money-back/",
        f"/orders/{leg}/change/",
    ]  # fmt: skip


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with the page."""
    found = Axe().run(page)
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-CN"), (DESK, "en-GB")], ids=["phone", "desk"])
def test_every_page_is_accessible_and_stands_still(
    live_server: Any, mall: Mall, chromium: Browser, size: dict[str, int], language: str
) -> None:
    pages = furnished(mall)
    ann = Visitor(chromium, live_server.url, size, language)
    ann.sign_in("ann")
    wrong: list[str] = []
    for path in pages:
        ann.page.goto(path, wait_until="load")
        if (shift := float(ann.page.evaluate(SHIFT))) > 0.1:
            wrong.append(f"{path}: shifts by {shift}")
        if ann.page.evaluate(TOO_WIDE):
            wrong.append(f"{path}: too wide")
        wrong += faults(ann.page)
    assert wrong == []
    ann.complaints = [one for one in ann.complaints if "404" not in one]  # the page that is not there
    ann.leave()


@pytest.mark.django_db(transaction=True)
def test_suggestions_divisions_and_the_page_without_a_network(live_server: Any, mall: Mall, chromium: Browser) -> None:
    bob = Visitor(chromium, live_server.url, DESK, "en-GB")
    bob.sign_in("bob")
    page = bob.page
    page.get_by_role("searchbox", name="Search goods").press_sequentially("changr")
    expect(page.locator("#suggestions").get_by_role("link", name="Cotton tee")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cotton tee")).to_be_visible()
    page.get_by_role("button", name="Favourite", exact=True).click()
    expect(page.get_by_role("button", name="A favourite")).to_be_visible()
    page.goto("/addresses/new/")
    page.get_by_label("Province", exact=True).select_option(label="江苏省")
    page.get_by_label("City", exact=True).select_option(label="苏州市")
    page.get_by_label("District", exact=True).select_option(label="姑苏区")
    expect(page.locator("[name=place]")).to_have_value("江苏省 苏州市 姑苏区")
    page.goto("/search/")
    page.get_by_label("Price to").fill("50")
    page.get_by_label("Price to").blur()
    expect(page.get_by_text("Nothing is on sale here yet.")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    bob.context.set_offline(True)
    page.goto("/orders/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    bob.context.set_offline(False)
    bob.complaints = [one for one in bob.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    bob.leave()

"""In a real browser: every page of every console and of the accounts is accessible, and fits on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.offers.queries import offer
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.network.parties.operations.invite_link import invite_link
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from tests.interfaces.web.faces import Mall
from tests.journeys.test_browser import DESK, PHONE, TOO_WIDE, Visitor, chromium, mall
from tests.journeys.test_storefront_faces import faults
from tools.walk import walk

__all__ = ["chromium", "mall"]
SMALL = {"width": 320, "height": 640}
LONG = "特别长的商品名称" * 12 + "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
WHO = ("factory", "west", "shop", "works", "lea", "operator")
OURS = ("/console/", "/account/")
SEEN_BEFORE = 60
"""So many different pages there are at least: fewer would mean that nothing was looked at."""


def furnished(mall: Mall) -> None:
    """Let there be something on every page: orders in many states, money, invitations, a name that is far too long."""
    for name, kind in (("works", "enterprise"), ("lea", "leader")):
        mall.party(name, kind)
        mall.user(name, name)
    mall.link("supply", "west", "works", pay="credit", limit=500_000, period=86_400)
    mall.link("promotes", "lea", "ann")
    mall.call(invite_link, kind="supply", upstream="factory", downstream="works", terms={})
    mall.call(create_product, owner="factory", name=LONG, name_en=LONG, skus=[{"name": LONG[:200]}])
    done = mall.ordered()
    mall.call(ship, order=done.code)
    mall.call(receive, order=done.code)
    run_due(clock.now())
    mall.ordered(tee=1, tee_l=2)
    mall.fill("west", wallet=1_000_000)
    mall.deal("west", {"tee@factory": 3}, "shipped", with_="wallet")
    mall.deal("works", {"tee@west": 5}, "paid", with_="credit")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-CN"), (DESK, "en-GB")], ids=["phone", "desk"])
def test_every_page_of_every_role_is_accessible(
    live_server: Any, mall: Mall, chromium: Browser, size: dict[str, int], language: str
) -> None:
    furnished(mall)
    wrong: list[str] = []
    seen: set[str] = set()
    for who in WHO:
        visitor = Visitor(chromium, live_server.url, size, language)
        visitor.sign_in(who)
        for found in walk(visitor.page, live_server.url, OURS, seen - {"console"}, within=OURS):
            seen.add(found.name)
            wrong += [f"{who}: {fault}" for fault in faults(visitor.page)]
            wrong += [f"{who}: {found.path}: too wide at {width}" for width in too_wide(visitor.page, size)]
        visitor.leave()
    assert not wrong, "\n".join(wrong)
    assert len(seen) > SEEN_BEFORE, sorted(seen)


def too_wide(page: Page, size: dict[str, int]) -> list[int]:
    """Return at which widths something of the page lies outside the window; a phone may also be a small one."""
    found = []
    for one in (size, SMALL) if size == PHONE else (size,):
        page.set_viewport_size(one)  # type: ignore[arg-type]
        if page.evaluate(TOO_WIDE):
            found.append(one["width"])
    page.set_viewport_size(size)  # type: ignore[arg-type]
    return found


@pytest.mark.django_db(transaction=True)
def test_lists_and_forms_are_used_by_keyboard_alone(live_server: Any, mall: Mall, chromium: Browser) -> None:
    shop = Visitor(chromium, live_server.url, DESK, "en-GB")
    shop.sign_in("shop")
    page = shop.page
    page.goto("/console/offers/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    price = page.get_by_label(f"Price: {offer('tee@shop').code}")
    price.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Control+A")
    page.keyboard.type("98.70")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 row done.")).to_be_visible()
    assert offer("tee@shop").price == 9870
    page.goto(f"/console/offers/{offer('tee@shop').code}/")
    page.locator("summary", has_text="Further prices").press("Enter")
    more = page.get_by_role("button", name="One more row")
    expect(more).to_be_visible()
    before = page.locator("[data-grid] tbody tr").count()
    more.press("Enter")
    assert page.locator("[data-grid] tbody tr").count() == before + 1
    expect(page.locator("[data-grid] tbody tr").last.locator("input").first).to_be_focused()
    shop.leave()


@pytest.mark.django_db(transaction=True)
def test_kinds_of_variants_become_rows_while_one_types(live_server: Any, mall: Mall, chromium: Browser) -> None:
    factory = Visitor(chromium, live_server.url, DESK, "en-GB")
    factory.sign_in("factory")
    page = factory.page
    page.goto("/console/goods/new/")
    page.get_by_label("Name", exact=True).fill("雨伞")
    page.get_by_label("Kinds of variants").fill("Colour: red, blue\nSize: S, M")
    page.get_by_label("Kinds of variants").blur()
    names = page.locator("input[name^=variants-][name$=-name]")
    expect(names).to_have_count(4)
    assert [one.input_value() for one in names.all()] == ["red / S", "red / M", "blue / S", "blue / M"]
    page.locator("[name=variants-3-weight_g]").fill("420")
    page.get_by_role("button", name="Create as a draft").click()
    expect(page.get_by_text("The draft is there")).to_be_visible()
    expect(page.get_by_text("blue / M")).to_be_visible()
    expect(page.get_by_text("420")).to_be_visible()
    factory.leave()

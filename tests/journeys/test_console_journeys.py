"""In a real browser: a shop sells what it found in the supply market; a wholesaler stocks up on credit and counts."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import offer
from hanse.goods.stock.models import Shelf
from hanse.network.parties.models import Link
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.queries import party
from hanse.trade.orders.models import Order, Tender
from tests.interfaces.web.faces import ADDRESS, Mall
from tests.journeys.test_browser import DESK, PHONE, Visitor, chromium, mall

__all__ = ["chromium", "mall"]


def ordered_and_paid(visitor: Visitor, way: str) -> None:
    """From the basket to an order that is paid within the mall."""
    page = visitor.page
    page.get_by_role("link", name="To checkout").click()
    for field, value in ADDRESS.items():
        page.fill(f"[name={field}]", value)
    page.get_by_role("button", name="Place the order").click()
    page.get_by_role("button", name=re.compile(way)).click()
    expect(page.get_by_text("Paid, to be shipped").first).to_be_visible()


def shipped(clerk: Visitor, code: str) -> None:
    """The factory sends all of an order that waits."""
    page = clerk.page
    page.goto("/console/orders/")
    page.get_by_role("link", name=code).click()
    page.get_by_label("Carrier").fill("SF")
    page.get_by_label("Tracking number").fill("SF77")
    page.get_by_role("button", name="Ship", exact=True).click()
    expect(page.get_by_text("The parcel is on its way.")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_shop_lists_from_the_supply_market_and_sells(live_server: Any, mall: Mall, chromium: Browser) -> None:
    shop = Visitor(chromium, live_server.url, PHONE, "en-GB")
    shop.sign_in("shop")
    source = offer("tee_l@factory")
    shop.page.goto("/console/market/?listed=no")
    row = shop.page.locator("tr", has=shop.page.get_by_label(f"Your price: {source.code}"))
    expect(row.get_by_text("CN¥120.00").first).to_be_visible()
    row.get_by_role("textbox").fill("168")
    row.get_by_role("button", name="List").click()
    expect(shop.page.get_by_text("1 row done.")).to_be_visible()
    shop.page.goto("/console/market/?listed=yes")
    expect(shop.page.get_by_text("CN¥168.00")).to_be_visible()
    listed = Offer.objects.get(seller=party("shop"), source=source)
    mall.fill("bob", wallet=100_000)
    bob = Visitor(chromium, live_server.url, PHONE, "en-GB")
    bob.sign_in("bob")
    bob.page.goto(f"/p/{listed.sku.product.code}/?offer={listed.code}")
    bob.page.get_by_role("button", name="Put in basket").first.click()
    ordered_and_paid(bob, "Wallet")
    sale = Order.objects.get(seller=party("shop"))
    leg = Order.objects.get(seller=party("factory"))
    assert (sale.goods, leg.goods) == (16_800, 12_000)
    factory = Visitor(chromium, live_server.url, DESK, "en-GB")
    factory.sign_in("factory")
    shipped(factory, leg.code)
    shop.page.goto("/console/orders/?status=shipped")
    shop.page.get_by_role("link", name=sale.code).click()
    expect(shop.page.get_by_text("A parcel left")).to_be_visible()
    expect(shop.page.get_by_text("SF77")).to_be_visible()
    for visitor in (shop, bob, factory):
        visitor.leave()


@pytest.mark.django_db(transaction=True)
def test_a_wholesaler_stocks_up_on_credit_and_receives_partly(live_server: Any, mall: Mall, chromium: Browser) -> None:
    link = Link.objects.get(upstream=party("factory"), downstream=party("west"))
    mall.call(change_link, link=link.pk, terms={"pay": "credit", "limit": 1_000_000, "period": 30 * 86_400})
    west = Visitor(chromium, live_server.url, DESK, "en-GB")
    west.sign_in("west")
    page = west.page
    page.goto("/console/quick-order/")
    page.get_by_label("Rows").fill(f"{offer('tee@factory').code}\t10")
    page.get_by_role("button", name="Into the basket").click()
    page.get_by_role("link", name="To the basket").click()
    ordered_and_paid(west, "On account")
    order = Order.objects.get(seller=party("factory"), buyer=party("west"))
    assert Tender.objects.get(order=order).kind == "credit"
    factory = Visitor(chromium, live_server.url, DESK, "en-GB")
    factory.sign_in("factory")
    shipped(factory, order.code)
    page.goto("/console/purchases/?status=shipped")
    page.get_by_role("link", name=order.code).click()
    page.get_by_role("link", name="Count what arrived").click()
    line = order.lines.get()
    page.locator(f"[name=good-{line.pk}]").fill("7")
    page.locator(f"[name=missing-{line.pk}]").fill("3")
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("It is booked as you counted it.")).to_be_visible()
    assert Shelf.objects.get(party=party("west")).available == 7
    page.goto("/console/due/")
    expect(page.get_by_role("link", name=order.code)).to_be_visible()
    for visitor in (west, factory):
        visitor.leave()

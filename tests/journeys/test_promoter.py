"""In a real browser: a promoter shares a link, somebody new signs up through it and buys, and the promoter is paid."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.network.access.models import User
from hanse.network.parties.models import Link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.trade.commission.models import Commission
from hanse.trade.orders.models import Order
from hanse.value.funds import queries as funds
from hanse.value.settlement.models import Payout
from tests.interfaces.accounts.conftest import last_code
from tests.interfaces.web.faces import Mall
from tests.journeys.test_browser import DESK, PHONE, Visitor, buy, chromium, mall, receive, ship

__all__ = ["chromium", "mall"]  # fixtures, used by their names


def link_of(lea: Visitor) -> str:
    """The promoter finds the link to be sent on."""
    lea.page.goto("/console/share/")
    return lea.page.get_by_label("Your link").input_value()


def come(neo: Visitor, link: str) -> None:
    """Somebody who was never here opens the link, signs up by a code (asked for twice), and accepts."""
    page = neo.page
    page.goto(link)
    page.get_by_role("link", name="Sign in or sign up with a code").click()
    for again in (True, False):
        page.locator("[name=sign_in]").fill("neo@example.com")
        page.get_by_role("button", name="Send a code").click()
        if again:
            page.get_by_role("link", name="Send another code").click()
    page.locator("[name=code]").fill(last_code())
    page.get_by_role("button", name="Go on").click()
    page.locator("main [name=name]").fill("Neo Neumann")
    page.locator("main [name=password]").fill("a-very-long-one")
    page.get_by_role("button", name="Sign up").click()
    expect(page).to_have_url(link)
    page.get_by_role("button", name="Accept the invitation").click()
    expect(page.get_by_text("Welcome.")).to_be_visible()


def sees(lea: Visitor, status: str, pending: str, due: str) -> None:
    """The promoter sees how far the commission is, and never the buyer's whole name."""
    page = lea.page
    page.goto("/console/commission/")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("CN¥16.00")
    expect(page.locator("tbody tr").get_by_text(status, exact=True)).to_be_visible()
    page.goto("/console/share/")
    tiles = [" ".join(text.split()) for text in page.locator(".tile dd").all_text_contents()]
    assert [text.removesuffix(" Have it paid out") for text in tiles] == [pending, due]
    page.goto("/console/team/")
    assert page.locator("tbody tr").count() == 1
    assert "Neumann" not in page.content()


def withdraw(lea: Visitor) -> None:
    """The promoter asks for too much, then for all of it."""
    page = lea.page
    page.goto("/console/share/")
    page.get_by_role("link", name="Have it paid out").click()
    page.get_by_label("Amount").fill("16.01")
    page.get_by_role("button", name="Have it paid out").click()
    expect(page.locator(".field-error")).to_have_text("There is not that much to pay out.")
    assert page.get_by_label("Amount").input_value() == "16.01"
    page.get_by_label("Amount").fill("")
    page.get_by_role("button", name="Have it paid out").click()
    expect(page.get_by_text("It is on its way to your bank.")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("CN¥16.00")


@pytest.mark.django_db(transaction=True)
def test_a_promoter_shares_earns_and_withdraws(
    live_server: Any, mall: Mall, chromium: Browser, settings: Settings
) -> None:
    settings.HANSE_BASE_URL = live_server.url
    mall.call(change_terms, party="platform", terms={"return_window": 7 * 86_400})
    mall.call(change_offer, offer="tee@shop", commission=[800])
    mall.party("lea", "leader")
    mall.user("lea", "lea")
    lea = Visitor(chromium, live_server.url, PHONE, "en-GB")
    lea.sign_in("lea")
    neo = Visitor(chromium, live_server.url, DESK, "en-GB")
    come(neo, link_of(lea))
    new = User.objects.get(email="neo@example.com").memberships.get().party
    link = Link.objects.get(kind="promotes", downstream=new)
    assert (link.upstream.slug, len(mail.outbox)) == ("lea", 2)
    buy(neo)
    assert Commission.objects.get().promoter == link.upstream
    sees(lea, "Pending", "CN¥16.00", "CN¥0.00")
    clerk = Visitor(chromium, live_server.url, PHONE, "zh-CN")
    clerk.sign_in("factory")
    ship(clerk)
    receive(neo)
    run_due(clock.now())
    assert {leg.status for leg in Order.objects.all()} == {"received"}
    sees(lea, "Pending", "CN¥16.00", "CN¥0.00")
    run_due(clock.now() + timedelta(days=7, minutes=1))
    assert {leg.status for leg in Order.objects.all()} == {"closed"}
    sees(lea, "Confirmed", "CN¥0.00", "CN¥16.00")
    withdraw(lea)
    payout = Payout.objects.get(party=link.upstream)
    assert payout.amount == 1_600
    assert funds.owed("CNY", [link.upstream.pk]).get(link.upstream.pk, 0) == 0
    lea.complaints = [one for one in lea.complaints if "422" not in one]  # the sum that was too much
    for visitor in (lea, neo, clerk):
        visitor.leave()

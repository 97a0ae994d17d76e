"""In a real browser: a rival shop that is signed in tries what an intruder would; nothing is told, changed or run."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django import Settings

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import offer
from hanse.interfaces.jobs.due import run_due
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.begin import begin
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.access.models import ApiKey, Invitation, Membership
from hanse.network.access.operations.invite import invite
from hanse.network.access.operations.issue_key import issue_key
from hanse.network.access.queries import actor_for
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Checkout, Order
from hanse.value.settlement.operations.settle import settle
from tests.interfaces.api.callers import Caller, caller
from tests.interfaces.web.faces import ADDRESS, PASSWORD, Mall
from tests.journeys.test_browser import DESK, Visitor, chromium, mall

__all__ = ["chromium", "mall"]  # fixtures, used by their names
TELLS = (ADDRESS["street"], ADDRESS["phone"], "hidden@example.org", "Unguessable")
REFUSED = {403, 404}
FORGE = """([action, fields]) => {
  const form = document.createElement("form");
  form.method = "post"; form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    field.name = name; field.value = value; form.append(field);
  }
  document.body.append(form); form.submit();
}"""
TOKEN = "document.querySelector('[name=csrfmiddlewaretoken]').value"
EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@dataclass(frozen=True)
class Loot:
    """What belongs to others, by the codes that an intruder has got hold of."""

    paid: Checkout
    unpaid: Checkout
    sale: str
    leg: str
    offer: str
    product: str
    work: str
    invitation: str
    key: str

    def pages(self) -> list[str]:
        """Return addresses of what is not the intruder's."""
        paid, unpaid, sale, leg = self.paid.code, self.unpaid.code, self.sale, self.leg
        statement = party("factory").statements.get().code
        return [
            f"/orders/{paid}/", f"/orders/{sale}/money-back/", f"/orders/{sale}/change/", f"/pay/{unpaid}/",
            f"/console/orders/{sale}/", f"/console/orders/{leg}/", f"/console/purchases/{leg}/",
            f"/console/offers/{self.offer}/", f"/console/goods/{self.product}/", f"/console/goods/{self.product}/edit/",
            f"/console/customers/{party('ann').code}/", f"/console/statements/{statement}/",
            f"/console/print/statements/{statement}/statement.pdf", f"/console/print/orders/{sale}/order.pdf",
            f"/console/print/orders/{leg}/delivery-note.pdf", f"/console/works/{self.work}/",
            f"/console/platform/orders/{paid}/", "/console/platform/policy/", f"/invitations/{self.invitation}/",
        ]  # fmt: skip

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """Return forms that the intruder was never shown."""
        sale, leg = self.sale, self.leg
        return [
            ("/act-for/", {"party": party("shop").code}),
            (f"/pay/{self.unpaid.code}/within/", {"with": "wallet"}),
            (f"/pay/{self.unpaid.code}/start/", {"with": "outside"}),
            (f"/orders/{sale}/receive/", {}),
            (f"/console/orders/{leg}/do/ship/", {"carrier": "SF", "tracking": "1"}),
            (f"/console/orders/{sale}/do/refund/", {"amount": "1"}),
            (f"/console/offers/{self.offer}/do/suspend/", {"why": "x"}),
            (f"/console/goods/{self.product}/edit/", {"name": "mine now"}),
            (f"/console/works/{self.work}/do/cancel/", {}),
            ("/account/staff/revoke/", {"invitation": self.invitation}),
            ("/account/staff/revoke/", {"user": Membership.objects.get(user__name="clerk").user.code, "role": "owner"}),
            (f"/console/platform/parties/{party('shop').code}/do/suspend/", {"why": "x"}),
        ]  # fmt: skip

    def calls(self) -> list[tuple[str, str, Any]]:
        """Return what the same intruder asks of the API."""
        return [
            ("GET", f"/orders/{self.sale}", None),
            ("GET", f"/orders/{self.leg}/history", None),
            ("POST", f"/orders/{self.leg}/ship", {}),
            ("GET", f"/orders/{self.leg}/delivery-note", None),
            ("PATCH", f"/offers/{self.offer}", {"price": 1}),
            ("PATCH", f"/products/{self.product}", {"name": "mine now"}),
            ("GET", f"/works/{self.work}", None),
            ("DELETE", f"/invitations/{self.invitation}", None),
            ("POST", f"/keys/{self.key}/revoke", None),
        ]

    def now(self) -> list[object]:
        """Return how all of it stands."""
        return [
            sorted(Order.objects.values_list("code", "status")), sorted(Offer.objects.values_list("code", "price")),
            sorted(Offer.objects.values_list("code", "status")), Product.objects.get(code=self.product).name,
            Work.objects.get(code=self.work).status, Invitation.objects.get(code=self.invitation).until,
            ApiKey.objects.get(code=self.key).until, Membership.objects.current().count(),
            Checkout.objects.get(pk=self.unpaid.pk).paid,
        ]  # fmt: skip


@pytest.fixture
def loot(mall: Mall) -> Iterator[Loot]:
    """Let there be a rival, and things of everybody else's."""
    cache.clear()
    mall.call(register_party, kind="retailer", name="Rival", slug="rival")
    mall.user("rival", "rival")
    mall.link("supply", "west", "rival")
    mall.offer("tee@rival", 9900, "tee@west")
    shop = actor_for(mall.users["shop"])
    paid, unpaid = mall.ordered(), mall.ordered(paid=False)
    done = mall.ordered()
    for step in (ship, receive):
        mall.call(step, order=done.code)
    run_due(clock.now())
    settle(key="settled", at=clock.now(), by=ENGINE, party="factory", asset="CNY")
    how: dict[str, Any] = {"list": "offers", "query": "", "form": "csv"}
    yield Loot(
        paid, unpaid, mall.leg(paid, "shop").code, mall.leg(paid, "factory").code, offer("tee@shop").code,
        Product.objects.get().code,
        mall.call(begin, shop, kind="export", given=how, language="en"),
        mall.call(invite, shop, party="shop", role="finance", sign_in="hidden@example.org", token=Secret("t" * 40)),
        mall.call(issue_key, shop, name="till", scopes=["orders.see"], secret=Secret("hanse_" + "k" * 40)),
    )  # fmt: skip
    cache.clear()


def forge(page: Page, action: str, fields: dict[str, str], token: str | None = None) -> int:
    """Send a form that no page shows, with this page's token unless another is given; return how it was answered."""
    given = page.evaluate(TOKEN) if token is None else token
    sent = {"csrfmiddlewaretoken": given, "key": secrets.token_hex(8), **fields}
    with page.expect_navigation() as answered:
        page.evaluate(FORGE, [action, {name: value for name, value in sent.items() if value}])
    assert answered.value is not None
    told = [tell for tell in TELLS if tell in page.content()]
    assert not told, (action, told)
    return answered.value.status


def forgive(visitor: Visitor) -> None:
    """Leave out what the browser says of refusals: they are what is wanted here."""
    expected = ("status of 403", "status of 404", "status of 422", "status of 409")
    visitor.complaints = [one for one in visitor.complaints if not any(part in one for part in expected)]


@pytest.mark.django_db(transaction=True)
def test_a_rival_reaches_nothing_of_others(live_server: Any, mall: Mall, loot: Loot, chromium: Browser) -> None:
    rival = Visitor(chromium, live_server.url, DESK, "en-GB")
    rival.sign_in("rival")
    api = caller("rival")
    page, before = rival.page, loot.now()
    for path in loot.pages():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in REFUSED, (path, answer.status)
        assert [tell for tell in TELLS if tell in page.content()] == [], path
    page.goto("/console/offers/")
    for action, fields in loot.forms():
        status = forge(page, action, fields)
        assert status in REFUSED, (action, status)
        page.goto("/console/offers/")
    assert loot.now() == before
    own = offer("tee@rival").code
    page.get_by_label(f"Price: {own}").fill("0.01")
    page.locator(f"form:has([name=pick][value='{own}']) [name=pick]").evaluate("(f, v) => f.value = v", loot.offer)
    page.locator(f"form:has([name=pick][value='{loot.offer}']) button").click()
    expect(page.locator("main")).to_be_visible()
    assert loot.now() == before
    for token in ("", "wrong", "x" * 64):
        page.goto("/console/offers/")
        assert forge(page, f"/console/offers/{own}/do/suspend/", {"why": "x"}, token) == 403
    assert offer("tee@rival").status == "listed"
    for method, path, body in loot.calls():
        assert api.refused(method, path, body)[0] in REFUSED, path
    assert Caller("hanse_" + "k" * 39 + "l").refused("GET", "/orders") == (401, "not_signed_in")
    assert loot.now() == before
    forgive(rival)
    rival.leave()


@pytest.mark.django_db(transaction=True)
def test_another_site_sends_no_form_in_ones_name(live_server: Any, mall: Mall, loot: Loot, chromium: Browser) -> None:
    shop = Visitor(chromium, live_server.url, DESK, "en-GB")
    shop.sign_in("shop")
    action = f"{live_server.url}/console/offers/{loot.offer}/do/suspend/"
    shop.page.goto("about:blank")
    shop.page.set_content(f'<form method="post" action="{action}"><input name="why" value="x"></form>')
    with shop.page.expect_navigation() as answered:
        shop.page.evaluate("document.forms[0].submit()")
    assert answered.value is not None
    assert answered.value.status == 403 or "/sign-in/" in shop.page.url
    assert offer("tee@shop").status == "listed"
    shop.page.goto("/console/offers/")
    expect(shop.page.get_by_label(f"Price: {loot.offer}")).to_be_visible()
    shop.page.goto("about:blank")
    shop.page.set_content(f'<iframe src="{live_server.url}/console/offers/"></iframe>', wait_until="load")
    assert all("/console/" not in frame.url for frame in shop.page.frames)
    shop.context.close()


@pytest.mark.django_db(transaction=True)
def test_a_session_fixed_before_and_a_way_out_are_worth_nothing(
    live_server: Any, mall: Mall, chromium: Browser
) -> None:
    ann = Visitor(chromium, live_server.url, DESK, "en-GB")
    page = ann.page
    page.goto("/")
    page.get_by_role("link", name="Cotton tee").click()
    page.get_by_role("button", name="Put in basket").first.click()
    page.wait_for_load_state()
    fixed = session_of(ann)
    ann.sign_in("ann")
    assert fixed
    assert session_of(ann) not in ("", fixed)
    thief = Client(headers={"cookie": f"sessionid={fixed}"})
    assert thief.get("/orders/").status_code == 302
    assert b"Cotton tee" not in thief.get("/basket/").content
    own = session_of(ann)
    with page.expect_navigation():
        page.locator("form[action='/sign-out/'] button").first.evaluate("button => button.click()")
    assert Client(headers={"cookie": f"sessionid={own}"}).get("/orders/").status_code == 302
    invented = {"name": "sessionid", "value": "a" * 32, "url": live_server.url}
    ann.context.add_cookies([invented])  # type: ignore[list-item]
    for onward in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        page.goto(f"/sign-in/?next={onward}")
        page.fill("[name=sign_in]", "ann@example.com")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(f"{live_server.url}/")
        assert session_of(ann) != "a" * 32
        assert forge(page, "/language/", {"language": "en", "next": onward}) == 200
        assert page.url == f"{live_server.url}/"
        ann.context.clear_cookies()
    ann.leave()


def session_of(visitor: Visitor) -> str:
    """Return what the browser shows to be known again."""
    kept = {cookie["name"]: cookie["value"] for cookie in visitor.context.cookies()}
    return kept.get("sessionid", "")


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_typed_or_sent_ever_runs(
    live_server: Any, mall: Mall, chromium: Browser, settings: Settings, tmp_path: Path
) -> None:
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    mall.call(register_party, kind="supplier", name=EVIL, name_en=EVIL, slug="evil")
    mall.user("evil", "evil")
    skus = [{"slug": "trap", "name": EVIL, "name_en": EVIL}]
    code = mall.call(create_product, owner="evil", name=EVIL, name_en=EVIL, summary=EVIL, skus=skus, review=False)
    mall.offer("trap@evil", 100)
    evil = Visitor(chromium, live_server.url, DESK, "en-GB")
    dialogs: list[str] = []

    def asked(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    evil.page.on("dialog", asked)
    evil.sign_in("evil")
    page = evil.page
    kept = sorted(settings.MEDIA_ROOT.rglob("*"))
    for name, body in (("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(3)'/>"), ("b.html", EVIL)):
        page.goto(f"/console/goods/{code}/edit/")
        for disguise in (name, f"{EVIL.replace('/', '')}.png"):
            file = {"name": disguise, "mimeType": "image/png", "buffer": body.encode()}
            page.set_input_files("[name=pictures]", file)  # type: ignore[arg-type]
            page.get_by_role("button", name="Save").first.click()
            expect(page.locator(".field-error")).to_contain_text("PNG, JPEG or WebP")
    assert sorted(settings.MEDIA_ROOT.rglob("*")) == kept
    page.goto("/console/import/?kind=products")
    rows = {"name": f"{EVIL.replace('/', '')}.csv", "mimeType": "text/csv", "buffer": f"{EVIL}\n{EVIL}\n".encode()}
    page.set_input_files("[name=file]", rows)  # type: ignore[arg-type]
    page.locator("main form .btn:not(.btn-quiet)").first.click()
    page.wait_for_url("**/console/works/**")
    expect(page.locator("main")).to_contain_text("<img src=x onerror=alert(1)>")
    for path in (f"/p/{code}/", f"/s/{party('evil').code}/", "/search/?q=%3Cscript%3Ealert(4)%3C/script%3E"):
        page.goto(path)
        assert page.locator("main img[src=x], main script:not([src]):not([type='application/ld+json'])").count() == 0
    operator = Visitor(chromium, live_server.url, DESK, "en-GB")
    operator.page.on("dialog", asked)
    operator.sign_in("operator")
    for path in ("/console/platform/parties/", f"/console/platform/parties/{party('evil').code}/", "/console/"):
        operator.page.goto(path)
        assert operator.page.locator("main img[src=x]").count() == 0
    forgive(evil)
    for visitor in (evil, operator):
        visitor.leave()
    assert dialogs == []

"""Operators look before they change terms; they keep categories and staff, and read long accounts page by page."""

from typing import Any

import pytest
from django.core import mail

from hanse.goods.catalogue.models import Category
from hanse.goods.catalogue.operations.change_category import change_category
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.interfaces.console.pages import ledger
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim
from hanse.network.access.models import Invitation, Membership
from hanse.network.parties.models import Link, Party
from hanse.network.parties.queries import party
from hanse.value.books.models import Account
from tests.interfaces.web.faces import Mall, key, text
from tests.network.conftest import acting


def mark(answer: Any) -> str:
    """Return what confirms the change that a page shows."""
    assert answer.status_code == 422
    page = text(answer)
    return page.split('name="confirmed" value="')[1].split('"')[0]


def test_the_policy_is_changed_once_one_has_seen_what_that_does(mall: Mall) -> None:
    mall.ordered()
    operator = mall.client("operator")
    page, given = "/console/platform/policy/", {"platform_fee": "6%", "return_window": "0s", "advance": "500"}
    first = operator.post(page, {"key": key(1), **given})
    shown = text(first)
    assert Party.objects.get(kind="platform").terms["platform_fee"] == 500
    for said in ("What this changes", "<del>5%</del>", "<ins>6%</ins>", "without a bound", "CN¥500.00"):
        assert said in shown, said
    assert "Open orders, which keep their terms: <strong>3</strong>" in shown
    assert operator.post(page, {"key": key(2), **given, "confirmed": "forged"}).status_code == 422
    other = {**given, "platform_fee": "7%", "confirmed": mark(first)}
    assert operator.post(page, {"key": key(3), **other}).status_code == 422  # what was seen was another change
    assert operator.post(page, {"key": key(4), **given, "confirmed": mark(first)}).status_code == 302
    assert Party.objects.get(kind="platform").terms == {"platform_fee": 600, "return_window": 0, "advance": 50_000}
    assert "Advanced at most: CN¥500.00" in text(operator.get(f"/console/platform/parties/{party('platform').code}/"))


def test_of_a_party_and_a_link_too(mall: Mall) -> None:
    operator = mall.client("operator")
    west = party("west")
    at = f"/console/platform/parties/{west.code}/do/terms/"
    first = operator.post(at, {"key": key(1), "pay": "prepaid", "limit": "10", "hold": "1h"})
    shown = text(first)
    assert '<td data-label="Keep their own">2</td>' in shown  # two links say a limit of their own
    confirmed = {"key": key(2), "pay": "prepaid", "limit": "10", "hold": "1h", "confirmed": mark(first)}
    assert operator.post(at, confirmed).status_code == 302
    link = Link.objects.get(upstream=west, downstream=party("shop"))
    at = f"/console/platform/links/{link.pk}/do/terms/"
    first = operator.post(at, {"key": key(3), "pay": "credit", "limit": "2000", "period": "1d"})
    assert "CN¥2,000.00" in text(first)
    same = {"key": key(4), "pay": "credit", "limit": "1000", "period": "1d"}
    assert operator.post(at, same).status_code == 302  # nothing changes: there is nothing to look at
    link.refresh_from_db()
    assert link.terms["limit"] == 100_000


def test_a_category_is_renamed_and_moved(mall: Mall) -> None:
    operator = mall.client("operator")
    mall.call(create_category, slug="mugs", name="杯", parent="clothes")
    page = "/console/platform/categories/mugs/edit/"
    assert page in text(operator.get("/console/platform/categories/"))
    assert "杯" in text(operator.get(page))
    given = {"key": key(1), "name": "杯子", "name_en": "Cups", "parent": "", "position": "7"}
    assert operator.post(page, given).status_code == 302
    row = Category.objects.get(slug="mugs")
    assert (row.name, row.name_en, row.parent, row.position) == ("杯子", "Cups", None, 7)
    (change,) = Claim.objects.get(scope__startswith="catalogue.change_category").changes or []
    assert change["was"] == {"name": "杯", "name_en": "", "parent": "clothes", "position": 0}
    own = {**given, "key": key(2), "parent": "mugs"}
    assert operator.post(page, own).status_code == 422
    assert operator.get("/console/platform/categories/none/edit/").status_code == 404


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"parent": "mugs"}, MalformedInput),
        ({"position": -1}, MalformedInput),
        ({"position": True}, MalformedInput),
        ({"name": ""}, MalformedInput),
        ({"parent": "nowhere"}, NotFound),
        ({"category": "nowhere"}, NotFound),
        ({"by": "shop"}, NotAllowed),
    ],
)
def test_what_a_category_cannot_become(mall: Mall, given: dict[str, Any], refusal: type[Exception]) -> None:
    mall.call(create_category, slug="mugs", name="杯", parent="clothes")
    asked = {"category": "clothes", "name": "x", "name_en": "", "parent": None, "position": 0, "by": ENGINE, **given}
    asked["by"] = acting("shop") if asked["by"] == "shop" else ENGINE
    with pytest.raises(refusal):
        change_category(key="k", at=clock.now(), **asked)


def test_a_long_account_is_read_page_by_page(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST", 2)
    for _number in range(3):
        mall.ordered()
    account = Account.objects.get(holder=party("ann"), purpose="held")
    operator, page = mall.client("operator"), f"/console/platform/books/{account.pk}/"
    first = text(operator.get(page))
    assert "Later entries" in first
    after = first.split('href="?after=')[1].split('"')[0]
    second = text(operator.get(f"{page}?after={after}"))
    assert "To the first entries" in second
    assert "Later entries" not in second
    for odd in ("?after=x", "?after=-1", f"?after={10**30}"):
        assert operator.get(page + odd).status_code == 200
    assert text(operator.get("/console/platform/books/?asset=CNY")).count("/console/platform/books/") > 3


def test_staff_are_invited_and_lose_their_roles_in_the_console(mall: Mall) -> None:
    shop = mall.client("shop")
    assert "clerk@example.com" in text(shop.get("/console/staff/"))
    assert "change offers and prices" in text(shop.get("/console/staff/roles/"))
    assert "everything, for everybody" not in text(shop.get("/console/staff/roles/"))
    assert "everything, for everybody" in text(mall.client("operator").get("/console/staff/roles/"))
    given = {"key": key(1), "sign_in": "new@example.com", "role": "finance"}
    assert shop.post("/console/staff/invite/", {**given, "sign_in": "nobody"}).status_code == 422
    assert shop.post("/console/staff/invite/", {**given, "role": "operator"}).status_code == 422
    assert shop.post("/console/staff/invite/", given).status_code == 302
    assert "/invitations/" in mail.outbox[-1].body
    assert "new@example.com" in text(shop.get("/console/staff/invited/"))
    invitation = Invitation.objects.get()
    shop.post("/console/staff/invited/do/revoke/", {"key": key(2), "pick": invitation.code})
    assert "new@example.com" not in text(shop.get("/console/staff/invited/"))
    clerk = Membership.objects.get(user=mall.users["clerk"])
    foreign = Membership.objects.get(user=mall.users["west"])
    shop.post("/console/staff/do/revoke/", {"key": key(3), "pick": [clerk.pk, foreign.pk]})
    clerk.refresh_from_db()
    foreign.refresh_from_db()
    assert (clerk.until is None, foreign.until) == (False, None)
    last = Membership.objects.get(user=mall.users["shop"])
    assert "at least one owner" in text(shop.post("/console/staff/do/revoke/", {"key": key(4), "pick": last.pk}))

"""Every address there is, taken from the URL conf itself, as every role, as a competitor and as a stranger.

Nothing here names a page: an address that is added tomorrow is walked tomorrow. What is not for who asks answers 403,
404 or the way to the sign-in, and holds nothing of others; nothing ever breaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.access.models import User
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.access.queries import actor_for
from hanse.network.licences.operations.renew_licence import renew_licence
from hanse.network.notices.models import Notice
from hanse.network.parties.models import Link, Paper
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Certificate, File, Secret
from hanse.network.webhooks.operations.add_endpoint import add_endpoint
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.value.books.models import Account, Entry
from hanse.value.settlement.operations.settle import settle
from tests.interfaces.web.faces import ADDRESS, PASSWORD, Mall

STREET, LEGAL, NUMBER = ADDRESS["street"], "Unguessable Holdings", "SECRET-4711"
TELLS = (STREET, LEGAL, NUMBER)
"""What none but its owners may read anywhere."""
REFUSED = {302, 403, 404, 405}
ELSEWHERE = ("api/", "gateways/")
"""Walked by tests of their own."""
ROLES = ("owner", "seller_clerk", "finance", "stock_keeper", "goods_manager", "buyer")
KINDS = {"factory": "supplier", "west": "wholesaler", "shop": "retailer", "works": "enterprise", "lea": "leader"}


@dataclass(frozen=True)
class Address:
    """One address of the URL conf: its route, its name, and the kinds of its parameters."""

    route: str
    name: str
    takes: tuple[str, ...]

    def filled(self, code: str, number: int) -> str:
        """Return the address with every parameter filled in."""
        path = self.route
        for one in self.takes:
            kind = one.strip("<>").partition(":")[0]
            value = str(number) if kind == "int" else code
            path = path.replace(one, value, 1)
        return "/" + path


def addresses() -> list[Address]:
    """Return every address of every face."""

    def below(patterns: list[Any], before: str) -> Iterator[Address]:
        for one in patterns:
            route = before + str(one.pattern).lstrip("^").rstrip("$")
            if isinstance(one, URLResolver):
                yield from below(one.url_patterns, route)
            elif isinstance(one, URLPattern) and "(" not in route:
                takes = tuple(f"<{part.split('>')[0]}>" for part in route.split("<")[1:])
                yield Address(route, one.name or "", takes)

    found = below(get_resolver().url_patterns, "")
    return [one for one in found if not one.route.startswith(ELSEWHERE)]


ALL = addresses()
FLAT = [one for one in ALL if not one.takes]
ABOUT_ONE = [one for one in ALL if one.takes]
OPEN_INSIDE = {"left", "socialaccount_login_cancelled", "socialaccount_login_error"}
"""Pages below /account/ for whoever is not (or no longer) signed in."""
PUBLIC = {
    "category", "product", "product-price", "shop", "media", "sitemap", "invitation", "apply", "divisions", "brand",
    "sitemap-part",     "account_login", "set_language", "console-join",
}  # fmt: skip
"""What is about one thing and for everybody; it tells no secrets either."""


@dataclass
class Known:
    """Things of others by code and by number."""

    codes: list[str]
    numbers: list[int]


def person(mall: Mall, name: str, of: str, role: str) -> Client:
    """Return the browser of somebody who has a role within a party."""
    code = mall.call(create_user, name=name, password=Secret(PASSWORD), email=f"{name}@example.org", language="en")
    mall.call(grant_role, user=code, party=of, role=role)
    mall.users[name] = User.objects.get(code=code)
    return mall.client(name)


@pytest.fixture
def known(mall: Mall) -> Known:
    """Return documents of the shop, its buyer and its suppliers, one of each kind."""
    how: dict[str, Any] = {"at": clock.now(), "by": ENGINE}
    checkout = mall.ordered()
    sale, bought = mall.leg(checkout, "shop"), mall.leg(checkout, "factory")
    parcels = ship(key="ship", order=sale.code, **how)
    refunds = refund(key="refund", order=sale.code, amount=100, fault="seller", **how)
    receive(key="receive", order=sale.code, **how)
    file = File("licence.pdf", b"%PDF-1.7")
    shown = [Certificate("business_licence", Secret(NUMBER), file=file)]
    describe_party(key="d", party="shop", company=Company(LEGAL), certificates=shown, **how)
    approval = renew_licence(key="r", party="shop", certificate=shown[0], **how)
    settle(key="s", party="factory", asset="CNY", **how)
    endpoint = add_endpoint(
        key="e", at=clock.now(), by=actor_for(mall.users["shop"]), url="http://127.0.0.1:1/", facts=[],
        known=["order.paid"], secret=Secret("whsec_" + "A" * 44), plain=True,
    )  # fmt: skip
    codes = [
        checkout.code, sale.code, bought.code, *parcels, *refunds, approval, Paper.objects.latest("pk").code,
        party("shop").code, party("factory").code, "tee@west", "tee", endpoint,
        *Notice.objects.exclude(party__slug="rival").values_list("code", flat=True)[:2],
    ]  # fmt: skip
    link = Link.objects.get(downstream=party("shop"), kind="supply")
    numbers = [link.pk, Account.objects.order_by("pk")[0].pk, Entry.objects.order_by("pk")[0].pk, checkout.pk]
    return Known(codes, numbers)


def held(answer: Any) -> str:
    """Return what the browser got."""
    return "" if answer.streaming else answer.content.decode(errors="replace")


def test_the_walk_knows_the_addresses_there_are() -> None:
    assert len(FLAT) > 80
    assert len(ABOUT_ONE) > 80
    assert {"console", "account", "checkout", "business", "mfa_index"} <= {one.name for one in FLAT}
    assert {"console-order", "order", "paper", "application", "platform-chain"} <= {one.name for one in ABOUT_ONE}


@pytest.mark.parametrize("who", ["rival", "bob", ""])
def test_what_belongs_to_others(mall: Mall, known: Known, who: str) -> None:
    if who == "rival":
        mall.call(register_party, kind="retailer", name="Rival", slug="rival")
        client = person(mall, "rival", "rival", "owner")
    else:
        client = mall.client(who)
    wrong = []
    for one in ABOUT_ONE:
        numbers = known.numbers if any("<int:" in part for part in one.takes) else known.numbers[:1]
        codes = known.codes if any("<int:" not in part for part in one.takes) else known.codes[:1]
        for path in {one.filled(code, number) for code in codes for number in numbers}:
            answer = client.get(path)
            told = [secret for secret in TELLS if secret in held(answer)]
            if told or (answer.status_code not in REFUSED and one.name not in PUBLIC):
                wrong.append((one.name, path, answer.status_code, told))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("who", ["rival", ""])
def test_what_belongs_to_others_is_not_changed(mall: Mall, known: Known, who: str) -> None:
    if who == "rival":
        mall.call(register_party, kind="retailer", name="Rival", slug="rival")
        client = person(mall, "rival", "rival", "owner")
    else:
        client = mall.client("")
    wrong = []
    for one in ABOUT_ONE:
        for place, code in enumerate(known.codes[:8]):
            path = one.filled(code, known.numbers[place % len(known.numbers)])
            answer = client.post(path, {"key": f"walk-{place}", "why": "x", "sure": "x"})
            if answer.status_code not in REFUSED | {422} or any(secret in held(answer) for secret in TELLS):
                wrong.append((one.name, path, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("kind", ["", "operator", "reviewer", "ann", *KINDS])
def test_nothing_breaks_for_anybody_and_strangers_sign_in_first(mall: Mall, known: Known, kind: str) -> None:
    people: dict[str, Client] = {}
    if kind in KINDS:
        if kind in ("works", "lea"):
            mall.call(register_party, kind=KINDS[kind], name=kind.title(), slug=kind)
        roles = ROLES if kind in ("factory", "shop") else ("owner", "finance")
        people = {role: person(mall, f"{kind}-{role}", kind, role) for role in roles}
        if kind == "lea":
            people = {role: people[role] for role in ("owner", "finance")} | {
                "promoter": person(mall, "lea-promoter", "lea", "promoter")
            }
    elif kind == "reviewer":
        people = {kind: person(mall, "rev", "platform", "reviewer")}
    else:
        people = {kind or "stranger": mall.client(kind)}
    wrong = []
    for role, client in people.items():
        for one in FLAT:
            answer = client.get("/" + one.route)
            seen = held(answer)
            foreign = [] if kind in ("operator", "reviewer", "shop", "ann") else [s for s in TELLS if s in seen]
            inside = one.route.startswith(("console", "account", "orders", "checkout")) and one.name not in OPEN_INSIDE
            shut = bool(kind) or not inside or answer.status_code in REFUSED
            if answer.status_code not in {200, 400, 401, 429, *REFUSED} or foreign or not shut:
                wrong.append((role, one.name, one.route, answer.status_code, foreign))
    assert not wrong, "\n".join(map(str, wrong))


def test_a_household_has_no_sellers_desk(mall: Mall) -> None:
    bob = mall.client("bob")
    for page in ("/console/orders/", "/console/money/", "/console/offers/", "/console/stock/", "/console/staff/"):
        assert bob.get(page).status_code in (403, 404), page

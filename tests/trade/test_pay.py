"""Paying: every way, mixed, in parts; on credit and repaying it; and what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.kernel.actor import STRANGER
from hanse.network.access.rules import permissions
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.queries import links_between, party
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Checkout, Tender
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.queries import Debt, overdue
from tests.trade.refusals import refused
from tests.trade.world import BUYER, World

PAY = frozenset({"orders.pay"})


def tenders(code: str) -> list[tuple[str | None, str, int, int, int]]:
    """Return seller, kind, amount, refunded and repaid of everything that paid a checkout."""
    rows = Tender.objects.filter(order__checkout__code=code).order_by("pk")
    return list(rows.values_list("order__seller__slug", "kind", "amount", "refunded", "repaid"))


@pytest.fixture
def credit(chain: World) -> World:
    """The chain, in which the shop sells to ann on credit."""
    chain.link("supply", "shop", "ann", pay="credit", limit=30_000, period=86_400)
    return chain


# ways


def test_from_outside_an_operator_vouches(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(pay, order=code)
    assert set(chain.statuses(code).values()) == {"paid"}
    assert (chain.money("held"), Checkout.objects.get().paid) == ({"ann": 20_000}, 20_000)
    assert tenders(code) == [("shop", "outside", 20_000, 0, 0)]
    root = chain.roots(code)[0]
    assert (root.due_at, root.due_event) == (None, "")


def test_from_the_wallet(chain: World) -> None:
    chain.fill("ann", wallet=25_000)
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(pay, by=chain.actor("ann", PAY), order=code, with_="wallet")
    assert (chain.money("held"), chain.money("wallet")) == ({"ann": 20_000}, {"ann": 5_000})
    assert chain.statuses(code)["factory"] == "paid"


def test_with_points_that_are_worth_ten_each(chain: World) -> None:
    chain.call(change_terms, party="platform", terms={"point_value": 10})
    chain.fill("ann", points=2_500)
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(pay, by=chain.actor("ann"), order=code, with_="points")
    assert (chain.money("held"), chain.money("points")) == ({"ann": 20_000}, {"ann": 500})
    assert Tender.objects.get().units == 2_000


def test_points_of_several_sellers_are_shared_and_go_back_exactly(chain: World) -> None:
    """No seller's part need be a whole number of points, only what is paid."""
    chain.call(change_terms, party="platform", terms={"point_value": 10})
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_335)
    chain.goods("cap", "shop", shop=5)
    chain.offer("cap@shop", 10_005)
    chain.fill("ann", points=1_334)
    code = chain.place("ann", {"cap@shop": 1, "hat@rival": 1})
    chain.call(pay, order=code, with_="points")
    assert list(Tender.objects.order_by("pk").values_list("amount", "units")) == [(10_005, 1_001), (3_335, 333)]
    assert (chain.money("points"), chain.money("held")) == ({}, {"ann": 13_340})
    chain.call(cancel, order=chain.order(code, "rival").code)
    assert chain.money("points") == {"ann": 333}
    chain.call(cancel, order=code)
    assert chain.money("points") == {"ann": 1_334}


def test_a_part_that_is_worth_no_point_is_not_paid_with_points(chain: World) -> None:
    chain.call(change_terms, party="platform", terms={"point_value": 10})
    for seller in ("shop", "rival"):
        chain.goods(f"pin-{seller}", seller, **{seller: 5})
        chain.offer(f"pin-{seller}@{seller}", 5)
    chain.fill("ann", points=9)
    code = chain.place("ann", {"pin-shop@shop": 1, "pin-rival@rival": 1})
    with refused("malformed", field="amount"):
        chain.call(pay, order=code, with_="points")


def test_on_the_sellers_credit(credit: World) -> None:
    code = credit.place("ann", {"tee@shop": 2})
    credit.call(pay, by=credit.actor("ann"), order=code, with_="credit")
    assert (credit.money("held"), credit.money("credit_used")) == ({"ann": 20_000}, {"ann": 20_000})
    assert Tender.objects.get().due_at == credit.at + timedelta(days=1)


def test_everything_together(credit: World) -> None:
    credit.fill("ann", wallet=1_000, points=2_000)
    code = credit.place("ann", {"tee@shop": 2})
    for way, amount in [("wallet", 1_000), ("points", 2_000), ("outside", 3_000)]:
        credit.call(pay, order=code, with_=way, amount=amount)
        assert credit.statuses(code)["shop"] == "placed"
    credit.call(pay, order=code, with_="credit")
    assert credit.statuses(code)["shop"] == "paid"
    assert [row[1:3] for row in tenders(code)] == [
        ("wallet", 1_000), ("points", 2_000), ("outside", 3_000), ("credit", 14_000),
    ]  # fmt: skip
    assert credit.money("held") == {"ann": 20_000}


def test_a_payment_of_several_sellers_is_shared_by_what_each_is_to_get(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_333)
    code = chain.place("ann", {"tee@shop": 1, "hat@rival": 1})
    chain.call(pay, order=code, amount=1_000)
    assert [(row[0], row[2]) for row in tenders(code)] == [("shop", 750), ("rival", 250)]
    chain.call(pay, order=chain.roots(code)[1].code)
    assert chain.money("held") == {"ann": 13_333}
    assert set(chain.statuses(code).values()) == {"paid"}


def test_whoever_is_to_get_nothing_of_a_small_payment_gets_no_tender(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 1)
    code = chain.place("ann", {"tee@shop": 1, "hat@rival": 1})
    chain.call(pay, order=code, amount=1)
    assert tenders(code) == [("shop", "outside", 1, 0, 0)]


def test_a_part_payment_that_covers_what_a_cancellation_leaves_pays_the_order(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(pay, order=code, amount=15_000)
    chain.call(cancel, order=code, lines={"tee@shop": 1})
    assert chain.statuses(code) == {"shop": "paid", "west": "paid", "factory": "paid"}
    assert chain.money("held") == {"ann": 10_000}
    assert tenders(code) == [("shop", "outside", 15_000, 5_000, 0)]


def test_a_part_payment_that_covers_the_sellers_who_are_left_pays_them(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 10_000)
    code = chain.place("ann", {"tee@shop": 1, "hat@rival": 2})
    chain.call(pay, order=code, amount=29_999)
    assert [row[2] for row in tenders(code)] == [10_000, 19_999]
    chain.call(cancel, order=chain.roots(code)[1].code)
    assert chain.statuses(code) == {"shop": "paid", "west": "paid", "factory": "paid", "rival": "cancelled"}
    assert chain.money("held") == {"ann": 10_000}


def test_keys_that_only_differ_at_their_end_are_two_payments(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    for end in "12":
        pay(
            key="k" * 199 + end,
            at=chain.at,
            by=chain.actor("platform", PAY | {"platform.operate"}),
            order=code,
            amount=5,
        )
    assert chain.money("held") == {"ann": 10}


def test_two_parties_may_use_the_same_key(chain: World) -> None:
    chain.fill("ann", wallet=100)
    code = chain.place("ann", {"tee@shop": 2})
    for who in ("ann", "platform"):
        by = chain.actor(who, PAY | ({"platform.operate"} if who == "platform" else set()))
        pay(key="1", at=chain.at, by=by, order=code, with_="wallet", amount=50)
    assert chain.money("held") == {"ann": 100}


def test_the_same_request_again_pays_once(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    by = chain.actor("platform", PAY | {"platform.operate"})
    for _ in range(3):
        assert pay(key="once", at=chain.at, by=by, order=code, amount=5) == code
    assert chain.money("held") == {"ann": 5}


# credit


@pytest.mark.parametrize("way", ["outside", "wallet"])
@pytest.mark.parametrize("stage", ["paid", "closed"])
def test_credit_is_repaid_before_or_after_closing(credit: World, way: str, stage: str) -> None:
    credit.fill("ann", wallet=20_000)
    code = credit.deal("ann", {"tee@shop": 2}, stage, with_="credit")
    for amount in (5_000, None):
        credit.call(pay, order=code, with_=way, amount=amount)
    assert credit.money("credit_used") == {}
    assert tenders(code) == [
        ("shop", "credit", 20_000, 0, 20_000), ("shop", way, 5_000, 0, 0), ("shop", way, 15_000, 0, 0),
    ]  # fmt: skip
    if stage == "paid":
        for step in (ship, receive):
            credit.call(step, order=code)
        credit.wait(days=7)
        credit.call(close, order=credit.roots(code)[0].code)
    assert credit.money("payable") == {"shop": 3_000, "west": 4_000, "factory": 12_000}
    assert credit.money("receivable") == {}


def test_debts_to_several_sellers_are_repaid_oldest_first(credit: World) -> None:
    credit.goods("hat", "rival", rival=5)
    credit.offer("hat@rival", 1_000)
    credit.link("supply", "rival", "ann", pay="credit", limit=1_000, period=5)
    code = credit.deal("ann", {"tee@shop": 1, "hat@rival": 1}, with_="credit")
    for amount in (9_000, 1_000, 400):
        credit.call(pay, order=code, amount=amount)
    assert tenders(code)[:2] == [("shop", "credit", 10_000, 0, 10_000), ("rival", "credit", 1_000, 0, 400)]
    assert credit.money("credit_used") == {"ann": 600}
    with refused("amount_exceeds_due", due=600):
        credit.call(pay, order=code, amount=601)


def test_a_refund_frees_credit_before_it_gives_money_back(credit: World) -> None:
    credit.fill("ann", wallet=5_000)
    code = credit.place("ann", {"tee@shop": 2})
    credit.call(pay, order=code, with_="wallet", amount=5_000)
    credit.call(pay, order=code, with_="credit")
    credit.call(cancel, order=code, lines={"tee@shop": 1})
    assert (credit.money("credit_used"), credit.money("wallet")) == ({"ann": 5_000}, {})
    credit.call(cancel, order=code)
    assert (credit.money("credit_used"), credit.money("wallet")) == ({}, {"ann": 5_000})


@pytest.mark.parametrize("pieces", [3, 4])
def test_the_limit_is_that_of_the_terms_as_they_are_now(credit: World, pieces: int) -> None:
    code = credit.place("ann", {"tee@shop": pieces})
    if pieces == 3:
        credit.call(pay, order=code, with_="credit")
    else:
        with refused("credit_limit_exceeded"):
            credit.call(pay, order=code, with_="credit")


def test_a_link_closed_or_changed_meanwhile_grants_nothing(credit: World) -> None:
    code = credit.place("ann", {"tee@shop": 2})
    link = links_between([(party("shop").pk, party("ann").pk)]).popitem()[1].id
    credit.call(change_link, link=link, terms={"limit": 19_999})
    with refused("credit_limit_exceeded"):
        credit.call(pay, order=code, with_="credit")
    credit.call(close_link, link=link)
    with refused("credit_not_granted", order=credit.roots(code)[0].code):
        credit.call(pay, order=code, with_="credit")


# refusals


def test_credit_that_nobody_granted(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    with refused("credit_not_granted"):
        chain.call(pay, by=chain.actor("ann"), order=code, with_="credit")


def test_credit_of_one_seller_is_none_of_the_others(credit: World) -> None:
    credit.goods("hat", "rival", rival=5)
    credit.offer("hat@rival", 1_000)
    code = credit.place("ann", {"tee@shop": 1, "hat@rival": 1})
    with refused("credit_not_granted", order=credit.order(code, "rival").code):
        credit.call(pay, order=code, with_="credit")


@pytest.mark.parametrize("way", ["wallet", "points"])
def test_more_than_there_is(chain: World, way: str) -> None:
    chain.fill("ann", wallet=19_999, points=19_999)
    code = chain.place("ann", {"tee@shop": 2})
    with refused("insufficient_funds"):
        chain.call(pay, by=chain.actor("ann"), order=code, with_=way)


def test_points_pay_only_what_is_a_multiple_of_their_worth(chain: World) -> None:
    chain.call(change_terms, party="platform", terms={"point_value": 10})
    chain.fill("ann", points=2_500)
    code = chain.place("ann", {"tee@shop": 2})
    with refused("malformed", field="amount"):
        chain.call(pay, order=code, with_="points", amount=15)


@pytest.mark.parametrize(
    ("said", "code", "details"),
    [
        ({"amount": 0}, "malformed", {"field": "amount"}),
        ({"amount": -1}, "malformed", {"field": "amount"}),
        ({"amount": 20_001}, "amount_exceeds_due", {"due": 20_000}),
        ({"amount": 10**30}, "amount_exceeds_due", {"due": 20_000}),
        ({"with_": "gold"}, "malformed", {"field": "with"}),
        ({"payment": "Y-00000-00000"}, "not_found", {}),
    ],
)
def test_payments_that_make_no_sense(chain: World, said: dict[str, Any], code: str, details: dict[str, Any]) -> None:
    order = chain.place("ann", {"tee@shop": 2})
    with refused(code, **details):
        chain.call(pay, order=order, **said)


@pytest.mark.parametrize("said", [{}, {"amount": 1}, {"with_": "wallet"}, {"with_": "credit"}, {"with_": "points"}])
def test_what_is_paid_is_not_paid_again(chain: World, said: dict[str, Any]) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    with refused("nothing_to_pay"):
        chain.call(pay, order=code, **said)


@pytest.mark.parametrize("way", ["credit", "points"])
def test_a_debt_is_repaid_with_money(credit: World, way: str) -> None:
    credit.fill("ann", points=20_000)
    code = credit.deal("ann", {"tee@shop": 1}, with_="credit")
    with refused("nothing_to_pay"):
        credit.call(pay, order=code, with_=way)


@pytest.mark.parametrize("code", ["C-00000-00000", "O-00000-00000", "", "C-\x00", "C-\ud800", "x" * 10_000])
def test_no_such_order(chain: World, code: str) -> None:
    with refused("not_found"):
        chain.call(pay, order=code)


def test_who_may_pay(chain: World) -> None:
    chain.fill("ann", wallet=20_000)
    code = chain.place("ann", {"tee@shop": 2})
    for who in ("rival", "platform"):
        with refused("not_found"):
            chain.call(pay, by=chain.actor(who), order=code, with_="wallet")
    with refused("not_found"):
        chain.call(pay, by=STRANGER, order=code, with_="wallet")
    for who in ("shop", "factory"):
        with refused("not_allowed"):
            chain.call(pay, by=chain.actor(who), order=code, with_="wallet")
    with refused("not_allowed"):
        chain.call(pay, by=chain.actor("ann", BUYER - PAY), order=code, with_="wallet")
    with refused("not_allowed"):
        chain.call(pay, by=chain.actor("ann"), order=code)
    chain.call(pay, by=chain.actor("ann"), order=code, with_="wallet")


def test_a_stranger_cannot_tell_an_order_from_none(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    with refused("not_found") as hidden:
        chain.call(pay, by=chain.actor("rival"), order=code, with_="wallet")
    with refused("not_found") as missing:
        chain.call(pay, by=chain.actor("rival"), order="C-00000-00000", with_="wallet")
    assert hidden == missing


def test_what_is_overdue_stops_draws_from_that_seller_until_it_is_repaid(credit: World) -> None:
    credit.goods("hat", "rival", rival=5)
    credit.offer("hat@rival", 1_000)
    credit.link("supply", "rival", "ann", pay="credit", limit=5_000)  # no day is agreed
    credit.deal("ann", {"hat@rival": 1}, with_="credit")
    first = credit.deal("ann", {"tee@shop": 1}, with_="credit")
    due = credit.at + timedelta(days=1)
    credit.wait(days=1)
    assert overdue(credit.at) == []
    credit.deal("ann", {"tee@shop": 1}, with_="credit")
    credit.wait(seconds=1)
    ann, shop, rival = (party(slug).pk for slug in ("ann", "shop", "rival"))
    owing = Debt(credit.roots(first)[0].code, ann, shop, 10_000, "CNY", due)
    assert overdue(credit.at) == overdue(credit.at, buyer=ann, sellers=[shop]) == [owing]
    assert overdue(credit.at, buyer=shop) == overdue(credit.at, buyer=ann, sellers=[rival]) == []
    both = credit.place("ann", {"tee@shop": 1, "hat@rival": 1})
    with refused("credit_overdue", order=owing.order):
        credit.call(pay, order=both, with_="credit")
    credit.deal("ann", {"hat@rival": 1}, with_="credit")
    credit.call(pay, order=first, amount=9_999)
    assert [debt.amount for debt in overdue(credit.at)] == [1]
    with refused("credit_overdue"):
        credit.call(pay, order=both, with_="credit")
    credit.call(pay, order=first)
    assert overdue(credit.at) == []
    credit.call(pay, order=both, with_="credit")


def test_a_suspended_buyer_repays_and_draws_nothing(credit: World) -> None:
    code, other = credit.deal("ann", {"tee@shop": 1}, with_="credit"), credit.place("ann", {"tee@shop": 1})
    credit.fill("ann", wallet=10_000)
    credit.call(suspend_party, party="ann", why="late")
    by = credit.actor("ann", permissions(["owner"], "suspended"))
    with refused("credit_not_granted", order=credit.roots(other)[0].code):
        credit.call(pay, by=by, order=other, with_="credit")
    credit.call(pay, by=by, order=code, with_="wallet")
    assert credit.money("credit_used") == {}

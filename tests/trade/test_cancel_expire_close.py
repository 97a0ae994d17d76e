"""Ending an order: what has not left is cancelled, what nobody paid expires, what was received closes."""

from typing import Any

import pytest

from hanse.kernel.actor import STRANGER
from hanse.trade.commission.models import Commission
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order, Refund
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.queries import due, history, next_due
from hanse.value.books import queries as books
from tests.trade.refusals import refused, unchanged
from tests.trade.world import BUYER, STAGES, World

CANCEL = frozenset({"orders.cancel"})


@pytest.fixture
def brought(chain: World) -> World:
    """The chain; bob brought ann, and gets 8 % of what she pays the shop for cups."""
    chain.party("bob")
    chain.link("promotes", "bob", "ann")
    chain.goods("cup", "shop", shop=9)
    chain.offer("cup@shop", 1_000, commission=[800])
    return chain


# cancelling


def test_an_unpaid_order_only_frees_its_goods(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(cancel, by=chain.actor("ann", CANCEL), order=code, why="too dear")
    assert set(chain.statuses(code).values()) == {"cancelled"}
    assert chain.stock("tee@factory") == (100, 0, 0)
    assert not Refund.objects.exists()
    assert next_due() is None
    changes = history([order.pk for order in Order.objects.all()])
    assert {change.why for change in changes if change.event == "cancel"} == {"too dear"}


def test_a_paid_order_gives_everything_back(brought: World) -> None:
    code = brought.deal("ann", {"tee@shop": 2, "cup@shop": 3})
    assert brought.money("pending") == {"bob": 240}
    brought.call(cancel, by=brought.actor("shop", CANCEL), order=code)
    assert set(brought.statuses(code).values()) == {"cancelled"}
    assert [brought.money(what) for what in ("held", "pending", "earned")] == [{}, {}, {}]
    assert (brought.stock("tee@factory"), brought.stock("cup@shop")) == ((100, 0, 0), (9, 0, 0))
    found = Refund.objects.get(order__seller__slug="shop")
    assert (found.kind, found.amount) == ("cancel", 23_000)
    assert sorted((part["amount"], part["fee"]) for part in found.lines) == [
        (3_000, 150), (12_000, 0), (16_000, 0), (20_000, 1_000),
    ]  # fmt: skip


def test_one_piece_at_a_time(brought: World) -> None:
    code = brought.deal("ann", {"cup@shop": 3})
    amounts = []
    for left in (160, 80, 0):
        brought.call(cancel, order=code, lines={"cup@shop": 1})
        amounts.append(brought.money("held").get("ann", 0))
        assert Commission.objects.get().left == brought.money("pending").get("bob", 0) == left
    assert amounts == [2_000, 1_000, 0]
    assert brought.statuses(code) == {"shop": "cancelled"}


def test_pieces_are_cancelled_from_the_far_end(chain: World) -> None:
    """A seller keeps the sale of its own goods."""
    chain.goods("mug", "factory", factory=9, shop=2)
    chain.offer("mug@factory", 50)
    chain.offer("mug@shop", 100, "mug@factory", fulfil="stock_then_source")
    code = chain.deal("ann", {"mug@shop": 5})
    chain.call(cancel, order=code, lines={"mug@shop": 3})
    assert chain.statuses(code) == {"shop": "paid", "factory": "cancelled"}
    assert (chain.stock("mug@shop"), chain.stock("mug@factory")) == ((0, 2, 0), (9, 0, 0))


def test_what_has_left_stays_and_the_rest_is_cancelled(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 5})
    chain.call(ship, order=code, lines={"tee@shop": 2})
    with refused("already_shipped"):
        chain.call(cancel, order=code, lines={"tee@shop": 4})
    chain.call(cancel, order=code)
    assert set(chain.statuses(code).values()) == {"shipped"}
    assert chain.money("held") == {"ann": 20_000}
    with refused("wrong_state"):
        chain.call(cancel, order=code)


def test_of_two_sellers_one_is_cancelled_or_both_in_one_entry(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_000)
    code = chain.deal("ann", {"tee@shop": 1, "hat@rival": 2})
    chain.call(cancel, order=chain.order(code, "rival").code, lines={"hat@rival": 1})
    assert chain.money("held") == {"ann": 13_000}
    chain.call(cancel, order=code)
    assert chain.money("held") == {}
    assert list(Refund.objects.order_by("pk").values_list("order__seller__slug", "amount")) == [
        ("rival", 3_000), ("shop", 10_000), ("rival", 3_000),
    ]  # fmt: skip
    entries = [one.entry for one in books.journal(subjects=[code]) if one.kind == "cancel"]
    assert len(set(entries)) == 2


def test_lines_of_one_seller_leave_the_other_alone(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_000)
    code = chain.place("ann", {"tee@shop": 1, "hat@rival": 2})
    chain.call(cancel, order=code, lines={"hat@rival": 2})
    assert chain.statuses(code) == {"shop": "placed", "west": "placed", "factory": "placed", "rival": "cancelled"}
    with refused("malformed", field="lines"):
        chain.call(cancel, order=chain.order(code, "shop").code, lines={"hat@rival": 1})


@pytest.mark.parametrize("stage", ["shipped", "received", "closed"])
def test_what_has_left_is_not_cancelled(chain: World, stage: str) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, stage)
    with refused("wrong_state", event="cancel"):
        chain.call(cancel, order=code)


def test_who_may_cancel(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    for by in (chain.actor("rival"), STRANGER):
        with refused("not_found"):
            chain.call(cancel, by=by, order=code)
    for who in ("west", "factory"):
        with refused("not_allowed"):
            chain.call(cancel, by=chain.actor(who), order=chain.order(code, who).code)
    with refused("not_allowed"):
        chain.call(cancel, by=chain.actor("ann", BUYER - CANCEL), order=code)


def test_a_seller_of_a_part_cancels_its_part_only(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_000)
    code = chain.deal("ann", {"tee@shop": 1, "hat@rival": 2})
    with refused("not_allowed"):
        chain.call(cancel, by=chain.actor("rival"), order=code)
    chain.call(cancel, by=chain.actor("rival"), order=chain.order(code, "rival").code)
    assert chain.statuses(code)["shop"] == "paid"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"lines": {"tee@shop": 0}}, "lines"),
        ({"lines": {"tee@west": 1}}, "lines"),
        ({"lines": {}}, "lines"),
        ({"why": "x" * 501}, "why"),
        ({"why": "a\x00b"}, "why"),
        ({"why": "\ud800"}, "why"),
    ],
)
def test_cancellations_that_make_no_sense(chain: World, said: dict[str, Any], field: str) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    with refused("malformed", field=field):
        chain.call(cancel, order=code, **said)


# expiring


def test_an_unpaid_order_expires_at_its_time_and_not_before(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    root = chain.roots(code)[0]
    chain.wait(minutes=14, seconds=59)
    with unchanged():
        assert chain.call(expire, order=root.code) == "placed"
    assert due(chain.at, 9) == []
    chain.wait(seconds=1)
    assert due(chain.at, 9) == [(root.due_at, "expire", root.code)]
    assert chain.call(expire, order=root.code) == "expired"
    assert set(chain.statuses(code).values()) == {"expired"}
    assert chain.stock("tee@factory") == (100, 0, 0)
    with refused("order_expired"):
        chain.call(pay, order=code)


def test_what_was_paid_in_part_goes_back(chain: World) -> None:
    chain.fill("ann", wallet=6_000)
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(pay, order=code, with_="wallet", amount=6_000)
    chain.wait(minutes=15)
    chain.call(expire, order=chain.roots(code)[0].code)
    assert (chain.money("held"), chain.money("wallet")) == ({}, {"ann": 6_000})
    found = Refund.objects.get()
    assert (found.kind, found.amount) == ("expire", 6_000)


def test_what_was_cancelled_before_does_not_expire_twice(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 3})
    chain.call(cancel, order=code, lines={"tee@shop": 1})
    chain.wait(minutes=15)
    assert chain.call(expire, order=chain.roots(code)[0].code) == "expired"
    assert chain.stock("tee@factory") == (100, 0, 0)


@pytest.mark.parametrize("stage", STAGES[1:])
def test_what_was_paid_never_expires(chain: World, stage: str) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, stage)
    chain.wait(days=99)
    with unchanged():
        assert chain.call(expire, order=chain.roots(code)[0].code) == stage


# closing


@pytest.mark.parametrize("stage", STAGES[:3])
def test_what_was_not_received_is_not_closed(chain: World, stage: str) -> None:
    code = chain.deal("ann", {"tee@shop": 2}, stage)
    chain.wait(days=99)
    with unchanged():
        assert chain.call(close, order=chain.roots(code)[0].code) == stage


def test_it_closes_when_the_return_window_is_over(brought: World) -> None:
    code = brought.deal("ann", {"tee@shop": 1, "cup@shop": 1}, "received")
    root = brought.roots(code)[0]
    brought.wait(days=6, hours=23)
    with unchanged():
        assert brought.call(close, order=root.code) == "received"
    brought.wait(hours=1)
    assert brought.call(close, order=root.code) == "closed"
    assert (brought.money("pending"), brought.money("held"), next_due()) == ({}, {}, None)
    assert brought.money("earned") == {
        "factory": 6_000, "west": 2_000, "shop": 2_000 + 1_000 - 80 - 550, "bob": 80, "platform": 550,
    }  # fmt: skip
    with unchanged():
        assert brought.call(close, order=root.code) == "closed"


def test_a_leg_that_was_cancelled_whole_stays_cancelled(chain: World) -> None:
    chain.goods("mug", "factory", factory=9, shop=2)
    chain.offer("mug@factory", 50)
    chain.offer("mug@shop", 100, "mug@factory", fulfil="stock_then_source")
    code = chain.deal("ann", {"mug@shop": 3})
    chain.call(cancel, order=code, lines={"mug@shop": 1})
    chain.carry(code, "closed")
    assert chain.statuses(code) == {"shop": "closed", "factory": "cancelled"}
    assert chain.money("earned") == {"shop": 190, "platform": 10}


def test_paid_on_credit_the_seller_waits_and_the_others_do_not(chain: World) -> None:
    chain.link("supply", "shop", "ann", pay="credit", limit=99_999, period=60)
    chain.deal("ann", {"tee@shop": 1}, "closed", with_="credit")
    assert chain.money("receivable") == {"shop": 10_000}
    assert chain.money("payable") == {"shop": -8_500, "west": 2_000, "factory": 6_000}


@pytest.mark.parametrize("step", [expire, close])
def test_the_clock_is_nobody_elses(chain: World, step: Any) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    for who in ("ann", "shop"):
        with refused("not_allowed"):
            chain.call(step, by=chain.actor(who), order=chain.roots(code)[0].code)
    with refused("not_found"):
        chain.call(step, order="O-00000-00000")

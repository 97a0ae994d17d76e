"""A wholesaler takes goods in: good, damaged, missing and too many, to the piece and to the cent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.stock.models import Shelf
from hanse.goods.stock.operations.restock import restock
from hanse.kernel.actor import STRANGER
from hanse.kernel.errors import MalformedInput
from hanse.network.approvals.models import Approval
from hanse.network.notices.models import Notice
from hanse.trade.aftersales.operations.grant_refund import grant_refund
from hanse.trade.aftersales.operations.receive_counted import receive_counted
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.aftersales.rules import check_lost, split_lost
from hanse.trade.logistics.models import Receipt
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.logistics.rules import Counted, check_counted, sort_out
from tests.trade.refusals import refused
from tests.trade.world import BUYER, SELLER, World

CLAIMS = BUYER | {"aftersales.claim"}


@pytest.fixture
def sent(chain: World) -> tuple[World, str]:
    """The rival's paid purchase of ten tees from west, who draws them from the factory; all are on their way."""
    chain.fill("rival", wallet=100_000)
    code = chain.deal("rival", {"tee@west": 10}, "shipped", with_="wallet")
    return chain, chain.order(code, "west").code


def count(world: World, order: str, by: str = "rival", **counted: Any) -> str:
    line = Counted("tee@west", **counted)
    return str(world.call(receive_counted, world.actor(by, CLAIMS | SELLER), order=order, lines=[line]))


def damaged(slug: str) -> int:
    return sum(Shelf.objects.filter(party__slug=slug).values_list("damaged", flat=True))


def test_good_and_damaged_pieces_lie_on_the_shelf_as_what_they_are(sent: tuple[World, str]) -> None:
    world, order = sent
    code = count(world, order, good=6, damaged=1)
    assert world.stock("tee@rival") == (6, 0, 0)
    assert damaged("rival") == 1
    assert world.stock("tee@factory") == (90, 0, 3)
    assert world.statuses(checkout_of(order)) == {"west": "shipped", "factory": "shipped"}
    count(world, order, good=3)
    assert set(world.statuses(checkout_of(order)).values()) == {"received"}
    line = Receipt.objects.get(code=code).lines.get()
    assert (line.good, line.damaged, line.missing, line.extra, line.claimed) == (6, 1, 0, 0, 0)


def checkout_of(order: str) -> str:
    from hanse.trade.orders.models import Order

    return str(Order.objects.get(code=order).checkout.code)


def test_missing_pieces_stay_awaited_and_everyone_they_passed_through_is_told(sent: tuple[World, str]) -> None:
    world, order = sent
    count(world, order, good=7, missing=2, extra=1)
    assert world.stock("tee@rival") == (7, 0, 0)
    assert world.stock("tee@factory") == (90, 0, 3)
    told = {
        notice.party.slug: {k: v for k, v in notice.said.items() if k != "buyer_en"}
        for notice in Notice.objects.filter(kind="receipt.discrepancy")
    }
    assert told == {
        "west": {"buyer": "rival", "damaged": 0, "missing": 2, "extra": 1},
        "factory": {"buyer": "west", "damaged": 0, "missing": 2, "extra": 1},
    }
    subjects = set(Notice.objects.values_list("party__slug", "subject"))
    assert {(slug, subject.partition("|")[0]) for slug, subject in subjects} == {
        ("west", order), ("factory", world.order(checkout_of(order), "factory").code),
    }  # fmt: skip
    world.call(receive, order=order)
    assert world.stock("tee@rival") == (10, 0, 0)


def test_nothing_at_all_may_have_come(sent: tuple[World, str]) -> None:
    world, order = sent
    count(world, order, missing=3)
    assert world.stock("tee@factory") == (90, 0, 10)
    assert Receipt.objects.get().lines.get().missing == 3


def test_what_never_came_is_asked_back_and_paid_to_the_cent(sent: tuple[World, str]) -> None:
    world, order = sent
    before = world.money("wallet")["rival"]
    count(world, order, good=7, damaged=1, missing=2, claim=True, claim_damaged=True)
    request = Approval.objects.get(kind="refund")
    assert request.payload["lines"] == {"tee@west": 3}
    assert request.payload["lost"] == {"tee@west": 2}
    assert request.payload["reason"] == "missing"
    refunds = world.call(grant_refund, request=request.code, fault="seller", goods="kept")
    assert len(refunds) == 2
    assert world.money("wallet")["rival"] == before + 3 * 8_000
    assert world.stock("tee@rival") == (7, 0, 0)
    assert damaged("rival") == 1
    assert world.stock("tee@factory") == (90, 0, 0)
    assert set(world.statuses(checkout_of(order)).values()) == {"received"}


def test_where_upstream_answers_for_it_every_tier_gives_back(sent: tuple[World, str]) -> None:
    world, order = sent
    count(world, order, good=8, missing=2, claim=True)
    world.call(grant_refund, request=Approval.objects.get(kind="refund").code, fault="upstream")
    world.carry_on(checkout_of(order))
    fee = 8 * 8_000 * 5 // 100
    assert world.money("owed") == {"factory": 8 * 6_000, "west": 8 * 2_000 - fee, "platform": fee}


def test_only_pieces_on_their_way_can_be_lost(sent: tuple[World, str]) -> None:
    world, order = sent
    count(world, order, good=9)
    with refused("more_than_left"):
        world.call(refund, order=order, lines={"tee@west": 2}, goods="lost", fault="carrier")
    world.call(refund, order=order, goods="lost", fault="carrier")
    assert world.stock("tee@factory") == (90, 0, 0)
    with refused("nothing_left_to_refund"):
        world.call(refund, order=order, goods="lost", fault="carrier")


@pytest.mark.parametrize(
    ("counted", "code"),
    [
        ({"good": 11}, "nothing_to_receive"),
        ({"good": 8, "missing": 3}, "nothing_to_receive"),
        ({}, "malformed"),
        ({"good": -1}, "malformed"),
        ({"good": True}, "malformed"),
    ],
)
def test_what_does_not_add_up_is_refused(sent: tuple[World, str], counted: dict[str, Any], code: str) -> None:
    world, order = sent
    with refused(code):
        count(world, order, **counted)
    assert not Receipt.objects.exists()


def test_who_may_not_and_what_is_not_there(sent: tuple[World, str]) -> None:
    world, order = sent
    lines = [Counted("tee@west", good=1)]
    with refused("not_found"):
        world.call(receive_counted, world.actor("shop"), order=order, lines=lines)
    with refused("not_allowed"):
        world.call(receive_counted, world.actor("west"), order=order, lines=lines)
    with refused("not_allowed"):
        world.call(receive_counted, world.actor("rival", SELLER), order=order, lines=lines)
    with refused("malformed"):
        world.call(receive_counted, order=order, lines=[Counted("tee@shop", good=1)])
    with refused("malformed"):
        world.call(receive_counted, order=order, lines=[*lines, *lines])
    offer = offer_code(order)
    with refused("malformed"):
        world.call(receive_counted, order=order, lines=[*lines, Counted(offer, good=1)])
    world.call(receive, order=order)
    with refused("wrong_state"):
        count(world, order, good=1)
    ann = world.deal("ann", {"tee@shop": 1}, "shipped")
    with refused("not_allowed"):
        world.call(receive_counted, order=ann, lines=[Counted("tee@shop", good=1)])
    assert not Receipt.objects.visible_to(STRANGER).exists()
    assert not Receipt.objects.exists()


def offer_code(order: str) -> str:
    from hanse.trade.orders.models import OrderLine

    return str(OrderLine.objects.get(order__code=order).offer.code)


def test_receipts_are_seen_by_both_sides_and_nobody_else(sent: tuple[World, str]) -> None:
    world, order = sent
    code = count(world, order, good=1)
    seen = {
        slug: Receipt.objects.visible_to(world.actor(slug)).count() for slug in ("rival", "west", "factory", "shop")
    }
    assert seen == {"rival": 1, "west": 1, "factory": 0, "shop": 0}
    assert str(Receipt.objects.get(code=code)) == code
    assert str(Receipt.objects.get().lines.get()).count(":") == 1


def test_pieces_of_several_shelves_arrive_together(chain: World) -> None:
    chain.call(restock, party="west", sku="tee", quantity=3)
    from hanse.goods.offers.operations.change_offer import change_offer

    chain.call(change_offer, offer="tee@west", fulfil="stock_then_source")
    chain.fill("rival", wallet=100_000)
    code = chain.deal("rival", {"tee@west": 5})
    chain.call(ship, order=code)
    count(chain, chain.order(code, "west").code, good=4, damaged=1)
    assert chain.stock("tee@rival") == (4, 0, 0)
    assert damaged("rival") == 1
    assert chain.stock("tee@west") == (0, 0, 0)


@given(st.dictionaries(st.integers(1, 9), st.integers(1, 20), max_size=5), st.integers(0, 120))
def test_sorting_out_keeps_every_piece(chosen: dict[int, int], good: int) -> None:
    found = sort_out(chosen, good)
    assert {pk: sum(n for one, n, _state in found if one == pk) for pk in chosen} == chosen
    assert sum(n for _pk, n, state in found if state == "available") == min(good, sum(chosen.values()))


def test_counting_too_many_lines_or_losing_what_is_not_asked_back() -> None:
    with pytest.raises(MalformedInput):
        check_counted([Counted(str(i), good=1) for i in range(501)])
    with pytest.raises(MalformedInput):
        check_lost({"a": 2}, {"a": 1})
    assert check_lost(None, None) is None
    assert split_lost(None, None) == ({}, None)
    assert split_lost({"a": 3, "b": 1}, {"a": 1, "b": 1}) == ({"a": 1, "b": 1}, {"a": 2})

"""Changes after placing: who is asked, what each of them sees, and that it is done whole or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.queries import offer
from hanse.goods.stock.operations.restock import restock
from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.models import Claim
from hanse.network.approvals.models import Approval
from hanse.network.notices.models import Notice
from hanse.network.parties.operations.change_terms import change_terms
from hanse.trade.changes.models import Change
from hanse.trade.changes.operations.agree_change import agree_change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.changes.operations.decline_change import decline_change
from hanse.trade.changes.operations.withdraw_change import withdraw_change
from hanse.trade.changes.queries import ChangeView, changeable, changes_of, waiting_for
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Checkout, Order
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.pay import pay
from tests.trade.refusals import refused
from tests.trade.world import BUYER, World

HOME = {"name": "王小明", "phone": "13812345678", "city": "杭州", "street": "文三路 1"}
AWAY = {"name": "李雷", "phone": "13900001111", "city": "上海", "street": "南京路 2"}


def ask(world: World, who: str, code: str, **said: Any) -> str:
    return str(world.call(ask_change, by=world.actor(who), order=code, **said))


def agree(world: World, change: str, *parties: str) -> list[str]:
    return [str(world.call(agree_change, by=world.actor(party), change=change)) for party in parties]


def seen(world: World, code: str, seller: str, by: str) -> list[ChangeView]:
    return changes_of(world.order(code, seller), world.actor(by))


def decides(world: World) -> set[str]:
    """Return whose word is waited for."""
    waiting = Approval.objects.filter(status="submitted").values_list("decider__slug", flat=True)
    return {slug for slug in waiting if slug is not None}


# fewer pieces


@pytest.mark.parametrize("stage", ["placed", "paid"])
def test_fewer_pieces_once_every_tier_agreed(chain: World, stage: str) -> None:
    code = chain.deal("ann", {"tee@shop": 3}, stage)
    change = ask(chain, "ann", code, lines={"tee@shop": 1}, why="too many")
    assert decides(chain) == {"shop", "west", "factory"}
    assert agree(chain, change, "factory", "shop") == ["asked", "asked"]
    assert chain.stock("tee@factory") == (97, 3, 0)
    assert agree(chain, change, "west") == ["applied"]
    assert chain.stock("tee@factory") == (99, 1, 0)
    assert list(Order.objects.order_by("tier").values_list("left", flat=True)) == [10_000, 8_000, 6_000]
    assert chain.money("held") == ({"ann": 10_000} if stage == "paid" else {})
    if stage == "placed":
        chain.call(pay, order=code)
    chain.carry_on(code)
    assert chain.money("earned") == {"shop": 1_500, "west": 2_000, "factory": 6_000, "platform": 500}


def test_only_tiers_that_would_have_passed_the_pieces_on_are_asked(chain: World) -> None:
    chain.call(change_offer, offer="tee@shop", fulfil="stock_then_source")
    chain.call(restock, party="shop", sku="tee", quantity=2)
    code = chain.deal("ann", {"tee@shop": 2})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    assert decides(chain) == {"shop"}
    assert agree(chain, change, "shop") == ["applied"]
    assert chain.stock("tee@shop") == (1, 1, 0)


def test_each_sees_its_own_tier_alone(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 3}, address=HOME)
    change = ask(chain, "ann", code, lines={"tee@shop": 1}, why="too many")
    offers = {"shop": "tee@shop", "west": "tee@west", "factory": "tee@factory"}
    for seller, name in offers.items():
        (view,) = seen(chain, code, seller, seller)
        assert [(line.offer, line.was, line.wanted) for line in view.lines] == [(offer(name).code, 3, 1)]
        assert (view.order, view.mine, view.actions) == (chain.order(code, seller).code, False, ("agree", "decline"))
        assert (view.address, view.total, view.supplement) == (None, 0, None)
        told = Approval.objects.visible_to(chain.actor(seller)).filter(kind="order_change")
        ours = set(Order.objects.visible_to(chain.actor(seller)).values_list("code", flat=True))
        assert {row.payload["order"] for row in told} <= ours
    (mine,) = changes_of(Checkout.objects.get(code=code), chain.actor("ann"))
    assert [line.offer for line in mine.lines] == [offer("tee@shop").code]
    assert (mine.code, mine.mine, mine.actions) == (change, True, ("withdraw",))
    told = Approval.objects.visible_to(chain.actor("ann"))
    assert [row.decider.slug for row in told if row.decider] == ["shop"], "who stands behind the shop is not told"
    for other in ("rival", "west"):
        assert changes_of(Checkout.objects.get(code=code), chain.actor("rival")) == [], other
    assert changes_of(chain.order(code, "shop"), STRANGER) == []


def test_everybody_asked_is_told_and_who_asked_hears_of_it(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    rows = Notice.objects.filter(kind="change.asked").order_by("pk").values_list("party__slug", "said")
    assert [(party, said["order"]) for party, said in rows] == [
        (seller, chain.order(code, seller).code) for seller in ("shop", "west", "factory")
    ]
    assert [consent.change.code for consent in waiting_for(chain.actor("west"))] == [change]
    agree(chain, change, "shop", "west", "factory")
    assert [row.party.slug for row in Notice.objects.filter(kind="change.applied")] == ["ann"]
    assert not waiting_for(chain.actor("west")).exists()


def test_a_seller_that_falls_short_asks_the_others_down_to_the_buyer(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    leg = chain.order(code, "west").code
    change = ask(chain, "west", leg, lines={"tee@west": 2}, why="one is broken")
    assert decides(chain) == {"ann", "shop", "factory"}
    assert [row.decider.slug for row in Approval.objects.filter(party__slug="shop") if row.decider] == ["ann"]
    agree(chain, change, "shop", "factory")
    assert agree(chain, change, "ann") == ["applied"]
    assert chain.money("held") == {"ann": 20_000}
    assert chain.stock("tee@factory") == (98, 2, 0)


def test_all_pieces_wished_away_cancel_the_order(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    agree(chain, ask(chain, "ann", code, lines={"tee@shop": 0}), "shop", "west", "factory")
    assert set(chain.statuses(code).values()) == {"cancelled"}
    assert (chain.money("held"), chain.stock("tee@factory")) == ({}, (100, 0, 0))


# more pieces


def test_pieces_added_are_an_order_beside_the_first_at_the_price_that_was_seen(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1})
    change = ask(chain, "ann", code, lines={"tee@shop": 3})
    (view,) = changes_of(Checkout.objects.get(code=code), chain.actor("ann"))
    assert (view.total, decides(chain)) == (20_000, {"shop"})
    assert agree(chain, change, "shop") == ["applied"]
    beside = Change.objects.get(code=change).supplement
    assert beside is not None
    assert (beside.total, beside.buyer.slug, beside.paid) == (20_000, "ann", 0)
    assert chain.statuses(code) == {"shop": "paid", "west": "paid", "factory": "paid"}
    assert chain.stock("tee@factory") == (97, 3, 0)
    (view,) = changes_of(Checkout.objects.get(code=code), chain.actor("ann"))
    assert view.supplement == beside.code
    chain.call(pay, order=beside.code)
    chain.carry_on(beside.code)
    chain.carry_on(code)
    assert chain.money("earned") == {"shop": 4_500, "west": 6_000, "factory": 18_000, "platform": 1_500}


def test_pieces_are_not_added_at_another_price_nor_without_them(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1})
    change = ask(chain, "ann", code, lines={"tee@shop": 3})
    chain.call(change_offer, offer="tee@shop", price=11_000)
    with refused("quote_changed"):
        agree(chain, change, "shop")
    chain.call(withdraw_change, by=chain.actor("ann"), change=change)
    with refused("out_of_stock"):
        ask(chain, "ann", code, lines={"tee@shop": 1_000})


# where to and when


def test_a_new_address_goes_to_whoever_needs_it_to_ship(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2}, address=HOME)
    chain.call(pay, order=code)
    day = (chain.at + timedelta(days=5)).date()
    change = ask(chain, "ann", code, address=AWAY, wanted_on=day)
    assert decides(chain) == {"shop", "factory"}, "whoever only passes goods on need not know"
    shop, factory = (seen(chain, code, seller, seller)[0] for seller in ("shop", "factory"))
    masked = {"name": "李**", "phone": "139****1111", "city": "上海", "street": "南京路 2"}
    assert (shop.address, factory.address, factory.readdressed, factory.wanted_on) == (AWAY, masked, True, day)
    assert seen(chain, code, "west", "west") == []
    agree(chain, change, "factory", "shop")
    found = Checkout.objects.get(code=code)
    assert (found.address, found.wanted_on) == (AWAY, day)
    (view,) = changes_of(found, chain.actor("ann"))
    assert view.before == {"address": HOME, "wanted_on": None}
    noted = (Claim.objects.get(scope__startswith="trade.agree_change", changes__isnull=False).changes or [])[0]
    assert (noted["was"]["address"], noted["is"]["address"]) == ("old", "new")  # the trail tells no address


def test_two_sellers_of_one_checkout_both_decide_where_it_goes(chain: World) -> None:
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 500)
    code = chain.place("ann", {"tee@shop": 1, "hat@rival": 1}, address=HOME)
    change = ask(chain, "ann", code, address=AWAY)
    assert decides(chain) == {"shop", "rival", "factory"}
    agree(chain, change, "shop", "factory")
    assert Checkout.objects.get(code=code).address == HOME
    assert agree(chain, change, "rival") == ["applied"]
    assert Checkout.objects.get(code=code).address == AWAY


def test_a_seller_asks_for_another_day(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 1})
    day = (chain.at + timedelta(days=30)).date()
    change = ask(chain, "shop", chain.order(code, "shop").code, wanted_on=day)
    assert decides(chain) == {"ann", "factory"}
    agree(chain, change, "factory", "ann")
    assert Checkout.objects.get(code=code).wanted_on == day


# what is refused


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"lines": {"tee@shop": 2}}, "nothing_changes"),
        ({}, "nothing_changes"),
        ({"address": HOME}, "nothing_changes"),
        ({"lines": {"tee@west": 1}}, "malformed"),
        ({"lines": {"tee@shop": -1}}, "malformed"),
        ({"lines": {"tee@shop": 10**7}}, "malformed"),
        ({"lines": {"tee@shop": True}}, "malformed"),
        ({"wanted_on": "tomorrow"}, "malformed"),
        ({"address": {"city": "\x00"}}, "malformed"),
        ({"lines": {"tee@shop": 1}, "why": "x" * 501}, "malformed"),
    ],
)
def test_changes_that_make_no_sense(chain: World, said: dict[str, Any], refusal: str) -> None:
    code = chain.place("ann", {"tee@shop": 2}, address=HOME)
    with refused(refusal):
        ask(chain, "ann", code, **said)


def test_fewer_of_one_and_more_of_another_are_two_changes(chain: World) -> None:
    chain.goods("cup", "shop", shop=5)
    chain.offer("cup@shop", 1_000)
    code = chain.place("ann", {"tee@shop": 2, "cup@shop": 1})
    with refused("malformed", field="lines"):
        ask(chain, "ann", code, lines={"tee@shop": 1, "cup@shop": 2})


@pytest.mark.parametrize("said", [{"lines": {"tee@shop": 3}}, {"address": AWAY}])
def test_a_seller_adds_nothing_and_sends_it_nowhere_else(chain: World, said: dict[str, Any]) -> None:
    code = chain.place("ann", {"tee@shop": 2}, address=HOME)
    with refused("only_the_buyer"):
        ask(chain, "shop", chain.order(code, "shop").code, **said)


def test_what_has_left_is_no_longer_changed(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 2})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    agree(chain, change, "shop", "west")
    assert changeable(chain.order(code, "shop"), chain.actor("ann"))
    chain.call(ship, order=code, lines={"tee@shop": 1})
    assert not changeable(chain.order(code, "shop"), chain.actor("ann"))
    with refused("change_too_late"):
        agree(chain, change, "factory")
    with refused("change_too_late"):
        ask(chain, "ann", code, address=AWAY)
    chain.call(withdraw_change, by=chain.actor("ann"), change=change)


def test_pieces_cancelled_meanwhile_cannot_fall_away_again(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    agree(chain, change, "shop", "west")
    chain.call(cancel, order=code, lines={"tee@shop": 2})
    with refused("change_too_late"):
        agree(chain, change, "factory")
    assert chain.money("held") == {"ann": 10_000}


def test_one_who_declines_ends_it_for_all(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    agree(chain, change, "shop")
    assert chain.call(decline_change, by=chain.actor("factory"), change=change, reasons=["cut already"]) == "declined"
    (view,) = changes_of(Checkout.objects.get(code=code), chain.actor("ann"))
    assert (view.status, view.reasons, view.actions) == ("declined", ("cut already",), ())
    assert decides(chain) == set()
    for party in ("west", "shop", "factory"):
        with refused("wrong_state"):
            agree(chain, change, party)
    assert chain.stock("tee@factory") == (97, 3, 0)
    assert [row.party.slug for row in Notice.objects.filter(kind="change.declined")] == ["ann"]
    ask(chain, "ann", code, lines={"tee@shop": 2})


def test_one_change_of_a_leg_waits_at_a_time(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    for who, leg in (("ann", "shop"), ("shop", "shop"), ("west", "west")):
        with refused("change_waiting"):
            ask(chain, who, chain.order(code, leg).code, lines={f"tee@{leg}": 2})
    chain.call(withdraw_change, by=chain.actor("ann"), change=change)
    ask(chain, "ann", code, lines={"tee@shop": 2})


def test_nobody_decides_for_others(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    change = ask(chain, "ann", code, lines={"tee@shop": 1})
    for step, said in ((agree_change, {}), (decline_change, {"reasons": ["no"]}), (withdraw_change, {})):
        for stranger in (STRANGER, chain.actor("rival")):
            with refused("not_found"):
                chain.call(step, by=stranger, change=change, **said)
    for step, said in ((agree_change, {}), (decline_change, {"reasons": ["no"]})):
        with refused("not_allowed"):
            chain.call(step, by=chain.actor("ann"), change=change, **said)
        with refused("not_allowed"):
            chain.call(step, by=chain.actor("shop", frozenset()), change=change, **said)
    with refused("not_allowed"):
        chain.call(withdraw_change, by=chain.actor("shop"), change=change)
    with refused("reasons_missing"):
        chain.call(decline_change, by=chain.actor("shop"), change=change, reasons=[])


def test_who_may_ask(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    upstream = chain.order(code, "factory").code
    with refused("not_found"):
        ask(chain, "rival", code, lines={"tee@shop": 1})
    with refused("not_allowed"):
        chain.call(ask_change, by=chain.actor("ann", BUYER - {"orders.cancel"}), order=code, lines={"tee@shop": 1})
    with refused("not_allowed"):  # the buyer of an upstream leg asks about its own sale instead
        ask(chain, "west", upstream, lines={"tee@factory": 1})
    assert not changeable(Order.objects.get(code=upstream), chain.actor("west"))
    assert not changeable(chain.order(code, "shop"), chain.actor("rival"))
    assert changeable(Order.objects.get(code=upstream), chain.actor("factory"))
    bought = Checkout.objects.get(code=code)
    assert [changeable(bought, chain.actor(who)) for who in ("ann", "shop", "rival")] == [True, False, False]


def test_an_operator_asks_for_the_buyer_and_agrees_for_all(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    change = chain.call(ask_change, order=code, lines={"tee@shop": 1})
    assert decides(chain) == {"shop", "west", "factory"}
    (view,) = changes_of(Checkout.objects.get(code=code), ENGINE)
    assert view.actions == ("agree", "decline", "withdraw")
    assert chain.call(agree_change, change=change) == "applied"


def test_what_touches_nobody_else_is_done_at_once(chain: World) -> None:
    chain.goods("cup", "west", west=5)
    chain.offer("cup@west", 1_000, fulfil="stock")
    chain.offer("cup@shop", 1_500, "cup@west", fulfil="source")
    code = chain.place("west", {"cup@shop": 2})  # bought back through a partner
    change = ask(chain, "west", code, lines={"cup@shop": 1})
    assert decides(chain) == {"shop"}
    assert agree(chain, change, "shop") == ["applied"]


def test_an_urgent_order_is_added_to_urgently(chain: World) -> None:
    chain.call(change_terms, party="platform", terms={"urgent_fee": 0})
    chain.call(change_offer, offer="tee@shop", terms={"urgent_fee": 300})
    code = chain.place("ann", {"tee@shop": 1}, urgent=True, address=HOME, note="ring twice")
    change = ask(chain, "ann", code, lines={"tee@shop": 2})
    agree(chain, change, "shop")
    beside = Change.objects.get(code=change).supplement
    assert beside is not None
    assert (beside.total, beside.address, beside.note) == (10_300, HOME, "ring twice")
    assert set(beside.orders.values_list("urgent", flat=True)) == {True}

"""Who sees what, and which buttons are offered: exactly those that the operations accept."""

from typing import Any

import pytest
from django.db import transaction

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import DomainError, NotAllowed, NotFound
from hanse.kernel.states import WrongState
from hanse.network.access.rules import permissions
from hanse.network.parties.queries import party
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.commission.models import Commission
from hanse.trade.logistics.models import Parcel
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.logistics.queries import parcels_of
from hanse.trade.orders.models import Checkout, Order, Refund
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.orders.queries import actions
from hanse.trade.promotions.models import Promotion
from hanse.trade.quotes.queries import Line
from tests.trade.world import World

ROLES = ("owner", "goods_manager", "stock_keeper", "seller_clerk", "finance", "buyer", "promoter")
OPERATIONS: dict[str, Any] = {"pay": pay, "cancel": cancel, "ship": ship, "receive": receive}
STATUSES = ("placed", "paid", "partly_shipped", "shipped", "received", "closed", "cancelled", "expired")
WHO = ("ann", "shop", "west", "factory", "operator", "rival", "bob", "stranger")


@pytest.fixture
def busy(chain: World) -> World:
    """A closed deal of ann's through three tiers, brought by bob, with a promotion and a refund; and one of rival's."""
    chain.party("bob")
    chain.link("promotes", "bob", "ann")
    chain.goods("cup", "shop", shop=9)
    chain.offer("cup@shop", 1_000, commission=[800])
    chain.promotion("tee@shop", 1_000)
    code = chain.deal("ann", {"tee@shop": 2, "cup@shop": 1}, "closed")
    chain.call(refund, order=code, amount=100)
    chain.goods("hat", "rival", rival=5)
    chain.offer("hat@rival", 3_000)
    other = chain.deal("bob", {"hat@rival": 1}, "shipped")
    chain.call(refund, order=other, amount=100)
    return chain


def acting(world: World, who: str) -> Actor:
    """Return the owner of a party, an operator or a stranger."""
    if who in ("operator", "stranger"):
        return {"operator": ENGINE, "stranger": STRANGER}[who]
    return world.actor(who, permissions(["owner"], "active"))


SEEN = {  # checkouts, orders, parcels, refunds, commissions, promotions
    "ann": (1, 1, 2, 1, 0, 0),
    "shop": (0, 2, 2, 1, 1, 1),
    "west": (0, 2, 2, 0, 0, 0),
    "factory": (0, 1, 2, 0, 0, 0),
    "bob": (1, 1, 1, 1, 1, 0),
    "rival": (0, 1, 1, 1, 0, 0),
    "operator": (2, 4, 3, 2, 1, 1),
    "stranger": (0, 0, 0, 0, 0, 0),
}


@pytest.mark.parametrize("who", WHO)
def test_everybody_sees_its_own_and_nothing_else(busy: World, who: str) -> None:
    by = acting(busy, who)
    kinds: tuple[Any, ...] = (Checkout, Order, Parcel, Refund, Commission, Promotion)
    assert tuple(kind.objects.visible_to(by).count() for kind in kinds) == SEEN[who]


def test_a_tier_sees_the_two_sides_that_it_trades_with_and_no_more(busy: World) -> None:
    seen = Order.objects.visible_to(acting(busy, "west")).order_by("tier")
    assert [(order.buyer.slug, order.seller.slug) for order in seen] == [("shop", "west"), ("west", "factory")]
    assert not Checkout.objects.visible_to(acting(busy, "west")).exists(), "who the consumer is, is not its business"


def test_parcels_are_seen_along_the_chain_by_first_leg(busy: World) -> None:
    roots = list(Order.objects.filter(tier=0).values_list("pk", flat=True))
    shown = {who: [parcel.order.seller.slug for parcel in parcels_of(roots, acting(busy, who))] for who in WHO}
    chain = ["factory", "shop"]
    assert shown == {
        "ann": chain, "shop": chain, "west": chain, "factory": chain, "operator": [*chain, "rival"],
        "rival": ["rival"], "bob": ["rival"], "stranger": [],
    }  # fmt: skip


def test_a_surplus_is_the_buyers_business_alone(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 1})
    for _ in range(2):
        chain.call(pay, order=code, payment=chain.payment(code, 10_000))
    assert Refund.objects.visible_to(acting(chain, "ann")).count() == 1
    assert not Refund.objects.visible_to(acting(chain, "shop")).exists()


# buttons


def brought_to(world: World, status: str) -> str:
    """Return a checkout of two tees in this state, ann having enough in her wallet."""
    world.fill("ann", wallet=50_000)
    code = world.place("ann", {"tee@shop": 2})
    if status == "expired":
        world.wait(minutes=15)
        world.call(expire, order=world.roots(code)[0].code)
    elif status == "cancelled":
        world.call(cancel, order=code)
    elif status != "placed":
        world.call(pay, order=code)
        if status == "partly_shipped":
            world.call(ship, order=code, lines={"tee@shop": 1})
        else:
            world.carry(code, status)
    assert world.roots(code)[0].status == status
    return code


OFFERED = {
    ("placed", "ann"): ("pay", "cancel"),
    ("placed", "shop"): ("cancel",),
    ("placed", "operator"): ("pay", "cancel"),
    ("paid", "ann"): ("cancel",),
    ("paid", "shop"): ("cancel", "ship"),
    ("paid", "operator"): ("cancel", "ship"),
    ("partly_shipped", "ann"): ("cancel", "receive"),
    ("partly_shipped", "shop"): ("cancel", "ship"),
    ("partly_shipped", "operator"): ("cancel", "ship", "receive"),
    ("shipped", "ann"): ("receive",),
    ("shipped", "operator"): ("receive",),
}
UPSTREAM = {("paid", "factory"): ("ship",), ("partly_shipped", "factory"): ("ship",)}


@pytest.mark.parametrize("status", STATUSES)
def test_the_buttons_are_what_the_operations_accept(chain: World, status: str) -> None:
    code = brought_to(chain, status)
    chain.party("bob")
    for who in WHO:
        by = acting(chain, who)
        for seller in ("shop", "factory"):
            order = chain.order(code, seller)
            table = OFFERED if seller == "shop" else UPSTREAM
            if who != "operator" or seller == "shop":
                assert actions(order, by) == table.get((status, who), ()), (status, who, seller)
            for name, operation in OPERATIONS.items():
                accepted = accepts(chain, operation, order.code, by, name)
                if name in actions(order, by):
                    assert accepted, f"{name} of {seller}'s order is offered to {who} when {status}"
                elif order.tier == 0 and who not in ("west", "factory"):
                    assert not accepted, f"{name} is not offered to {who} when {status}"


def accepts(world: World, operation: Any, order: str, by: Actor, name: str) -> bool:
    """Try it and take it back: say whether it was done, or refused only because of what there is to do it with."""
    said = {"with_": "wallet"} if name == "pay" else {}
    try:
        with transaction.atomic():
            world.call(operation, by=by, order=order, **said)
            transaction.set_rollback(True)
    except (NotAllowed, NotFound, WrongState):
        return False
    except DomainError as refusal:
        return {"nothing_to_ship": True, "nothing_to_pay": False, "order_expired": False}[refusal.code]
    return True


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("owner", ("cancel", "ship")),
        ("stock_keeper", ("ship",)),
        ("seller_clerk", ("cancel", "ship")),
        ("buyer", ("cancel",)),
        ("goods_manager", ()),
        ("finance", ()),
        ("promoter", ()),
    ],
)
def test_each_role_of_a_seller_gets_the_buttons_of_its_permissions(
    chain: World, role: str, offered: tuple[str, ...]
) -> None:
    order = chain.order(chain.deal("ann", {"tee@factory": 1}), "factory")
    by = Actor(party=party("factory").pk, permissions=permissions([role], "active"))
    assert actions(order, by) == offered
    for name in ("cancel", "ship"):
        assert accepts(chain, OPERATIONS[name], order.code, by, name) is (name in offered)


@pytest.mark.parametrize("role", ROLES)
def test_only_those_who_decide_give_money_back(chain: World, role: str) -> None:
    code = chain.deal("ann", {"tee@factory": 1})
    by = Actor(party=party("factory").pk, permissions=permissions([role], "active"))
    assert accepts_refund(chain, code, by) is (role in ("owner", "seller_clerk"))


def accepts_refund(world: World, code: str, by: Actor) -> bool:
    """Say whether this person may give a little back."""
    try:
        world.call(refund, by=by, order=code, amount=1)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(("role", "does"), [("owner", True), ("buyer", True), ("finance", False), ("promoter", False)])
def test_each_role_of_a_buyer(chain: World, role: str, does: bool) -> None:
    chain.party("mill", "enterprise")
    by = Actor(party=party("mill").pk, permissions=permissions([role], "active"))
    chain.fill("mill", wallet=50_000)
    codes = {stage: chain.deal("mill", {"tee@factory": 1}, stage) for stage in ("placed", "shipped")}
    orders = {stage: chain.order(code, "factory") for stage, code in codes.items()}
    assert actions(orders["placed"], by) == (("pay", "cancel") if does else ())
    assert actions(orders["shipped"], by) == (("receive",) if does else ())
    for name, stage in (("pay", "placed"), ("cancel", "placed"), ("receive", "shipped")):
        assert accepts(chain, OPERATIONS[name], orders[stage].code, by, name) is does


def test_a_suspended_party_finishes_what_it_began(chain: World) -> None:
    order = chain.order(chain.deal("ann", {"tee@factory": 1}), "factory")
    factory = Actor(party=party("factory").pk, permissions=permissions(["owner"], "suspended"))
    assert actions(order, factory) == ("cancel", "ship")
    assert accepts(chain, ship, order.code, factory, "ship")
    ann = Actor(party=party("ann").pk, permissions=permissions(["owner"], "suspended"))
    assert actions(order, ann) == ("cancel",)
    owed = chain.order(chain.deal("ann", {"tee@factory": 1}, "placed"), "factory")
    assert actions(owed, ann) == ("pay", "cancel")
    with pytest.raises(NotAllowed):
        chain.call(place, by=ann, buyer="ann", lines=[Line("tee@factory", 1)])

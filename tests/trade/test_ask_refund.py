"""A buyer asks for money back; the seller alone decides, and nobody upstream hears of it."""

from typing import Any

import pytest

from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.approvals.models import Approval
from hanse.network.approvals.queries import actions
from hanse.trade.aftersales.operations.ask_refund import ask_refund
from hanse.trade.aftersales.operations.decline_refund import decline_refund
from hanse.trade.aftersales.operations.grant_refund import grant_refund
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.aftersales.operations.withdraw_refund import withdraw_refund
from hanse.trade.aftersales.queries import asked_of, requests
from hanse.trade.aftersales.rules import check_wanted
from hanse.trade.orders.models import Order, Refund
from hanse.value.funds import queries as funds
from tests.trade.refusals import refused
from tests.trade.world import BUYER, CNY, SELLER, World

ANN = BUYER | {"aftersales.claim"}


def root(chain: World, stage: str = "shipped") -> str:
    """Return the first leg of an order of three tees."""
    chain.fill("ann", wallet=30_000)
    code = chain.deal("ann", {"tee@shop": 3}, stage, with_="wallet")
    return Order.objects.get(checkout__code=code, tier=0).code


def ann(chain: World) -> Actor:
    return chain.actor("ann", ANN)


def ask(chain: World, order: str, by: Actor | None = None, **wanted: Any) -> str:
    return str(chain.call(ask_refund, by=by or ann(chain), order=order, **({"reason": "damaged"} | wanted)))


def test_what_the_seller_grants_is_given_back_at_once(chain: World) -> None:
    order = root(chain)
    code = ask(chain, order, lines={"tee@shop": 1}, note="a hole", pictures=["claims/a.jpg"])
    shop = chain.actor("shop")
    (found,) = requests(shop)
    assert found.payload == {
        "name": order, "order": order, "currency": CNY, "reason": "damaged", "note": "a hole", "amount": None,
        "lines": {"tee@shop": 1}, "lost": None, "pictures": ["claims/a.jpg"],
    }  # fmt: skip
    assert actions(found, shop) == ("approve", "reject")
    (told,) = chain.call(grant_refund, by=shop, request=code, goods="kept", note="sorry")
    given = Refund.objects.get(code=told)
    assert (given.amount, given.fault, given.goods, given.kind) == (10_000, "seller", "kept", "claim")
    assert funds.wallet(CNY, [chain.actor("ann").party or 0]) == {chain.actor("ann").party: 10_000}
    assert Approval.objects.get(code=code).status == "approved"


def test_an_amount_and_all_that_is_left(chain: World) -> None:
    order = root(chain)
    code = ask(chain, order, amount=2_500)
    (told,) = chain.call(grant_refund, by=chain.actor("shop"), request=code, goods="kept")
    assert Refund.objects.get(code=told).amount == 2_500
    rest = ask(chain, order)
    (told,) = chain.call(grant_refund, by=chain.actor("shop"), request=rest)
    assert Refund.objects.get(code=told).amount == 27_500
    with refused("nothing_left_to_refund"):
        ask(chain, order)


def test_what_is_declined_can_be_read_and_asked_again_or_taken_back(chain: World) -> None:
    order = root(chain)
    code = ask(chain, order)
    with refused("already_submitted"):
        ask(chain, order)
    chain.call(decline_refund, by=chain.actor("shop"), request=code, reasons=["It was worn."])
    pk = Order.objects.get(code=order).pk
    (seen,) = asked_of([pk], ann(chain))[pk]
    assert (seen.status, seen.reasons) == ("rejected", ["It was worn."])
    again = ask(chain, order, reason="quality")
    chain.call(withdraw_refund, by=ann(chain), request=again)
    assert [row.status for row in asked_of([pk], ann(chain))[pk]] == ["withdrawn", "rejected"]
    with refused("wrong_state"):
        chain.call(grant_refund, by=chain.actor("shop"), request=again)
    assert not Refund.objects.exists()


def test_only_the_seller_of_the_first_leg_decides(chain: World) -> None:
    order = root(chain)
    code = ask(chain, order)
    for stranger in ("west", "factory", "rival"):
        assert not requests(chain.actor(stranger)).exists()
        with refused("not_found"):
            chain.call(grant_refund, by=chain.actor(stranger), request=code)
        with refused("not_found"):
            chain.call(decline_refund, by=chain.actor(stranger), request=code, reasons=["no"])
    reviewer = Actor(party=None, user=None, permissions=frozenset({"goods.review", "aftersales.decide"}))
    assert not requests(reviewer).exists()
    with refused("not_allowed"):
        chain.call(grant_refund, by=ann(chain), request=code)
    with refused("not_allowed"):
        chain.call(withdraw_refund, by=chain.actor("shop"), request=code)
    clerk = chain.actor("shop", SELLER - {"aftersales.decide"})
    assert not requests(clerk).exists()
    with refused("not_allowed"):
        chain.call(grant_refund, by=chain.actor("shop"), request=code, fault="upstream")
    assert chain.call(grant_refund, request=code, fault="upstream")


def test_only_the_buyer_asks_and_only_for_what_is_there(chain: World) -> None:
    unpaid = Order.objects.get(checkout__code=chain.deal("ann", {"tee@shop": 1}, "placed"), tier=0).code
    with refused("wrong_state"):
        ask(chain, unpaid)
    order = root(chain)
    with refused("not_allowed"):
        ask(chain, order, by=chain.actor("shop", ANN))
    with refused("not_found"):
        ask(chain, order, by=chain.actor("rival", ANN))
    with refused("not_allowed"):
        ask(chain, order, by=chain.actor("ann"))
    with refused("more_than_left"):
        ask(chain, order, lines={"tee@shop": 4})
    with refused("more_than_left"):
        ask(chain, order, amount=30_001)
    code = ask(chain, order, lines={"tee@shop": 3})
    chain.call(refund, order=order, lines={"tee@shop": 1}, fault="seller", goods="kept")
    with refused("more_than_left"):
        chain.call(grant_refund, by=chain.actor("shop"), request=code)
    assert Approval.objects.get(code=code).status == "submitted"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("reason", {"reason": "because"}),
        ("note", {"note": "x" * 1001}),
        ("amount", {"amount": 0}),
        ("amount", {"amount": 5, "lines": {"a": 1}}),
        ("lines", {"lines": {}}),
        ("lines", {"lines": {"a": 0}}),
        ("lines", {"lines": ["a"]}),
        ("pictures", {"pictures": ["../secret"]}),
        ("pictures", {"pictures": ["a.jpg"] * 7}),
        ("pictures", {"pictures": "a.jpg"}),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_field(field: str, given: dict[str, Any]) -> None:
    said = {"reason": "late", "note": "", "amount": None, "lines": None, "pictures": ()} | given
    with pytest.raises(MalformedInput) as refusal:
        check_wanted(**said)
    assert refusal.value.details["field"] == field

"""Changes while others act on the same order: the last word is heard once, and nothing is done twice or by halves."""

from functools import partial
from typing import Any

import pytest
from django.db.models import Q

from hanse.kernel import events
from hanse.network.approvals.operations.approve import approve
from hanse.trade.changes.models import Change
from hanse.trade.changes.operations import agree_change as agreeing
from hanse.trade.changes.operations.agree_change import agree_change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.changes.operations.decline_change import decline_change
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders import queries
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.cancel import cancel
from tests.races.rivals import Meeting, at_once
from tests.trade.world import World

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def asked(chain: World, *agreed: str) -> tuple[str, str]:
    """Return a paid order of three pieces and a change to one piece, to which some have agreed."""
    code = chain.deal("ann", {"tee@shop": 3})
    change = chain.call(ask_change, by=chain.actor("ann"), order=code, lines={"tee@shop": 1})
    for party in agreed:
        chain.call(agree_change, by=chain.actor(party), change=change)
    return code, change


def agrees(chain: World, change: str, party: str) -> Any:
    return partial(chain.call, agree_change, by=chain.actor(party), change=change)


def test_the_last_two_agree_at_once_and_it_is_done_once(chain: World) -> None:
    for _ in range(ROUNDS):
        code, change = asked(chain, "shop")
        assert at_once(agrees(chain, change, "west"), agrees(chain, change, "factory")) == ["ok", "ok"]
        assert Change.objects.get(code=change).status == "applied"
        assert (chain.money("held"), chain.stock("tee@factory")) == ({"ann": 10_000}, (99, 1, 0))
        chain.call(cancel, order=code)


def test_control_without_the_lock_the_last_word_is_heard_by_nobody(
    chain: World, monkeypatch: pytest.MonkeyPatch, control: None
) -> None:
    code, change = asked(chain, "shop")
    del code

    def read(found: str) -> Checkout | None:
        return Checkout.objects.filter(Q(code=found) | Q(orders__code=found)).first()

    monkeypatch.setattr(queries, "_locked", read)
    monkeypatch.setattr(agreeing, "approve", Meeting(2).after(approve))
    monkeypatch.setattr(events, "release", Meeting(2).after(events.release))  # nobody commits before both have looked
    assert at_once(agrees(chain, change, "west"), agrees(chain, change, "factory")) == ["ok", "ok"]
    assert Change.objects.get(code=change).status == "asked", "everybody agreed, and nothing was done"


def test_one_agrees_while_it_is_shipped(chain: World) -> None:
    for _ in range(ROUNDS):
        code, change = asked(chain, "shop", "west")
        outcomes = at_once(agrees(chain, change, "factory"), partial(chain.call, ship, order=code))
        changed = Change.objects.get(code=change).status == "applied"
        assert outcomes == (["ok", "ok"] if changed else ["change_too_late", "ok"])
        pieces = 1 if changed else 3
        assert chain.money("held") == {"ann": pieces * 10_000}
        assert chain.stock("tee@factory")[1:] == (0, pieces)
        chain.carry_on(code)


def test_one_agrees_while_another_declines_or_the_buyer_cancels(chain: World) -> None:
    for _ in range(ROUNDS):
        code, change = asked(chain, "shop", "west")
        no = partial(chain.call, decline_change, by=chain.actor("factory"), change=change, reasons=["no"])
        outcomes = at_once(agrees(chain, change, "factory"), no)
        assert sorted(outcomes) == ["ok", "wrong_state"]
        pieces = 1 if Change.objects.get(code=change).status == "applied" else 3
        assert chain.money("held") == {"ann": pieces * 10_000}
        chain.call(cancel, order=code)
        code, change = asked(chain, "shop", "west")
        outcomes = at_once(agrees(chain, change, "factory"), partial(chain.call, cancel, order=code))
        assert outcomes in (["ok", "ok"], ["change_too_late", "ok"])
        assert (chain.money("held"), chain.stock("tee@factory")) == ({}, (100, 0, 0))


def test_two_ask_at_once_and_one_is_heard(chain: World) -> None:
    code = chain.deal("ann", {"tee@shop": 3})
    wishes = [
        partial(
            chain.call, ask_change, by=chain.actor(who), order=chain.order(code, "shop").code, lines={"tee@shop": n}
        )
        for n, who in ((1, "ann"), (2, "shop"))
    ]
    assert sorted(at_once(*wishes)) == ["change_waiting", "ok"]

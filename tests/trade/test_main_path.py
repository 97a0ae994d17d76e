"""One order through three tiers, from placing to closing and back; and what it costs in statements."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order, OrderLine
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.pay import pay
from tests.trade.world import World


def test_three_tiers_to_the_end_and_back(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    legs = dict(Order.objects.filter(checkout__code=code).values_list("seller__slug", "left"))
    assert legs == {"shop": 20000, "west": 16000, "factory": 12000}
    assert chain.stock("tee@factory") == (98, 2, 0)
    chain.call(pay, order=code)
    assert chain.money("held") == {"ann": 20000}
    chain.call(ship, order=code)
    assert chain.stock("tee@factory") == (98, 0, 2)
    chain.call(receive, order=code)
    assert chain.statuses(code) == dict.fromkeys(legs, "received")
    chain.wait(days=7)
    chain.call(close, order=chain.order(code, "shop").code)
    assert chain.statuses(code) == dict.fromkeys(legs, "closed")
    assert chain.money("held") == {}
    assert chain.money("earned") == {"factory": 12000, "west": 4000, "shop": 3000, "platform": 1000}
    chain.call(refund, order=code, lines={"tee@shop": 1}, fault="upstream", goods="returned")
    assert chain.money("earned") == {"factory": 6000, "west": 2000, "shop": 1500, "platform": 500}
    chain.call(refund, order=code, fault="upstream", goods="returned")
    assert chain.money("earned") == {}
    assert chain.stock("tee@factory") == (100, 0, 0)


STATEMENTS = {"place": 13, "pay": 14, "ship": 14, "receive": 13, "close": 12}
"""What each step of a three-tier order costs, transaction and claim included."""


@pytest.fixture
def fifty(chain: World) -> dict[str, int]:
    """Fifty goods at the shop, each of them drawn through west from the factory."""
    names = [f"t{n}" for n in range(50)]
    for name in names:
        chain.goods(name, "factory", factory=9)
        chain.offer(f"{name}@factory", 600)
        chain.offer(f"{name}@west", 800, f"{name}@factory")
        chain.offer(f"{name}@shop", 1000, f"{name}@west")
    return {f"{name}@shop": 1 for name in names}


def cost(world: World, lines: dict[str, int]) -> dict[str, int]:
    """Play an order to its end and return how many statements each step took."""
    found, code = {}, ""

    def count(name: str, step: Any, **said: Any) -> str:
        with CaptureQueriesContext(connection) as statements:
            answer = world.call(step, **said) if name != "place" else world.place("ann", lines)
        found[name] = len(statements)
        return str(answer)

    code = count("place", None)
    for name, step in (("pay", pay), ("ship", ship), ("receive", receive)):
        count(name, step, order=code)
    world.wait(days=7)
    count("close", close, order=world.order(code, "shop").code)
    assert set(world.statuses(code).values()) == {"closed"}
    return found


def test_the_number_of_statements_does_not_grow_with_the_lines(chain: World, fifty: dict[str, int]) -> None:
    assert STATEMENTS["place"] <= 25
    assert cost(chain, {"tee@shop": 1}) == STATEMENTS
    assert cost(chain, fifty) == STATEMENTS
    assert OrderLine.objects.count() == 3 + 150

"""Asking a provider for what is open, the same request made again, and what others' haste tells a buyer."""

from typing import Any

import pytest

from hanse.goods.stock.operations import post as stock_post
from hanse.kernel.actor import STRANGER
from hanse.trade.orders.operations.ask_payment import ask_payment
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.value.payments.models import Payment
from tests.trade.refusals import refused
from tests.trade.world import World


def test_all_that_is_open_until_the_order_would_expire(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    chain.call(cancel, order=code, lines={"tee@shop": 1})
    asked = chain.call(ask_payment, by=chain.actor("ann"), checkout=code, provider="sandbox")
    found = Payment.objects.get(code=asked)
    assert (found.amount, found.subject, found.expires_at) == (10_000, code, chain.roots(code)[0].due_at)


def test_the_same_request_again_is_answered_with_the_payment_that_was_made_since(chain: World) -> None:
    code, ann = chain.place("ann", {"tee@shop": 2}), chain.actor("ann")
    said: dict[str, Any] = {"key": "one", "at": chain.at, "by": ann, "checkout": code, "provider": "sandbox"}
    first = ask_payment(**said)
    chain.call(pay, order=code, payment=first)
    assert ask_payment(**said) == first
    with refused("nothing_to_pay"):
        ask_payment(**said | {"key": "two"})


def test_an_order_that_expired_says_so(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    chain.wait(minutes=15)
    chain.call(expire, order=chain.roots(code)[0].code)
    with refused("order_expired"):
        chain.call(ask_payment, by=chain.actor("ann"), checkout=code, provider="sandbox")
    with refused("order_expired"):
        chain.call(pay, by=chain.actor("ann"), order=code, with_="wallet")


def test_one_is_not_asked_for_what_another_bought(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 2})
    with refused("not_found"):
        chain.call(ask_payment, by=chain.actor("rival"), checkout=code, provider="sandbox")
    with refused("not_allowed"):
        chain.call(ask_payment, by=STRANGER, checkout=code, provider="sandbox")


def test_whose_shelf_fell_short_is_not_told(chain: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def robbed(**_said: Any) -> None:
        raise stock_post.OutOfStock(sku="K-UPSTREAM", wanted=2, available=1, state="available")

    monkeypatch.setattr(stock_post, "post", robbed)
    with refused("out_of_stock", wanted=2, available=0) as told:
        chain.place("ann", {"tee@shop": 2})
    assert set(told) == {"offer", "wanted", "available", "says"}
    assert told["offer"].startswith("F-")

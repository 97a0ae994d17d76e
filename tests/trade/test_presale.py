"""Presale: a deposit first, the balance in its window, goods when they exist, and never more promised than said."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.offers.models import Presale
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.end_presale import end_presale
from hanse.goods.offers.operations.open_presale import open_presale
from hanse.goods.offers.operations.promise import promise
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.queries import availability, offer
from hanse.goods.stock.operations import post as stock_post
from hanse.goods.stock.operations.count_stock import count_stock
from hanse.goods.stock.operations.restock import restock
from hanse.kernel.actor import ENGINE
from hanse.network.parties.queries import party
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Checkout, Order, Promise
from hanse.trade.orders.operations.ask_payment import ask_payment
from hanse.trade.orders.operations.cancel import cancel
from hanse.trade.orders.operations.expire import expire
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.queries import to_pay
from hanse.trade.orders.rules import forfeit, next_part
from hanse.trade.quotes.queries import Line, quote_for
from hanse.value.payments.models import Payment
from tests.trade.refusals import refused
from tests.trade.world import START, World

FROM, UNTIL, SHIPS = (START + timedelta(days=days) for days in (10, 12, 20))


def early(world: World, name: str, most: int = 0, **more: Any) -> None:
    said: dict[str, Any] = {"deposit": 2_000, "balance_from": FROM, "balance_until": UNTIL, "ships_from": SHIPS}
    world.call(open_presale, offer=name, most=most, **(said | more))


@pytest.fixture
def presale(chain: World) -> World:
    """The chain in presale: the factory has one piece and promises five more; the shop asks 20 % first."""
    chain.call(count_stock, party="factory", sku="tee", found=1)
    for name, most in (("tee@factory", 5), ("tee@west", 0), ("tee@shop", 0)):
        early(chain, name, most)
    return chain


def due(code: str) -> int:
    (found,) = to_pay([Checkout.objects.get(code=code).pk]).values()
    return found


def promised() -> int:
    return Presale.objects.get(offer__slug="tee@factory").promised


def deposit_paid(world: World, pieces: int = 3) -> str:
    code = world.place("ann", {"tee@shop": pieces})
    world.call(pay, order=code)
    return code


# the quote


def test_the_quote_tells_deposit_and_balance(presale: World) -> None:
    found = quote_for(party("ann").pk, [Line("tee@shop", 3)], presale.at)
    assert (found.total, found.deposit) == (30_000, 6_000)
    assert found.presale is not None
    assert (found.presale.balance_from, found.presale.balance_until, found.presale.ships_from) == (FROM, UNTIL, SHIPS)
    assert [(line.quantity, line.promised) for line in found.lines] == [(3, 0), (3, 0), (3, 2)]
    shop = offer("tee@shop").pk
    assert availability([shop], at=presale.at) == {shop: 6}


def test_other_terms_are_another_quote(presale: World) -> None:
    before = quote_for(party("ann").pk, [Line("tee@shop", 3)], presale.at).fingerprint
    early(presale, "tee@shop", deposit=3_000)
    with refused("quote_changed"):
        presale.place("ann", {"tee@shop": 3}, expected=before)


def test_it_is_ordered_by_itself(presale: World) -> None:
    presale.goods("cup", "shop", shop=5)
    presale.offer("cup@shop", 1_000)
    with refused("presale_alone", offer=offer("tee@shop").code):
        presale.place("ann", {"cup@shop": 1, "tee@shop": 1})


def test_nothing_is_promised_beyond_what_was_said_nor_through_others(presale: World) -> None:
    with refused("out_of_stock", available=6):
        presale.place("ann", {"tee@shop": 7})
    presale.place("ann", {"tee@shop": 6})
    assert promised() == 5
    with refused("out_of_stock"):
        presale.place("ann", {"tee@shop": 1})


def test_only_who_sells_before_there_are_goods_draws_promises(presale: World) -> None:
    presale.call(end_presale, offer="tee@shop")
    with refused("out_of_stock", available=1):
        presale.place("ann", {"tee@shop": 2})
    presale.wait(days=12)
    early(presale, "tee@shop", balance_from=UNTIL + timedelta(days=1), balance_until=UNTIL + timedelta(days=2))
    with refused("out_of_stock", available=1):  # the factory's own presale is over
        presale.place("ann", {"tee@shop": 2})


# paying in two parts


def test_deposit_then_balance_then_goods(presale: World) -> None:
    code = presale.place("ann", {"tee@shop": 3})
    (root,) = presale.roots(code)
    assert (root.deposit, root.due_at, due(code)) == (6_000, presale.at + timedelta(minutes=15), 6_000)
    assert (presale.stock("tee@factory"), promised()) == ((0, 1, 0), 2)
    presale.call(pay, order=code)
    (root,) = presale.roots(code)
    assert (root.status, root.due_at, due(code), presale.money("held")) == ("placed", UNTIL, 24_000, {"ann": 6_000})
    with refused("balance_not_due"):
        presale.call(pay, order=code)
    with refused("balance_not_due"):
        presale.call(ask_payment, by=presale.actor("ann"), checkout=code, provider="sandbox")
    presale.wait(days=10)
    assert presale.call(expire, order=root.code) == "placed"
    asked = presale.call(ask_payment, by=presale.actor("ann"), checkout=code, provider="sandbox")
    assert Payment.objects.get(code=asked).amount == 24_000
    presale.call(pay, order=code, payment=asked)
    assert set(presale.statuses(code).values()) == {"paid"}
    presale.call(ship, order=code)
    assert presale.statuses(code) == {"shop": "partly_shipped", "west": "partly_shipped", "factory": "partly_shipped"}
    with refused("nothing_to_ship"):
        presale.call(ship, order=code)
    presale.call(restock, party="factory", sku="tee", quantity=10)
    presale.call(ship, by=presale.actor("factory"), order=presale.order(code, "factory").code)
    assert set(presale.statuses(code).values()) == {"shipped"}
    assert (presale.stock("tee@factory"), promised()) == ((8, 0, 3), 2)
    presale.carry_on(code)
    assert presale.money("earned") == {"shop": 4_500, "west": 6_000, "factory": 18_000, "platform": 1_500}


def test_what_is_refunded_later_is_refunded_whole(presale: World) -> None:
    code = deposit_paid(presale)
    presale.wait(days=10)
    presale.call(pay, order=code)
    presale.call(cancel, order=code, lines={"tee@shop": 1})
    assert (presale.money("held"), promised()) == ({"ann": 20_000}, 1)
    presale.call(restock, party="factory", sku="tee", quantity=1)
    presale.carry_on(code)
    presale.call(refund, order=code)
    assert (presale.money("earned"), presale.money("held")) == ({}, {})


def test_a_refund_of_paid_pieces_that_never_came(presale: World) -> None:
    code = deposit_paid(presale)
    presale.wait(days=10)
    presale.call(pay, order=code)
    presale.call(refund, order=code)
    assert (set(presale.statuses(code).values()), presale.money("held"), promised()) == ({"cancelled"}, {}, 0)
    assert presale.stock("tee@factory") == (1, 0, 0)


# what becomes of the deposit


def test_a_balance_that_is_not_paid_forfeits_the_deposit_to_the_chain(presale: World) -> None:
    code = deposit_paid(presale)
    (root,) = presale.roots(code)
    presale.wait(days=12)
    assert presale.call(expire, order=root.code) == "expired"
    # The shop would have earned 45.00, west 60.00 and the factory 180.00 of 285.00.
    assert presale.money("earned") == {"shop": 947, "west": 1_263, "factory": 3_790}
    assert (presale.money("held"), presale.money("refund_due")) == ({}, {})
    assert (presale.stock("tee@factory"), promised()) == ((1, 0, 0), 0)
    with refused("order_expired"):
        presale.call(pay, order=code)


def test_it_goes_back_where_that_was_agreed(presale: World) -> None:
    early(presale, "tee@shop", forfeits=False)
    presale.fill("ann", wallet=6_000)
    code = presale.place("ann", {"tee@shop": 3})
    presale.call(pay, order=code, with_="wallet")
    presale.wait(days=12)
    presale.call(expire, order=presale.roots(code)[0].code)
    assert (presale.money("earned"), presale.money("held"), presale.money("wallet")) == ({}, {}, {"ann": 6_000})


def test_a_deposit_that_was_paid_in_part_goes_back_and_so_does_what_was_paid_beyond_it(presale: World) -> None:
    presale.fill("ann", wallet=20_000)
    code = presale.place("ann", {"tee@shop": 3})
    presale.call(pay, order=code, with_="wallet", amount=5_999)
    presale.wait(minutes=15)
    presale.call(expire, order=presale.roots(code)[0].code)
    assert (presale.money("wallet"), presale.money("earned")) == ({"ann": 20_000}, {})
    code = presale.place("ann", {"tee@shop": 3})
    presale.call(pay, order=code, with_="wallet")
    presale.wait(days=10)
    presale.call(pay, order=code, with_="wallet", amount=1_000)
    presale.wait(days=2)
    presale.call(expire, order=presale.roots(code)[0].code)
    assert (presale.money("wallet"), sum(presale.money("earned").values())) == ({"ann": 14_000}, 6_000)


@pytest.mark.parametrize(("who", "kept"), [("ann", 6_000), ("shop", 0), ("operator", 0)])
def test_who_gives_it_up_loses_it(presale: World, who: str, kept: int) -> None:
    code = deposit_paid(presale)
    by = ENGINE if who == "operator" else presale.actor(who)
    with refused("presale_whole"):
        presale.call(cancel, by=by, order=presale.roots(code)[0].code, lines={"tee@shop": 1})
    with refused("presale_whole"):
        presale.call(ask_change, by=presale.actor("ann"), order=code, lines={"tee@shop": 1})
    presale.call(cancel, by=by, order=presale.roots(code)[0].code)
    assert sum(presale.money("earned").values()) == kept
    assert set(presale.statuses(code).values()) == {"cancelled"}
    assert (presale.stock("tee@factory"), promised()) == ((1, 0, 0), 0)


def test_before_the_deposit_nothing_is_lost(presale: World) -> None:
    code = presale.place("ann", {"tee@shop": 3})
    presale.call(cancel, by=presale.actor("ann"), order=code)
    assert (presale.money("earned"), promised(), presale.stock("tee@factory")) == ({}, 0, (1, 0, 0))


@pytest.mark.parametrize("way", ["credit", "points"])
def test_presale_is_paid_with_money(presale: World, way: str) -> None:
    presale.fill("ann", points=100_000)
    code = presale.place("ann", {"tee@shop": 3})
    with refused("malformed", field="with"):
        presale.call(pay, order=code, with_=way)


# how it is opened


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"deposit": 0}, "deposit"),
        ({"deposit": 10_000}, "deposit"),
        ({"balance_until": FROM}, "balance_until"),
        ({"balance_from": START}, "balance_until"),
        ({"ships_from": START - timedelta(days=1)}, "ships_from"),
        ({"most": -1}, "most"),
        ({"most": True}, "most"),
    ],
)
def test_presales_that_make_no_sense(chain: World, said: dict[str, Any], field: str) -> None:
    with refused("malformed", field=field):
        early(chain, "tee@shop", **said)


def test_not_below_what_was_promised_and_never_of_what_is_not_listed(presale: World) -> None:
    presale.place("ann", {"tee@shop": 4})
    with refused("malformed", field="most"):
        early(presale, "tee@factory", 2)
    early(presale, "tee@factory", 3)
    presale.call(end_presale, offer="tee@shop")
    with refused("wrong_state"):
        presale.call(end_presale, offer="tee@shop")
    presale.call(change_offer, offer="tee@shop", price=11_000)
    assert Order.objects.get(tier=0).deposit == 8_000, "what was ordered keeps its terms"
    with refused("not_found"):
        presale.call(open_presale, by=presale.actor("rival"), offer="tee@shop", deposit=1,
                     balance_from=FROM, balance_until=UNTIL, ships_from=SHIPS)  # fmt: skip


def test_only_what_is_listed_is_sold_before_there_are_goods(chain: World) -> None:
    chain.call(suspend_offer, offer="tee@shop")
    with refused("wrong_state"):
        early(chain, "tee@shop")


def test_what_has_come_is_reserved_by_whoever_has_it_and_no_quicker_than_others(
    presale: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = deposit_paid(presale)
    presale.wait(days=10)
    presale.call(pay, order=code)
    with refused("nothing_to_ship"):
        presale.call(ship, by=presale.actor("shop"), order=code)
    presale.call(restock, party="factory", sku="tee", quantity=1)
    presale.call(ship, order=code)
    assert presale.stock("tee@factory") == (0, 0, 2)
    presale.call(restock, party="factory", sku="tee", quantity=1)

    def robbed(**_said: Any) -> None:
        raise stock_post.OutOfStock(sku="tee", wanted=1, available=0, state="available")

    with monkeypatch.context() as robbers:
        robbers.setattr(stock_post, "post", robbed)
        with refused("out_of_stock"):
            presale.call(ship, order=code)
    presale.call(ship, order=code)
    assert set(presale.statuses(code).values()) == {"shipped"}


def test_the_counter_itself_never_goes_beyond_its_limit(presale: World) -> None:
    pk = Presale.objects.get(offer__slug="tee@factory").pk
    assert promise(presale=pk, pieces=5, at=presale.at, by=ENGINE)
    assert not promise(presale=pk, pieces=1, at=presale.at, by=ENGINE)
    assert promise(presale=pk, pieces=-5, at=presale.at, by=ENGINE)
    assert not Promise.objects.exists()


# the rules alone


@given(left=st.integers(0, 10**9), share=st.integers(0, 10**9), paid=st.integers(0, 10**9))
def test_the_parts_make_the_whole(left: int, share: int, paid: int) -> None:
    deposit, paid = min(share, left), min(paid, left)
    first = next_part(left, deposit, paid)
    assert 0 <= first <= left - paid
    assert first + next_part(left, deposit, paid + first) == left - paid if paid < deposit else first == left - paid


@given(amount=st.integers(0, 10**9), nets=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8))
def test_a_forfeited_deposit_is_shared_to_the_last_unit(amount: int, nets: list[int]) -> None:
    shares = forfeit(amount, nets)
    assert sum(shares) == amount
    assert all(share >= 0 for share in shares)
    assert all(not share for share, net in zip(shares, nets, strict=True) if net <= 0 and any(n > 0 for n in nets))

"""Promotions from opening to refund: who may, what makes no sense, and each bearer gets its share back exactly."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.goods.offers.models import Offer
from hanse.kernel.actor import STRANGER
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.orders.models import OrderLine
from hanse.trade.promotions.models import Promotion, PromotionShare
from hanse.trade.promotions.operations.close_promotion import close_promotion
from hanse.trade.promotions.operations.open_promotion import open_promotion
from tests.trade.refusals import refused, unchanged
from tests.trade.world import World

EDIT = frozenset({"offers.edit"})
HALVES = {"shop": 5_000, "platform": 5_000}


def price(world: World, pieces: int = 1) -> int:
    """Return what ann pays for a tee now."""
    return world.roots(world.place("ann", {"tee@shop": pieces}))[0].goods


# who bears it


def test_the_platform_bears_half_of_a_discount(chain: World) -> None:
    chain.promotion("tee@shop", 1_000, bearers=HALVES)
    chain.deal("ann", {"tee@shop": 3}, "closed")
    line = OrderLine.objects.get(order__tier=0)
    assert (line.amount, line.base_price) == (27_000, 10_000)
    assert [(one["amount"], [b[1:] for b in one["bearers"]]) for one in line.adjustments] == [
        (-3_000, [[1_500, 1_500], [1_500, 1_500]])
    ]
    assert chain.money("earned") == {
        "factory": 18_000, "west": 6_000, "shop": 27_000 - 24_000 - 1_350 + 1_500, "platform": 1_350 - 1_500,
    }  # fmt: skip


@pytest.mark.parametrize("stage", ["paid", "received", "closed"])
@pytest.mark.parametrize("rate", [333, 1_000, 9_999])
def test_a_refund_by_piece_takes_each_bearers_share_back(chain: World, stage: str, rate: int) -> None:
    chain.promotion("tee@shop", rate, bearers={"shop": 2_500, "platform": 3_333, "west": 4_167})
    code = chain.deal("ann", {"tee@shop": 3}, stage)
    for _ in range(2):
        chain.call(refund, order=code, lines={"tee@shop": 1})
    line = OrderLine.objects.get(order__tier=0)
    for _party, booked, left in line.adjustments[0]["bearers"][1:]:
        assert left == booked // 3, "the third share of three"
    chain.call(refund, order=code, lines={"tee@shop": 1})
    line.refresh_from_db()
    assert [left for _party, _booked, left in line.adjustments[0]["bearers"][1:]] == [0, 0]
    assert (chain.money("earned"), chain.money("held")) == ({}, {})


@pytest.mark.parametrize("stage", ["paid", "closed"])
def test_a_refund_by_amount_takes_them_back_in_proportion(chain: World, stage: str) -> None:
    chain.promotion("tee@shop", 1_000, bearers=HALVES)
    code = chain.deal("ann", {"tee@shop": 2}, stage)
    chain.call(refund, order=code, amount=4_500)
    chain.carry_on(code)
    assert chain.money("earned") == {
        "factory": 12_000, "west": 4_000, "shop": 13_500 - 16_000 - 675 + 750, "platform": 675 - 750,
    }  # fmt: skip
    chain.call(refund, order=code, amount=13_500)
    assert chain.money("earned") == {"factory": 12_000, "west": 4_000, "shop": -16_000}


def test_what_an_order_was_placed_with_stays(chain: World) -> None:
    code = chain.promotion("tee@shop", 1_000)
    placed = chain.place("ann", {"tee@shop": 1})
    chain.call(close_promotion, promotion=code)
    assert price(chain) == 10_000
    assert chain.roots(placed)[0].goods == 9_000


# when it runs


def test_from_its_start_to_its_end(chain: World) -> None:
    chain.promotion("tee@shop", 1_000, starts=chain.at + timedelta(hours=1), ends=chain.at + timedelta(hours=2))
    prices = []
    for _ in range(3):
        prices.append(price(chain))
        chain.wait(hours=1)
    assert prices == [10_000, 9_000, 10_000]


def test_from_a_quantity_on_and_the_best_of_a_lane(chain: World) -> None:
    chain.promotion("tee@shop", 500)
    chain.promotion("tee@shop", 1_000, min_quantity=2)
    chain.promotion("tee@shop", 1_000, lane=2)
    assert price(chain) == 8_550
    assert price(chain, 2) == 16_200


def test_it_ends_when_it_is_closed(chain: World) -> None:
    code = chain.promotion("tee@shop", 1_000)
    chain.wait(hours=1)
    assert chain.call(close_promotion, by=chain.actor("shop", EDIT), promotion=code) == code
    assert Promotion.objects.get().ends == chain.at
    chain.wait(hours=1)
    with unchanged():
        chain.call(close_promotion, promotion=code)


def test_one_that_has_not_begun_never_ran(chain: World) -> None:
    code = chain.promotion("tee@shop", 1_000, starts=chain.at + timedelta(hours=1))
    chain.call(close_promotion, promotion=code)
    assert not Promotion.objects.exists()
    assert not PromotionShare.objects.exists()


# who may


def test_a_seller_spends_its_own_money_and_operators_anybodys(chain: World) -> None:
    by = chain.actor("shop", EDIT)
    own = {"offer": "tee@shop", "label": " Spring ", "rate": 1_000, "bearers": {"shop": 10_000}}
    code = chain.call(open_promotion, by=by, **own)
    assert Promotion.objects.get(code=code).label == "Spring"
    with refused("not_allowed"):
        chain.call(open_promotion, by=by, offer="tee@shop", label="x", rate=1_000, bearers=HALVES)
    with refused("not_allowed"):
        chain.call(open_promotion, by=by, offer="tee@shop", label="x", rate=1_000, bearers={"platform": 10_000})
    chain.promotion("tee@shop", 1_000, bearers=HALVES)


@pytest.mark.parametrize("who", ["west", "ann", "stranger"])
def test_others_do_not_touch_it(chain: World, who: str) -> None:
    by = STRANGER if who == "stranger" else chain.actor(who)
    code = chain.promotion("tee@shop", 1_000)
    with refused("not_found"):
        chain.call(open_promotion, by=by, offer="tee@shop", label="x", rate=1, bearers={"shop": 10_000})
    with refused("not_found"):
        chain.call(close_promotion, by=by, promotion=code)


def test_it_takes_the_permission(chain: World) -> None:
    by = chain.actor("shop", frozenset())
    code = chain.promotion("tee@shop", 1_000)
    with refused("not_allowed"):
        chain.call(open_promotion, by=by, offer="tee@shop", label="x", rate=1, bearers={"shop": 10_000})
    with refused("not_allowed"):
        chain.call(close_promotion, by=by, promotion=code)


# what makes no sense


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"rate": 0}, "rate"),
        ({"rate": 10_001}, "rate"),
        ({"lane": 0}, "lane"),
        ({"lane": 10}, "lane"),
        ({"min_quantity": 0}, "min_quantity"),
        ({"min_quantity": 1_000_001}, "min_quantity"),
        ({"ends": timedelta(0)}, "ends"),
        ({"label": ""}, "label"),
        ({"label": "x" * 81}, "label"),
        ({"label": "\x00"}, "label"),
        ({"bearers": {}}, "bearers"),
        ({"bearers": {"shop": 9_999}}, "bearers"),
        ({"bearers": {"shop": 10_001, "platform": -1}}, "bearers"),
        ({"bearers": {"shop": 10_000, "platform": 0}}, "bearers"),
    ],
)
def test_promotions_that_make_no_sense(chain: World, said: dict[str, Any], field: str) -> None:
    given = {"offer": "tee@shop", "label": "x", "rate": 1_000, "bearers": {"shop": 10_000}, **said}
    if "ends" in said:
        given["ends"] = chain.at + said["ends"]
    with refused("malformed", field=field):
        chain.call(open_promotion, **given)


def test_one_party_by_both_its_names(chain: World) -> None:
    code = Offer.objects.get(slug="tee@shop").seller.code
    with refused("malformed", field="bearers"):
        chain.call(open_promotion, offer="tee@shop", label="x", rate=1, bearers={"shop": 5_000, code: 5_000})


@pytest.mark.parametrize("name", ["M-00000-00000", "", "\x00", "\ud800"])
def test_what_does_not_exist(chain: World, name: str) -> None:
    with refused("not_found"):
        chain.call(close_promotion, promotion=name)
    with refused("not_found"):
        chain.call(open_promotion, offer=name, label="x", rate=1, bearers={"shop": 10_000})
    with refused("not_found"):
        chain.call(open_promotion, offer="tee@shop", label="x", rate=1, bearers={"nobody": 10_000})

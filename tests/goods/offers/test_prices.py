"""Which of an offer's prices a buyer pays: the nearest audience, then the largest quantity, within the period."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.goods.offers.models import PriceRule
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.set_prices import set_prices
from hanse.goods.offers.queries import price_rules
from hanse.goods.offers.rules import Price, PriceOutsideBand, PriceRuleView, price_for, price_list
from hanse.kernel.errors import MalformedInput, NotFound
from tests.goods.market import AT, DAY, HOUR, acting, call, chain, goods, offer, parties

ANN, BOB = 11, 12
SOON: Any = "soon"
TICK = timedelta(microseconds=1)


def price(rules: list[PriceRuleView], buyer: int | None = ANN, level: str = "", n: int = 1, at: datetime = AT) -> int:
    return price_for(100, rules, buyer, level, n, at)


def test_without_rules_everyone_pays_the_price_of_the_offer() -> None:
    assert price([]) == 100
    assert price([], buyer=None) == 100


@pytest.mark.parametrize(("pieces", "expected"), [(1, 100), (9, 100), (10, 90), (99, 90), (100, 80), (10**9, 80)])
def test_quantity_breaks_hold_from_their_quantity_on(pieces: int, expected: int) -> None:
    assert price([PriceRuleView(90, 10), PriceRuleView(80, 100)], n=pieces) == expected


def test_the_nearest_audience_wins_even_when_another_is_cheaper() -> None:
    rules = [PriceRuleView(50), PriceRuleView(70, level="gold"), PriceRuleView(120, buyer=ANN)]
    assert price(rules) == 120
    assert price(rules, level="gold") == 120
    assert price(rules, buyer=BOB, level="gold") == 70
    assert price(rules, buyer=BOB) == 50
    assert price(rules, buyer=None) == 50
    assert price(rules, buyer=None, level="silver") == 50


def test_an_audience_without_an_applicable_price_is_passed_over() -> None:
    rules = [PriceRuleView(60, 10, buyer=ANN), PriceRuleView(75, 5, level="gold"), PriceRuleView(95, 3)]
    assert [price(rules, level="gold", n=n) for n in (1, 3, 5, 10)] == [100, 95, 75, 60]


def test_a_price_holds_from_its_start_until_just_before_its_end() -> None:
    rules = [PriceRuleView(90, starts=AT, ends=AT + HOUR)]
    assert [price(rules, at=at) for at in (AT - TICK, AT, AT + HOUR - TICK, AT + HOUR)] == [100, 90, 90, 100]
    assert [price([PriceRuleView(90, starts=AT)], at=at) for at in (AT - TICK, AT + 400 * DAY)] == [100, 90]
    assert [price([PriceRuleView(90, ends=AT)], at=at) for at in (AT - TICK, AT)] == [90, 100]


def test_of_two_that_hold_at_once_the_later_start_wins_then_the_lower_price() -> None:
    campaign = PriceRuleView(95, starts=AT)
    assert price([PriceRuleView(80), campaign]) == 95
    assert price([campaign, PriceRuleView(80), PriceRuleView(93, starts=AT)]) == 93
    assert price([PriceRuleView(110), PriceRuleView(105)]) == 100


RULES = st.lists(
    st.builds(
        PriceRuleView,
        st.integers(1, 1000),
        st.integers(1, 20),
        st.sampled_from([None, None, ANN, BOB]),
        st.just(""),
        st.sampled_from([None, AT - HOUR, AT, AT + HOUR]),
        st.sampled_from([None, AT + HOUR, AT + DAY]),
    )
    | st.builds(
        PriceRuleView, st.integers(1, 1000), st.integers(1, 20), st.none(), st.sampled_from(["gold", "silver"])
    ),
    max_size=8,
)


@given(RULES, st.sampled_from([None, ANN, BOB]), st.sampled_from(["", "gold"]), st.integers(1, 25), st.randoms())
def test_the_price_agrees_with_its_description_and_not_with_the_order_of_rules(
    rules: list[PriceRuleView], buyer: int | None, level: str, n: int, random: Random
) -> None:
    def holds(rule: PriceRuleView) -> bool:
        return (rule.starts or AT) <= AT < (rule.ends or AT + DAY) and rule.min_quantity <= n

    own = [r for r in rules if holds(r) and buyer is not None and r.buyer == buyer]
    of_level = [r for r in rules if holds(r) and r.buyer is None and level and r.level == level]
    general = [PriceRuleView(100), *(r for r in rules if holds(r) and r.buyer is None and not r.level)]
    nearest = own or of_level or general
    most = [r for r in nearest if r.min_quantity == max(r.min_quantity for r in nearest)]
    ever = datetime(1, 1, 1, tzinfo=UTC)
    latest = [r for r in most if (r.starts or ever) == max(r.starts or ever for r in most)]
    assert price(rules, buyer, level, n) == min(r.price for r in latest)
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert price(shuffled, buyer, level, n) == price(rules, buyer, level, n)


def test_short_forms_become_one_list() -> None:
    assert price_list({1: 100, 10: 90}) == [Price(100), Price(90, 10)]
    assert price_list([(10, 90)]) == [Price(90, 10)]
    assert price_list(95) == [Price(95)]
    stated = [Price(90, starts=AT, ends=AT + DAY)]
    assert price_list(stated) == stated
    assert price_list((), {"west": 75, "east": {5: 70}}, {"gold": [(1, 80), (9, 60)]}) == [
        Price(75, buyer="west"), Price(70, 5, buyer="east"), Price(80, level="gold"), Price(60, 9, level="gold"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("price", {1: 0}), ("price", {1: -5}), ("price", {1: 10**15 + 1}), ("price", {1: "9"}), ("price", {1: True}),
        ("min_quantity", {0: 5}), ("min_quantity", {-1: 5}), ("min_quantity", {10**12: 5}),
        ("level", [Price(5, level="x" * 41)]), ("ends", [Price(5, starts=AT, ends=AT)]),
        ("price", [(1, 2, 3)]), ("price", "ten"), ("buyer", [Price(5, buyer="west", level="gold")]),
        ("starts", [Price(5, starts=datetime(2026, 1, 1))]), ("ends", [Price(5, ends=SOON)]),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_unfit_prices_are_refused_by_name(field: str, said: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        price_list(said)  # type: ignore[arg-type]
    assert refusal.value.details["field"] == field


@pytest.mark.django_db
def test_every_tier_carries_the_rules_that_its_own_buyer_may_get() -> None:
    _factory, shop, ann, bob = parties("factory", "shop", "ann", "bob")
    goods("tee", "factory", 5)
    offer("tee@factory", 60, prices={10: 55}, prices_for={"shop": 50, "bob": 10})
    offer("tee@shop", 100, "tee@factory", prices_for={"ann": 90}, level_prices={"gold": 80})
    first, second = chain("tee@shop", buyer=ann)
    assert first.prices == (PriceRuleView(90, buyer=ann), PriceRuleView(80, level="gold"))
    assert second.prices == (PriceRuleView(55, 10), PriceRuleView(50, buyer=shop))
    assert chain("tee@shop", buyer=bob)[0].prices == (PriceRuleView(80, level="gold"),)
    assert chain("tee@shop")[0].prices == (PriceRuleView(80, level="gold"),)
    assert price_rules([first.id, second.id, 0], AT)[second.id] == (
        PriceRuleView(55, 10), PriceRuleView(50, buyer=shop), PriceRuleView(10, buyer=bob),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_schedule_begins_and_ends_at_its_moment() -> None:
    parties("factory")
    goods("tee", "factory", 5)
    offer("tee@factory", 100, prices=[Price(90, starts=AT + HOUR, ends=AT + 2 * HOUR)])

    def asked(at: datetime) -> int:
        view = chain("tee@factory", at=at)[0]
        return price_for(view.price, view.prices, None, "", 1, at)

    times = (AT, AT + HOUR - TICK, AT + HOUR, AT + 2 * HOUR - TICK, AT + 2 * HOUR)
    assert [asked(at) for at in times] == [100, 100, 90, 90, 100]


@pytest.mark.django_db
def test_replacing_prices_ends_the_old_ones_and_keeps_them_readable() -> None:
    parties("factory", "west")
    goods("tee", "factory", 5)
    pk = offer("tee@factory", 100, prices=[Price(95, 5), Price(50, starts=AT + DAY)], prices_for={"west": 80})
    call(set_prices, at=AT + HOUR, offer="tee@factory", prices={3: 97})
    assert price_rules([pk], AT + HOUR - TICK)[pk][0] == PriceRuleView(95, 5, ends=AT + HOUR)
    assert price_rules([pk], AT + HOUR)[pk] == (PriceRuleView(97, 3),)
    assert price_rules([pk], AT + 2 * DAY)[pk] == (PriceRuleView(97, 3),), "what had not begun never was"
    assert PriceRule.objects.count() == 3
    call(change_offer, at=AT + DAY, offer="tee@factory", prices=())
    assert price_rules([pk], AT + DAY)[pk] == ()


@pytest.mark.django_db
def test_further_prices_must_lie_in_the_band_too() -> None:
    parties("factory", "shop", "west")
    goods("tee", "factory", 5)
    offer("tee@factory", 60, band=(90, 120))
    for said in ({"prices": {10: 89}}, {"prices_for": {"west": 121}}, {"level_prices": {"gold": 80}}):
        with pytest.raises(PriceOutsideBand):
            offer("tee@shop", 100, "tee@factory", **said)
    offer("tee@shop", 100, "tee@factory", prices={10: 90}, prices_for={"west": 120})
    with pytest.raises(PriceOutsideBand):
        call(set_prices, offer="tee@shop", prices=[Price(89, starts=AT + DAY)])
    call(set_prices, offer="tee@shop", prices={5: 95})
    call(set_prices, offer="tee@factory", prices={5: 1})


@pytest.mark.django_db
def test_prices_for_unknown_buyers_and_by_strangers() -> None:
    parties("factory", "shop")
    goods("tee", "factory", 5)
    offer("tee@factory", 60)
    with pytest.raises(NotFound):
        call(set_prices, offer="tee@factory", prices_for={"nobody": 5})
    with pytest.raises(NotFound):
        call(set_prices, offer="tee@factory", by=acting("shop"), prices={5: 5})

"""Terms: what may be said, what wins, and how people write it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.network.parties import rules

SECONDS = st.integers(0, rules.LONGEST)
CYCLES = st.one_of(
    st.none(),
    st.sampled_from(["day", "week", "month"]).map(lambda every: {"every": every}),
    st.lists(st.integers(1, 31), min_size=1).map(lambda days: {"days": days}),
)
LAYERS = st.fixed_dictionaries(
    {},
    optional={
        "platform_fee": st.integers(0, 10_000),
        "hold": SECONDS,
        "auto_receive": SECONDS,
        "return_window": SECONDS,
        "settlement": CYCLES,
        "pay": st.sampled_from(["prepaid", "credit"]),
        "limit": st.integers(0, rules.DEAREST),
        "period": SECONDS,
        "level": st.text(st.characters(categories=["L", "N"]), max_size=40),
        "point_value": st.integers(1, rules.DEAREST),
        "advance": st.none() | st.integers(0, rules.DEAREST),
        "urgent_fee": st.none() | st.integers(0, rules.DEAREST),
        "ship_within": SECONDS,
        "sender": st.sampled_from(["shop", "shipper"]),
    },
)


def test_a_platform_that_says_nothing() -> None:
    assert rules.resolve() == rules.resolve({}, {}, {}) == rules.Terms()
    assert rules.DEFAULT_TERMS == {
        "platform_fee": 0,
        "hold": 900,
        "auto_receive": 864_000,
        "return_window": 604_800,
        "settlement": None,
        "pay": "prepaid",
        "limit": 0,
        "period": 0,
        "level": "",
        "point_value": 1,
        "advance": None,
        "urgent_fee": None,
        "ship_within": 172_800,
        "sender": "shop",
    }
    assert set(rules.TERMS) == set(rules.DEFAULT_TERMS)


def test_the_nearest_layer_wins_key_by_key() -> None:
    platform = {"platform_fee": 500, "hold": 600, "settlement": {"every": "day"}}
    seller = {"hold": 300, "level": "gold"}
    link = {"pay": "credit", "limit": 100_000, "level": "silver"}
    offer = {"platform_fee": 250, "settlement": None}
    assert rules.resolve(platform, seller, link, offer) == rules.Terms(
        platform_fee=250, hold=300, settlement=None, pay="credit", limit=100_000, level="silver"
    )


@given(st.lists(LAYERS, max_size=5))
def test_every_key_comes_from_the_nearest_layer_that_names_it(layers: list[dict[str, Any]]) -> None:
    resolved = rules.resolve(*layers)
    for key, default in rules.DEFAULT_TERMS.items():
        naming = [rules.check_terms(layer)[key] for layer in layers if key in layer]
        assert getattr(resolved, key) == (naming[-1] if naming else default)


@given(LAYERS, LAYERS, LAYERS)
def test_resolving_step_by_step_or_at_once_is_the_same(far: Any, middle: Any, near: Any) -> None:
    assert rules.resolve(far, middle, near) == rules.resolve(rules.merge(far, middle), near)
    assert rules.resolve(far, near, near) == rules.resolve(far, near)


@given(LAYERS)
def test_the_canonical_form_is_stable(layer: dict[str, Any]) -> None:
    assert rules.check_terms(rules.check_terms(layer)) == rules.check_terms(layer)


@given(LAYERS, LAYERS, st.sets(st.sampled_from(sorted(rules.TERMS))))
def test_what_is_forgotten_is_left_to_the_farther_layer(old: Any, new: Any, forget: set[str]) -> None:
    merged = rules.merge(old, new, sorted(forget))
    assert set(merged) == (set(old) | set(new)) - forget
    assert all(merged[key] == rules.check_terms(new)[key] for key in set(new) - forget)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("discount", 5),
        ("platform_fee", -1),
        ("platform_fee", 10_001),
        ("platform_fee", True),
        ("platform_fee", "5%"),
        ("platform_fee", None),
        ("hold", rules.LONGEST + 1),
        ("limit", 10**15 + 1),
        ("point_value", 0),
        ("advance", -1),
        ("advance", True),
        ("pay", "later"),
        ("pay", ["credit"]),
        ("level", "x" * 41),
        ("level", "gold\x00"),
        ("level", 3),
        ("settlement", "day"),
        ("settlement", {"every": "year"}),
        ("settlement", {"every": "day", "days": [1]}),
        ("settlement", {"days": []}),
        ("settlement", {"days": [0]}),
        ("settlement", {"days": [32]}),
        ("settlement", {"days": [True]}),
        ("settlement", {"days": ["15"]}),
        ("settlement", {"days": 15}),
        ("settlement", {}),
    ],
)
def test_a_bad_term_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.resolve({}, {key: value})
    assert refusal.value.details["field"] == key
    assert str(refusal.value).startswith(f"{key}: ")


def test_days_of_the_month_are_kept_in_order_and_once() -> None:
    assert rules.check_terms({"settlement": {"days": (31, 15, 31)}}) == {"settlement": {"days": [15, 31]}}


def test_reserved_terms_are_the_platforms_to_set() -> None:
    seller = Actor(party=1, permissions=frozenset({"links.edit"}))
    rules.require_terms(["hold", "pay", "limit", "period", "level"], seller)
    rules.require_terms(rules.TERMS, ENGINE)
    for key in ("platform_fee", "auto_receive", "return_window", "settlement", "point_value", "advance"):
        with pytest.raises(NotAllowed):
            rules.require_terms(["hold", key], seller)
    with pytest.raises(MalformedInput):
        rules.require_terms(["discount"], seller)


def test_terms_as_people_write_them() -> None:
    written = {
        "platform_fee": "3.35%",
        "hold": "15m",
        "auto_receive": "10d",
        "return_window": "1w",
        "period": "36h",
        "settlement": {"every": "week"},
        "pay": "credit",
        "limit": "1000.00",
        "level": "gold",
        "point_value": "0.01",
    }
    assert rules.read_terms(written, "CNY") == {
        "platform_fee": 335,
        "hold": 900,
        "auto_receive": 864_000,
        "return_window": 604_800,
        "period": 129_600,
        "settlement": {"every": "week"},
        "pay": "credit",
        "limit": 100_000,
        "level": "gold",
        "point_value": 1,
    }
    assert rules.read_terms({"limit": 1000}, "JPY") == {"limit": 1000}
    assert rules.read_terms({"advance": "100000.00"}, "CNY") == {"advance": 10_000_000}
    assert rules.read_terms({"advance": None}, "CNY") == {"advance": None}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("platform_fee", "5"),
        ("platform_fee", 5),
        ("platform_fee", "5.123%"),
        ("platform_fee", "101%"),
        ("platform_fee", "٥%"),
        ("hold", "15"),
        ("hold", "15 m"),
        ("hold", 15),
        ("hold", "99999999999d"),
        ("hold", "999999999d"),
        ("limit", "12.345"),
        ("limit", "-1.00"),
        ("discount", "5%"),
    ],
)
def test_terms_that_nobody_can_read(key: str, value: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.read_terms({key: value}, "CNY")
    assert refusal.value.details["field"] == key


@given(st.integers(0, 10_000))
def test_rates_read_back(rate: int) -> None:
    assert rules.read_rate(f"{rate // 100}.{rate % 100:02}%", "fee") == rate


@pytest.mark.parametrize(("written", "rate"), [("5%", 500), ("0.5%", 50), ("0.05%", 5), ("100%", 10_000)])
def test_rates(written: str, rate: int) -> None:
    assert rules.read_rate(written, "fee") == rate

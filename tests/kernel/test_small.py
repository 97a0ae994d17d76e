"""Actors, codes, errors and business time."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel import clock, codes
from hanse.kernel.actor import ENGINE, OPERATE, STRANGER, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed, NotFound

SHANGHAI = "Asia/Shanghai"


def test_an_actor_may_what_it_holds() -> None:
    clerk = Actor(party=7, user=3, permissions=frozenset({"orders.ship"}))
    assert clerk.may("orders.ship")
    assert not clerk.may("orders.pay")
    assert not clerk.operates
    clerk.require("orders.ship")
    with pytest.raises(NotAllowed) as refusal:
        clerk.require("orders.pay")
    assert (refusal.value.code, refusal.value.status) == ("not_allowed", 403)
    assert str(clerk) == "party:7 user:3"


def test_operators_may_everything_and_strangers_nothing() -> None:
    assert ENGINE.may("anything")
    assert ENGINE.operates
    assert OPERATE in ENGINE.permissions
    assert not STRANGER.may("anything")
    assert str(STRANGER) == "stranger"


@override("en")
def test_refusals_say_what_they_are_about() -> None:
    assert str(DomainError()) == "This is not possible right now."
    assert str(NotFound("order")) == "There is no such order."
    malformed = MalformedInput("quantity", "1 to 5", given=9)
    assert str(malformed) == "quantity: expected 1 to 5."
    assert malformed.details == {"field": "quantity", "expected": "1 to 5", "given": 9}
    assert malformed.status == 422
    assert str(NotAllowed(action="pay")) == "You are not allowed to do this."


def test_codes_are_readable_and_do_not_repeat() -> None:
    made = {codes.new("O") for _ in range(1000)}
    assert len(made) == 1000
    for code in made:
        prefix, first, second = code.split("-")
        assert (prefix, len(first), len(second)) == ("O", 5, 5)
        assert set(first + second) <= set(codes.ALPHABET)


@given(st.sampled_from("OCFY"))
def test_a_code_survives_being_typed(prefix: str) -> None:
    code = codes.new(prefix)
    assert codes.normal(f" {code.lower()} ") == code
    head, _dash, body = code.partition("-")
    assert codes.normal(head + "-" + body.replace("1", "l").replace("0", "O")) == code


def test_the_day_begins_in_the_business_zone() -> None:
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert clock.day_of(late, SHANGHAI) == date(2026, 3, 2)
    assert clock.midnight(date(2026, 3, 2), SHANGHAI) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert clock.next_day(date(2026, 2, 28)) == date(2026, 3, 1)
    assert clock.now().tzinfo is UTC


def test_a_day_with_summer_time_is_as_long_as_it_is() -> None:
    first = clock.midnight(date(2026, 3, 29), "Europe/Berlin")
    second = clock.midnight(date(2026, 3, 30), "Europe/Berlin")
    assert (second - first).total_seconds() == 23 * 3600


@pytest.mark.parametrize(("month", "day", "expected"), [(2, 31, 28), (4, 31, 30), (1, 31, 31), (2, 15, 15)])
def test_a_day_that_a_month_lacks_is_its_last(month: int, day: int, expected: Any) -> None:
    assert clock.month_day(2026, month, day) == date(2026, month, expected)

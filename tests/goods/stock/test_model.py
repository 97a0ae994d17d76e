"""Random histories of stock against a small dictionary: every piece is where the model says, and none is lost."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hanse.goods.stock import rules
from hanse.goods.stock.models import Hold, Shelf
from hanse.goods.stock.operations.count_stock import CountedTooFew, count_stock
from hanse.goods.stock.operations.expire_holds import expire_holds
from hanse.goods.stock.operations.free_stock import free_stock
from hanse.goods.stock.operations.post import OutOfStock, post
from hanse.goods.stock.operations.restock import restock
from hanse.goods.stock.operations.set_aside import set_aside
from hanse.goods.stock.queries import check
from hanse.goods.stock.rules import StockMove
from hanse.kernel.actor import ENGINE
from tests.goods.market import AT, HOUR, call, fresh, goods, parties, shelf

NAMES = ("tee@factory", "tee@shop", "cup@factory")
PLACES = st.sampled_from(NAMES)
PIECES = st.integers(1, 12)
HOLDS = st.sampled_from(["line:1", "line:2"])


class Stock(RuleBasedStateMachine):
    """The engine and the model side by side, each example in a savepoint of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = AT
        self.counts: Counter[tuple[str, str]] = Counter()
        self.held: Counter[tuple[str, str]] = Counter()
        self.until: dict[str, timedelta | None] = {}
        self.made = 0
        self.gone = 0
        self.done: list[tuple[str, list[StockMove], int | None]] = []

    @initialize()
    def open_market(self) -> None:
        self.owner = dict(zip(("factory", "shop"), parties("factory", "shop"), strict=True))
        self.sku = {name: goods(name, "factory") for name in ("tee", "cup")}
        for name in NAMES:
            self.bring(name, 5)
        self.ids = {name: shelf(name).id for name in NAMES}

    def bring(self, place: str, pieces: int) -> None:
        thing, _at, party = place.partition("@")
        call(restock, party=party, sku=thing, quantity=pieces)
        self.counts[place, "available"] += pieces
        self.made += pieces

    def attempt(self, moves: list[StockMove], fits: bool) -> bool:
        key = fresh()
        try:
            entry = post(key=key, kind="test", moves=moves, at=self.now, by=ENGINE, subject="model")
        except OutOfStock:
            assert not fits
            return False
        assert fits
        self.done.append((key, moves, entry))
        return True

    def at(self, place: str) -> tuple[int, int]:
        return self.ids[place], self.sku[place.partition("@")[0]]

    def shift(self, place: str, source: str, target: str, pieces: int) -> None:
        self.counts[place, source] -= pieces
        self.counts[place, target] += pieces

    @rule(place=PLACES, pieces=PIECES)
    def restock(self, place: str, pieces: int) -> None:
        self.bring(place, pieces)

    @rule(place=PLACES, pieces=PIECES, hold=HOLDS)
    def reserve(self, place: str, pieces: int, hold: str) -> None:
        if self.attempt(rules.reserve(*self.at(place), pieces, hold), pieces <= self.counts[place, "available"]):
            self.shift(place, "available", "reserved", pieces)
            self.held[place, hold] += pieces

    @rule(place=PLACES, pieces=PIECES, hold=HOLDS, ship=st.booleans())
    def use_hold(self, place: str, pieces: int, hold: str, ship: bool) -> None:
        verb, target = (rules.ship, "in_transit") if ship else (rules.release, "available")
        if self.attempt(verb(*self.at(place), pieces, hold), pieces <= self.held[place, hold]):
            self.shift(place, "reserved", target, pieces)
            self.held[place, hold] -= pieces

    @rule(place=PLACES, pieces=PIECES, lost=st.booleans())
    def arrive(self, place: str, pieces: int, lost: bool) -> None:
        verb = rules.lose if lost else rules.deliver
        if self.attempt(verb(*self.at(place), pieces), pieces <= self.counts[place, "in_transit"]):
            self.counts[place, "in_transit"] -= pieces
            self.gone += pieces

    @rule(pieces=PIECES)
    def arrive_at_the_shop(self, pieces: int) -> None:
        moves = rules.deliver_into(*self.at("tee@factory"), pieces, self.ids["tee@shop"])
        if self.attempt(moves, pieces <= self.counts["tee@factory", "in_transit"]):
            self.counts["tee@factory", "in_transit"] -= pieces
            self.counts["tee@shop", "available"] += pieces

    @rule(place=PLACES, pieces=PIECES, state=st.sampled_from(["available", "damaged"]))
    def come_back(self, place: str, pieces: int, state: str) -> None:
        self.attempt(rules.take_back(*self.at(place), pieces, state), True)
        self.counts[place, state] += pieces
        self.made += pieces

    @rule(place=PLACES, pieces=PIECES, how=st.sampled_from(["damage", "mend", "scrap"]))
    def spoil(self, place: str, pieces: int, how: str) -> None:
        verb = {"damage": rules.damage, "mend": rules.mend, "scrap": rules.scrap}[how]
        source = "available" if how == "damage" else "damaged"
        if self.attempt(verb(*self.at(place), pieces), pieces <= self.counts[place, source]):
            if how == "scrap":
                self.counts[place, source] -= pieces
                self.gone += pieces
            else:
                self.shift(place, source, "damaged" if how == "damage" else "available", pieces)

    @rule(place=PLACES, found=st.integers(0, 20))
    def count(self, place: str, found: int) -> None:
        thing, _at, party = place.partition("@")
        reserved = self.counts[place, "reserved"]
        try:
            call(count_stock, party=party, sku=thing, found=found)
        except CountedTooFew:
            assert found < reserved
            return
        self.made += found - reserved - self.counts[place, "available"]
        self.counts[place, "available"] = found - reserved

    @rule(first=PLACES, second=PLACES, pieces=PIECES)
    def order_from_two_shelves(self, first: str, second: str, pieces: int) -> None:
        """All or nothing over several shelves, in whatever order they are named."""
        wanted = Counter([first, second])
        moves = [m for place in (first, second) for m in rules.reserve(*self.at(place), pieces, "line:1")]
        if self.attempt(moves, all(n * pieces <= self.counts[place, "available"] for place, n in wanted.items())):
            for place in (first, second):
                self.shift(place, "available", "reserved", pieces)
                self.held[place, "line:1"] += pieces

    @rule(pieces=PIECES, hours=st.none() | st.integers(1, 5))
    def set_aside(self, pieces: int, hours: int | None) -> None:
        until = None if hours is None else self.now + hours * HOUR
        fits = pieces <= self.counts["cup@factory", "available"]
        hold = rules.aside(self.owner["factory"], str(hours))
        try:
            call(set_aside, at=self.now, party="factory", sku="cup", quantity=pieces, name=str(hours), until=until)
        except OutOfStock:
            assert not fits
            return
        assert fits
        self.shift("cup@factory", "available", "reserved", pieces)
        self.held["cup@factory", hold] += pieces
        self.until[hold] = None if until is None else until - AT

    @rule(hours=st.none() | st.integers(1, 5))
    def free(self, hours: int | None) -> None:
        hold = rules.aside(self.owner["factory"], str(hours))
        call(free_stock, party="factory", name=str(hours))
        self.shift("cup@factory", "reserved", "available", self.held.pop(("cup@factory", hold), 0))

    @rule(hours=st.integers(0, 3))
    def wait(self, hours: int) -> None:
        self.now += hours * HOUR
        call(expire_holds, at=self.now)
        for hold, until in self.until.items():
            if until is not None and AT + until <= self.now:
                self.shift("cup@factory", "reserved", "available", self.held.pop(("cup@factory", hold), 0))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Replaying anything changes nothing and answers the same."""
        key, moves, entry = data.draw(st.sampled_from(self.done))
        assert post(key=key, kind="test", moves=moves, at=self.now, by=ENGINE, subject="again") == entry

    @invariant()
    def every_piece_is_where_the_model_says(self) -> None:
        if not hasattr(self, "ids"):
            return
        assert check() == []
        rows = {row.pk: row for row in Shelf.objects.all()}
        for name, pk in self.ids.items():
            for state in ("available", "reserved", "in_transit", "damaged"):
                assert getattr(rows[pk], state) == self.counts[name, state], (name, state)
        held = {(h.shelf_id, h.subject): h.quantity for h in Hold.objects.filter(quantity__gt=0)}
        assert held == {(self.ids[name], hold): n for (name, hold), n in self.held.items() if n}
        assert sum(self.counts.values()) == self.made - self.gone

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)


@pytest.mark.django_db
def test_random_histories() -> None:
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

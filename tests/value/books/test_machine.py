"""Random histories of the books against a dictionary."""

from dataclasses import replace
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from hanse.kernel.actor import ENGINE
from hanse.kernel.once import KeyReused
from hanse.value.books import queries
from hanse.value.books.models import Entry, Transfer
from hanse.value.books.operations.post import CreditLimitExceeded, FloorBroken, post
from hanse.value.books.operations.snapshot import snapshot
from hanse.value.books.rules import PURPOSES, AccountRef, Move, effect
from tests.value.world import AT, World

PARTIES = ("platform", "ann", "shop")
Words = tuple[str, str, str]
MONEY = [name for name, purpose in PURPOSES.items() if not purpose.memo]
GIVING = [name for name in MONEY if PURPOSES[name].floor is None or name == "credit"]
"""What has something to give before it got anything."""
AMOUNT = st.integers(0, 30) | st.integers(0, 10**15)


def accounts(purposes: list[str]) -> st.SearchStrategy[Words]:
    return st.tuples(st.sampled_from(PARTIES), st.sampled_from(purposes), st.sampled_from(PARTIES))


class Books(RuleBasedStateMachine):
    """The model: what is in every account, and what every key posted."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.balances: dict[AccountRef, int] = {}
        self.posted: dict[str, tuple[int, list[Move]]] = {}
        self.transfers = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def ref(self, party: str, purpose: str, partner: str, asset: str, limit: int) -> AccountRef:
        paired = PURPOSES[purpose].paired
        return AccountRef(
            self.world.ids[party], purpose, asset, self.world.ids[partner] if paired else None,
            -limit if purpose == "credit" else None,
        )  # fmt: skip

    def source(self, data: st.DataObject, asset: str, limit: int) -> tuple[AccountRef, int]:
        """Something to take, most often from an account that has it."""
        full = [(ref, held) for ref, held in self.balances.items() if held > 0 and ref.asset == asset]
        if data.draw(st.booleans()) and full:
            ref, held = data.draw(st.sampled_from(full))
            ref = replace(ref, floor=-limit if ref.purpose == "credit" else None)
            return ref, data.draw(st.integers(0, held // 2) | st.just(held + 1))
        ref = self.ref(*data.draw(accounts(data.draw(st.sampled_from([GIVING] * 6 + [MONEY])))), asset, limit)
        spare = limit + self.balances.get(ref, 0)
        return ref, data.draw(st.integers(0, max(0, spare) + 1) if ref.purpose == "credit" else AMOUNT)

    @rule(count=st.integers(0, 5), asset=st.sampled_from(["CNY", "JPY"]), limit=st.integers(0, 40), data=st.data())
    def post(self, count: int, asset: str, limit: int, data: st.DataObject) -> None:
        moves = []
        for _ in range(count):
            source, amount = self.source(data, asset, limit)
            target = self.ref(*data.draw(accounts(MONEY)), asset, limit)
            if source != target:
                moves.append(Move(source, target, amount))
        key, real = self.world.key, [move for move in moves if move.amount]
        broken = self.broken(real, limit)
        if broken:
            with pytest.raises(FloorBroken) as refused:
                post(key=key, kind="k", moves=moves, at=AT, by=ENGINE)
            assert refused.type in broken
            return
        entry = post(key=key, kind="k", moves=moves, at=AT, by=ENGINE)
        assert (entry is None) == (not real)
        if entry:
            self.posted[key] = entry, moves
            self.transfers += len(real)
            for ref, change in effect(real).items():
                self.balances[ref] = self.balances.get(ref, 0) + change

    def broken(self, moves: list[Move], limit: int) -> set[type[FloorBroken]]:
        found: set[type[FloorBroken]] = set()
        for ref, change in effect(moves).items():
            floor = -limit if ref.purpose == "credit" else PURPOSES[ref.purpose].floor
            if change < 0 and floor is not None and self.balances.get(ref, 0) + change < floor:
                found.add(CreditLimitExceeded if ref.purpose == "credit" else FloorBroken)
        return found

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.posted)))
        entry, moves = self.posted[key]
        assert post(key=key, kind="k", moves=moves, at=AT, by=ENGINE) == entry

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def reuse_a_key(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.posted)))
        with pytest.raises(KeyReused):
            post(key=key, kind="k", moves=[*self.posted[key][1], *self.posted[key][1]], at=AT, by=ENGINE)

    @precondition(lambda self: self.posted)
    @rule()
    def shorten_the_sums(self) -> None:
        for account in queries.long_sums(1):
            snapshot(key=self.world.key, at=AT, by=ENGINE, account=account)
        assert queries.long_sums(1) == []

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        for purpose, asset in {(ref.purpose, ref.asset) for ref in self.balances}:
            told = queries.balances(purpose, asset)
            model: dict[int, int] = {}
            for ref, amount in self.balances.items():
                if (ref.purpose, ref.asset) == (purpose, asset):
                    model[ref.holder] = model.get(ref.holder, 0) + amount
            assert {holder: told.get(holder, 0) for holder in model} == model
        assert (Entry.objects.count(), Transfer.objects.count()) == (len(self.posted), self.transfers)
        assert [problem for problem in queries.check() if "drawn, held" not in problem] == []


@pytest.mark.django_db
def test_random_histories_of_the_books_agree_with_a_dictionary(world: World) -> None:
    Books.world = world
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

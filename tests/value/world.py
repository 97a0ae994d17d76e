"""A small world of money to test in, built with public operations alone."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from itertools import count
from threading import Barrier
from typing import Any

from django.db import connection, transaction

from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties import queries as parties
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.register_party import register_party
from hanse.value.books import queries
from hanse.value.books.operations.post import post
from hanse.value.books.rules import AccountRef, Move
from hanse.value.funds import rules as funds

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
CNY = "CNY"


class World:
    """Parties by short name, and the few things that happen to money."""

    def __init__(self, **kinds: str) -> None:
        self.keys = count(1)
        self.ids: dict[str, int] = {}
        self.codes = {"platform": found_platform(key="platform", at=AT, by=ENGINE)}
        kinds = kinds or {"factory": "supplier", "shop": "retailer", "ann": "consumer", "bob": "consumer"}
        self.ids["platform"] = parties.platform_id()
        for slug, kind in kinds.items():
            self.register(slug, kind)

    def register(self, slug: str, kind: str, **terms: Any) -> int:
        self.codes[slug] = register_party(
            key=slug, at=AT, by=ENGINE, kind=kind, name=slug.title(), slug=slug, terms=terms
        )
        self.ids[slug] = parties.party(self.codes[slug]).pk
        return self.ids[slug]

    def __getattr__(self, slug: str) -> int:
        try:
            return self.__dict__["ids"][slug]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(slug) from None

    @property
    def key(self) -> str:
        return f"test:{next(self.keys)}"

    def post(self, moves: Sequence[Move], at: datetime = AT, kind: str = "test", subject: str = "") -> int | None:
        """Post in the transaction that is open, else in one of its own, as a use case does."""
        with nullcontext() if connection.in_atomic_block else transaction.atomic():
            return post(key=self.key, kind=kind, moves=moves, at=at, by=ENGINE, subject=subject)

    def pay(self, buyer: int, amount: int, at: datetime = AT) -> None:
        self.post(funds.hold(buyer, amount, asset=CNY, platform=self.platform), at, "paid")

    def earn(self, nets: Mapping[int, int], at: datetime = AT, subject: str = "") -> int:
        """A trade of ann's is paid and closed: everyone's result, the platform's as fee."""
        total = sum(nets.values())
        refs = {funds.fee(p, CNY) if p == self.platform else funds.owed(p, CNY): net for p, net in nets.items()}
        moves = funds.hold(self.ann, total, asset=CNY, platform=self.platform) if total else []
        sources = [(funds.held(self.ann, CNY), total)]
        return self.post([*moves, *funds.settle_trade(sources, refs)], at, "closed", subject) or 0

    def owed(self, party: int) -> int:
        return queries.balance(funds.owed(party, CNY))

    def paid_out(self, party: int) -> int:
        return queries.balance(AccountRef(party, "paid_out", CNY))

    def actor(self, party: int, *permissions: str) -> Actor:
        return Actor(party=party, user=party, permissions=frozenset(permissions))


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run everything at once, each on a connection of its own; a refusal is an outcome, by its code."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            barrier.wait(timeout=20)
            return work()
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))

"""A buyer, and payments in every state, made by the public operations."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from hanse.kernel.actor import ENGINE
from hanse.network.parties.models import Party
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import platform_id
from hanse.value.books import queries as books
from hanse.value.books.operations.post import post
from hanse.value.funds import rules as funds
from hanse.value.payments.operations.start_payment import start_payment
from hanse.value.payments.operations.succeed import succeed

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def buyer(db: None) -> int:
    """The id of a consumer, on a founded platform."""
    found_platform(key="platform", at=AT, by=ENGINE)
    code = register_party(key="ann", at=AT, by=ENGINE, kind="consumer", name="Ann")
    return Party.objects.get(code=code).pk


class Till:
    """Starts payments of one buyer, each by a key of its own."""

    def __init__(self, buyer: int) -> None:
        self.buyer = buyer
        self.count = 0

    def start(self, subject: str = "C-1", amount: int = 10_000, key: str = "") -> str:
        self.count += 1
        return start_payment(
            key=key or f"start-{self.count}", at=AT, by=ENGINE, payer=self.buyer, subject=subject, amount=amount,
            currency="CNY", provider="sandbox",
        )  # fmt: skip

    def paid(self, subject: str = "C-1", amount: int = 10_000) -> str:
        """Pay as the use case that paying is part of does: the money is held, and then all of it is on its way back."""
        code = self.start(subject, amount)
        succeed(key=f"pay:{code}", at=AT, by=ENGINE, payment=code)
        moves = [
            *funds.hold(self.buyer, amount, asset="CNY", platform=platform_id()),
            *funds.refund_outside(self.buyer, amount, asset="CNY"),
        ]
        with transaction.atomic():
            post(key=f"paid:{code}", kind="paid", moves=moves, at=AT, by=ENGINE, subject=code)
        return code

    def balances(self) -> tuple[int, int, int]:
        """Return what lies outside, on its way back, and in the wallet."""
        platform = platform_id()
        refs = [funds.gateway(platform, "CNY"), funds.refund_due(self.buyer, "CNY"), funds.wallet(self.buyer, "CNY")]
        outside, due, wallet = (books.balance(ref) for ref in refs)
        return outside, due, wallet


@pytest.fixture
def till(buyer: int) -> Till:
    """A till at which the buyer pays."""
    return Till(buyer)

"""One stand-in for all tests, and the provider that the contract is held against."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hanse.goods.stock import queries as stock
from hanse.integrations import registry
from hanse.integrations.banks.port import Bank
from hanse.integrations.banks.sandbox import SandboxBank
from hanse.integrations.gateways.port import Charge, Gateway
from hanse.integrations.gateways.sandbox import SandboxGateway
from hanse.interfaces.jobs import gateway
from hanse.kernel import clock
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.queries import party, platform_id
from hanse.trade.orders.models import Order
from hanse.value.books import queries as books
from hanse.value.funds import queries as funds
from hanse.value.funds.rules import gateway as gateway_account
from hanse.value.payments.operations.start_payment import start_payment
from tests.integrations.stand_in import Letter, LetterBox, StandIn, letter_box
from tests.trade.world import World


@pytest.fixture(scope="session")
def box() -> Iterator[LetterBox]:
    """The merchant's letter box."""
    with letter_box() as opened:
        yield opened


@pytest.fixture(scope="session")
def running(box: LetterBox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """The stand-in, started once."""
    sandbox = StandIn(tmp_path_factory.mktemp("sandbox"), box.url)
    sandbox.start()
    yield sandbox
    assert sandbox.stop() == 0


@pytest.fixture
def stand_in(running: StandIn, box: LetterBox) -> StandIn:
    """The stand-in, without troubles that an earlier test ordered."""
    running.wire.post("/control/troubles", {"always": []})
    box.status, box.early = 200, None
    return running


@pytest.fixture
def own_stand_in(tmp_path: Path, box: LetterBox) -> Iterator[StandIn]:
    """A stand-in that a test may stop and start as it likes."""
    box.status, box.early = 200, None
    sandbox = StandIn(tmp_path, box.url)
    sandbox.start()
    yield sandbox
    if sandbox.process is not None and sandbox.process.poll() is None:
        sandbox.stop()


@dataclass(frozen=True)
class Provider:
    """What the contract is held against; `payer` plays the person who pays, where somebody can."""

    gateway: Gateway
    bank: Bank | None
    payer: StandIn | None


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> Provider:
    """The provider named by HANSE_CONTRACT_GATEWAY (a real one's sandbox, set up by its settings), or the stand-in."""
    if name := os.environ.get("HANSE_CONTRACT_GATEWAY"):
        return Provider(registry.gateway(name), None, None)
    sandbox: StandIn = request.getfixturevalue("stand_in")
    return Provider(SandboxGateway(sandbox.wire), SandboxBank(sandbox.wire), sandbox)


RUN = datetime.now(UTC).strftime("%y%m%d%H%M%S%f")
NUMBERS = count(1)


def fresh(prefix: str) -> str:
    """Return a reference that no provider has seen: a real one remembers those of earlier runs."""
    return f"{prefix}-{RUN}-{next(NUMBERS)}"


def charge(amount: int = 1_234, reference: str = "", **other: object) -> Charge:
    """Return a payment to be created."""
    given = {
        "title": "C-1",
        "return_url": "http://127.0.0.1/back",
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return Charge(reference or fresh("Y"), amount, "CNY", **{**given, **other})  # type: ignore[arg-type]


class Till:
    """A shop in the engine whose buyer pays through the stand-in; every step is what a face or a job does."""

    def __init__(self, world: World, stand_in: StandIn, box: LetterBox) -> None:
        self.world = world
        self.stand_in = stand_in
        self.box = box
        self.buyer = party("ann").pk

    def place(self) -> str:
        """Place an order of 100.00 and return its checkout."""
        return self.world.place("ann", {"tee@shop": 1})

    def start(self, checkout: str, amount: int = 10_000) -> str:
        """Start a payment, without telling the provider."""
        code = self.world.call(start_payment, payer=self.buyer, subject=checkout, amount=amount, currency="CNY")
        return str(code)

    def open(self, checkout: str) -> str:
        """Start a payment and create it at the provider."""
        code = self.start(checkout)
        assert gateway.open_payment(payment=code, return_url="http://127.0.0.1/back", at=clock.now())
        return code

    def paid(self) -> tuple[str, str]:
        """Place an order that is paid, and return its checkout and the payment."""
        checkout = self.place()
        payment = self.open(checkout)
        self.stand_in.payer(payment, "pay")
        assert self.deliver(payment) == "applied"
        return checkout, payment

    def letter(self, reference: str) -> Letter:
        """Wait for the next notice about a reference."""
        return self.box.next(reference)

    def deliver(self, reference: str) -> str:
        """Take the next notice about a reference to the engine's address, and return the outcome."""
        answer = self.post(self.letter(reference))
        assert answer.status_code == 200, answer.content
        return str(answer.json()["outcome"])

    def post(self, letter: Letter, provider: str = "sandbox") -> Any:
        """Post a notice to the engine's address."""
        proof = {name: value for name, value in letter.headers.items() if name.lower().startswith("hanse-")}
        return Client().post(
            f"/gateways/{provider}/notices", letter.body, content_type="application/json", headers=proof
        )

    def status(self, checkout: str) -> str:
        """Return the status of the only first leg of a checkout."""
        return Order.objects.get(checkout__code=checkout, tier=0).status

    def money(self) -> tuple[int, int, int, int]:
        """Return what is held for, due back to and in the wallet of the buyer, and what lies outside."""
        assert books.check() == []
        found = (funds.held, funds.refund_due, funds.wallet)
        held, due, wallet = (query("CNY", [self.buyer]).get(self.buyer, 0) for query in found)
        return held, due, wallet, books.balance(gateway_account(platform_id(), "CNY"))


@pytest.fixture
def till(_django_db_marker: None, stand_in: StandIn, box: LetterBox, settings: Any) -> Iterator[Till]:
    """A shop with ten pieces, a buyer, and the stand-in as its provider and bank."""
    settings.HANSE_SANDBOX_URL, settings.HANSE_SANDBOX_KEYS = stand_in.url, str(stand_in.folder)
    world = World(at=clock.now())
    world.call(found_platform)
    world.party("shop", "retailer")
    world.party("ann")
    world.goods("tee", "shop", shop=10)
    world.offer("tee@shop", 10_000)
    yield Till(world, stand_in, box)
    assert books.check() == []
    assert stock.check() == []

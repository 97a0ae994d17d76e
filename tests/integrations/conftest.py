"""One stand-in for all tests, and the provider that the contract is held against."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from hanse.integrations import registry
from hanse.integrations.banks.port import Bank
from hanse.integrations.banks.sandbox import SandboxBank
from hanse.integrations.gateways.port import Charge, Gateway
from hanse.integrations.gateways.sandbox import SandboxGateway
from tests.integrations.stand_in import LetterBox, StandIn, letter_box


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

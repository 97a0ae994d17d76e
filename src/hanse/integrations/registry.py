"""Which providers this installation speaks to: a new one is a line here and its settings."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from hanse.integrations import signatures
from hanse.integrations.banks.port import Bank
from hanse.integrations.banks.sandbox import SandboxBank
from hanse.integrations.gateways.port import Gateway
from hanse.integrations.gateways.sandbox import SandboxGateway
from hanse.integrations.wire import Wire

Provider = TypeVar("Provider")


class NotSetUp(LookupError):
    """There is no such provider here, or its settings are missing."""


def gateway(name: str) -> Gateway:
    """Return the payment provider of that name, or raise NotSetUp."""
    return _made(_GATEWAYS, name)


def bank(name: str) -> Bank:
    """Return the bank of that name, or raise NotSetUp."""
    return _made(_BANKS, name)


def notifier(name: str) -> Gateway | Bank:
    """Return whoever sends notices under that name, or raise NotSetUp."""
    return gateway(name) if name in _GATEWAYS else bank(name)


def offered() -> tuple[str, ...]:
    """Return the names of the payment providers that are set up, for checkout pages and sweeps."""
    return tuple(name for name in _GATEWAYS if name != "sandbox" or settings.HANSE_SANDBOX_KEYS)


def _made(makers: dict[str, Callable[[], Provider]], name: str) -> Provider:
    if name not in makers:
        raise NotSetUp(name)
    return makers[name]()


def _sandbox_wire() -> Wire:
    if not settings.HANSE_SANDBOX_KEYS:  # outside of a demo nobody pays with play money unless somebody says so
        raise NotSetUp("sandbox")
    return _wire(settings.HANSE_SANDBOX_URL, Path(settings.HANSE_SANDBOX_KEYS))


@cache
def _wire(url: str, keys: Path) -> Wire:
    private, _ = signatures.pair(keys, signatures.MERCHANT)
    _, public = signatures.pair(keys, signatures.PROVIDER)
    return Wire(url, signatures.signer(private), signatures.verifier(public))


_GATEWAYS: dict[str, Callable[[], Gateway]] = {"sandbox": lambda: SandboxGateway(_sandbox_wire())}
_BANKS: dict[str, Callable[[], Bank]] = {"sandbox": lambda: SandboxBank(_sandbox_wire())}

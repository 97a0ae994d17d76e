"""A small network to test in: the platform, a factory, a wholesaler, a shop and two people."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access import rules as access
from hanse.network.access.operations.create_user import create_user
from hanse.network.parties import queries
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.rules import Secret

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
KINDS = {
    "factory": "supplier",
    "west": "wholesaler",
    "shop": "retailer",
    "rival": "retailer",
    "ann": "consumer",
    "bob": "consumer",
}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords fast: how slowly Django does it is not ours to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture
def platform(db: None) -> str:
    """The platform's code."""
    return found_platform(key="platform", at=AT, by=ENGINE, name="汉萨", name_en="Hanse")


@pytest.fixture
def parties(platform: str) -> dict[str, str]:
    """Codes by short name."""
    return {"platform": platform} | {
        slug: register_party(key=slug, at=AT, by=ENGINE, kind=kind, name=slug.title(), slug=slug)
        for slug, kind in KINDS.items()
    }


def acting(party: str, *roles: str, user: int | None = None) -> Actor:
    """Return someone with these roles (owner by default) within the party."""
    held = access.permissions(roles or ("owner",), "active")
    return Actor(party=queries.party(party).pk, user=user, permissions=held)


def link(kind: str, upstream: str, downstream: str, **terms: object) -> int:
    """Open a link and return its id."""
    key = f"{kind}-{upstream}-{downstream}"
    return open_link(key=key, at=AT, by=ENGINE, kind=kind, upstream=upstream, downstream=downstream, terms=terms)


def person(name: str) -> str:
    """Create a user and return the code."""
    return create_user(
        key=name, at=AT, by=ENGINE, name=name, email=f"{name}@example.com", password=Secret("correct horse battery")
    )


def at_once(*steps: Callable[[], object]) -> list[str]:
    """Run the steps on connections of their own at the same moment; return `ok` or the code of each refusal, sorted."""
    outcomes: list[str] = []
    start = Barrier(len(steps), timeout=30)

    def run(step: Callable[[], object]) -> None:
        try:
            start.wait()
            step()
            outcomes.append("ok")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)

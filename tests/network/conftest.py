"""A small network to test in: the platform, a factory, a wholesaler, a shop and two people."""

from datetime import UTC, datetime

import pytest

from hanse.kernel.actor import ENGINE
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.register_party import register_party

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def platform(db: None) -> str:
    """The platform's code."""
    return found_platform(key="platform", at=AT, by=ENGINE, name="汉萨", name_en="Hanse")


@pytest.fixture
def parties(platform: str) -> dict[str, str]:
    """Codes by short name."""
    kinds = {"factory": "supplier", "west": "wholesaler", "shop": "retailer", "ann": "consumer", "bob": "consumer"}
    return {"platform": platform} | {
        slug: register_party(key=slug, at=AT, by=ENGINE, kind=kind, name=slug.title(), slug=slug)
        for slug, kind in kinds.items()
    }

"""A market in which ann may buy tees of a shop that draws them from west and the factory; each calls by a key."""

from pathlib import Path
from typing import Any

import pytest

from hanse.kernel import clock
from hanse.network.parties.operations.found_platform import found_platform
from tests.interfaces.api.callers import Caller, caller
from tests.trade.world import World


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords fast: how slowly Django does it is not ours to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    """Keep what is uploaded for long work in a folder that goes away."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": private}


def build_market(world: World) -> World:
    """Found the platform, register everybody, and let the tee be sold through three tiers."""
    world.call(found_platform, name="Hanse", name_en="Hanse", terms={"platform_fee": 500})
    kinds = {"factory": "supplier", "west": "wholesaler", "shop": "retailer", "rival": "retailer", "ann": "consumer"}
    for slug, kind in kinds.items():
        world.party(slug, kind)
    world.goods("tee", "factory", factory=100)
    world.offer("tee@factory", 6000)
    world.offer("tee@west", 8000, "tee@factory")
    world.offer("tee@shop", 10000, "tee@west")
    world.fill("ann", wallet=1_000_000)
    return world


@pytest.fixture
def market(db: None) -> World:
    """The market, at the present."""
    return build_market(World(at=clock.now()))


@pytest.fixture
def callers(market: World) -> dict[str, Caller]:
    """Everybody's owner, an operator and a stranger, by short name."""
    found = {slug: caller(slug) for slug in ("factory", "west", "shop", "rival", "ann")}
    return found | {"operator": caller("platform", "operator"), "stranger": Caller()}

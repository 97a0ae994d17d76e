"""Availability through up to eight tiers against a model that follows the chain by hand."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.operations.withdraw_offer import withdraw_offer
from hanse.goods.offers.queries import availability, chains
from hanse.goods.offers.rules import sellable
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.restock import restock
from hanse.network.parties.operations.suspend_party import suspend_party
from tests.goods.market import AT, call, goods, offer, parties, supply

pytestmark = pytest.mark.django_db
TIERS = 8


@dataclass
class Tier:
    """What the model knows of one tier; its source is the tier before it in the list, or an earlier one."""

    price: int
    fulfil: str
    source: int | None
    here: int
    there: int
    status: str = "listed"
    trading: bool = True
    band: tuple[int | None, int | None] = (None, None)
    partners: bool = False
    linked: set[int] = field(default_factory=set)


def by_hand(tiers: list[Tier], n: int, asker: int | None) -> int:
    """Return what tier n can give to the asker, as the design says it in words."""
    tier = tiers[n]
    if tier.status != "listed" or not tier.trading or (tier.partners and asker not in tier.linked):
        return 0
    own = tier.here + tier.there if tier.fulfil != "source" else 0
    if tier.fulfil == "stock" or tier.source is None:
        return own
    least, most = tiers[tier.source].band
    within = (least is None or tier.price >= least) and (most is None or tier.price <= most)
    return own + (by_hand(tiers, tier.source, n) if within else 0)


@st.composite
def markets(draw: st.DrawFn) -> list[Tier]:
    """Draw a market of up to eight sellers of one SKU who draw from each other in some order."""
    tiers: list[Tier] = []
    for n in range(draw(st.integers(1, TIERS))):
        source = draw(st.sampled_from([n - 1, n - 1, n - 1, draw(st.integers(0, n - 1))])) if n else None
        fulfil = draw(st.sampled_from(["source", "source", "stock_then_source", "stock"])) if n else "stock"
        tiers.append(
            Tier(
                price=draw(st.integers(1, 9)),
                fulfil=fulfil,
                source=source,
                here=draw(st.integers(0, 4)),
                there=draw(st.sampled_from([0, 0, 3])),
                partners=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return tiers


def build(tiers: list[Tier]) -> list[int]:
    """Build the market by public operations, with nothing yet in its way, and return the offers' ids."""
    names = [f"s{n}" for n in range(len(tiers))]
    parties(*names)
    goods("tee", "s0")
    found = []
    for n, tier in enumerate(tiers):
        call(open_warehouse, party=names[n], code="main", name="Main")
        call(open_warehouse, party=names[n], code="other", name="Other")
        for house, pieces in (("main", tier.here), ("other", tier.there)):
            if pieces:
                call(restock, party=names[n], sku="tee", quantity=pieces, warehouse=house)
        source = None if tier.source is None else f"tee@s{tier.source}"
        found.append(offer(f"tee@s{n}", tier.price, source, fulfil=tier.fulfil))
    for n, tier in enumerate(tiers):
        if tier.partners:
            call(change_offer, offer=f"tee@s{n}", audience="partners")
    return found


def disturb(tiers: list[Tier], n: int, how: str, band: tuple[int | None, int | None]) -> None:
    """Let something happen to a tier, in the market and in the model."""
    tier, name = tiers[n], f"tee@s{n}"
    if how == "suspend" and tier.status == "listed":
        call(suspend_offer, offer=name)
        tier.status = "suspended"
    elif how == "withdraw" and tier.status == "listed":
        call(withdraw_offer, offer=name)
        tier.status = "withdrawn"
    elif how == "stop" and tier.trading:
        call(suspend_party, party=f"s{n}", why="test")
        tier.trading = False
    elif how == "band" and tier.status != "withdrawn":
        call(change_offer, offer=name, band=band)
        tier.band = band
    elif how == "link":
        for m, other in enumerate(tiers):
            if other.source == n and m not in tier.linked and tier.trading and other.trading:
                supply(f"s{n}", f"s{m}")
                tier.linked.add(m)


BANDS = st.sampled_from([(None, None), (3, None), (None, 6), (4, 5)])
HOW = st.sampled_from(["suspend", "withdraw", "stop", "band", "band", "link", "link"])


@given(markets(), st.lists(st.tuples(st.integers(0, TIERS - 1), HOW, BANDS), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_availability_is_what_following_the_chain_by_hand_gives(
    django_assert_num_queries: DjangoAssertNumQueries, tiers: list[Tier], events: list[tuple[int, str, Any]]
) -> None:
    with transaction.atomic():
        ids = build(tiers)
        for n, how, band in events:
            disturb(tiers, n % len(tiers), how, band)
        with django_assert_num_queries(1):
            found = availability(ids, at=AT)
        expected = [by_hand(tiers, n, None) for n in range(len(tiers))]
        assert [found[pk] for pk in ids] == expected
        for pk, pieces in zip(ids, expected, strict=True):
            fit, reason = sellable(chains([pk], at=AT)[pk])
            assert (fit, reason == "") == (pieces > 0, pieces > 0)
        assert Offer.objects.count() == len(tiers)
        transaction.set_rollback(True)

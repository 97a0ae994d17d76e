"""Posting: one entry, all or nothing, once per key."""

from datetime import UTC, datetime

import pytest

from hanse.kernel.actor import ENGINE
from hanse.network.parties.models import Party
from hanse.value.books import queries
from hanse.value.books.operations.post import CreditLimitExceeded, FloorBroken, post
from hanse.value.funds import rules as funds

AT = datetime(2026, 3, 1, tzinfo=UTC)


def party(slug: str, kind: str = "retailer") -> int:
    return Party.objects.create(code=f"P-{slug}", slug=slug, kind=kind, name=slug, created_at=AT, created_by="t").pk


@pytest.mark.django_db
def test_smoke(django_assert_num_queries) -> None:
    platform, ann, shop = party("platform", "platform"), party("ann"), party("shop")
    with django_assert_num_queries(2):
        entry = post(key="1", kind="pay", moves=funds.hold(ann, 100, asset="CNY", platform=platform), at=AT, by=ENGINE)
    assert entry == post(key="1", kind="pay", moves=funds.hold(ann, 100, asset="CNY", platform=platform), at=AT, by=ENGINE)
    moves = funds.settle_trade(
        [(funds.held(ann, "CNY"), 100)], {funds.owed(shop, "CNY"): 95, funds.fee(platform, "CNY"): 5}
    )
    post(key="2", kind="close", moves=moves, at=AT, by=ENGINE)
    assert queries.balances("owed", "CNY") == {shop: 95}
    assert queries.balances("held", "CNY") == {ann: 0}
    with pytest.raises(FloorBroken):
        post(key="3", kind="close", moves=moves, at=AT, by=ENGINE)
    with pytest.raises(CreditLimitExceeded):
        post(key="4", kind="draw", moves=funds.draw_credit(ann, shop, 11, asset="CNY", limit=10), at=AT, by=ENGINE)
    post(key="5", kind="draw", moves=funds.draw_credit(ann, shop, 10, asset="CNY", limit=10), at=AT, by=ENGINE)
    post(key="6", kind="x", moves=funds.release_credit(ann, shop, 10, asset="CNY"), at=AT, by=ENGINE)

"""Parties and links through their public operations."""

from hanse.kernel.actor import ENGINE
from hanse.network.parties import queries
from hanse.network.parties.operations.open_link import open_link
from tests.network.conftest import AT


def test_layers_come_from_platform_seller_and_link(parties: dict[str, str]) -> None:
    link = open_link(
        key="l",
        at=AT,
        by=ENGINE,
        kind="supply",
        upstream="factory",
        downstream="west",
        terms={"pay": "credit", "limit": 5},
    )
    assert link
    f, w = (queries.party(x).pk for x in ("factory", "west"))
    assert queries.layers_for([(f, w), (f, None)]) == {
        (f, w): ({}, {}, {"pay": "credit", "limit": 5}),
        (f, None): ({}, {}, {}),
    }
    assert queries.terms_for([(f, w)])[f, w].limit == 5
    assert queries.platform_id() == queries.party(parties["platform"]).pk


def test_promoters(parties: dict[str, str]) -> None:
    open_link(key="1", at=AT, by=ENGINE, kind="promotes", upstream="shop", downstream="bob")
    open_link(key="2", at=AT, by=ENGINE, kind="promotes", upstream="bob", downstream="ann")
    ids = {x: queries.party(x).pk for x in ("shop", "bob", "ann")}
    assert queries.promoters_of(ids["ann"], 5) == [ids["bob"], ids["shop"]]
    assert queries.promoters_of(ids["ann"], 1) == [ids["bob"]]
    assert queries.promoters_of(ids["ann"], 0) == []

"""Links: who is linked to whom, on what terms, from when to when."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed, NotFound
from hanse.network.parties import queries
from hanse.network.parties.models import Link, LinkInvitation, Party, TermsChange
from hanse.network.parties.operations._link import LinkClosed
from hanse.network.parties.operations.accept_link import accept_link
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.invite_link import LASTS, invite_link
from hanse.network.parties.operations.open_link import (
    LinkCycle,
    LinkExists,
    NotAgreed,
    PartyNotActive,
    open_link,
)
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.rules import LINK_KINDS, Terms
from tests.network.conftest import AT, LATER, acting, link


def ids(*slugs: str) -> list[int]:
    return [queries.party(slug).pk for slug in slugs]


def try_to_open(by: Any = ENGINE, **given: Any) -> int:
    ends = {"kind": "supply", "upstream": "factory", "downstream": "west"}
    return open_link(**({"key": "k", "at": AT, "by": by} | ends | given))


def test_an_opened_link_holds_its_terms(parties: dict[str, str], django_assert_num_queries: Any) -> None:
    number = link("supply", "factory", "west", pay="credit", limit=100_000)
    factory, west, shop = ids("factory", "west", "shop")
    with django_assert_num_queries(1):
        views = queries.links_between([(factory, west), (west, factory), (west, shop)])
    (view,) = views.values()
    assert (view.id, view.kind, view.upstream, view.downstream) == (number, "supply", factory, west)
    assert (view.terms, view.opened_at) == ({"pay": "credit", "limit": 100_000}, AT)
    assert str(Link.objects.get()) == f"supply {factory}→{west}"


def test_terms_are_read_for_many_pairs_by_one_statement(
    parties: dict[str, str], django_assert_num_queries: Any
) -> None:
    change_terms(key="p", at=AT, by=ENGINE, party="platform", terms={"platform_fee": 500, "hold": 60})
    change_terms(key="f", at=AT, by=ENGINE, party="factory", terms={"hold": 120})
    link("supply", "factory", "west", pay="credit", limit=100_000, hold=240)
    link("promotes", "factory", "shop", hold=1)
    factory, west, shop = ids("factory", "west", "shop")
    pairs = [(factory, west), (factory, shop), (factory, None), (west, factory), (0, west)]
    with django_assert_num_queries(1):
        layers = queries.layers_for(pairs)
    platform = {"platform_fee": 500, "hold": 60}
    assert layers == {
        (factory, west): (platform, {"hold": 120}, {"pay": "credit", "limit": 100_000, "hold": 240}),
        (factory, shop): (platform, {"hold": 120}, {}),
        (factory, None): (platform, {"hold": 120}, {}),
        (west, factory): (platform, {}, {}),
    }
    with django_assert_num_queries(1):
        terms = queries.terms_for(pairs[:2])
    assert terms == {
        (factory, west): Terms(platform_fee=500, hold=240, pay="credit", limit=100_000),
        (factory, shop): Terms(platform_fee=500, hold=120),
    }
    assert queries.layers_for([]) == {}


def test_one_open_link_per_kind_and_pair(parties: dict[str, str]) -> None:
    number = link("supply", "factory", "west")
    link("supply", "west", "factory")
    link("employs", "factory", "west")
    with pytest.raises(LinkExists):
        try_to_open()
    close_link(key="c", at=LATER, by=ENGINE, link=number)
    assert try_to_open() != number
    assert Link.objects.filter(kind="supply", upstream__slug="factory").count() == 2


def test_a_party_was_brought_by_one_promoter(parties: dict[str, str]) -> None:
    link("promotes", "bob", "ann")
    with pytest.raises(LinkExists):
        try_to_open(kind="promotes", upstream="shop", downstream="ann")
    link("promotes", "bob", "rival")


def test_promoters_are_read_nearest_first(parties: dict[str, str], django_assert_num_queries: Any) -> None:
    link("promotes", "factory", "shop")
    link("promotes", "shop", "bob")
    number = link("promotes", "bob", "ann")
    ann, bob, shop, factory = ids("ann", "bob", "shop", "factory")
    with django_assert_num_queries(1):
        assert queries.promoters_of(ann, 9) == [bob, shop, factory]
    assert queries.promoters_of(ann, 2) == [bob, shop]
    assert queries.promoters_of(ann, 0) == []
    assert queries.promoters_of(factory, 9) == []
    close_link(key="c", at=LATER, by=ENGINE, link=number)
    assert queries.promoters_of(ann, 9) == []


def test_promoters_do_not_go_round_in_a_circle(parties: dict[str, str]) -> None:
    link("promotes", "shop", "bob")
    link("promotes", "bob", "ann")
    for upstream in ("ann", "bob"):
        with pytest.raises(LinkCycle):
            try_to_open(kind="promotes", upstream=upstream, downstream="shop")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "owns"}, "kind"),
        ({"downstream": "factory"}, "downstream"),
        ({"terms": {"discount": 5}}, "discount"),
        ({"terms": {"limit": -5}}, "limit"),
    ],
)
def test_a_link_that_cannot_be(parties: dict[str, str], given: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedInput) as refusal:
        try_to_open(**given)
    assert refusal.value.details["field"] == field


def test_no_link_to_nobody_or_to_one_that_is_suspended(parties: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        try_to_open(downstream="nobody")
    suspend_party(key="s", at=AT, by=ENGINE, party="west", why="closed")
    with pytest.raises(PartyNotActive) as refusal:
        try_to_open()
    assert str(refusal.value) == "West is not active."


def test_operators_alone_open_links_between_others(parties: dict[str, str]) -> None:
    for by in (acting("rival"), acting("factory", "buyer"), STRANGER):
        with pytest.raises(NotAllowed) as refusal:
            try_to_open(by=by)
        assert refusal.value.code == "not_allowed"
    assert Link.objects.get(pk=try_to_open(terms={"limit": 5})).opened_by == "engine"


@pytest.mark.parametrize("kind", LINK_KINDS)
def test_nobody_is_linked_without_its_consent(parties: dict[str, str], kind: str) -> None:
    """A business that made itself the promoter of any customer took the commission and saw who that was."""
    with pytest.raises(NotAgreed):
        try_to_open(by=acting("factory"), kind=kind)
    with pytest.raises(NotAgreed):
        try_to_open(by=acting("west"), kind=kind)
    with pytest.raises(NotAgreed):
        try_to_open(by=acting("west"), kind=kind, upstream=parties["factory"], terms={"limit": 5})
    assert not Link.objects.exists()
    assert not Party.objects.visible_to(acting("factory")).filter(slug="west").exists()


def test_whoever_was_brought_steps_in_with_the_code_that_was_shared(parties: dict[str, str]) -> None:
    for by, kind in ((acting("west", "buyer"), "promotes"), (acting("west"), "community")):
        link = try_to_open(by=by, key=kind, kind=kind, upstream=parties["factory"])
        assert Link.objects.get(pk=link).opened_by == str(by)
    with pytest.raises(NotAgreed):
        try_to_open(by=acting("west"), upstream=parties["factory"])


def invited(by: Actor = ENGINE, key: str = "i", **given: Any) -> str:
    asked: dict[str, Any] = {"kind": "supply", "upstream": "factory"}
    return invite_link(key=key, at=AT, by=by, **(asked | given))


def accepted(invitation: str, by: Actor, at: Any = LATER, key: str = "a") -> Link:
    return Link.objects.get(pk=accept_link(key=key, at=at, by=by, invitation=invitation))


@pytest.mark.parametrize("kind", LINK_KINDS)
def test_an_invitation_is_accepted_once_and_becomes_the_link(parties: dict[str, str], kind: str) -> None:
    code = invited(acting("factory"), kind=kind, terms={"limit": 5})
    found = accepted(code, acting("west"))
    assert (found.kind, found.upstream.slug, found.downstream.slug) == (kind, "factory", "west")
    assert (found.terms, found.opened_at, found.opened_by) == ({"limit": 5}, LATER, str(acting("west")))
    assert str(LinkInvitation.objects.get(link=found)) == code
    with pytest.raises(NotFound):
        accepted(code, acting("shop"), key="b")
    close_link(key="c", at=LATER, by=ENGINE, link=found.pk)
    with pytest.raises(NotFound):
        accepted(code, acting("west"), key="b")


def test_an_invitation_to_one_party_is_not_for_another_and_the_later_one_counts(parties: dict[str, str]) -> None:
    first = invited(acting("factory"), downstream="west", terms={"limit": 5})
    code = invited(acting("factory"), key="j", downstream="west", terms={"limit": 6})
    for invitation, slug in ((code, "shop"), (first, "west"), ("L-00000-00000", "west"), ("\ud800", "west")):
        with pytest.raises(NotFound):
            accepted(invitation, acting(slug))
    assert accepted(code, acting("west")).terms == {"limit": 6}


def test_invitations_end_and_their_parties_are_looked_at_again(parties: dict[str, str]) -> None:
    code = invited(acting("factory"))
    with pytest.raises(NotFound):
        accepted(code, acting("west"), at=AT + LASTS)
    suspend_party(key="s", at=LATER, by=ENGINE, party="factory", why="closed")
    with pytest.raises(PartyNotActive):
        accepted(code, acting("west"))
    for bad in ("factory", None):
        with pytest.raises(MalformedInput):
            accepted(invited(key=f"k{bad}"), acting("factory")) if bad is None else invited(key="k", downstream=bad)


def test_a_promoter_is_accepted_by_whom_nobody_else_brought(parties: dict[str, str]) -> None:
    code = invited(acting("bob"), kind="promotes", upstream="bob")
    link("promotes", "shop", "ann")
    with pytest.raises(LinkExists):
        accepted(code, acting("ann"))
    link("promotes", "rival", "bob")
    with pytest.raises(LinkCycle):
        accepted(code, acting("rival"))
    assert accepted(code, acting("west", "buyer")).kind == "promotes"


def test_who_may_invite_and_accept(parties: dict[str, str]) -> None:
    for by in (acting("west"), acting("factory", "buyer"), STRANGER):
        with pytest.raises(NotAllowed):
            invited(by)
    with pytest.raises(NotAllowed):
        invited(acting("factory"), terms={"platform_fee": 0})
    code = invited(acting("factory"), downstream="west")
    for by in (ENGINE, STRANGER, acting("west", "buyer")):
        with pytest.raises(NotAllowed):
            accepted(code, by)
    seen = {
        slug: LinkInvitation.objects.visible_to(acting(slug)).count() for slug in ("factory", "west", "shop", "rival")
    }
    assert seen == {"factory": 1, "west": 1, "shop": 0, "rival": 0}
    assert not LinkInvitation.objects.visible_to(acting("west", "buyer")).exists()
    assert not LinkInvitation.objects.visible_to(STRANGER).exists()
    assert LinkInvitation.objects.visible_to(ENGINE).count() == 1


def test_changed_terms_hold_from_now_on_and_the_old_ones_stay_readable(parties: dict[str, str]) -> None:
    number = link("supply", "factory", "west", limit=100)
    factory = acting("factory")
    assert change_link(key="1", at=LATER, by=factory, link=number, terms={"limit": 200, "pay": "credit"}) == number
    change_link(key="2", at=LATER, by=ENGINE, link=number, forget=["limit"])
    change_link(key="3", at=LATER, by=ENGINE, link=number)
    assert Link.objects.get().terms == {"pay": "credit"}
    story = TermsChange.objects.filter(link=number).order_by("pk")
    assert [(row.before, row.after, row.by_party, row.by_name) for row in story] == [
        ({"limit": 100}, {"limit": 200, "pay": "credit"}, factory.party, ""),
        ({"limit": 200, "pay": "credit"}, {"pay": "credit"}, None, "engine"),
    ]


def test_who_may_change(parties: dict[str, str]) -> None:
    number = link("supply", "factory", "west", limit=100)
    change: dict[str, Any] = {"key": "1", "at": LATER, "link": number, "terms": {"limit": 10**6}}
    for by in (acting("west"), acting("factory", "buyer")):
        with pytest.raises(NotAllowed):
            change_link(by=by, **change)
    for by in (acting("rival"), STRANGER):
        with pytest.raises(NotFound):
            change_link(by=by, **change)
    with pytest.raises(NotAllowed):
        change_link(by=acting("factory"), **(change | {"terms": {"return_window": 0}}))
    assert Link.objects.get().terms == {"limit": 100}


def test_a_closed_link_is_history(parties: dict[str, str]) -> None:
    number = link("supply", "factory", "west")
    west = acting("west")
    assert close_link(key="1", at=LATER, by=west, link=number) == number
    closed = Link.objects.get()
    assert (closed.closed_at, closed.closed_by) == (LATER, str(west))
    for verb in (close_link, change_link):
        with pytest.raises(LinkClosed):
            verb(key="2", at=LATER, by=west, link=number)
    assert queries.links_between([tuple(ids("factory", "west"))]) == {}  # type: ignore[list-item]


def test_a_clock_that_runs_late_closes_no_earlier_than_opened(parties: dict[str, str]) -> None:
    number = link("supply", "factory", "west")
    close_link(key="1", at=AT - timedelta(seconds=2), by=ENGINE, link=number)
    assert Link.objects.get().closed_at == AT


def test_who_may_close(parties: dict[str, str]) -> None:
    number = link("promotes", "bob", "ann")
    with pytest.raises(NotAllowed):
        close_link(key="1", at=LATER, by=acting("ann"), link=number)
    with pytest.raises(NotFound):
        close_link(key="1", at=LATER, by=acting("rival"), link=number)
    with pytest.raises(NotAllowed):
        close_link(key="1", at=LATER, by=acting("bob", "buyer"), link=number)
    close_link(key="1", at=LATER, by=acting("bob"), link=number)


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "owns"},
        {"upstream_id": "downstream"},
        {"closed_at": AT},
        {"closed_by": "engine"},
        {"closed_at": AT - timedelta(days=1), "closed_by": "engine"},
    ],
)
def test_the_database_itself_refuses(parties: dict[str, str], bad: dict[str, Any]) -> None:
    factory, west = ids("factory", "west")
    row = {"kind": "supply", "upstream_id": factory, "downstream_id": west, "opened_at": AT, "opened_by": "engine"}
    if bad.get("upstream_id"):
        bad = {"upstream_id": west}
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.create(**(row | bad))


def test_every_refusal_says_something() -> None:
    for refusal in (LinkExists(), LinkCycle(), LinkClosed(), NotAgreed(), PartyNotActive(party="West")):
        assert isinstance(refusal, DomainError)
        assert str(refusal)

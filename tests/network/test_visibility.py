"""Who sees what: competitors share this database, so every read starts closed."""

from typing import Any

import pytest
from django.db.models import QuerySet

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.network.access.models import Membership, User
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.submit import submit
from hanse.network.parties.models import Link, Particulars, Party, Qualification, TermsChange
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.rules import Certificate
from tests.network.conftest import AT, LATER, acting, link, person


@pytest.fixture
def world(parties: dict[str, str]) -> dict[str, str]:
    """Factory supplies west, west supplies shop; west and rival once traded; everyone has something to hide."""
    supply = link("supply", "factory", "west", limit=5)
    link("supply", "west", "shop")
    close_link(key="c", at=LATER, by=ENGINE, link=link("supply", "west", "rival"))
    change_link(key="cl", at=AT, by=ENGINE, link=supply, terms={"limit": 6})
    for slug in ("factory", "west", "shop", "rival"):
        change_terms(key=slug, at=AT, by=ENGINE, party=slug, terms={"hold": 60})
        company, shown = Company(slug), [Certificate("business_licence")]
        describe_party(key=slug, at=AT, by=ENGINE, party=slug, company=company, certificates=shown)
        submit(key=slug, at=AT, by=ENGINE, kind="product", party=slug, subject_kind="product", subject_id=1)
        grant_role(key=slug, at=AT, by=ENGINE, user=person(slug), party=slug, role="owner")
        grant_role(key=slug + "2", at=AT, by=ENGINE, user=person(slug + "-clerk"), party=slug, role="seller_clerk")
    return parties


def named(rows: QuerySet[Any], path: str) -> list[str]:
    return sorted(rows.values_list(path, flat=True))


def test_strangers_see_nothing(world: dict[str, str]) -> None:
    for model in (Party, Link, TermsChange, Particulars, Qualification, User, Membership, Approval):
        assert not model.objects.visible_to(STRANGER).exists()
        assert not model.objects.visible_to(Actor(name="somebody")).exists()


def test_operators_see_everything(world: dict[str, str]) -> None:
    for model in (Party, Link, TermsChange, Particulars, Qualification, User, Membership, Approval):
        visible = model.objects.visible_to(ENGINE)
        assert visible.count() == model.objects.count() > 0


def test_a_party_sees_its_partners_of_today(world: dict[str, str]) -> None:
    assert named(Party.objects.visible_to(acting("west")), "slug") == ["factory", "platform", "shop", "west"]
    assert named(Party.objects.visible_to(acting("shop")), "slug") == ["platform", "shop", "west"]
    assert named(Party.objects.visible_to(acting("rival")), "slug") == ["platform", "rival"]


def test_a_link_is_for_its_two_ends_also_when_it_is_over(world: dict[str, str]) -> None:
    assert named(Link.objects.visible_to(acting("west")), "downstream__slug") == ["rival", "shop", "west"]
    assert named(Link.objects.visible_to(acting("shop")), "downstream__slug") == ["shop"]
    assert named(Link.objects.visible_to(acting("rival")), "downstream__slug") == ["rival"]


def test_changes_of_terms_are_for_those_they_bind(world: dict[str, str]) -> None:
    for slug, own, of_links in (("factory", 1, 1), ("west", 1, 1), ("shop", 1, 0), ("rival", 1, 0)):
        seen = TermsChange.objects.visible_to(acting(slug))
        assert (seen.filter(link=None).count(), seen.exclude(link=None).count()) == (own, of_links)
        assert named(seen.filter(link=None), "party__slug") == [slug]


def test_particulars_and_certificates_are_for_nobody_else(world: dict[str, str]) -> None:
    assert named(Particulars.objects.visible_to(acting("west")), "legal_name") == ["west"]
    assert named(Qualification.objects.visible_to(acting("west")), "party__slug") == ["west"]
    reviewer = acting("platform", "reviewer")
    assert Particulars.objects.visible_to(reviewer).count() == Qualification.objects.visible_to(reviewer).count() == 4
    assert Party.objects.visible_to(reviewer).count() == Party.objects.count()
    assert Link.objects.visible_to(reviewer).count() == 3


def test_approvals_are_for_the_applicant_and_for_those_who_review_that_kind(world: dict[str, str]) -> None:
    assert named(Approval.objects.visible_to(acting("west")), "party__slug") == ["west"]
    assert Approval.objects.visible_to(acting("platform", "reviewer")).count() == 4
    cashier = Actor(party=None, permissions=frozenset({"money.review"}))
    assert not Approval.objects.visible_to(cashier).exists()


def test_staff_is_for_those_who_manage_it(world: dict[str, str]) -> None:
    clerk_user = User.objects.get(email="west-clerk@example.com")
    owner, clerk = acting("west"), acting("west", "seller_clerk", user=clerk_user.pk)
    assert named(User.objects.visible_to(owner), "name") == ["west", "west-clerk"]
    assert named(Membership.objects.visible_to(owner), "role") == ["owner", "seller_clerk"]
    assert named(User.objects.visible_to(clerk), "name") == ["west-clerk"]
    assert named(Membership.objects.visible_to(clerk), "role") == ["seller_clerk"]


def test_what_anyone_may_know(world: dict[str, str]) -> None:
    suspend_party(key="s", at=AT, by=ENGINE, party="rival", why="fakes")
    assert named(Party.objects.public(), "slug") == ["factory", "platform", "shop", "west"]

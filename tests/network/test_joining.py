"""Signing up, changing what one signs in by, and inviting staff."""

from typing import Any

import pytest

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim
from hanse.network.access import queries
from hanse.network.access.models import Invitation, Membership, User
from hanse.network.access.operations._sign_in import SignInTaken, WeakPassword
from hanse.network.access.operations.accept_invitation import accept_invitation
from hanse.network.access.operations.change_name import change_name
from hanse.network.access.operations.change_password import change_password
from hanse.network.access.operations.change_sign_in import change_sign_in
from hanse.network.access.operations.invite import LASTS, invite
from hanse.network.access.operations.revoke_invitation import revoke_invitation
from hanse.network.access.operations.sign_up import sign_up
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.rules import Secret
from tests.network.conftest import AT, LATER, acting, at_once, person

TOKEN = Secret("a-token")


def joined(**given: Any) -> User:
    defaults: dict[str, Any] = {"key": "up", "at": AT, "by": STRANGER, "name": "Cai", "phone": "13800138000"}
    code = sign_up(**(defaults | given))
    return User.objects.get(code=code)


def myself(user: User) -> Actor:
    return queries.actor_for(user)


def invited(party: str = "shop", role: str = "seller_clerk", by: Actor | None = None, **more: Any) -> str:
    given: dict[str, Any] = {"key": "in", "at": AT, "sign_in": "Li@Example.com", "token": TOKEN} | more
    return invite(by=by or acting(party), party=party, role=role, **given)


def test_who_signs_up_is_a_consumer_of_their_own(platform: str) -> None:
    user = joined()
    actor = myself(user)
    membership = user.memberships.get()
    assert (membership.party.kind, membership.party.name, membership.party.status) == ("consumer", "Cai", "active")
    assert (membership.role, actor.party, actor.may("orders.place")) == ("owner", membership.party_id, True)
    assert not user.has_usable_password()
    assert not actor.operates


def test_a_taken_name_leaves_no_trace(platform: str) -> None:
    joined()
    before = (User.objects.count(), Membership.objects.count())
    with pytest.raises(SignInTaken):
        joined(key="again", phone="+86 138 0013 8000")
    assert (User.objects.count(), Membership.objects.count()) == before


def test_only_oneself_changes_what_one_signs_in_by(platform: str) -> None:
    user, other = joined(), joined(key="2", phone=None, email="li@example.com")
    change_sign_in(key="a", at=AT, by=myself(user), user=user.code, email="Cai@Example.com")
    user.refresh_from_db()
    assert (user.email, user.phone) == ("cai@example.com", "+8613800138000")
    change = Claim.objects.get(scope__startswith="network.change_sign_in", key="a")
    assert (change.operation, change.by_user) == ("network.change_sign_in", user.pk)
    assert change.changes == [
        {"subject": "user", "code": user.code, "was": {"email": None}, "is": {"email": "cai@example.com"}}
    ]
    with pytest.raises(SignInTaken):
        change_sign_in(key="b", at=AT, by=myself(user), user=user.code, email="li@example.com")
    with pytest.raises(NotAllowed):
        change_sign_in(key="c", at=AT, by=myself(other), user=user.code, phone="13800138001")
    with pytest.raises(MalformedInput):
        change_sign_in(key="d", at=AT, by=myself(user), user=user.code)


def test_a_password_is_changed_and_told_nowhere(platform: str) -> None:
    user = joined()
    change_password(key="a", at=AT, by=myself(user), user=user.code, password=Secret("correct horse battery"))
    user.refresh_from_db()
    assert user.check_password("correct horse battery")
    with pytest.raises(WeakPassword):
        change_password(key="b", at=AT, by=myself(user), user=user.code, password=Secret("12345678"))
    claim = Claim.objects.get(scope__startswith="network.change_password")
    assert [one["is"] for one in claim.changes or []] == [{"password": "new"}]
    assert "horse" not in str(claim.changes)


def test_what_a_name_was_before_can_be_told(platform: str) -> None:
    user = joined()
    change_name(key="a", at=AT, by=myself(user), user=user.code, name="Cai Li")
    change_name(key="b", at=AT, by=myself(user), user=user.code, name="Cai Li")
    told = [claim.changes for claim in Claim.objects.filter(scope__startswith="network.change_name").order_by("id")]
    assert told == [[{"subject": "user", "code": user.code, "was": {"name": "Cai"}, "is": {"name": "Cai Li"}}], None]


def test_who_a_party_was_before_can_be_told_but_no_number(parties: dict[str, str]) -> None:
    for number in ("1", "2"):
        company = Company("Shop Ltd " + number, licence_number=Secret("licence-" + number), contact="Li")
        describe_party(key=number, at=AT, by=acting("shop"), party="shop", company=company)
    first, second = Claim.objects.filter(scope__startswith="network.describe_party").order_by("id")
    assert second.changes == [
        {
            "subject": "party",
            "code": parties["shop"],
            "was": {"legal_name": "Shop Ltd 1", "licence_number": "old"},
            "is": {"legal_name": "Shop Ltd 2", "licence_number": "new"},
        }
    ]
    assert "licence-" not in str([first.changes, second.changes])


def test_an_invitation_is_good_once(parties: dict[str, str]) -> None:
    code = invited()
    user = User.objects.get(code=person("li"))
    assert accept_invitation(key="x", at=AT, by=myself(user), token=TOKEN) == parties["shop"]
    membership = Membership.objects.get(user=user)
    assert (membership.party.code, membership.role) == (parties["shop"], "seller_clerk")
    assert Invitation.objects.get(code=code).user == user
    for key in ("y", "z"):
        with pytest.raises(NotFound):
            accept_invitation(key=key, at=AT, by=myself(user), token=TOKEN)
    with pytest.raises(NotFound):
        revoke_invitation(key="r", at=AT, by=acting("shop"), invitation=code)


def test_two_at_once_find_one_invitation(transactional_db: None) -> None:
    from hanse.network.parties.operations.found_platform import found_platform
    from hanse.network.parties.operations.register_party import register_party

    found_platform(key="p", at=AT, by=ENGINE, name="汉萨")
    register_party(key="s", at=AT, by=ENGINE, kind="retailer", name="Shop", slug="shop")
    invited()
    rivals = [myself(User.objects.get(code=person(name))) for name in ("li", "mo")]
    steps = [lambda by=by: accept_invitation(key="x", at=AT, by=by, token=TOKEN) for by in rivals]
    assert at_once(*steps) == ["not_found", "ok"]
    assert Membership.objects.count() == 1


def test_an_invitation_ends(parties: dict[str, str]) -> None:
    user = User.objects.get(code=person("li"))
    code = invited()
    with pytest.raises(NotFound):
        accept_invitation(key="late", at=AT + LASTS, by=myself(user), token=TOKEN)
    with pytest.raises(NotFound):
        revoke_invitation(key="r", at=LATER, by=acting("rival"), invitation=code)
    assert revoke_invitation(key="r", at=LATER, by=acting("shop"), invitation=code) == code
    with pytest.raises(NotFound):
        accept_invitation(key="after", at=LATER, by=myself(user), token=TOKEN)


def test_a_second_invitation_replaces_the_first(parties: dict[str, str]) -> None:
    invited()
    again = invited(key="in2", sign_in="li@example.com", token=Secret("another"))
    assert [row.code for row in Invitation.objects.open(AT)] == [again]


def test_nobody_offers_more_than_they_have(parties: dict[str, str]) -> None:
    for by, party, role in [
        (acting("shop", "seller_clerk"), "shop", "buyer"),
        (acting("rival"), "shop", "buyer"),
        (acting("shop"), "platform", "operator"),
    ]:
        with pytest.raises(NotAllowed):
            invited(party, role, by)
    with pytest.raises(MalformedInput):
        invited(role="operator")
    with pytest.raises(NotAllowed):
        accept_invitation(key="x", at=AT, by=STRANGER, token=TOKEN)
    assert not Invitation.objects.visible_to(acting("rival")).exists()


def test_who_has_the_role_keeps_it_once(parties: dict[str, str]) -> None:
    user = User.objects.get(code=person("li"))
    for number in (1, 2):
        invited(key=f"in{number}", token=Secret(f"t{number}"))
        accept_invitation(key=f"x{number}", at=AT, by=myself(user), token=Secret(f"t{number}"))
    assert user.memberships.count() == 1

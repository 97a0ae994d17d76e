"""Users, roles and what they may do."""

from typing import Any

import pytest
from django.conf import global_settings
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from hanse.kernel.actor import ENGINE, OPERATE, STRANGER, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim
from hanse.kernel.once import digest_of
from hanse.network.access import queries, rules
from hanse.network.access.models import Membership, User
from hanse.network.access.operations._sign_in import SignInTaken, WeakPassword
from hanse.network.access.operations.change_language import change_language
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import RoleHeld, grant_role
from hanse.network.access.operations.revoke_role import LastOwner, revoke_role
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import Secret
from tests.network.conftest import AT, LATER, acting, person

PASSWORD = Secret("correct horse battery")


def sign_up(**given: Any) -> str:
    defaults: dict[str, Any] = {"key": "k", "by": STRANGER, "name": "Ann", "password": PASSWORD, "email": "a@b.cn"}
    return create_user(at=AT, **(defaults | given))


def grant(user: str, party: str, role: str = "owner", by: Actor = ENGINE) -> int:
    return grant_role(key=f"{user}{party}{role}", at=AT, by=by, user=user, party=party, role=role)


def revoke(user: str, party: str, role: str = "owner", by: Actor = ENGINE) -> int:
    return revoke_role(key=f"-{user}{party}{role}", at=LATER, by=by, user=user, party=party, role=role)


def test_anyone_may_sign_up(db: None) -> None:
    code = sign_up(email="Ann@Example.COM", phone="138 0013 8000", language="en")
    user = User.objects.get(code=code)
    assert (user.email, user.phone, user.name, user.language) == ("ann@example.com", "+8613800138000", "Ann", "en")
    assert (user.created_at, user.created_by, str(user), user.get_full_name()) == (AT, "stranger", "Ann", "Ann")
    assert queries.actor_for(user) == Actor(user=user.pk, name=f"user:{user.pk}")


def test_the_password_is_nowhere(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    sign_up()
    user = User.objects.get()
    assert user.password.startswith("pbkdf2_sha256$")
    claim = Claim.objects.get(key="k")
    given = {"name": "Ann", "email": "a@b.cn", "password": "•••"}
    assert bytes(claim.digest) == digest_of(given)


@pytest.mark.parametrize("typed", ["a@b.cn", " A@B.CN ", "13800138000", "+86 138-0013-8000"])
def test_signing_in_by_either_name(db: None, typed: str) -> None:
    sign_up(phone="13800138000")
    back = queries.SignIn()
    user = back.authenticate(None, username=typed, password=PASSWORD.reveal())
    assert user == User.objects.get()
    assert back.get_user(User.objects.get().pk) == user


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("a@b.cn", "wrong"), ("a@b.cn", None), ("a@b.cn", ""), ("b@b.cn", "correct horse battery"),
        (None, "x"), ("a\x00", "x"), ("\ud800@b.cn", "x"), ("x" * 300, "x"), ("ann", "x"),
    ],
)  # fmt: skip
def test_not_signing_in(db: None, name: str | None, password: str | None) -> None:
    sign_up()
    assert queries.SignIn().authenticate(None, username=name, password=password) is None


def test_one_who_was_shut_out(db: None) -> None:
    sign_up()
    User.objects.update(is_active=False)
    user = User.objects.get()
    assert queries.SignIn().authenticate(None, username="a@b.cn", password=PASSWORD.reveal()) is None
    assert queries.SignIn().get_user(user.pk) is None
    assert queries.actor_for(user) == STRANGER


def test_django_signs_in_by_our_backend(db: None, settings: Any) -> None:
    settings.AUTHENTICATION_BACKENDS = ["hanse.network.access.queries.SignIn"]
    sign_up()
    assert authenticate(username="a@b.cn", password=PASSWORD.reveal()) == User.objects.get()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"), ({"name": "a\x00"}, "name"), ({"name": "x" * 101}, "name"),
        ({"email": None}, "email"), ({"email": "", "phone": ""}, "email"), ({"email": "ann"}, "email"),
        ({"email": "a@b"}, "email"), ({"email": "a b@c.cn"}, "email"), ({"email": "13800138000"}, "email"),
        ({"email": "x" * 300 + "@b.cn"}, "email"), ({"phone": "a@b.cn"}, "phone"), ({"phone": "12345"}, "phone"),
        ({"phone": "+0123456789"}, "phone"), ({"language": "fr"}, "language"),
        ({"password": Secret("x" * 1001)}, "password"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named(db: None, given: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedInput) as refusal:
        sign_up(**given)
    assert refusal.value.details["field"] == field
    assert not User.objects.exists()


def test_a_password_that_could_be_guessed(db: None) -> None:
    for weak in ("short", "12345678901", "password1", ""):
        with pytest.raises(WeakPassword) as refusal:
            sign_up(password=Secret(weak))
        assert str(refusal.value) == refusal.value.details["reasons"] != ""


def test_a_sign_in_name_is_given_once(db: None) -> None:
    sign_up(phone="13800138000")
    for taken in ({"email": "A@B.cn"}, {"email": None, "phone": "+8613800138000"}):
        with pytest.raises(SignInTaken):
            sign_up(key="other", **taken)


@pytest.mark.parametrize("bad", [{"email": None}, {"email": "A@b.cn"}, {"email": "a@b.cn", "language": "fr"}])
def test_the_database_itself_refuses(db: None, bad: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(code="U", name="A", created_at=AT, created_by="x", **bad)


@given(st.text(max_size=40))
def test_any_sign_in_name_is_read_or_refused_and_reads_back(typed: str) -> None:
    try:
        column, name = rules.sign_in_name(typed)
    except MalformedInput:
        return
    assert rules.sign_in_name(name) == (column, name)


def test_the_language_is_ones_own_to_choose(db: None) -> None:
    code = sign_up()
    user = User.objects.get()
    assert change_language(key="1", at=AT, by=Actor(user=user.pk), user=code, language="en") == "en"
    assert User.objects.get().language == "en"
    change_language(key="2", at=AT, by=ENGINE, user=code, language="zh-hans")
    with pytest.raises(NotAllowed):
        change_language(key="3", at=AT, by=STRANGER, user=code, language="en")
    with pytest.raises(MalformedInput):
        change_language(key="3", at=AT, by=ENGINE, user=code, language="fr")
    with pytest.raises(NotFound):
        change_language(key="3", at=AT, by=ENGINE, user="U\x00", language="en")


def test_an_actor_holds_what_its_roles_hold(parties: dict[str, str]) -> None:
    ann = person("ann")
    grant(ann, "shop", "finance")
    grant(ann, "shop", "stock_keeper")
    grant(ann, "rival", "buyer")
    user = User.objects.get(code=ann)
    shop, rival = find_party("shop"), find_party("rival")
    actor = queries.actor_for(user)
    assert actor == queries.actor_for(user, "shop") == queries.actor_for(user, parties["shop"])
    assert (actor.party, actor.user) == (shop.pk, user.pk)
    assert actor.permissions == rules.ROLES["finance"] | rules.ROLES["stock_keeper"]
    assert not actor.may("offers.edit")
    assert queries.actor_for(user, "rival").permissions == rules.ROLES["buyer"]
    assert queries.parties_of(user) == [shop, rival]
    for other in ("west", "nobody", "a\x00", ""):
        with pytest.raises(NotFound):
            queries.actor_for(user, other)
    assert str(Membership.objects.order_by("pk")[0]) == f"{user.pk} finance@{shop.pk}"


def test_the_languages_are_those_of_the_faces(settings: Any) -> None:
    assert tuple(code for code, _name in settings.LANGUAGES) == rules.LANGUAGES


def test_who_is_not_signed_in_is_a_stranger() -> None:
    assert queries.actor_for(None) == queries.actor_for(AnonymousUser(), "shop") == STRANGER


def test_a_suspended_party_finishes_what_it_owes_and_begins_nothing(parties: dict[str, str]) -> None:
    ann = person("ann")
    grant(ann, "shop")
    suspend_party(key="s", at=AT, by=ENGINE, party="shop", why="fakes")
    actor = queries.actor_for(User.objects.get(), "shop")
    assert actor.may("orders.ship")
    assert actor.may("orders.pay")
    assert actor.may("money.see")
    for new in ("offers.edit", "goods.edit", "orders.place", "money.payout", "links.edit", "staff.edit"):
        assert not actor.may(new)


def test_one_that_has_applied_amends_its_application(platform: str) -> None:
    register_party(key="n", at=AT, by=ENGINE, kind="retailer", name="New", slug="new", active=False)
    grant(person("ann"), "new")
    assert queries.actor_for(User.objects.get(), "new").permissions == {"party.see", "party.edit", "party.licences"}


def test_a_suspended_operator_operates_nothing() -> None:
    assert rules.permissions(["operator"], "active") == {OPERATE}
    assert rules.permissions(["operator"], "suspended") == set()
    assert rules.permissions([], "active") == set()


def test_who_may_grant(parties: dict[str, str]) -> None:
    ann, bob = person("ann"), person("bob")
    grant(ann, "shop")
    owner = queries.actor_for(User.objects.get(code=ann), "shop")
    grant(bob, "shop", "seller_clerk", by=owner)
    clerk = queries.actor_for(User.objects.get(code=bob), "shop")
    head_of_staff = Actor(party=owner.party, permissions=rules.ROLES["seller_clerk"] | {rules.STAFF})
    for by, party, role in [
        (owner, "rival", "buyer"),
        (clerk, "shop", "seller_clerk"),
        (head_of_staff, "shop", "finance"),
        (STRANGER, "shop", "buyer"),
    ]:
        with pytest.raises(NotAllowed):
            grant(ann, party, role, by=by)
    assert grant(ann, "shop", "seller_clerk", by=head_of_staff)
    with pytest.raises(RoleHeld):
        grant_role(key="x", at=AT, by=owner, user=bob, party="shop", role="seller_clerk")
    with pytest.raises(NotFound):
        grant("U-00000-00000", "shop", "buyer")


def test_roles_over_others_exist_only_at_the_platform(parties: dict[str, str]) -> None:
    ann = person("ann")
    for role in ("operator", "reviewer", "king"):
        with pytest.raises(MalformedInput) as refusal:
            grant(ann, "shop", role)
        assert refusal.value.details["field"] == "role"
    grant(ann, "platform", "operator")
    assert queries.actor_for(User.objects.get()).operates


def test_a_revoked_role_is_history(parties: dict[str, str]) -> None:
    ann, bob = person("ann"), person("bob")
    grant(ann, "shop")
    grant(bob, "shop", "buyer")
    owner = queries.actor_for(User.objects.get(code=ann), "shop")
    number = revoke(bob, "shop", "buyer", by=owner)
    ended = Membership.objects.get(pk=number)
    assert (ended.since, ended.until, ended.revoked_by) == (AT, LATER, str(owner))
    assert queries.actor_for(User.objects.get(code=bob)).party is None
    for user in (bob, "U\x00"):
        with pytest.raises(NotFound):
            revoke_role(key="again", at=LATER, by=owner, user=user, party="shop", role="buyer")
    with pytest.raises(NotAllowed):
        revoke(ann, "shop", by=acting("rival"))
    assert grant_role(key="anew", at=LATER, by=owner, user=bob, party="shop", role="buyer") != number


def test_the_last_owner_stays(parties: dict[str, str]) -> None:
    ann, bob = person("ann"), person("bob")
    grant(ann, "shop")
    owner = queries.actor_for(User.objects.get(code=ann), "shop")
    with pytest.raises(LastOwner):
        revoke(ann, "shop", by=owner)
    grant(bob, "shop")
    revoke(ann, "shop", by=owner)
    revoke(bob, "shop", by=ENGINE)
    assert not Membership.objects.current().exists()

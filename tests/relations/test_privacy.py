"""Leaving: what stands against it, what goes, what stays, and that nothing tells who it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import NotAllowed
from hanse.kernel.models import Claim
from hanse.network.access.models import Invitation, Membership, User
from hanse.network.access.operations.change_name import change_name
from hanse.network.access.operations.invite import invite
from hanse.network.access.operations.sign_up import sign_up
from hanse.network.access.queries import actor_for, known_as
from hanse.network.access.queries import user as user_of
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.apply import apply
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.network.licences.operations.renew_licence import renew_licence
from hanse.network.parties.models import Link, Paper, Particulars, Party, Qualification
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.rules import Certificate, File, Secret
from hanse.relations.members.models import Address
from hanse.relations.members.operations.save_address import save_address
from hanse.relations.privacy import queries
from hanse.relations.privacy.models import DataRequest
from hanse.relations.privacy.operations.close_account import StillNeeded, close_account
from hanse.relations.privacy.operations.note_copy import note_copy
from hanse.trade.orders.models import Checkout
from hanse.trade.orders.operations.pay import pay
from hanse.value.funds.operations.top_up_wallet import top_up_wallet
from tests.trade.world import World

NAME, MAIL, STREET = "Ottilie Unverwechselbar", "ottilie@example.com", "Unverwechselbar Street 9"


@pytest.fixture
def shop(db: None) -> World:
    return World().found().three_tiers()


def person(shop: World) -> tuple[User, Actor]:
    code = sign_up(key="up", at=shop.at, by=STRANGER, name=NAME, email=MAIL, password=Secret("correct horse battery"))
    user = user_of(code)
    return user, actor_for(user)


def everything() -> str:
    """Return all texts that the database holds in tables of ours."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [row[0] for row in cursor.fetchall()]
        texts = []
        for table in tables:
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), %s) FROM "{table}" t', [""])
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def test_nothing_tells_who_it_was(shop: World) -> None:
    user, actor = person(shop)
    me: dict[str, Any] = {"at": shop.at, "by": actor}
    change_name(key="n", user=user.code, name=NAME + " II", **me)
    save_address(
        key="a", name=Secret(NAME), phone=Secret("13812345678"), place=Secret("苏州"), street=Secret(STREET), **me
    )
    party = Party.objects.get(pk=actor.party or 0)
    code = shop.call(_place, by=actor, buyer=party.code, street=STREET)
    invite(key="i", at=shop.at, by=ENGINE, party="shop", role="buyer", sign_in=MAIL, token=Secret("t" * 40))
    with pytest.raises(StillNeeded) as refusal:
        close_account(key="c", at=shop.at, by=actor, user=user.code)
    assert [kind for kind, _about in refusal.value.details["obstacles"]] == ["orders"]
    shop.call(_cancel, by=actor, order=code)
    assert NAME in everything()
    done = close_account(key="c2", at=shop.at, by=actor, user=user.code)
    text = everything()
    for told in (NAME, MAIL, "Unverwechselbar", "13812345678"):
        assert told not in text, told
    user.refresh_from_db()
    party.refresh_from_db()
    assert (user.is_active, user.has_usable_password(), known_as(MAIL)) == (False, False, None)
    assert (party.status, party.name, party.name_en) == ("left", "已注销", "Closed account")
    assert not Membership.objects.current().filter(user=user).exists()
    assert not Address.objects.exists()
    assert Checkout.objects.get(code=code).address == {}
    assert Invitation.objects.get().sign_in == "已注销"
    noted = [one for row in Claim.objects.exclude(changes=None) for one in row.changes or []]
    assert {"subject": "user", "code": user.code, "was": {}, "is": {}} in noted
    assert (DataRequest.objects.get().code, DataRequest.objects.get().kept) == (done, {"orders": 1})
    sign_up(key="again", at=shop.at, by=STRANGER, name="New", email=MAIL)  # the name is free again


def _place(*, key: str, at: Any, by: Actor, buyer: str, street: str) -> str:
    from hanse.trade.orders.operations.place import place
    from hanse.trade.quotes.queries import Line

    address = {"name": NAME, "street": street}
    return place(key=key, at=at, by=by, buyer=buyer, lines=[Line("tee@shop", 1)], address=address, note=NAME)


def _cancel(*, key: str, at: Any, by: Actor, order: str) -> str:
    from hanse.trade.orders.operations.cancel import cancel

    return cancel(key=key, at=at, by=by, order=order)


def test_money_and_businesses_stand_against_it(shop: World) -> None:
    user, actor = person(shop)
    party = Party.objects.get(pk=actor.party or 0)
    assert queries.obstacles(user) == []
    top_up_wallet(key="w", at=shop.at, by=ENGINE, party=party.code, amount=500, asset="CNY")
    assert queries.obstacles(user) == [queries.Obstacle("money", "wallet|500|CNY")]
    top_up_wallet(key="w2", at=shop.at, by=ENGINE, party=party.code, amount=99_500, asset="CNY")
    order = shop.call(_place, by=actor, buyer=party.code, street=STREET)
    shop.call(pay, by=actor, order=order, with_="wallet")
    assert {one.kind for one in queries.obstacles(user)} == {"orders", "money"}
    shop.call(_cancel, by=actor, order=order)
    assert queries.obstacles(user) == [queries.Obstacle("money", "wallet|100000|CNY")]  # nothing is held any more
    code = apply(key="b", at=shop.at, by=actor, kind="leader", name="L", company=Company(NAME))
    assert queries.Obstacle("review", code) in queries.obstacles(user)
    withdraw(key="bw", at=shop.at, by=ENGINE, approval=code)
    assert queries.Obstacle("review", code) not in queries.obstacles(user)
    west = Party.objects.get(slug="west")
    Membership.objects.create(user=user, party=west, role="owner", since=shop.at, granted_by="x")
    assert queries.Obstacle("owner", west.name) in queries.obstacles(user)
    other = user_of(sign_up(key="o", at=shop.at, by=STRANGER, name="Other", email="other@example.com"))
    Membership.objects.create(user=other, party=west, role="owner", since=shop.at, granted_by="x")
    assert queries.Obstacle("owner", west.name) not in queries.obstacles(user)


def test_a_leaders_certificates_go_too(shop: World) -> None:
    user, actor = person(shop)
    apply(key="b", at=shop.at, by=actor, kind="leader", name="L", slug="lea", company=Company(NAME))
    Party.objects.filter(slug="lea").update(status="active")
    shown = [Certificate("representative_identity", Secret("330106"), file=File("a.pdf", b"%PDF-1"))]
    describe_party(key="d", at=shop.at, by=ENGINE, party="lea", company=Company(NAME), certificates=shown)
    approval = renew_licence(key="r", at=shop.at, by=ENGINE, party="lea", certificate=shown[0])
    withdraw(key="rw", at=shop.at, by=ENGINE, approval=approval, kind="licence")
    for row in Approval.objects.filter(party__slug="lea", kind="onboarding"):
        withdraw(key="ow", at=shop.at, by=ENGINE, approval=row.code)
    close_account(key="c", at=shop.at + timedelta(1), by=ENGINE, user=user.code)
    assert not Particulars.objects.exists()
    assert not Qualification.objects.exists()
    assert not Paper.objects.exists()
    assert not Link.objects.open().filter(upstream__status="left").exists()
    assert NAME not in everything()


def test_who_may_not(shop: World) -> None:
    user, actor = person(shop)
    other = Actor(party=actor.party, user=user.pk + 1, permissions=actor.permissions)
    for by in (other, STRANGER):
        with pytest.raises(NotAllowed):
            close_account(key="x", at=shop.at, by=by, user=user.code)
    with pytest.raises(NotAllowed):
        note_copy(key="x", at=shop.at, by=STRANGER)
    code = note_copy(key="y", at=shop.at, by=actor)
    assert str(DataRequest.objects.visible_to(actor).get()) == code
    assert DataRequest.objects.visible_to(ENGINE).count() == 1
    assert not DataRequest.objects.visible_to(other).exists()
    assert not DataRequest.objects.visible_to(STRANGER).exists()

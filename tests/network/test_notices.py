"""What parties are told: once, for the right eyes, and by e-mail to who wants that."""

from typing import Any

import pytest

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access.models import User
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.access.queries import actor_for
from hanse.network.notices.models import Notice, NoticeMail
from hanse.network.notices.operations.choose_mail import choose_mail
from hanse.network.notices.operations.notify import notify
from hanse.network.notices.operations.read_notices import read_notices
from hanse.network.notices.queries import to_mail, unread
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from tests.trade.world import World

SEES = frozenset({"stock.see"})


@pytest.fixture
def world(db: None) -> World:
    made = World().found()
    for slug in ("shop", "west"):
        made.party(slug, "retailer")
    return made


def tell(world: World, *slugs: str, kind: str = "stock.low", **more: object) -> int:
    parties = [party(slug).pk for slug in slugs]
    given: dict[str, Any] = {"subject": "K-1", "said": {"goods": "tee", "available": 3}, "needs": "stock.see", **more}
    return int(world.call(notify, parties=parties, kind=kind, **given))


def person(world: World, name: str, role: str) -> User:
    code = world.call(create_user, name=name, password=Secret("a-long-secret"), email=f"{name}@example.com")
    world.call(grant_role, user=code, party="shop", role=role)
    return User.objects.get(code=code)


def test_a_party_is_told_of_one_thing_once(world: World) -> None:
    assert tell(world, "shop", "west") == 2
    assert tell(world, "shop", "west") == 0
    assert tell(world, "shop", subject="K-2") == 1
    assert tell(world, "shop", kind="stock.short") == 1
    assert tell(world) == 0
    assert Notice.objects.filter(party__slug="shop").count() == 3
    assert Notice.objects.filter(party__slug="west").get().said == {"goods": "tee", "available": 3}


def test_each_party_may_know_the_thing_by_another_code(world: World) -> None:
    codes = {party("shop").pk: "O-1", party("west").pk: "O-2"}
    assert world.call(notify, parties=codes, kind="order.delayed") == 2
    assert dict(Notice.objects.values_list("party__slug", "subject")) == {"shop": "O-1", "west": "O-2"}


def test_only_whoever_holds_the_permission_sees_it(world: World) -> None:
    tell(world, "shop")
    shop = party("shop").pk
    sees, other = Actor(party=shop, permissions=SEES), Actor(party=shop, permissions=frozenset({"money.see"}))
    stranger = Actor(party=party("west").pk, permissions=SEES)
    assert [unread(actor) for actor in (sees, other, stranger, STRANGER)] == [1, 0, 0, 0]
    assert Notice.objects.visible_to(ENGINE).count() == 1
    for blind in (other, stranger):
        assert world.call(read_notices, by=blind) == 0
    with pytest.raises(DomainError) as refused:
        world.call(read_notices, by=STRANGER)
    assert refused.value.code == "not_allowed"
    assert world.call(read_notices, by=sees, notices=["M-00000-00000"]) == 0
    assert world.call(read_notices, by=sees, notices=[Notice.objects.get().code]) == 1
    assert world.call(read_notices, by=sees) == 0
    read = Notice.objects.get()
    assert (read.read_at, unread(sees)) == (world.at, 0)


def test_a_step_that_nobody_outside_may_call(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        world.call(notify, by=world.actor("shop"), parties=[party("west").pk], kind="x", subject="y")
    assert refused.value.code == "not_allowed"


def test_mail_goes_to_who_chose_it_may_see_it_and_still_belongs_there(world: World) -> None:
    keeper, finance = person(world, "keeper", "stock_keeper"), person(world, "fin", "finance")
    for user in (keeper, finance):
        actor = actor_for(user)
        assert world.call(choose_mail, by=actor, kinds=["stock.low", "stock.low"]) == ["stock.low"]
    assert NoticeMail.objects.visible_to(actor_for(keeper)).get().user == keeper
    assert not NoticeMail.objects.visible_to(STRANGER).exists()
    tell(world, "shop", "west")
    tell(world, "shop", kind="stock.short")
    mails = to_mail(list(Notice.objects.values_list("pk", flat=True)))
    assert [(mail.email, mail.notice.kind, mail.language) for mail in mails] == [
        ("keeper@example.com", "stock.low", "zh-hans")
    ]
    world.call(choose_mail, by=actor_for(keeper), kinds=[])
    assert to_mail(list(Notice.objects.values_list("pk", flat=True))) == []
    with pytest.raises(DomainError):
        world.call(choose_mail, by=Actor(party=party("shop").pk), kinds=[])

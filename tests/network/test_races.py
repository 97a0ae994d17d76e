"""Two at once: each scarce thing has a race that one wins, and a control that shows the race without its guard."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from hanse.kernel.actor import ENGINE
from hanse.network.access import queries as access
from hanse.network.access.models import Membership, MembershipQuerySet, User
from hanse.network.access.operations import revoke_role as revoking
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.apply import apply
from hanse.network.approvals.operations.approve import approve
from hanse.network.approvals.operations.reject import reject
from hanse.network.approvals.operations.submit import submit
from hanse.network.parties.models import Link, Party
from hanse.network.parties.operations import _open as opening
from hanse.network.parties.operations.describe_party import Company
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import party as find_party
from tests.network.conftest import AT, LATER, at_once, link, person

pytestmark = pytest.mark.django_db(transaction=True)


def open_(key: str, kind: str, upstream: str, downstream: str) -> Callable[[], object]:
    ends: dict[str, Any] = {"kind": kind, "upstream": upstream, "downstream": downstream}
    return partial(open_link, key=key, at=AT, by=ENGINE, **ends)


@contextmanager
def without(index: str) -> Iterator[None]:
    """Take a unique index away for a while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        (definition,) = cursor.fetchone()
        cursor.execute(f'DROP INDEX "{index}"')
    try:
        yield
    finally:
        Link.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(definition)


def both_before_going_on(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return the step, after which whoever took it waits for the other."""
    meet = Barrier(2, timeout=30)

    def run(*args: Any, **kwargs: Any) -> Any:
        answer = step(*args, **kwargs)
        meet.wait()
        return answer

    return run


def test_eight_openings_of_one_link(parties: dict[str, str]) -> None:
    steps = [open_(str(n), "supply", "factory", "west") for n in range(8)]
    assert at_once(*steps) == ["link_exists"] * 7 + ["ok"]
    assert Link.objects.open().count() == 1


def test_control_without_the_constraint_both_open(parties: dict[str, str]) -> None:
    with without("link_one_open"):
        steps = [open_(str(n), "supply", "factory", "west") for n in range(2)]
        assert at_once(*steps) == ["ok", "ok"]
        assert Link.objects.open().count() == 2


def test_one_request_sent_twice_at_once(parties: dict[str, str]) -> None:
    step = open_("same", "supply", "factory", "west")
    assert at_once(step, step) == ["ok", "ok"]
    assert Link.objects.count() == 1


def test_two_promoters_want_the_same_customer(parties: dict[str, str]) -> None:
    steps = [open_(slug, "promotes", slug, "ann") for slug in ("bob", "shop")]
    assert at_once(*steps) == ["link_exists", "ok"]


def test_two_links_that_close_a_circle_together(parties: dict[str, str]) -> None:
    link("promotes", "ann", "bob")
    link("promotes", "shop", "rival")
    steps = [open_("1", "promotes", "bob", "shop"), open_("2", "promotes", "rival", "ann")]
    assert at_once(*steps) == ["link_cycle", "ok"]


def test_control_without_the_lock_the_circle_closes(parties: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK", "SELECT 1")
    monkeypatch.setattr(opening, "_refuse_cycle", both_before_going_on(opening._refuse_cycle))
    link_step = [open_("1", "promotes", "bob", "ann"), open_("2", "promotes", "ann", "bob")]
    assert at_once(*link_step) == ["ok", "ok"]


def test_the_platform_is_founded_once(db: None) -> None:
    steps = [partial(found_platform, key=str(n), at=AT, by=ENGINE, name="平台") for n in range(4)]
    assert at_once(*steps) == ["ok"] * 4
    assert Party.objects.filter(kind="platform").count() == 1


def test_one_short_name(db: None) -> None:
    names: dict[str, Any] = {"kind": "retailer", "name": "Shop", "slug": "shop"}
    steps = [partial(register_party, key=str(n), at=AT, by=ENGINE, **names) for n in range(4)]
    assert at_once(*steps) == ["ok"] + ["slug_taken"] * 3


def two_owners() -> list[Callable[[], object]]:
    """Return two steps: each owner of the shop revokes the other."""
    codes = [person("ann"), person("bob")]
    for code in codes:
        grant_role(key=code, at=AT, by=ENGINE, user=code, party="shop", role="owner")
    actors = [access.actor_for(User.objects.get(code=code), "shop") for code in codes]
    return [
        partial(revoking.revoke_role, key=code, at=LATER, by=actor, user=code, party="shop", role="owner")
        for code, actor in zip(codes, reversed(actors), strict=True)
    ]


def test_two_owners_revoke_each_other(parties: dict[str, str]) -> None:
    assert at_once(*two_owners()) == ["last_owner", "ok"]
    assert Membership.objects.current().count() == 1


def test_control_without_the_lock_nobody_is_left(parties: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    steps = two_owners()
    monkeypatch.setattr(revoking, "_one_at_a_time", lambda _party: None)
    monkeypatch.setattr(MembershipQuerySet, "count", both_before_going_on(MembershipQuerySet.count))
    assert at_once(*steps) == ["ok", "ok"]
    monkeypatch.undo()
    assert Membership.objects.current().count() == 0


def test_approved_and_rejected_at_once(parties: dict[str, str]) -> None:
    about: dict[str, Any] = {"kind": "product", "party": "shop", "subject_kind": "product", "subject_id": 1}
    code = submit(key="s", at=AT, by=ENGINE, **about)
    steps = [
        partial(approve, key="a", at=LATER, by=ENGINE, approval=code, kind="product"),
        partial(reject, key="r", at=LATER, by=ENGINE, approval=code, kind="product", reasons=["no"]),
    ]
    assert at_once(*steps) == ["ok", "wrong_state"]
    approval = Approval.objects.get()
    assert bool(approval.reasons) == (approval.status == "rejected")


def test_one_application_sent_twice_at_once(platform: str) -> None:
    step = partial(apply, key="k", at=AT, by=ENGINE, kind="retailer", name="新店", company=Company("某某"))
    assert at_once(step, step) == ["ok", "ok"]
    assert Approval.objects.count() == Party.objects.filter(kind="retailer").count() == 1
    assert find_party(Party.objects.get(kind="retailer").code).status == "applied"

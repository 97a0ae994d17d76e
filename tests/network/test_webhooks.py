"""Endpoints and keys: what is refused, and by which name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim
from hanse.kernel.states import WrongState
from hanse.network.access import queries, rules
from hanse.network.access.models import ApiKey, User
from hanse.network.access.operations.issue_key import issue_key
from hanse.network.access.operations.revoke_key import revoke_key
from hanse.network.access.operations.use_key import use_key
from hanse.network.parties.rules import Secret
from hanse.network.webhooks import rules as webhooks
from hanse.network.webhooks.models import Delivery, Endpoint
from hanse.network.webhooks.operations.add_endpoint import MOST, TooManyEndpoints, add_endpoint
from hanse.network.webhooks.operations.change_endpoint import change_endpoint
from hanse.network.webhooks.operations.disable_endpoint import disable_endpoint
from hanse.network.webhooks.operations.try_endpoint import try_endpoint
from hanse.network.webhooks.queries import sendable, wanted
from tests.network.conftest import AT, LATER, acting, person

KNOWN = ("order.paid", "order.placed")
SECRET = Secret("whsec_" + "A" * 32)


def add(by: Actor, key: str = "k", url: str = "https://example.com/hook", facts: tuple[str, ...] = ()) -> str:
    return add_endpoint(key=key, at=AT, by=by, url=url, facts=facts, known=KNOWN, secret=SECRET)


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://", "https://a:b@example.com/", "https://example.com:0/", "https://example.com/#x",
     "https://example.com/ä", "https://example.com/a b", "https://[::1/", "ftp://example.com/", "https://example.com:99999/"],
)  # fmt: skip
def test_an_address_that_cannot_be_told_is_refused(url: str) -> None:
    with pytest.raises(MalformedInput) as refusal:
        webhooks.check_url(url, plain=False)
    assert refusal.value.details["field"] == "url"


def test_plain_http_is_for_the_demo() -> None:
    assert webhooks.check_url("http://127.0.0.1:8080/x", plain=True) == "http://127.0.0.1:8080/x"


@pytest.mark.parametrize("secret", ["whsec_", "A" * 32, "whsec_" + "A" * 10, "whsec_" + "-" * 32])
def test_a_secret_has_the_form_of_standard_webhooks(secret: str) -> None:
    with pytest.raises(MalformedInput):
        webhooks.check_secret(secret)


def test_attempts_end() -> None:
    assert webhooks.next_attempt(1, AT) == AT + webhooks.WAITS[0]
    assert webhooks.next_attempt(len(webhooks.WAITS) + 1, AT) is None


def test_only_facts_that_there_are_can_be_waited_for(parties: dict[str, str]) -> None:
    with pytest.raises(MalformedInput):
        add(acting("shop"), facts=("no.such",))
    code = add(acting("shop"), facts=("order.paid",))
    assert wanted({"order.paid", "order.placed"}) == {"order.paid"}
    change = {"at": AT, "by": acting("shop"), "endpoint": code, "known": KNOWN}
    change_endpoint(key="c", **change, facts=["order.placed", "order.placed"])  # type: ignore[arg-type]
    change_endpoint(key="d", **change, url="https://example.com/other")  # type: ignore[arg-type]
    (noted,) = Claim.objects.get(key="d").changes or []
    assert noted["is"] == {"url": "https://example.com/other"}
    found = Endpoint.objects.get(code=code)
    assert (found.facts, found.url, str(found)) == (["order.placed"], "https://example.com/other", code)


def test_asking_who_waits_is_one_statement(parties: dict[str, str]) -> None:
    add(acting("shop"))
    with CaptureQueriesContext(connection) as asked:
        assert wanted(KNOWN) == set(KNOWN)
    assert len(asked) == 1


def test_an_endpoint_belongs_to_a_party_and_its_owners(parties: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        add(acting("shop", "seller_clerk"))
    with pytest.raises(NotAllowed):
        add(ENGINE)
    code = add(acting("shop"))
    with pytest.raises(NotFound):
        disable_endpoint(key="x", at=AT, by=acting("rival"), endpoint=code)
    with pytest.raises(NotFound):
        disable_endpoint(key="x", at=AT, by=acting("shop", "seller_clerk"), endpoint=code)
    assert Delivery.objects.visible_to(acting("rival")).count() == 0


def test_there_are_not_endless_endpoints(parties: dict[str, str]) -> None:
    for number in range(MOST):
        add(acting("shop"), key=str(number))
    with pytest.raises(TooManyEndpoints):
        add(acting("shop"))


def test_a_silent_endpoint_is_not_tried(parties: dict[str, str]) -> None:
    code = add(acting("shop"))
    delivery = try_endpoint(key="t", at=AT, by=acting("shop"), endpoint=code, body="{}")
    assert sendable(delivery) is not None
    disable_endpoint(key="d", at=AT, by=acting("shop"), endpoint=code)
    assert sendable(delivery) is None
    assert str(Delivery.objects.get()) == delivery
    with pytest.raises(WrongState):
        try_endpoint(key="u", at=AT, by=acting("shop"), endpoint=code, body="{}")


def keyed(party: str, *scopes: str) -> tuple[str, Actor]:
    """Issue a key to an owner of the party and return its secret and who issued it."""
    user = User.objects.get(code=person(f"owner-of-{party}"))
    by = acting(party, user=user.pk)
    issue_key(key=party, at=AT, by=by, name="till", scopes=scopes, secret=Secret(f"hanse_{party}"))
    return f"hanse_{party}", by


def test_a_key_is_issued_by_somebody_for_what_it_may_do(parties: dict[str, str]) -> None:
    for by, error in ((ENGINE, NotAllowed), (acting("shop"), NotAllowed)):
        with pytest.raises(error):
            issue_key(key="k", at=AT, by=by, name="x", scopes=["orders.see"], secret=Secret("hanse_x"))
    for scopes, refused in (([], MalformedInput), ("orders.see", MalformedInput), (["no.such"], MalformedInput),
                            (["platform.operate"], NotAllowed)):  # fmt: skip
        with pytest.raises(refused):
            keyed("shop", *scopes) if scopes != "orders.see" else rules.check_scopes("orders.see", acting("shop"))


def test_a_key_without_a_membership_opens_nothing(parties: dict[str, str]) -> None:
    secret, by = keyed("shop", "orders.see")
    assert queries.actor_for_key(secret) is None
    assert queries.actor_for_key("hanse_other") is None
    found = ApiKey.objects.get()
    assert str(found) == found.code
    assert list(ApiKey.objects.visible_to(acting("shop", "seller_clerk", user=by.user))) == [found]
    assert list(ApiKey.objects.visible_to(acting("shop", "seller_clerk"))) == []
    assert list(ApiKey.objects.visible_to(Actor())) == []
    assert list(ApiKey.objects.visible_to(ENGINE)) == [found]
    with pytest.raises(NotFound):
        revoke_key(key="r", at=AT, by=acting("rival"), api_key=found.code)
    revoke_key(key="r", at=AT, by=by, api_key=found.code)
    assert queries.actor_for_key(secret) is None


def test_the_last_use_is_noted_once_a_minute(parties: dict[str, str]) -> None:
    keyed("shop", "orders.see")
    key = ApiKey.objects.get()
    use_key(at=AT, by=ENGINE, api_key=key.pk)
    use_key(at=AT.replace(second=30), by=ENGINE, api_key=key.pk)
    assert ApiKey.objects.get().last_used_at == AT
    use_key(at=LATER, by=ENGINE, api_key=key.pk)
    assert ApiKey.objects.get().last_used_at == LATER

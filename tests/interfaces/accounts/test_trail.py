"""The audit trail: who did what, when, and what it was before."""

from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.queries import offer
from hanse.interfaces.web.who import actor_of
from hanse.kernel import audit
from hanse.kernel.models import Claim
from hanse.network.access.queries import actor_for
from tests.interfaces.web.faces import Mall


def test_a_price_can_be_told_as_it_was(mall: Mall) -> None:
    actor = actor_for(mall.users["shop"])
    code = offer("tee@shop").code
    change_offer(key="k", at=mall.at, by=actor, offer=code, price=10500)
    claim = Claim.objects.get(key="k", scope__startswith="offers.change")
    assert (claim.operation, claim.by_party, claim.by_user, claim.at) == (
        "offers.change", actor.party, mall.users["shop"].pk, mall.at,
    )  # fmt: skip
    assert claim.changes == [{"subject": "offer", "code": code, "was": {"price": 10000}, "is": {"price": 10500}}]


def test_what_is_done_on_a_page_names_who_did_it(mall: Mall) -> None:
    client = mall.client("bob")
    client.post("/basket/put/", {"offer": offer("tee@shop").code, "quantity": "1", "key": "page-1"})
    claim = Claim.objects.get(key="page-1")
    assert claim.by_user == mall.users["bob"].pk
    assert actor_of(client.get("/account/").wsgi_request).user == claim.by_user


def test_outside_an_operation_nothing_is_noted() -> None:
    audit.changed("thing", "T-1", {"a": 1}, {"a": 2})
    noted = audit.collect()
    audit.changed("thing", "T-1", {"a": 1}, {"a": 1})
    audit.changed("thing", "T-1", {"a": 1}, {"b": 2})
    audit.discard()
    assert noted == [{"subject": "thing", "code": "T-1", "was": {"a": 1}, "is": {"a": None}}]

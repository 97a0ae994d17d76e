"""Inviting colleagues over the API."""

from typing import Any

from django.core import mail

from hanse.network.access.models import Membership
from tests.interfaces.api.callers import Caller, caller

Callers = dict[str, Caller]
LI = {"sign_in": "Li@example.com", "role": "finance"}


def test_a_colleague_is_invited_once_and_uninvited(callers: Callers) -> None:
    shop = callers["shop"]
    made = shop.post("/invitations", LI, key="one")
    assert (made["sign_in"], made["role"]) == ("li@example.com", "finance")
    assert shop.post("/invitations", LI, key="one")["code"] == made["code"]
    (letter,) = mail.outbox
    assert letter.to == ["li@example.com"]
    assert "/invitations/" in letter.body
    assert [one["code"] for one in shop.get("/invitations")["items"]] == [made["code"]]
    assert shop.call("DELETE", f"/invitations/{made['code']}").status_code == 204
    assert shop.get("/invitations")["items"] == []
    assert shop.refused("DELETE", f"/invitations/{made['code']}") == (404, "not_found")


def test_the_answer_holds_no_token(callers: Callers) -> None:
    answer: Any = callers["shop"].call("POST", "/invitations", LI)
    token = mail.outbox[0].body.split("/invitations/")[1].split("/")[0]
    assert len(token) > 30
    assert token not in answer.content.decode()


def test_nobody_is_invited_into_what_is_not_ones_own(callers: Callers) -> None:
    made = callers["shop"].post("/invitations", LI)
    rival = callers["rival"]
    assert rival.get("/invitations")["items"] == []
    assert rival.refused("DELETE", f"/invitations/{made['code']}") == (404, "not_found")
    assert caller("shop", "seller_clerk").refused("POST", "/invitations", LI) == (403, "not_allowed")
    assert callers["shop"].refused("POST", "/invitations", {**LI, "role": "operator"})[0] in (403, 422)
    assert callers["shop"].refused("POST", "/invitations", {**LI, "sign_in": "nobody"}) == (422, "malformed")
    assert len(mail.outbox) == 1
    assert not Membership.objects.filter(user__email="li@example.com").exists()

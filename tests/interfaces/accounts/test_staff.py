"""Inviting staff, accepting, revoking; and every page as every kind of visitor."""

import re

import pytest
from django.core import mail

from hanse.network.access.models import Invitation, Membership
from tests.interfaces.accounts.conftest import last_code
from tests.interfaces.web.faces import Mall, text

ANYONE = {"/sign-in/", "/sign-in/code/"}
PERSON = {"/account/", "/account/sessions/", "/account/steps/"}
CONFIRMED = {
    "/account/password/", "/account/name/", "/account/data/", "/account/steps/totp/activate/",
    "/account/steps/webauthn/add/",
}  # fmt: skip
MANAGER = {"/account/staff/"}
ELSEWHERE = {"/sign-in/code/check/", "/sign-up/", "/account/check/"}


def invite(mall: Mall, who: str = "shop", name: str = "li@example.com", role: str = "seller_clerk") -> str:
    response = mall.client(who).post("/account/staff/", {"sign_in": name, "role": role, "key": f"{who}{name}{role}"})
    assert response.status_code == 302, text(response)
    return link_in(str(mail.outbox[-1].body))


def link_in(body: str) -> str:
    found = re.search(r"http://testserver(/invitations/[^/\s]+/)", body)
    assert found, body
    return found.group(1)


def test_a_stranger_accepts_by_signing_up(mall: Mall) -> None:
    link = invite(mall)
    client = mall.client()
    page = text(client.get(link))
    assert "Sales clerk" in page
    client.post(link, {"key": "k"})
    assert not Membership.objects.filter(role="seller_clerk").exists()
    client.post("/sign-in/code/", {"sign_in": "li@example.com", "next": link, "key": "k"})
    client.post("/sign-in/code/check/", {"code": last_code()})
    assert client.post("/sign-up/", {"name": "Li", "password": "", "key": "up"}).headers["Location"] == link
    assert client.post(link, {"key": "yes"}).headers["Location"] == "/"
    member = Membership.objects.get(role="seller_clerk")
    assert (member.user.name, member.party.slug) == ("Li", "shop")
    assert client.get("/console/orders/").status_code == 200
    assert mall.client("bob").get(link).status_code == 404


def test_the_token_is_in_the_message_alone(mall: Mall) -> None:
    token = invite(mall).split("/")[2]
    page = text(mall.client("shop").get("/account/staff/"))
    assert "li@example.com" in page
    assert token not in page
    assert token not in str(list(Invitation.objects.values_list("digest", "code")))


def test_sending_the_form_twice_invites_once(mall: Mall) -> None:
    invite(mall)
    invite(mall)
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)


def test_taking_back(mall: Mall) -> None:
    link = invite(mall)
    client = mall.client("shop")
    client.post("/account/staff/revoke/", {"invitation": Invitation.objects.get().code, "key": "k"})
    assert mall.client("bob").get(link).status_code == 404
    clerk = mall.users["clerk"]
    client.post("/account/staff/revoke/", {"user": clerk.code, "role": "goods_manager", "key": "k2"})
    assert not clerk.memberships.current().exists()
    last = client.post("/account/staff/revoke/", {"user": mall.users["shop"].code, "role": "owner", "key": "k3"})
    assert last.status_code == 409


def test_others_may_neither_see_nor_take_back(mall: Mall) -> None:
    invite(mall)
    code = Invitation.objects.get().code
    for who in ("factory", "clerk", "bob"):
        answer = mall.client(who).post("/account/staff/revoke/", {"invitation": code, "key": who})
        assert answer.status_code in {403, 404}, who
    assert mall.client("").post("/account/staff/revoke/", {"invitation": code, "key": "x"}).status_code == 302
    assert Invitation.objects.get().until is None
    assert "li@example.com" not in text(mall.client("factory").get("/account/staff/"))


def test_a_role_above_ones_own_is_not_offered(mall: Mall) -> None:
    answer = mall.client("shop").post("/account/staff/", {"sign_in": "li@example.com", "role": "operator", "key": "k"})
    assert "field-error" in text(answer)
    assert mail.outbox == []
    assert 'value="operator"' in text(mall.client("operator").get("/account/staff/"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["", "bob", "clerk", "shop", "operator"])
def test_every_page_as_everybody(mall: Mall, who: str, language: str) -> None:
    client = mall.client(who, language)
    for page in sorted(ANYONE | PERSON | CONFIRMED | MANAGER | ELSEWHERE):
        response = client.get(page)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        if page in ANYONE:
            assert response.status_code == (302 if who else 200), page
        elif (page in PERSON and who) or (page in MANAGER and who in {"shop", "operator"}):
            assert response.status_code == 200, page
        elif page in MANAGER and who:
            assert response.status_code == 403, page
        else:
            assert response.status_code == 302, (page, response.status_code)
        assert not re.search(r"<script(?![^>]*(src=|application/json))|\sstyle=|\son\w+=", text(response)), page
    assert client.get("/invitations/no-such-token/").status_code == 404

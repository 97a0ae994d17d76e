"""Certificates over the API: a file is sent, read by whom it concerns, renewed and reviewed."""

import base64

from hanse.network.parties.models import Party
from tests.interfaces.api.callers import Caller

Callers = dict[str, Caller]
PDF = b"%PDF-1.7 a licence"
FILE = {"name": "licence.pdf", "content": base64.b64encode(PDF).decode()}
RENEWED = {"item": "business_licence", "number": "SECRET-1", "valid_until": "2099-01-01", "file": FILE}


def test_a_licence_is_renewed(callers: Callers) -> None:
    shop, operator, rival = callers["shop"], callers["operator"], callers["rival"]
    path = f"/parties/{Party.objects.get(slug='shop').code}"
    waiting = shop.post(f"{path}/licences", RENEWED)
    assert (waiting["kind"], waiting["status"]) == ("licence", "submitted")
    assert "SECRET-1" not in str(waiting)
    assert shop.refused("POST", f"{path}/licences", RENEWED | {"number": "2"}) == (409, "already_submitted")
    paper = waiting["payload"]["paper"]
    for who in (shop, operator):
        found = who.get(f"/papers/{paper}")
        assert (found["name"], found["type"]) == ("licence.pdf", "application/pdf")
        assert base64.b64decode(found["content"]) == PDF
    assert rival.refused("GET", f"/papers/{paper}") == (404, "not_found")
    assert rival.refused("POST", f"{path}/licences", RENEWED) == (404, "not_found")
    operator.post(f"/approvals/{waiting['code']}/tick", {"item": "business_licence"})
    assert operator.post(f"/approvals/{waiting['code']}/approve", {"note": ""})["status"] == "approved"
    operator.put(f"{path}/company", {"legal_name": "Shop Ltd"})
    (shown,) = shop.get(f"{path}/company")["certificates"]
    assert shown == {
        "item": "business_licence", "number": "****ET-1", "valid_from": None, "valid_until": "2099-01-01",
        "paper": paper,
    }  # fmt: skip


def test_what_is_no_file(callers: Callers) -> None:
    shop = callers["shop"]
    path = f"/parties/{Party.objects.get(slug='shop').code}/licences"
    for content in ("PHNjcmlwdD4=", "JVBER", "/9j/AAAA"):
        bad = RENEWED | {"file": {"name": "a.pdf", "content": content}}
        assert shop.refused("POST", path, bad)[0] == 422, content


def test_policy_says_what_is_asked_for(callers: Callers) -> None:
    operator, stranger = callers["operator"], callers["stranger"]
    assert stranger.get("/requirements?kind=leader")["items"][0]["item"] == "representative_identity"
    items = [{"item": "food_licence", "required": True, "label": "食品经营许可证", "label_en": "Food licence"}]
    assert callers["shop"].refused("PUT", "/requirements", {"kind": "leader", "items": items})[0] == 403
    assert operator.put("/requirements", {"kind": "leader", "items": items})["items"] == items
    assert stranger.get("/requirements?kind=leader")["items"] == items


def test_an_application_is_amended(callers: Callers) -> None:
    ann, operator = callers["ann"], callers["operator"]
    body = {"kind": "leader", "name": "安的团", "slug": "anns", "legal_name": "王安"}
    approval = ann.post("/applications", body)["code"]
    operator.post(f"/approvals/{approval}/reject", {"reasons": ["blurred"]})
    shown = {"legal_name": "王小安", "certificates": [{"item": "representative_identity", "file": FILE}]}
    assert operator.put(f"/approvals/{approval}/application", shown)["status"] == "submitted"
    assert callers["rival"].refused("PUT", f"/approvals/{approval}/application", shown)[0] in (403, 404)

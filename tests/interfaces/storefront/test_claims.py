"""After buying: asking for money back and for a change, and what comes of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hanse.network.approvals.models import Approval
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Checkout, Refund
from tests.interfaces.web.faces import ADDRESS, Mall, key, text

WHY = {"reason": "damaged", "what": "all", "note": "a hole", "key": key()}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture() -> SimpleUploadedFile:
    into = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(into, "JPEG")
    return SimpleUploadedFile("hole.jpg", into.getvalue(), "image/jpeg")


def shipped(mall: Mall) -> tuple[Checkout, str]:
    order = mall.ordered()
    mall.call(ship, order=order.code)
    return order, mall.leg(order, "shop").code


def test_the_seller_grants_what_was_asked_with_pictures(mall: Mall, folder: Path) -> None:
    order, leg = shipped(mall)
    ann, shop = mall.client("ann"), mall.client("shop")
    assert "Ask for money back" in text(ann.get(f"/orders/{order.code}/"))
    assert ann.get(f"/orders/{leg}/money-back/").status_code == 200
    pieces = {f"line-{mall.leg(order, 'shop').lines.get().pk}": "1"}
    asked = ann.post(f"/orders/{leg}/money-back/", WHY | pieces | {"what": "pieces", "pictures": picture()})
    assert asked.headers["Location"] == f"/orders/{order.code}/"
    page = text(ann.get(f"/orders/{order.code}/"))
    assert "The seller has not answered yet." in page
    assert "Ask for money back" not in page
    code = Approval.objects.get().code
    assert len(list(folder.rglob("*.jpg"))) == 2
    assert leg in text(shop.get("/console/refund-requests/"))
    page = text(shop.get(f"/console/refund-request/{code}/"))
    for said in ("It is damaged", "a hole", "1 of 2 asked back", "/media/claims/", "Give it back"):
        assert said in page, said
    done = shop.post(f"/console/refund-request/{code}/do/grant/", {"key": key(), "goods": "kept", "note": ""})
    assert done.status_code == 302
    assert Refund.objects.get().amount == 10_000
    assert "The seller agreed" in text(ann.get(f"/orders/{order.code}/"))


def test_the_seller_declines_and_one_asks_for_less_and_takes_it_back(mall: Mall) -> None:
    order, leg = shipped(mall)
    ann, shop = mall.client("ann"), mall.client("shop")
    ann.post(f"/orders/{leg}/money-back/", WHY)
    code = Approval.objects.get().code
    shop.post(f"/console/refund-request/{code}/do/decline/", {"key": key(), "reasons": "It was worn."})
    assert "It was worn." in text(ann.get(f"/orders/{order.code}/"))
    ann.post(f"/orders/{leg}/money-back/", WHY | {"what": "amount", "amount": "12.30", "key": key(2)})
    second = Approval.objects.latest("pk")
    assert second.payload["amount"] == 1_230
    assert "CN¥12.30" in text(shop.get("/console/refund-requests/"))
    back = {"key": key(3), "back": f"/orders/{order.code}/"}
    assert ann.post(f"/orders/claims/{second.code}/drop/", back).headers["Location"] == back["back"]
    assert "You took this back." in text(ann.get(f"/orders/{order.code}/"))
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": "amount"}, "Say how much."),
        ({"what": "amount", "amount": "999"}, "more than is left"),
        ({"what": "amount", "amount": "x"}, 'id="id_amount_error"'),
        ({"reason": ""}, 'id="id_reason_error"'),
        ({"what": "pieces"}, "offers of this order"),
        ({"pictures": SimpleUploadedFile("a.jpg", b"nothing", "image/jpeg")}, "not a picture"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(mall: Mall, wrong: dict[str, Any], said: str) -> None:
    _order, leg = shipped(mall)
    answer = mall.client("ann").post(f"/orders/{leg}/money-back/", WHY | wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "a hole" in text(answer)
    assert not Approval.objects.exists()


def test_nobody_else_asks_or_decides(mall: Mall) -> None:
    _order, leg = shipped(mall)
    for who in ("bob", "shop"):
        assert mall.client(who).get(f"/orders/{leg}/money-back/").status_code == 404
    unpaid = mall.leg(mall.ordered(paid=False), "shop").code
    assert mall.client("ann").get(f"/orders/{unpaid}/money-back/").status_code == 404
    mall.client("ann").post(f"/orders/{leg}/money-back/", WHY)
    code = Approval.objects.get().code
    for who in ("factory", "bob", "ann", "clerk"):
        assert mall.client(who).get(f"/console/refund-request/{code}/").status_code in {403, 404}, who
    assert mall.client("bob").post(f"/orders/claims/{code}/drop/", {"key": key()}).status_code == 404
    assert mall.client("operator").get(f"/console/refund-request/{code}/").status_code == 200


def test_another_address_is_asked_for_and_answered(mall: Mall) -> None:
    order = mall.ordered()
    leg, ann = mall.leg(order, "shop"), mall.client("ann")
    assert "Ask for a change" in text(ann.get(f"/orders/{order.code}/"))
    page = text(ann.get(f"/orders/{leg.code}/change/"))
    assert ADDRESS["street"] in page
    same = {**ADDRESS, f"line-{leg.lines.get().pk}": "2", "wanted_on": "", "why": "", "key": key()}
    nothing = ann.post(f"/orders/{leg.code}/change/", same)
    assert nothing.status_code == 422
    moved = ann.post(f"/orders/{leg.code}/change/", same | {"street": "Shantang Street 1", "key": key(2)})
    assert moved.headers["Location"] == f"/orders/{order.code}/"
    page = text(ann.get(f"/orders/{order.code}/"))
    assert "You asked for a change" in page
    assert "Shantang Street 1" in page
    assert mall.client("bob").get(f"/orders/{leg.code}/change/").status_code == 404

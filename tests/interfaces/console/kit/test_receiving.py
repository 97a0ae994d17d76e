"""A wholesaler counts what arrived, by the page and by the API."""

import json

import pytest

from hanse.goods.stock.models import Shelf
from hanse.network.approvals.models import Approval
from hanse.trade.logistics.models import Receipt
from hanse.trade.orders.models import Order
from tests.interfaces.web.faces import Mall, key, text


@pytest.fixture
def order(mall: Mall) -> Order:
    """The shop's purchase of eight tees at west, on their way."""
    mall.fill("shop", wallet=100_000)
    code = mall.deal("shop", {"tee@west": 8}, "shipped", with_="wallet")
    return mall.order(code, "west")


def given(order: Order, **counts: int) -> dict[str, object]:
    line = order.lines.get().pk
    means = {"missing_means": "await", "damaged_means": "await", "note": ""}
    return {"key": key(), **means, **{f"{name}-{line}": count for name, count in counts.items()}}


def test_counts_are_typed_line_by_line(mall: Mall, order: Order) -> None:
    client = mall.client("shop")
    assert order.code in text(client.get("/console/arriving/"))
    page = text(client.get(f"/console/arriving/{order.code}/"))
    assert 'value="8"' in page
    assert "Cotton tee · Size tee" in page
    wrong = client.post(f"/console/arriving/{order.code}/", given(order, good=8, missing=1))
    assert wrong.status_code == 422
    assert "Only 8 are on their way" in text(wrong)
    nothing = client.post(f"/console/arriving/{order.code}/", given(order, good=0))
    assert "Say how many pieces arrived" in text(nothing)
    said = {**given(order, good=5, damaged=1, missing=2, extra=1), "missing_means": "claim", "note": "one box wet"}
    answer = client.post(f"/console/arriving/{order.code}/", said)
    assert answer.status_code == 302, text(answer)
    receipt = Receipt.objects.get()
    assert answer.headers["Location"] == f"/console/receipts/{receipt.code}/"
    assert "one box wet" in text(client.get(f"/console/receipts/{receipt.code}/"))
    shelf = Shelf.objects.get(party__slug="shop")
    assert (shelf.available, shelf.damaged) == (5, 1)
    assert Approval.objects.get(kind="refund").payload["lost"] == {order.lines.get().offer.code: 2}
    again = client.post(f"/console/arriving/{order.code}/", {**said, "key": key(2)} | given(order, missing=2))
    assert again.status_code in (302, 422)


def test_both_sides_see_it_and_nobody_else(mall: Mall, order: Order) -> None:
    mall.client("shop").post(f"/console/arriving/{order.code}/", given(order, good=8))
    code = Receipt.objects.get().code
    assert code in text(mall.client("west").get("/console/receipts/"))
    assert "Receipts" in text(mall.client("west").get(f"/console/receipts/{code}/"))
    assert mall.client("factory").get(f"/console/receipts/{code}/").status_code == 404
    assert mall.client("west").get(f"/console/arriving/{order.code}/").status_code == 404


def test_the_api_counts_too(mall: Mall, order: Order) -> None:
    client = mall.client("shop")
    client.get("/console/")
    body = {"lines": [{"offer": order.lines.get().offer.code, "good": 6, "damaged": 1, "missing": 1}], "note": "x"}
    answer = client.post(
        f"/api/v1/orders/{order.code}/receipts", json.dumps(body), content_type="application/json",
        headers={"Idempotency-Key": "count-1"},
    )  # fmt: skip
    assert answer.status_code == 201, text(answer)
    (line,) = answer.json()["lines"]
    assert {name: line[name] for name in ("good", "damaged", "missing", "extra", "claimed")} == {
        "good": 6, "damaged": 1, "missing": 1, "extra": 0, "claimed": 0,
    }  # fmt: skip
    code = answer.json()["code"]
    assert client.get(f"/api/v1/receipts/{code}").json()["order"] == order.code
    assert [row["code"] for row in client.get(f"/api/v1/receipts?order={order.code}").json()["items"]] == [code]
    assert mall.client("factory").get(f"/api/v1/receipts/{code}").status_code == 404

"""Documents on paper: who gets which, and what stands on them, read back from the PDF."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from hanse.goods.catalogue.queries import sku
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.goods.stock.operations.transfer_stock import transfer_stock
from hanse.interfaces.documents import orders, statements
from hanse.interfaces.documents.letters import marked
from hanse.interfaces.documents.paper import Grid, Paper, printed
from hanse.network.parties.operations.change_terms import change_terms
from hanse.trade.orders.operations.cancel import cancel
from hanse.value.settlement.models import Statement
from hanse.value.settlement.operations.settle import settle
from tests.interfaces.documents.reading import ink, pages
from tests.interfaces.web.faces import Mall, key, text


def got(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, text(answer)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    return answer


def test_a_delivery_note_of_a_dropship_leg_names_the_shop_and_no_price(mall: Mall) -> None:
    checkout = mall.ordered(tee=2)
    leg = mall.leg(checkout, "factory")
    answer = got(mall.client("factory"), f"/console/print/orders/{leg.code}/delivery-note.pdf")
    (page,) = pages(answer)
    for shown in (leg.code, "Sender shop", "Cotton tee · Size tee", "Pieces in all 2", "Suzhou", "Page 1 of 1"):
        assert shown in page
    hidden = ("west", "CN¥", "60.00", "80.00", "100.00", "Ann", mall.leg(checkout, "shop").code, checkout.code)
    assert [one for one in hidden if one in page] == []
    assert ink(answer) > 0.005


def test_the_terms_may_let_the_shipper_be_the_sender(mall: Mall) -> None:
    mall.call(change_terms, party="factory", terms={"sender": "shipper"})
    leg = mall.leg(mall.ordered(tee=1), "factory")
    (page,) = pages(got(mall.client("factory"), f"/console/print/orders/{leg.code}/delivery-note.pdf"))
    assert "Sender factory" in page
    assert "shop" not in page


def test_who_ships_nothing_or_is_a_stranger_gets_no_delivery_note(mall: Mall) -> None:
    checkout = mall.ordered(tee=1)
    west = mall.leg(checkout, "west").code
    assert mall.client("west").get(f"/console/print/orders/{west}/delivery-note.pdf").status_code == 409
    for who in ("factory", "ann", "shop"):
        assert mall.client(who).get(f"/console/print/orders/{west}/delivery-note.pdf").status_code == 404
    assert mall.client("factory").get("/console/print/orders/O-00000-00000/order.pdf").status_code == 404
    assert mall.client().get(f"/console/print/orders/{west}/order.pdf").status_code == 302
    assert mall.client("clerk").get("/console/print/picking-list.pdf").status_code == 403


def test_a_purchase_order_as_both_sides_agreed_on_it_in_chinese(mall: Mall) -> None:
    checkout = mall.ordered(tee=2)
    mall.call(cancel, order=checkout.code, lines={"tee@shop": 1})
    leg = mall.leg(checkout, "west")
    for who in ("shop", "west"):
        (page,) = pages(got(mall.client(who, "zh-hans"), f"/console/print/orders/{leg.code}/order.pdf"))
        for shown in ("采购单", leg.code, "长绒棉 T 恤 · 尺码 tee", "¥80.00", "¥160.00", "-¥80.00", "总计 ¥80.00"):
            assert shown in page
        assert "100.00" not in page
        assert "60.00" not in page.replace("160.00", "")


def test_a_picking_list_by_warehouse_with_urgent_orders_first(mall: Mall) -> None:
    mall.call(open_warehouse, party="factory", code="north", name="北仓", name_en="North", region="辽宁")
    mall.call(transfer_stock, party="factory", sku="tee_l", quantity=50, target="north")
    first, second = mall.ordered(tee=3), mall.ordered(tee=4, tee_l=1)
    other = mall.leg(first, "factory")
    second.orders.update(urgent=True)
    (page,) = pages(got(mall.client("factory"), "/console/print/picking-list.pdf"))
    assert "Warehouse: Main warehouse" in page
    assert "Warehouse: North · 辽宁" in page
    assert page.index("Main warehouse") < page.index("North")
    assert "of these urgent" in page
    legs = {leg.code for leg in second.orders.filter(seller=other.seller)}
    assert all(f"! {code}" in page for code in legs)
    assert page.index("! ") < page.index(other.code)
    assert f"{other.code} × 3" in page
    assert " 7 " in page
    assert sku("tee_l").code in page
    (picked,) = pages(got(mall.client("factory"), f"/console/print/picking-list.pdf?pick={other.code}"))
    assert "× 4" not in picked
    assert mall.client("factory").get("/console/print/picking-list.pdf?pick=O-00000-00000").status_code == 409
    assert "Nothing is waiting" in pages(got(mall.client("west"), "/console/print/picking-list.pdf"))[0]


def test_a_statement_with_its_entries(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    mall.carry(mall.ordered(tee=2).code, "closed")
    mall.wait(days=1)
    mall.call(settle, party="shop", asset="CNY", boundary=mall.at)
    row = Statement.objects.get(party__slug="shop")
    (page,) = pages(got(mall.client("shop"), f"/console/print/statements/{row.code}/statement.pdf"))
    for shown in ("Statement", row.code, "Completion", "Closing CN¥0.00"):
        assert shown in page
    assert mall.client("west").get(f"/console/print/statements/{row.code}/statement.pdf").status_code == 404
    assert mall.client("clerk").get(f"/console/print/statements/{row.code}/statement.pdf").status_code == 403
    monkeypatch.setattr(statements, "PAGE", 1)
    assert len(list(statements.entries(row))) == row.entries
    monkeypatch.setattr(statements, "MOST", 0)
    assert list(statements.entries(row)) == []
    assert "Only the first 0 entries" in pages(printed([statements.statement_paper(row)]))[0]


def test_many_pages_are_numbered_and_heads_stand_on_each(mall: Mall) -> None:
    grid = Grid([("Goods", 1), ("货号", 1)], [(f"thing {i}", f"货 {i} <&> \x07") for i in range(80)], frozenset({1}))
    raw = printed([Paper("Long", "O-1", grids=[grid]), Paper("Short")])
    read = pages(raw)
    assert len(read) >= 4
    assert all("货号" in page for page in read[:-1])
    assert f"Page {len(read)} of {len(read)}" in read[-1]
    assert "货 79 <&>" in read[-2]
    assert raw == printed([Paper("Long", "O-1", grids=[grid]), Paper("Short")])


def test_a_font_of_ones_own_is_embedded(settings: Settings) -> None:
    assert marked("Tee 恤 <b>\n2") == 'Tee <font name="STSong-Light">恤</font> &lt;b&gt;<br/>2'
    import reportlab

    settings.HANSE_PDF_FONT = f"{reportlab.__path__[0]}/fonts/Vera.ttf"
    assert marked("Tee 恤 <b>") == "Tee 恤 &lt;b&gt;"
    raw = printed([Paper("Zürich", "O-1")])
    assert "Zürich" in pages(raw)[0]
    assert b"BitstreamVera" in raw


def test_picked_rows_become_one_document(mall: Mall) -> None:
    codes = [mall.leg(mall.ordered(tee=1), "factory").code for _ in range(2)]
    client = mall.client("factory")
    answer = client.post("/console/to-pick/do/notes/", {"key": key(), "pick": codes})
    assert len(pages(answer)) == 2
    listed = client.post("/console/to-pick/do/list/", {"key": key(2), "pick": codes})
    assert all(code in pages(listed)[0] for code in codes)
    assert client.post("/console/to-pick/do/list/", {"key": key(3)}).status_code == 409
    assert orders.lines_of({"street": "b", "name": "a", "gate": "c", "phone": ""}) == ["a", "b", "c"]

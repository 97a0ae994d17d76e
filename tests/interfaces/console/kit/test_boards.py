"""Overviews: what a newcomer does first, and how this month compares with the last."""

from datetime import timedelta

from hanse.interfaces.console.kit.dashboards import Tile, compared
from hanse.value.funds.operations.top_up_wallet import top_up_wallet
from tests.interfaces.web.faces import Mall, text


def test_a_newcomer_is_led_until_it_trades(mall: Mall) -> None:
    for name, kind, first in (
        ("mill", "supplier", "/console/goods/new/"),
        ("corner", "retailer", "/console/market/"),
        ("office", "enterprise", "/console/prices/"),
        ("lin", "leader", "/console/share/"),
    ):
        mall.party(name, kind)
        mall.user(name, name)
        page = text(mall.client(name).get("/console/"))
        assert "Your first steps" in page, name
        assert f'<a href="{first}">' in page.split("Your first steps")[1].split("</section>")[0], name
    page = text(mall.client("factory").get("/console/"))
    steps = page.split("Your first steps")[1].split("</section>")[0]
    assert steps.count("(done)") == 5
    assert "Sell the first piece" in steps
    mall.ordered()
    for trading in ("factory", "west", "shop"):
        assert "Your first steps" not in text(mall.client(trading).get("/console/")), trading


def test_a_month_is_compared_with_the_one_before(mall: Mall) -> None:
    mall.ordered(tee=3)
    assert "than in the 30 days before" not in text(mall.client("shop").get("/console/"))
    mall.at -= timedelta(days=40)
    mall.ordered(tee=2)
    page = text(mall.client("shop").get("/console/"))
    assert "CN¥300.00" in page
    assert "+50%" in page
    assert (compared(3, 2), compared(1, 2), compared(5, 0)) == (5000, -5000, None)
    tones = [Tile("", "", change=change, worse=worse).tone for change, worse in ((5, False), (5, True), (-5, False))]
    assert tones == ["up", "down", "down"]
    assert Tile("", "", change=0).tone == ""


def test_money_is_told_in_every_currency(mall: Mall) -> None:
    mall.fill("shop", wallet=1_234)
    mall.call(top_up_wallet, party="shop", amount=5_678, asset="EUR")
    page = text(mall.client("shop").get("/console/money/"))
    for shown in ("CN¥12.34", "€56.78", "EUR"):
        assert shown in page, shown
    form = text(mall.client("shop").get("/console/withdraw/"))
    assert "EUR €0.00" in form
    asked = {"key": "form-0001", "asset": "EUR", "amount": "1.00"}
    refused = mall.client("shop").post("/console/withdraw/", asked)
    assert refused.status_code == 422
    assert "not that much to pay out" in text(refused)

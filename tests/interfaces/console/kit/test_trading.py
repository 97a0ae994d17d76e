"""Selling on and buying, by the pages: the supply market, prices, partners, purchases, shipping by file, customers."""

from hanse.goods.offers.models import Offer, PriceRule
from hanse.goods.offers.operations.suspend_offer import suspend_offer
from hanse.goods.offers.queries import offer
from hanse.goods.stock.models import Shelf
from hanse.interfaces.jobs.works.models import Work
from hanse.network.parties.models import Link, Party
from hanse.network.parties.queries import party
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from tests.interfaces.web.faces import Mall, key, text


def test_the_market_shows_ones_cost_and_lists_with_one_click(mall: Mall) -> None:
    mall.link("supply", "factory", "shop")
    client = mall.client("shop")
    page = text(client.get("/console/market/"))
    for shown in ("Cotton tee", "CN¥80.00", "CN¥100.00", "CN¥60.00", "99+"):
        assert shown in page, shown
    assert text(client.get("/console/market/?listed=no")).count('<th scope="row"') == 2
    code = offer("tee_l@factory").code
    given = {"key": key(), "pick": code, "margin": "30", "audience": "public"}
    assert client.post("/console/market/do/list/", given).status_code == 302
    assert client.post("/console/market/do/list/", given).status_code == 302
    listed = Offer.objects.get(seller=party("shop"), source__code=code)
    assert (listed.price, listed.audience, listed.fulfil) == (15600, "public", "source")
    assert mall.client("ann").get(f"/console/market/{code}/").status_code == 404


def test_a_price_outside_the_band_is_refused_beside_its_field(mall: Mall) -> None:
    mall.offer("tee#b@west", 8000, "tee@factory", band=(9000, 12000))
    code = offer("tee#b@west").code
    client = mall.client("shop")
    page = text(client.get(f"/console/market/{code}/"))
    assert "CN¥90.00 – CN¥120.00" in page
    assert 'value="100.00"' in page
    given = {"key": key(), "price": "80.00", "audience": "public", "band_min": "", "band_max": "", "commission": "5%"}
    refused = client.post(f"/console/market/{code}/do/list/", given)
    assert refused.status_code == 422
    assert "outside the resale band" in text(refused)
    assert 'value="80.00"' in text(refused)
    assert client.post(f"/console/market/{code}/do/list/", {**given, "price": "95"}).status_code == 302
    listed = Offer.objects.get(seller=party("shop"), source__code=code)
    assert (listed.price, listed.commission) == (9500, [500])


def test_an_offer_of_ones_own_and_its_prices(mall: Mall) -> None:
    client = mall.client("factory")
    given = {
        "key": key(), "sku": offer("tee@factory").sku.code, "price": "99", "freight": "3.5", "audience": "public",
        "band_min": "110", "band_max": "", "commission": "",
    }  # fmt: skip
    at = client.post("/console/offers/new/", given).headers["Location"]
    made = Offer.objects.get(code=at.split("/")[-2])
    assert (made.price, made.freight, made.band_min, made.band_max) == (9900, 350, 11000, None)
    west = party("west").code
    mall.link("supply", "factory", "works", level="gold")
    rows = rows_of(("10", "95", "", "", ""), ("100", "90", "level:gold", "", ""), ("", "85", f"buyer:{west}", "", ""))
    soon = {"prices-7-price": "80", "prices-7-starts": "2099-06-01T00:00", "prices-7-ends": "2099-06-18T00:00"}
    assert client.post(f"{at}do/prices/", {"key": key(2), **rows, **soon}).status_code == 302
    rules = {(rule.min_quantity, rule.price, rule.level, whose(rule)) for rule in made.rules.all()}
    assert rules == {(10, 9500, "", ""), (100, 9000, "gold", ""), (1, 8500, "", "west"), (1, 8000, "", "")}
    page = text(client.get(at))
    for shown in ("gold", "west", "planned", 'value="2099-06-01T00:00"', 'value="85.00"'):
        assert shown in page, shown
    for wrong, said in (
        (("x", "1", "", "", ""), "a whole number"),
        (("1", "x", "", "", ""), "an amount in CNY"),
        (("1", "", "", "", ""), "A price is missing"),
        (("1", "5", "", "2099-02-01T00:00", "2099-01-01T00:00"), "before it begins"),
        (("1", "5", "", "soon", ""), "a day and a time"),
    ):
        refused = client.post(f"{at}do/prices/", {"key": key(), **rows_of(wrong)})
        assert refused.status_code == 422, wrong
        assert said in text(refused), wrong
        assert made.rules.count() == 4
    stranger = client.post(f"{at}do/prices/", {"key": key(3), **rows_of(("1", "5", "buyer:P-00000-00000", "", ""))})
    assert stranger.status_code == 302
    assert "buyer:P-00000" not in text(client.get(at))
    changed = {**given, "price": "101.25", "commission": "3.35", "key": key(4)}
    assert client.post(f"{at}do/figures/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.price, made.commission) == (10125, [335])
    assert client.post(f"{at}do/withdraw/", {"key": key(5), "why": "sold off"}).status_code == 302
    assert "do/figures" not in text(client.get(at))


def rows_of(*rows: tuple[str, ...]) -> dict[str, str]:
    """Return rows of further prices as a browser sends them."""
    names = ("least", "price", "whom", "starts", "ends")
    return {
        f"prices-{place}-{name}": said for place, row in enumerate(rows) for name, said in zip(names, row, strict=True)
    }


def whose(rule: PriceRule) -> str:
    return rule.buyer.name if rule.buyer else ""


def test_a_price_is_changed_in_its_row_and_refused_there(mall: Mall) -> None:
    mall.offer("tee#b@west", 8000, "tee@factory", band=(9000, 12000))
    mall.offer("tee#b@shop", 10000, "tee#b@west")
    code, client = offer("tee#b@shop").code, mall.client("shop")
    assert f'id="one-price-{code}-price"' in text(client.get("/console/offers/"))
    path = "/console/offers/do/one-price/?status=listed&page=1"
    saved = client.post(path, {"key": key(), "pick": code, "price": "95.50"})
    assert saved.headers["Location"] == "/console/offers/?status=listed&page=1"
    assert Offer.objects.get(code=code).price == 9550
    refused = client.post(path, {"key": key(2), "pick": code, "price": "80"})
    assert refused.status_code == 409
    assert "outside the resale band" in text(refused)
    wrong = client.post(path, {"key": key(3), "pick": code, "price": "much"})
    assert 'value="much"' in text(wrong)
    assert Offer.objects.get(code=code).price == 9550


def test_what_nobody_can_buy_says_why(mall: Mall) -> None:
    client = mall.client("shop")
    mall.call(suspend_offer, offer="tee@west")
    page = text(client.get("/console/offers/?sells=no"))
    assert "Your supplier has stopped selling it" in page
    assert "Nothing matches" in text(client.get("/console/offers/?sells=yes"))


def test_the_market_lists_in_the_row_and_many_in_the_background(mall: Mall) -> None:
    mall.link("supply", "factory", "shop")
    client, code = mall.client("shop"), offer("tee_l@factory").code
    given = {"key": key(), "pick": code, "price": "150"}
    assert client.post("/console/market/do/one/", given).status_code == 302
    listed = Offer.objects.get(seller=party("shop"), source__code=code)
    assert (listed.price, listed.audience, listed.fulfil) == (15000, "public", "source")
    page = text(client.get("/console/market/?listed=yes"))
    assert f"/console/offers/{listed.code}/" in page
    assert f'id="one-{code}-price"' not in page
    every = {"key": key(2), "all": "on", "margin": "10", "audience": "partners"}
    begun = client.post("/console/market/do/list/?listed=no", every)
    assert begun.status_code == 302
    work = Work.objects.get()
    assert begun.headers["Location"].endswith(f"/{work.code}/")
    assert work.given == {"offers": [offer("tee@factory").code], "margin": 1000, "audience": "partners"}


def test_partners_are_invited_accept_and_agree_anew(mall: Mall) -> None:
    factory, works = mall.client("factory"), mall.client("works")
    nobody = {"key": key(), "partner": "P-00000-00000", "limit": "", "pay": "", "period": "", "level": "", "hold": ""}
    refused = factory.post("/console/partners/new/", nobody)
    assert refused.status_code == 422
    assert "no such party" in text(refused)
    given = {**nobody, "partner": party("works").code, "pay": "credit", "limit": "1,000", "period": "30d"}
    assert factory.post("/console/partners/new/", given).headers["Location"] == "/console/partners/invited/"
    assert "Credit limit: CN¥1,000.00" in text(factory.get("/console/partners/invited/"))
    assert "invitations to accept" in text(works.get("/console/"))
    page = text(works.get("/console/suppliers/invitations/"))
    assert "Days of credit: 30 days" in page
    code = page.split('name="pick" value="')[1].split('"')[0]
    assert mall.client("shop").post("/console/suppliers/accept/", {"key": key(), "code": code}).status_code == 422
    assert works.post("/console/suppliers/invitations/do/accept/", {"key": key(2), "pick": code}).status_code == 302
    link = Link.objects.get(upstream__slug="factory", downstream__slug="works")
    assert link.terms == {"pay": "credit", "limit": 100_000, "period": 30 * 86_400}
    at = f"/console/partners/{link.pk}/"
    assert mall.client("west").get(at).status_code == 404
    wrong = factory.post(f"{at}do/terms/", {**given, "period": "soon", "key": key(3)})
    assert wrong.status_code == 422
    assert "a period such as" in text(wrong)
    assert factory.post(f"{at}do/terms/", {**given, "limit": "", "level": "gold", "key": key(4)}).status_code == 302
    link.refresh_from_db()
    assert link.terms == {"pay": "credit", "period": 30 * 86_400, "level": "gold"}
    assert "Earlier terms" in text(factory.get(at))
    assert factory.post(f"{at}do/close/", {"key": key(5)}).headers["Location"] == "/console/partners/"
    assert factory.get(at).status_code == 404


def bought(mall: Mall, pieces: int = 10) -> Order:
    mall.fill("shop", wallet=1_000_000)
    code = mall.deal("shop", {"tee@west": pieces}, "shipped", with_="wallet")
    return Order.objects.get(checkout__code=code, tier=0)


def test_a_purchase_for_ones_own_stock_is_received_in_part(mall: Mall) -> None:
    order = bought(mall)
    line = order.lines.get()
    client = mall.client("shop")
    at = f"/console/purchases/{order.code}/"
    assert order.code in text(client.get("/console/purchases/"))
    assert "10 on their way" in text(client.get(at))
    for wrong, said in (("0", "Say how many"), ("11", "less than or equal to 10"), ("x", "whole number")):
        refused = client.post(f"{at}do/receive/", {"key": key(), f"line-{line.pk}": wrong})
        assert refused.status_code == 422
        assert said in text(refused)
    assert client.post(f"{at}do/receive/", {"key": key(2), f"line-{line.pk}": "4"}).status_code == 302
    assert client.post(f"{at}do/receive/", {"key": key(2), f"line-{line.pk}": "4"}).status_code == 302
    assert Shelf.objects.get(party__slug="shop").available == 4
    assert "6 on their way" in text(client.get(at))
    assert mall.client("works").get(at).status_code == 404
    unpaid = mall.place("shop", {"tee@west": 1})
    leg = Order.objects.get(checkout__code=unpaid, tier=0)
    assert f"/pay/{unpaid}/" in text(client.get(f"/console/purchases/{leg.code}/"))


def test_orders_are_shipped_by_file_row_by_row(mall: Mall) -> None:
    first, second = (mall.leg(mall.ordered(), "factory") for _ in range(2))
    theirs = mall.leg(first.checkout, "west")
    client = mall.client("factory")
    lines = (f"{first.code},SF,=1+1", f"{theirs.code},SF,3", f"{second.code},SF,4,tee@factory,x")
    rows = "\n".join(("order,carrier,tracking,offer,pieces", *lines))
    page = text(client.post("/console/ship-by-file/", {"key": key(), "rows": rows}))
    assert "1 row went in" in page
    assert "2 rows did not" in page
    assert "There is no such order" in page
    first.refresh_from_db()
    assert first.status == "shipped"
    again = text(client.post("/console/ship-by-file/", {"key": key(), "rows": rows}))
    assert "1 row went in" in again
    rest = f"{second.code}\tSF\t4\ttee@factory\t1"
    assert "1 row went in" in text(client.post("/console/ship-by-file/", {"key": key(2), "rows": rest}))
    second.refresh_from_db()
    assert second.status == "partly_shipped"


def test_customers_are_ones_own_and_others_are_masked(mall: Mall) -> None:
    Party.objects.filter(slug="ann").update(name="Annabel Lee")
    order = mall.ordered()
    mall.call(ship, order=order.code)
    mall.call(receive, order=order.code)
    shop = text(mall.client("shop").get("/console/customers/"))
    assert "Annabel Lee" in shop
    assert "CN¥200.00" in shop
    for who in ("factory", "west"):
        client = mall.client(who)
        for page in ("/console/customers/", "/console/end-customers/", "/console/sold/", "/console/"):
            assert "nnabel" not in text(client.get(page)), (who, page)
    assert "A**" in text(mall.client("west").get("/console/end-customers/"))
    sold = text(mall.client("factory").get("/console/sold/"))
    assert "west" in sold
    assert "CN¥120.00" in sold
    assert "own customers" in text(mall.client("shop").get("/console/sold/"))

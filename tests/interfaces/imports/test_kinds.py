"""What each kind of row becomes, and what is said of a row that cannot be one."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hanse.goods.catalogue.models import Product, Sku
from hanse.goods.catalogue.operations import import_products as products_module
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.import_products import import_products
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.goods.offers.models import Offer
from hanse.goods.offers.operations.import_offers import import_offers
from hanse.goods.offers.rules import NewOffer
from hanse.goods.stock.models import Entry, Movement, Shelf
from hanse.goods.stock.operations.import_stock import NewStock, import_stock
from hanse.goods.stock.operations.open_warehouse import open_warehouse
from hanse.interfaces.cli.imports.models import ImportProblem
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import NotAllowed
from hanse.kernel.models import StateChange
from hanse.kernel.once import KeyReused
from hanse.network.parties.models import Party
from hanse.network.parties.operations._insert import NewParty
from hanse.network.parties.operations.import_parties import import_parties
from tests.interfaces.imports.conftest import OFFERS, PARTIES, PRODUCTS, START, STOCK, Importer, counts, problems


def test_a_mall_goes_in_and_can_be_bought_from(bring: Importer) -> None:
    from hanse.trade.orders.models import Order
    from hanse.trade.orders.operations.place import place
    from hanse.trade.quotes.queries import Line

    bring.mall()
    bring("parties", "party,kind,name\nann,consumer,Ann\n")
    lines = [Line("tee@shop", 2)]
    place(key="p", at=START, by=ENGINE, buyer="ann", lines=lines)
    assert [order.total for order in Order.objects.order_by("tier")] == [21100, 17100, 13100]
    assert Shelf.objects.get(sku__slug="tee-s").available == 118


def test_parties_with_terms(bring: Importer) -> None:
    text = (
        "party,kind,name,name_en,region,terms\n"
        "acme,supplier,甲,Acme,上海,platform_fee=3.5%|hold=15m|limit=1000.00|settlement=week\n"
        'west,wholesaler,"West, Ltd",,,"settlement=15,31"\n'
    )
    job = bring("parties", text)
    assert counts(job) == (2, 0, 0)
    acme, west = Party.objects.filter(slug__in=["acme", "west"]).order_by("slug")
    assert (acme.kind, acme.name, acme.name_en, acme.region, acme.status) == (
        "supplier",
        "甲",
        "Acme",
        "上海",
        "active",
    )
    assert acme.terms == {"platform_fee": 350, "hold": 900, "limit": 100000, "settlement": {"every": "week"}}
    assert (west.name, west.terms) == ("West, Ltd", {"settlement": {"days": [15, 31]}})
    assert StateChange.objects.filter(subject="party", subject_id=acme.pk, event="accept").count() == 1


def test_parties_that_cannot_be(bring: Importer) -> None:
    bring("parties", PARTIES)
    rows = {
        "acme,supplier,Acme,": "",
        "acme,supplier,Other,": "party",
        "b b,retailer,B,": "party",
        ",retailer,B,": "party",
        "c,platform,C,": "kind",
        "d,retailer,,": "name",
        f"e,retailer,{'x' * 201},": "name",
        "f,retailer,F,hold=soon": "hold",
        "g,retailer,G,nonsense=1": "nonsense",
        "h,retailer,H,hold": "terms",
        "i,retailer,I,hold=1m|hold=2m": "terms",
        "j,retailer,J,settlement=32": "settlement",
    }
    job = bring("parties", "party,kind,name,terms\n" + "\n".join(rows) + "\nk,retailer,K,\n")
    wanted = [(line, column) for line, column in enumerate(rows.values(), start=2) if column]
    assert [(line, column) for line, column, _text in problems(job)] == wanted
    assert counts(job) == (1, 1, len(wanted))
    assert problems(job)[0][2] == "There is a party of this short name that says something else."


def test_only_who_may_register_imports_parties(bring: Importer) -> None:
    with pytest.raises(NotAllowed):
        import_parties(key="k", at=START, by=Actor(party=1), parties=[])
    found = import_parties(key="k", at=START, by=ENGINE, parties=[NewParty("retailer", "A")])
    assert found["problems"] == [[0, "slug", "a short name, which is the key of the row"]]


def test_products_with_variants(bring: Importer) -> None:
    bring("parties", PARTIES)
    job = bring("products", PRODUCTS)
    assert counts(job) == (2, 0, 0)
    tee = Product.objects.get(name="Tee")
    assert (tee.status, tee.owner.slug, tee.category and tee.category.slug) == ("listed", "acme", "shirts")
    found = tee.skus.order_by("position").values_list("slug", "name", "options", "weight_g")
    assert list(found) == [
        ("tee-s", "S", {"size": "S", "color": "red"}, 150),
        ("tee-m", "M", {"size": "M", "color": "red"}, 160),
    ]


def test_products_that_are_there_or_cannot_be(bring: Importer) -> None:
    bring("parties", PARTIES)
    bring("products", PRODUCTS)
    rows = [
        ("mug,mug,acme,Mug,,,,300", ""),  # as it is there
        ("cup,mug,acme,Mug,,,,301", "sku"),
        ("jar,mug,west,Mug,,,,300", "sku"),
        ("tee,tee-s,acme,Tee,shirts,S,size=S|color=red,150", ""),  # one of its two variants, as it is there
        ("hat,hat,acme,Hat,,,,", ""),
        ("cap,hat,acme,Cap,,,,", "sku"),
        ("a,a,nobody,A,,,,", "owner"),
        ("b,b,acme,B,nothing,,,", "category"),
        ("c,c,acme,C,,,,heavy", "weight_g"),
        ("d,d,acme,D,,,,9999999999999999999", "weight_g"),
        ("e,e,acme,E,,,size,", "options"),
        ("f,f f,acme,F,,,,", "sku"),
        (f"g,g,acme,G,,{'v' * 201},,", "variant"),
        ("h,h,acme,,,,,", "name"),
    ]
    job = bring("products", "\n".join([PRODUCTS.splitlines()[0], *(row for row, _column in rows)]) + "\n")
    found = [(line, column) for line, column, _text in problems(job)]
    assert found == [(line, column) for line, (_row, column) in enumerate(rows, start=2) if column]
    assert counts(job) == (1, 2, len(found))


def test_the_rows_of_a_product_go_in_together_or_not_at_all(bring: Importer) -> None:
    bring("parties", PARTIES)
    bring("products", PRODUCTS)
    rows = [
        ("tee,tee-s,acme,Tee,shirts,S,size=S|color=red,150", "sku"),
        ("tee,tee-l,,,,L,,", ""),  # a variant that the product there does not have
        ("a,a-1,acme,A,,1,,", "variant"),
        ("a,a-2,,,,1,,", ""),  # two variants that are the same
        ("b,b-1,acme,B,,1,,", "sku"),
        ("b,b-1,,,,2,,", ""),
        ("c,c-1,acme,C,,1,,", "owner"),
        ("c,c-2,west,,,2,,", ""),
        ("d,d-1,acme,D,,1,,", "sku"),
        ("d,,acme,D,,2,,", ""),
        ("e,e-1,acme,E,,1,,", ""),
        ("e,e-2,acme,E,,2", ""),  # a field is missing
        ("e,e-3,acme,E,,3,,", ""),
        ("f,f-1,acme,F,,1,,", ""),
        ('"f",f-2,,"F"x,,2,,', ""),  # no CSV; what stands around it is of two products
        ("g,g-1,acme,G,,1,,", ""),
    ]
    job = bring("products", "\n".join([PRODUCTS.splitlines()[0], *(row for row, _column in rows)]) + "\n")
    found = ImportProblem.objects.filter(job=job).order_by("line").values_list("line", "last_line", "column")
    assert list(found) == [
        (2, 3, "sku"),
        (4, 5, "variant"),
        (6, 7, "sku"),
        (8, 9, "owner"),
        (10, 11, "sku"),
        (12, 14, ""),
        (16, 16, ""),
    ]
    assert problems(job)[5][2] == "line 13: 8 fields as in the first line, not 6"
    assert sorted(Product.objects.values_list("name", flat=True)) == ["F", "G", "Mug", "Tee"]


def test_a_variant_that_came_in_between(bring: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look is blind, as if a rival had not yet committed: the operation looks again."""
    bring("parties", PARTIES)
    bring("products", PRODUCTS)
    looks: list[int] = []
    really = products_module._there

    def blind_once(slugs: Any) -> dict[str | None, Sku]:
        looks.append(1)
        return {} if len(looks) == 1 else really(slugs)

    monkeypatch.setattr(products_module, "_there", blind_once)
    new = NewProduct(owner="acme", name="Other", skus=[NewSku(slug="mug")])
    found = import_products(key="k", at=START, by=ENGINE, products=[new], review=False)
    assert (len(looks), found["problems"][0][1], Product.objects.count()) == (2, "sku", 2)


def test_a_seller_imports_its_own_products_as_drafts(bring: Importer) -> None:
    bring("parties", PARTIES)
    acme = Actor(party=Party.objects.get(slug="acme").pk, permissions=frozenset({"goods.edit"}))
    new = [
        NewProduct(owner="acme", name="Tee", skus=[NewSku(slug="tee")]),
        NewProduct(owner="west", name="Mug", skus=[NewSku(slug="mug")]),
        NewProduct(owner="acme", name="Cap", skus=[NewSku()]),
        NewProduct(owner="a\x00", name="Cap", category="\ud800", skus=[NewSku(slug="cap")]),
    ]
    found = import_products(key="k", at=START, by=acme, products=new)
    assert found["imported"] == 1
    assert [(n, column) for n, column, _text in found["problems"]] == [(1, ""), (2, "sku"), (3, "owner")]
    assert Product.objects.get().status == "draft"
    with pytest.raises(NotAllowed):
        import_products(key="l", at=START, by=acme, products=[], review=False)


def test_brands_come_in_with_products(bring: Importer) -> None:
    bring("parties", PARTIES)
    create_brand(key="b", at=START, by=ENGINE, slug="ours", name="Ours", owner=Party.objects.get(slug="acme").code)
    new = [
        NewProduct(owner="acme", name="Tee", brand="ours", skus=[NewSku(slug="tee")]),
        NewProduct(owner="acme", name="Cap", brand="none", skus=[NewSku(slug="cap")]),
        NewProduct(owner="west", name="Mug", brand="ours", skus=[NewSku(slug="mug")]),
    ]
    found = import_products(key="k", at=START, by=ENGINE, products=new)
    assert [(n, column) for n, column, _text in found["problems"]] == [(1, "brand"), (2, "")]
    branded = Product.objects.select_related("brand").get().brand
    assert branded is not None
    assert branded.slug == "ours"
    assert import_products(key="l", at=START, by=ENGINE, products=new[:1])["known"] == 1
    again = import_products(key="m", at=START, by=ENGINE, products=[replace(new[0], brand=None)])
    assert (again["known"], len(again["problems"])) == (0, 1)


def test_offers_over_tiers(bring: Importer) -> None:
    bring("parties", PARTIES)
    bring("products", PRODUCTS)
    job = bring("offers", OFFERS)
    assert counts(job) == (3, 0, 0)
    shop = Offer.objects.get(slug="tee@shop")
    assert (shop.price, shop.freight, shop.commission, shop.fulfil) == (10000, 550, [500, 250], "source")
    assert shop.source is not None
    assert shop.source.source is not None
    acme = shop.source.source
    assert (acme.slug, acme.band_min, acme.band_max, acme.fulfil) == ("tee@acme", 7000, None, "stock")
    assert list(acme.rules.order_by("min_quantity").values_list("min_quantity", "price")) == [(10, 5500), (100, 5000)]


def test_a_source_may_stand_behind_in_the_same_batch_but_not_in_a_later_one(bring: Importer) -> None:
    bring("parties", PARTIES)
    bring("products", PRODUCTS)
    head, *rows = OFFERS.splitlines()
    backwards = "\n".join([head, *reversed(rows)]) + "\n"
    job = bring("offers", backwards, batch=1)
    assert [(line, column) for line, column, _text in problems(job)] == [(2, "source"), (3, "source")]
    job = bring("offers", backwards + "\n")
    assert counts(job) == (2, 1, 0)


def test_offers_that_cannot_be(bring: Importer) -> None:
    bring.mall()
    head = "offer,seller,sku,currency,price,source,fulfil,band_max,commission,prices,freight,audience\n"
    rows = [
        ("a,nobody,mug,CNY,1.00,,,,,,,", "seller"),
        ("b,acme,nothing,CNY,1.00,,,,,,,", "sku"),
        ("c,acme,mug,Yuan,1.00,,,,,,,", "currency"),
        ("d,acme,mug,CNY,1.001,,,,,,,", "price"),
        ("e,acme,mug,CNY,-1,,,,,,,", "price"),
        ("f,acme,mug,CNY,0,,,,,,,", "price"),
        (f"g,acme,mug,CNY,{'9' * 5000},,,,,,,", "price"),
        ("h,acme,mug,CNY,99999999999999999,,,,,,,", "price"),
        ("i,acme,mug,JPY,1.5,,,,,,,", "price"),
        ("j,west,mug,CNY,1.00,nothing,,,,,,", "source"),
        ("k,west,mug,CNY,1.00,tee@acme,,,,,,", "source"),
        ("l,west,tee-s,USD,80.00,tee@acme,,,,,,", "source"),
        ("m,west,tee-s,CNY,60.00,tee@acme,,,,,,", "source"),
        ("n,acme,tee-s,CNY,200.00,tee@west,,,,,,", "source"),
        ("o,acme,mug,CNY,1.00,,source,,,,,", "source"),
        ("p,acme,mug,CNY,1.00,,nowhere,,,,,", "fulfil"),
        ("q,acme,mug,CNY,1.00,,,0.00,,,,", "band_min"),
        ("r,acme,mug,CNY,1.00,,,,half,,,", "commission"),
        ("s,acme,mug,CNY,1.00,,,,60% 60%,,,", "commission"),
        ("t,acme,mug,CNY,1.00,,,,,10,,", "prices"),
        ("u,acme,mug,CNY,1.00,,,,,0:1.00,,", "prices"),
        ("v,acme,mug,CNY,1.00,,,,,x:1.00,,", "prices"),
        ("w,acme,mug,CNY,1.00,,,,,,-1,", "freight"),
        ("x,acme,mug,CNY,1.00,,,,,,,friends", "audience"),
        ("y y,acme,mug,CNY,1.00,,,,,,,", "offer"),
        ("z,acme,mug,CNY,,,,,,,,", "price"),
        ("tee@acme,acme,tee-s,CNY,61.00,,,,,,,", "offer"),
        ("own,west,mug,CNY,2.00,own,,,,,,", "source"),
    ]
    job = bring("offers", head + "\n".join(row for row, _column in rows) + "\nok,acme,mug,CNY,12.50,,,,,,,\n")
    found = [(line, column) for line, column, _text in problems(job)]
    assert found == [(line, column) for line, (_row, column) in enumerate(rows, start=2)]
    assert counts(job) == (1, 0, len(rows))
    assert problems(job)[12][2] == "The price lies outside the resale band of the upstream offer."


def test_the_same_offers_again_and_twice_in_one_file(bring: Importer) -> None:
    bring.mall()
    job = bring("offers", OFFERS + "mug@acme,acme,mug,CNY,9.00,,,,,\nmug@acme,acme,mug,CNY,9.00,,,,,\n")
    assert counts(job) == (1, 4, 0)
    assert Offer.objects.count() == 4


def test_a_seller_imports_only_its_own_offers(bring: Importer) -> None:
    bring.mall()
    west = Actor(party=Party.objects.get(slug="west").pk, permissions=frozenset({"offers.edit", "stock.edit"}))
    new = [
        NewOffer(seller="acme", sku="mug", price=100, currency="CNY", slug="a"),
        NewOffer(seller="west", sku="mug", price=100, currency="CNY"),
        NewOffer(seller="west", sku="mug", price=100, currency="CNY", slug="b"),
    ]
    found = import_offers(key="k", at=START, by=west, offers=new)
    assert (found["imported"], [(n, column) for n, column, _text in found["problems"]]) == (1, [(0, ""), (1, "offer")])
    found = import_stock(key="k", at=START, by=west, deliveries=[NewStock("1", "acme", "mug", 1)])
    assert [(n, column) for n, column, _text in found["problems"]] == [(0, "")]


def test_stock_is_counted_once_per_reference(bring: Importer) -> None:
    bring.mall()
    shelf = Shelf.objects.get(sku__slug="tee-s")
    assert (shelf.available, shelf.party.slug, shelf.warehouse.code) == (120, "acme", "main")
    assert Entry.objects.filter(subject=f"shelf:{shelf.pk}").count() == 2
    assert sorted(Movement.objects.values_list("source_state", "quantity")) == [
        ("made", 7),
        ("made", 100),
        ("supplier", 20),
    ]
    bring.at += timedelta(days=1)
    more = STOCK.replace("D3,acme,mug,7", "D3,acme,mug,8") + "D4,acme,mug,5,,\nD4,acme,mug,5,,\nD1,west,mug,1,,\n"
    job = bring("stock", more)
    assert counts(job) == (2, 3, 1)
    assert problems(job) == [(4, "reference", "There was another delivery of this reference.")]
    assert Shelf.objects.get(sku__slug="mug", party__slug="acme").available == 12


def test_stock_in_named_warehouses_and_what_cannot_be(bring: Importer) -> None:
    bring.mall()
    open_warehouse(key="w", at=START, by=ENGINE, party="acme", code="north", name="North")
    rows = [
        ("N1,acme,tee-s,5,north,", ""),
        ("N2,acme,tee-s,6,north,", ""),
        ("N3,west,tee-s,5,north,", "warehouse"),
        ("N4,acme,tee-s,5,south,", "warehouse"),
        ("N5,nobody,tee-s,5,,", "party"),
        ("N6,acme,nothing,5,,", "sku"),
        ("N7,acme,tee-s,0,,", "quantity"),
        ("N8,acme,tee-s,1e9,,", "quantity"),
        ("N9,acme,tee-s,1000000001,,", "quantity"),
        ("N0,acme,tee-s,٣,,", "quantity"),
        (",acme,tee-s,3,,", "reference"),
        (f"{'N' * 81},acme,tee-s,3,,", "reference"),
        ("NA,acme,tee-s,3,,stolen", "origin"),
        ("NB,acme,tee-s,,,", "quantity"),
    ]
    job = bring("stock", STOCK.splitlines()[0] + "\n" + "\n".join(row for row, _column in rows) + "\n")
    found = [(line, column) for line, column, _text in problems(job)]
    assert found == [(line, column) for line, (_row, column) in enumerate(rows, start=2) if column]
    assert Shelf.objects.get(warehouse__code="north").available == 11


def test_many_rows_are_a_handful_of_statements(bring: Importer, django_assert_max_num_queries: Any) -> None:
    bring.mall()
    few = [NewStock(f"F{n}", "acme", "mug", 1) for n in range(2)]
    many = [NewStock(f"M{n}", "acme", "mug", 1) for n in range(500)]
    with django_assert_max_num_queries(20) as counted:
        import_stock(key="few", at=START, by=ENGINE, deliveries=few)
    with django_assert_max_num_queries(len(counted)):
        import_stock(key="many", at=START, by=ENGINE, deliveries=many)
    assert connection.in_atomic_block


def test_an_answer_is_replayed(bring: Importer) -> None:
    bring.mall()
    rows = [NewStock("X", "acme", "mug", 1)]
    first = import_stock(key="k", at=START, by=ENGINE, deliveries=rows)
    assert import_stock(key="k", at=START, by=ENGINE, deliveries=rows) == first
    with pytest.raises(KeyReused):
        import_stock(key="k", at=START, by=ENGINE, deliveries=[NewStock("Y", "acme", "mug", 1)])

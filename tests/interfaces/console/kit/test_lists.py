"""Lists: search, filters, sorting, saved views, many rows at once, export."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import offer
from hanse.interfaces.console.kit.cells import MONEY, TEXT, Column
from hanse.interfaces.console.kit.models import Preference
from tests.interfaces.web.faces import Mall, key, text


def rows(answer: Any) -> int:
    return text(answer).count('<th scope="row"')


def exported(client: Client, address: str) -> list[list[str]]:
    answer: Any = client.get(address)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    body = b"".join(answer.streaming_content).decode()
    assert body.startswith("\ufeff")
    return list(csv.reader(StringIO(body.removeprefix("\ufeff"))))


def test_search_and_filters_narrow_a_list_down(mall: Mall) -> None:
    client = mall.client("factory")
    assert rows(client.get("/console/offers/")) == 2
    assert rows(client.get("/console/offers/?audience=public")) == 1
    assert rows(client.get("/console/offers/?q=Cotton+tee")) == 2
    assert "Nothing matches these filters" in text(client.get("/console/offers/?q=unheard-of"))
    assert rows(client.get("/console/offers/?status=listed&from=own")) == 2
    assert rows(client.get("/console/offers/?status=listed&from=others")) == 0
    assert rows(client.get("/console/offers/?status=no-such-state")) == 2


def test_a_list_is_sorted_by_its_heads(mall: Mall) -> None:
    client = mall.client("factory")
    up, down = (text(client.get(f"/console/offers/?sort={sort}")) for sort in ("price", "-price"))
    assert up.index("CN¥60.00") < up.index("CN¥120.00")
    assert down.index("CN¥60.00") > down.index("CN¥120.00")
    assert 'aria-sort="ascending"' in up
    assert "sort=-price" in up


def test_a_view_is_kept_by_the_person_who_made_it_and_forgotten_again(mall: Mall) -> None:
    client = mall.client("factory")
    given = {"key": key(), "name": "mine", "query": "audience=public&evil=1"}
    assert client.post("/console/offers/views/", given).headers["Location"] == "/console/offers/?audience=public"
    assert client.post("/console/offers/views/", given).status_code == 302
    assert Preference.objects.get().value == {"mine": "audience=public"}
    page = text(client.get("/console/offers/?audience=public"))
    assert 'aria-current="true">mine</a>' in page
    assert "mine</a>" not in text(mall.client("shop").get("/console/offers/"))
    client.post("/console/offers/views/", {"key": key(2), "forget": "mine", "query": ""})
    assert Preference.objects.get().value == {}
    assert client.post("/console/offers/views/", {"key": key(3), "name": "", "query": ""}).status_code == 422


def test_many_rows_at_once_each_an_operation_of_its_own(mall: Mall) -> None:
    client = mall.client("factory")
    codes = [offer("tee@factory").code, offer("tee_l@factory").code]
    given = {"key": key(), "pick": [*codes, offer("tee@shop").code, "x\x00"]}
    assert client.post("/console/offers/do/suspend/", given).status_code == 302
    assert client.post("/console/offers/do/suspend/", given).status_code == 302
    assert set(Offer.objects.filter(status="suspended").values_list("code", flat=True)) == set(codes)
    again = client.post("/console/offers/do/suspend/", {**given, "key": key(2)})
    assert again.status_code == 409
    assert "not in a state that allows it" in text(again)
    nothing = client.post("/console/offers/do/resume/", {"key": key(3)})
    assert "Pick at least one row" in text(nothing)
    assert client.post("/console/offers/do/no-such/", given).status_code == 404
    assert mall.client("clerk").post("/console/stock/do/x/", given).status_code == 404


def test_prices_change_by_percent_within_what_is_refused(mall: Mall) -> None:
    client = mall.client("shop")
    code = offer("tee@shop").code
    wrong = client.post("/console/offers/do/price/", {"key": key(), "pick": code, "shift": "x"})
    assert wrong.status_code == 409
    assert "Price by percent" in text(wrong)
    assert client.post("/console/offers/do/price/", {"key": key(), "pick": code, "shift": "-2.5"}).status_code == 302
    assert offer("tee@shop").price == 9750


def test_a_list_is_exported_as_it_is_filtered(mall: Mall) -> None:
    found = exported(mall.client("factory"), "/console/offers/?export=csv&audience=public")
    assert [len(line) for line in found] == [8, 8]
    assert found[0][:3] == ["Goods", "Source", "Price"]
    assert found[1][2] == "120.00"
    assert found[1][7] == "On sale"


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("=1+1", "'=1+1"),
        ("+8613", "'+8613"),
        ("@a", "'@a"),
        ("-x", "'-x"),
        ("-5.20", "-5.20"),
        ("", ""),
        ("a=b", "a=b"),
    ],
)
def test_what_a_spreadsheet_would_compute_is_text(said: str, plain: str) -> None:
    assert Column("", lambda row: row, TEXT).plain(said) == plain
    assert Column("", lambda _row: (None, "CNY"), MONEY).plain(said) == ""
    assert Column("", "no.such.path").html(said) == "–"

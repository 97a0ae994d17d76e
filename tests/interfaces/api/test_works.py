"""Long work over the API: asked for with 202, polled, stopped, its files downloaded."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from hanse.goods.catalogue.models import Product
from hanse.interfaces.api import works
from hanse.interfaces.jobs.works import importing, running
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.models import Work
from tests.interfaces.api.callers import ROOT, Caller, caller

ROWS = b"product,sku,name,weight_g\nhat,hat,Hat,100\nbag,bag,Bag,much\n"


def test_a_file_goes_in_and_its_faulty_rows_come_back(callers: dict[str, Caller]) -> None:
    factory = callers["factory"]
    answer = factory.call("POST", "/works/imports?kind=products&name=goods.csv", ROWS, key="once")
    assert answer.status_code == 202
    asked = answer.json()
    assert (asked["status"], asked["files"], asked["actions"]) == ("waiting", [], ["cancel"])
    assert answer.headers["Location"] == f"{ROOT}/works/{asked['code']}"
    again = factory.call("POST", "/works/imports?kind=products&name=goods.csv", ROWS, key="once")
    assert (again.json()["code"], Work.objects.count()) == (asked["code"], 1)
    other = factory.call("POST", "/works/imports?kind=products&name=goods.csv", ROWS + b"x", key="once")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")

    waiting = factory.call("GET", f"/works/{asked['code']}")
    unchanged = {"If-None-Match": waiting.headers["ETag"]}
    assert factory.call("GET", f"/works/{asked['code']}", **unchanged).status_code == 304
    running.run(asked["code"], KINDS)
    done = factory.call("GET", f"/works/{asked['code']}", **unchanged).json()
    assert (done["status"], done["good"], done["known"], done["bad"]) == ("done", 1, 0, 1)
    assert (done["done"], done["total"], done["files"], done["actions"]) == (2, 2, ["errors"], [])
    file = factory.call("GET", f"/works/{asked['code']}/errors")
    assert file.headers["Content-Disposition"] == 'attachment; filename="to mend-goods.csv"'
    said = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert said == [
        "what is wrong,product,sku,name,weight_g",
        "weight_g: a whole number of at most 18 digits,bag,bag,Bag,much",
    ]
    assert factory.refused("GET", f"/works/{asked['code']}/result") == (404, "not_found")
    assert Product.objects.filter(name="Hat", status="draft").count() == 1
    assert [one["code"] for one in factory.get("/works?status=done")["items"]] == [asked["code"]]
    assert factory.get("/works?status=failed")["items"] == []


def test_nobody_sees_the_work_of_others(callers: dict[str, Caller]) -> None:
    code = callers["factory"].call("POST", "/works/imports?kind=products", ROWS).json()["code"]
    for who in ("shop", "rival", "ann"):
        for path in (f"/works/{code}", f"/works/{code}/errors", f"/works/{code}/result"):
            assert callers[who].refused("GET", path) == (404, "not_found")
        assert callers[who].refused("POST", f"/works/{code}/cancel", {}) == (404, "not_found")
        assert callers[who].get("/works")["items"] == []
    assert caller("factory").refused("GET", f"/works/{code}") == (404, "not_found")  # a colleague's
    assert callers["operator"].get(f"/works/{code}")["code"] == code


def test_what_cannot_be_asked_for(callers: dict[str, Caller], monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, factory = caller("shop", "finance"), callers["factory"]
    assert clerk.refused("POST", "/works/imports?kind=products", ROWS) == (403, "not_allowed")
    assert factory.refused("POST", "/works/imports?kind=parties", ROWS) == (403, "not_allowed")
    assert factory.refused("POST", "/works/imports?kind=nothing", ROWS) == (422, "malformed")
    assert factory.refused("POST", "/works/imports?kind=products", b"") == (422, "malformed")
    assert factory.refused("POST", "/works/imports?kind=shipments&whole=true", ROWS) == (422, "malformed")
    assert factory.refused("POST", "/works/settlements", {}) == (403, "not_allowed")
    assert factory.refused("POST", "/works/exports", {"list": "books"}) == (404, "not_found")
    assert clerk.refused("GET", "/works/imports/template?kind=products") == (403, "not_allowed")
    monkeypatch.setattr(importing, "LARGEST", 10)
    assert factory.refused("POST", "/works/imports?kind=products", ROWS) == (413, "too_big")
    assert Work.objects.count() == 0
    assert works.FileTooLarge.status == 413


def test_stopped_and_gone_on_with(callers: dict[str, Caller]) -> None:
    factory = callers["factory"]
    code = factory.call("POST", "/works/imports?kind=products", ROWS).json()["code"]
    assert factory.post(f"/works/{code}/cancel")["status"] == "cancelled"
    running.run(code, KINDS)
    assert Product.objects.filter(name="Hat").count() == 0
    assert factory.refused("POST", f"/works/{code}/cancel", {}) == (409, "wrong_state")
    assert factory.post(f"/works/{code}/retry")["actions"] == ["cancel"]
    running.run(code, KINDS)
    assert factory.get(f"/works/{code}")["good"] == 1


def test_a_template_of_each_kind(callers: dict[str, Caller]) -> None:
    factory = callers["factory"]
    said = factory.call("GET", "/works/imports/template?kind=stock").content.decode("utf-8-sig")
    assert said.splitlines() == [
        "reference,sku,quantity,warehouse,origin", "IN-2026-001,tee-white-s,100,,",
    ]  # fmt: skip
    path = "/works/imports/template?kind=products&form=xlsx"
    raw = factory.call("GET", path, **{"Accept-Language": "zh-hans"}).content
    sheet = load_workbook(BytesIO(raw)).active
    assert sheet is not None
    assert [cell.value for cell in next(sheet.iter_rows())][:3] == ["商品编号", "规格编号", "名称"]


def test_exports_listings_and_settlements_begin(callers: dict[str, Caller]) -> None:
    shop, operator = callers["shop"], callers["operator"]
    code = shop.post("/works/exports", {"list": "offers", "form": "xlsx"})["code"]
    running.run(code, KINDS)
    done = shop.get(f"/works/{code}")
    assert (done["status"], done["files"], done["good"]) == ("done", ["result"], 1)
    raw = b"".join(shop.call("GET", f"/works/{code}/result").streaming_content)
    sheet = load_workbook(BytesIO(raw)).active
    assert sheet is not None
    assert sheet.max_row == 2
    listed = shop.post("/works/listings", {"offers": ["F-00000-00000"], "margin": 1000})["code"]
    running.run(listed, KINDS)
    assert (shop.get(f"/works/{listed}")["status"], shop.get(f"/works/{listed}")["bad"]) == ("done", 1)
    settled = operator.post("/works/settlements", {})["code"]
    running.run(settled, KINDS)
    assert operator.get(f"/works/{settled}")["status"] == "done"

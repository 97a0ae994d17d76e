"""The pages of long work: asking, watching, stopping, downloading; and long lists written in the background."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hanse.goods.offers.models import Offer
from hanse.goods.offers.queries import offer
from hanse.goods.stock.models import Shelf
from hanse.interfaces.console.kit import export
from hanse.interfaces.console.pages.works import told
from hanse.interfaces.jobs.due import NotDone
from hanse.interfaces.jobs.works import importing, listing, settling
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.rules import free
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.access.queries import actor_for
from hanse.network.parties.rules import Secret
from hanse.network.webhooks.models import Delivery
from hanse.network.webhooks.operations.add_endpoint import add_endpoint
from hanse.network.webhooks.operations.queue_deliveries import queue_deliveries
from hanse.value.settlement.models import Statement
from tests.interfaces.web.faces import key, text
from tests.interfaces.works.conftest import GOODS, Works, book, counts, faulty, pack, read_book


def asked(client: Any, kind: str, raw: bytes | str, name: str = "rows.csv", number: int = 1, **more: str) -> Any:
    content = raw.encode() if isinstance(raw, str) else raw
    given = {"key": key(number), "kind": kind, "encoding": "auto", "file": SimpleUploadedFile(name, content), **more}
    return client.post("/console/import/", given)


def sent(answer: Any) -> bytes:
    """Return the file that was handed out."""
    return b"".join(answer.streaming_content)


def test_a_file_is_asked_for_watched_and_its_faulty_rows_downloaded(works: Works) -> None:
    client = works.mall.client("factory")
    answer = asked(client, "products", GOODS + "x,x,,,\n", follow="on")
    work = Work.objects.get()
    page = f"/console/works/{work.code}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, page)
    assert asked(client, "products", GOODS + "x,x,,,\n", follow="on").headers["Location"] == page
    assert Work.objects.count() == 1

    first = client.get(page + "progress/")
    assert "It waits for its turn" in text(first)
    assert 'hx-trigger="load delay:1s"' in text(first)
    same = client.get(page + "progress/", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert "HX-Refresh" not in first.headers
    works.do(work)
    last = client.get(page + "progress/", headers={"If-None-Match": first.headers["ETag"]})
    assert (last.status_code, last.headers["HX-Refresh"], "hx-get" in text(last)) == (200, "true", False)
    said = text(client.get(page))
    assert "Download the faulty rows" in said
    assert "name: something: it is empty" in said
    file = client.get(page + "errors/file/")
    assert file.headers["Cache-Control"] == "private, no-store"
    assert sent(file).decode("utf-8-sig").startswith("what is wrong,product")
    for who, status in (("west", 404), ("operator", 200), ("ann", 404)):
        assert works.mall.client(who).get(page + "errors/file/").status_code == status
        assert works.mall.client(who).get(page).status_code == status
    for path in ("result/file/", "source/file/"):
        assert client.get(page + path).status_code == 404
    assert "2 in, 0 there before, 1 not in" in text(client.get("/console/works/"))


def test_how_often_the_page_asks(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    work = works.ask("import-products", "factory", GOODS)
    now = clock.now()
    pauses = []
    for seconds in (0, 30, 120, 3600):
        monkeypatch.setattr(clock, "now", lambda later=seconds: now.fromtimestamp(now.timestamp() + later, now.tzinfo))
        pauses.append(told(work)["pause"])
    assert pauses == [1, 2, 5, 15]
    assert not free("done", "", None, now)


def test_stopped_and_gone_on_with_by_buttons(works: Works) -> None:
    client = works.mall.client("factory")
    asked(client, "products", GOODS)
    work = Work.objects.get()
    assert client.post(f"/console/works/{work.code}/do/cancel/", {"key": key(5)}).status_code == 302
    assert counts(works.do(work)) == ("cancelled", 0, 0, 0)
    assert client.post(f"/console/works/{work.code}/do/retry/", {"key": key(6)}).status_code == 302
    assert counts(works.do(work)) == ("done", 2, 0, 0)


def test_what_the_form_refuses(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    client = works.mall.client("factory")
    assert "Parcels leave one by one" in text(asked(client, "shipments", "x", whole="on"))
    assert "Select a valid choice" in text(asked(client, "parties", "x"))
    assert "This field is required" in text(client.post("/console/import/", {"key": key(), "kind": "products"}))
    monkeypatch.setattr(importing, "LARGEST", 3)
    assert "at most 64 MB" in text(asked(client, "products", GOODS))
    assert Work.objects.count() == 0
    assert works.mall.client("ann").get("/console/import/").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_templates_go_in_as_they_are(works: Works, language: str) -> None:
    client = works.mall.client("factory", language)
    for form in ("csv", "xlsx"):
        answer = client.get(f"/console/import/template/products.{form}")
        raw = sent(answer).replace(b"tee-white", f"tee-{form}".encode())
        if form == "xlsx":
            assert read_book(raw)[0][:2] == (["product", "sku"] if language == "en" else ["商品编号", "规格编号"])
            continue
        work = works.bring("products", "factory", raw, f"a.{form}", language=language)
        assert (work.status, work.bad) == ("done", 1)  # its picture is not there
        assert "tee.jpg" in faulty(work)
    assert client.get("/console/import/template/parties.csv").status_code == 404
    assert client.get("/console/import/template/products.pdf").status_code == 404
    assert works.mall.client("operator").get("/console/import/template/parties.csv").status_code == 200


def test_a_long_list_is_written_in_the_background(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    client = works.mall.client("factory")
    plain = sent(client.get("/console/offers/?export=csv"))
    sheet = read_book(sent(client.get("/console/offers/?export=xlsx")))
    assert len(sheet) == 3
    assert plain.decode("utf-8-sig").splitlines()[0].split(",")[0] == sheet[0][0]
    monkeypatch.setattr(export, "DIRECT", 1)
    answer = client.get("/console/offers/?export=csv")
    assert answer.status_code == 302
    form = client.get(answer.headers["Location"])
    assert "This list is long" in text(form)
    given = {"key": key(), "list": "offers", "query": "audience=partners", "form": "csv"}
    begun = client.post("/console/export/", given)
    work = works.do(Work.objects.get())
    assert begun.headers["Location"] == f"/console/works/{work.code}/"
    assert (work.status, work.good, work.result_name[:7]) == ("done", 1, "offers-")
    made = sent(client.get(f"/console/works/{work.code}/result/file/")).decode("utf-8-sig")
    assert len(made.splitlines()) == 2


def test_an_export_of_what_is_not_for_one_fails(works: Works) -> None:
    for name in ("books", "nothing"):
        work = works.do(works.ask("export", "factory", list=name, query="", form="csv"))
        assert (work.status, "no longer for you" in work.message) == ("failed", True)


def test_many_offers_are_listed_at_once(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "CHUNK", 1)
    found = [offer(name).code for name in ("tee@west", "tee_l@factory")]
    work = works.do(works.ask("listing", "shop", offers=[*found, "F-00000-00000"], margin=5000, audience="public"))
    assert counts(work) == ("done", 1, 1, 1)
    mine = Offer.objects.get(seller=work.party, source__code=found[1])
    assert mine.price == 18_000
    assert faulty(work).splitlines()[1] == "It is no longer offered to you.,F-00000-00000"
    assert counts(works.do(works.ask("listing", "shop", offers=found, margin=1, audience="public")))[1:] == (0, 2, 0)
    refused = works.do(works.ask("listing", "factory", offers=found, margin=1, audience="public"))
    assert refused.status == "failed"


def test_what_is_due_is_settled_with_progress(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    client = works.mall.client("operator")
    assert client.post("/console/platform/settlements/run/", {"key": key()}).status_code == 302
    work = works.do(Work.objects.get())
    assert (work.status, work.message) == ("done", f"{Statement.objects.count()} statements were made.")
    assert works.mall.client("factory").get("/console/platform/settlements/run/").status_code == 404

    def broken(_upto: Any, watch: Any) -> int:
        watch(1, 2)
        raise NotDone({"O-1": RuntimeError("no")})

    monkeypatch.setattr(settling, "run_due", broken)
    work = works.do(works.ask("settlement", "operator"))
    assert counts(work) == ("done", 1, 0, 1)
    assert "O-1,no" in faulty(work)


def test_rows_of_a_form_may_come_as_a_workbook(works: Works) -> None:
    client = works.mall.client("factory")
    code = offer("tee@factory").sku.code
    raw = book(["货号", "数量"], [code, 90.0], ["K-00000-00000", 5], [None, None])
    given = {"key": key(), "file": SimpleUploadedFile("count.xlsx", raw), "rows": ""}
    said = text(client.post("/console/stock/take/", given))
    assert "1 row went in" in said
    assert "K-00000-00000\t5\t</textarea>" in said
    assert Shelf.objects.get(sku__code=code).available == 90


def test_files_that_unfold_without_end_are_refused(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    from zipfile import ZIP_DEFLATED, ZipFile

    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as packed:
        packed.writestr("goods.csv", b"0" * 50_000_000)
    assert len(bomb.getvalue()) < 100_000
    work = works.bring("products", "factory", bomb.getvalue(), "bomb.zip")
    assert (work.status, work.message) == ("failed", "the file unfolds into more than is taken here.")
    many = pack(**{f"f{n}__csv": "" for n in range(30)})
    monkeypatch.setattr("hanse.interfaces.cli.imports.sheets.MOST_PARTS", 20)
    assert "unfolds" in works.bring("products", "factory", many, "many.zip").message


def test_a_workbook_whose_xml_defines_entities_is_refused(works: Works) -> None:
    from zipfile import ZipFile

    good, bad = ZipFile(BytesIO(book(["product", "sku", "name"], ["a", "a", "A"]))), BytesIO()
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    with ZipFile(bad, "w") as packed:
        for part in good.infolist():
            raw = good.read(part)
            if part.filename.endswith("sheet1.xml"):
                head, _mark, rest = raw.partition(b"<worksheet")
                raw = head + entities + b"<worksheet" + rest
            packed.writestr(part, raw)
    work = works.bring("products", "factory", bad.getvalue(), "lol.xlsx")
    assert (work.status, "no workbook that can be read" in work.message) == ("failed", True)


def test_whether_webhooks_arrive(works: Works) -> None:
    mall = works.mall
    factory = actor_for(mall.users["factory"])
    now = clock.now()
    code = add_endpoint(
        key="e", at=now, by=factory, url="http://127.0.0.1:1/x", facts=[], known=["order.paid"],
        secret=Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), plain=True,
    )  # fmt: skip
    (delivery,) = queue_deliveries(
        key="d", at=now, by=ENGINE, event="E-00000-00001", fact="order.paid", bodies={code: '{"type": "order.paid"}'}
    )
    client, rival = mall.client("factory"), mall.client("west")
    pages = ["/console/webhooks/", f"/console/webhooks/{code}/", "/console/deliveries/"]
    assert [("127.0.0.1" in text(client.get(page)), rival.get(page).status_code) for page in pages] == [
        (True, 200), (True, 404), (True, 200),
    ]  # fmt: skip
    assert "127.0.0.1" not in text(rival.get(pages[0])) + text(rival.get(pages[2]))
    one = f"/console/deliveries/{delivery}/"
    assert "It was not tried yet" in text(client.get(one))
    assert rival.get(one).status_code == 404
    assert client.post(f"{pages[1]}do/test/", {"key": key()}).status_code == 302
    assert Delivery.objects.count() == 2
    assert client.post(f"{pages[1]}do/disable/", {"key": key(2)}).status_code == 302
    assert client.post(f"{pages[1]}do/enable/", {"key": key(3)}).status_code == 302


def changed(raw: bytes, part_of: str, content: bytes) -> bytes:
    """Return a workbook of which one part holds something else."""
    from zipfile import ZipFile

    good, bad = ZipFile(BytesIO(raw)), BytesIO()
    with ZipFile(bad, "w") as packed:
        for part in good.infolist():
            packed.writestr(part, content if part.filename.endswith(part_of) else good.read(part))
    return bad.getvalue()


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("styles.xml", b"<styleSheet>" + b"<x/>" * 300 + b"</styleSheet>"),
        ("sheet1.xml", b"<worksheet><sheetData><row>" + b"<c/>" * 300 + b"</row></sheetData></worksheet>"),
    ],
)
def test_no_part_of_a_workbook_fills_the_memory(
    works: Works, monkeypatch: pytest.MonkeyPatch, part: str, content: bytes
) -> None:
    monkeypatch.setattr("hanse.interfaces.cli.imports.sheets.MOST_AT_ONCE", 1000)
    monkeypatch.setattr("hanse.interfaces.cli.imports.sheets._CHUNK", 500)
    raw = changed(book(["product"], ["a"]), part, content)
    assert "unfolds" in works.bring("products", "factory", raw, "large.xlsx").message


def test_looking_for_formulas_takes_no_longer_the_odder_the_sheet_is() -> None:
    import time

    from hanse.interfaces.cli.imports.sheets import UNCOMPUTED

    began = time.monotonic()
    for odd in (b"<f ", b"<f>", b"<f></f> ", b"<f></f><v></v> ", b"<f/> "):
        assert UNCOMPUTED.search(odd * 200_000) is None
    assert UNCOMPUTED.search(b'<c r="A1"><f>A2&amp;B2</f><v></v></c>') is not None
    assert UNCOMPUTED.search(b'<x:c><x:f t="shared" si="0"/></x:c>') is not None
    assert UNCOMPUTED.search(b"<c><f>A2</f><v>3</v></c>") is None
    assert time.monotonic() - began < 20

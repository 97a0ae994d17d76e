"""Applying to do business: what is asked, what is wrong with it, why not, mended, approved, and who reads the files."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from hanse.interfaces.jobs import licences
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.approve import approve
from hanse.network.approvals.operations.reject import reject
from hanse.network.approvals.operations.tick import tick
from hanse.network.notices.models import Notice
from hanse.network.parties.models import Paper, Party, Qualification
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Certificate
from tests.interfaces.web.faces import Mall, text

PDF = b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript>>>>"
HERE = "/business/leader/"
COMPANY = {"name": "安的团", "legal_name": "王安", "identity_number": "330106199001011234", "phone": "13812345678"}


def upload(raw: bytes = PDF, name: str = "id.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type="text/html")


def form(**more: Any) -> dict[str, Any]:
    proof = {"representative_identity-number": "330106", "representative_identity-until": "2099-01-01"}
    return {**COMPANY, "key": "form-1", **proof, "representative_identity-file": upload(), **more}


def applied(client: Client) -> Approval:
    answer = client.post(HERE, form())
    assert answer.status_code == 302, text(answer)
    return Approval.objects.get(kind="onboarding")


def test_a_stranger_reads_as_what_one_may_apply_and_is_led_to_sign_in(mall: Mall) -> None:
    page = text(mall.client().get("/business/"))
    for kind in ("Factory", "Wholesaler", "Shop", "Enterprise", "Community leader"):
        assert kind in page
    assert "/sign-in/code/?next=/business/leader/" in page
    assert mall.client().get(HERE).status_code == 302
    assert mall.client("bob").get("/business/consumer/").status_code == 404


def test_rejected_mended_and_approved(mall: Mall) -> None:
    bob = mall.client("bob")
    assert "Identity of the representative" in text(bob.get(HERE))
    found = applied(bob)
    page = f"/business/applications/{found.code}/"
    assert "Somebody looks at it" in text(bob.get(page))
    reject(key="r", at=clock.now(), by=ENGINE, approval=found.code, reasons=["The picture is blurred"])
    shown = text(bob.get(page))
    assert "The picture is blurred" in shown
    assert "330106199001011234" in shown  # one's own number, to be mended
    again = bob.post(page, {**form(key="form-2"), "legal_name": ""})
    assert (again.status_code, "13812345678" in text(again)) == (422, True)
    mended = {**form(key="form-3"), "legal_name": "王小安"}
    del mended["representative_identity-file"]  # the one that was shown stays
    assert bob.post(page, mended).status_code == 302
    found.refresh_from_db()
    assert (found.status, len(found.history)) == ("submitted", 1)
    assert "Earlier rounds" in text(bob.get(page))
    tick(key="t", at=clock.now(), by=ENGINE, approval=found.code, item="representative_identity")
    approve(key="a", at=clock.now(), by=ENGINE, approval=found.code)
    assert "To the console" in text(bob.get(page))
    assert bob.post(f"{page}enter/").headers["Location"] == "/console/"
    assert bob.get("/console/licences/").status_code == 200
    assert "安的团" in text(bob.get("/business/"))


def test_an_application_is_taken_back(mall: Mall) -> None:
    bob = mall.client("bob")
    found = applied(bob)
    assert bob.post(f"/business/applications/{found.code}/withdraw/", {"key": "w"}).status_code == 302
    found.refresh_from_db()
    assert found.status == "withdrawn"
    assert "What you told us" not in text(bob.get(f"/business/applications/{found.code}/"))


@pytest.mark.parametrize("who", ["ann", "shop", "clerk"])
def test_to_others_there_is_no_such_application_and_no_such_file(mall: Mall, who: str) -> None:
    found = applied(mall.client("bob"))
    paper = Paper.objects.get()
    for page in (f"/business/applications/{found.code}/", f"/papers/{paper.code}/"):
        answer = mall.client(who).get(page)
        assert answer.status_code == 404
        assert "王安" not in text(answer)
    for act in ("withdraw", "enter"):
        assert mall.client(who).post(f"/business/applications/{found.code}/{act}/", {"key": "x"}).status_code == 404
    assert mall.client().get(f"/papers/{paper.code}/").status_code == 302


def test_files_are_saved_and_never_run(mall: Mall) -> None:
    bob = mall.client("bob")
    applied(bob)
    for who in ("bob", "operator"):
        answer = mall.client(who).get(f"/papers/{Paper.objects.get().code}/")
        assert (answer.content, answer.headers["Content-Type"]) == (PDF, "application/pdf")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="id.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer.headers["Cache-Control"]


def picture(size: tuple[int, int] = (8, 8)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        b"<script>alert(1)</script>",
        b"MZ\x90\x00",
        b"\xff\xd8\xffnot a picture",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00",
        PDF + b"0" * 4 * 1024 * 1024,
    ],
)
def test_files_that_are_none(mall: Mall, raw: bytes) -> None:
    answer = mall.client("bob").post(HERE, form(**{"representative_identity-file": upload(raw)}))
    assert answer.status_code == 422
    assert "field-error" in text(answer)
    assert "王安" in text(answer)  # what was typed stays
    assert not Paper.objects.exists()


def test_a_photograph_is_written_anew(mall: Mall) -> None:
    raw = picture() + b"<script>at the end</script>"
    mall.client("bob").post(HERE, form(**{"representative_identity-file": upload(raw, "../<b>me</b>.php")}))
    kept = Paper.objects.get()
    assert (kept.kind, b"script" in bytes(kept.content)) == ("jpg", False)
    assert "<" not in kept.name


def test_what_is_missing_or_impossible_is_said_beside_it(mall: Mall) -> None:
    bob = mall.client("bob")
    bare = form()
    del bare["representative_identity-file"]
    assert bob.post(HERE, bare).status_code == 422
    wrong = form(**{"representative_identity-from": "2100-01-01"})
    assert "before the first day" in text(bob.post(HERE, wrong))
    assert bob.post(HERE, form(name="x\x00")).status_code == 422
    assert not Approval.objects.exists()


def lapsing(days: int) -> Qualification:
    last = clock.day_of(clock.now(), "Asia/Shanghai") + timedelta(days=days)
    shown = [Certificate("business_licence", valid_until=last)]
    describe_party(
        key=f"d{days}", at=clock.now(), by=ENGINE, party="shop", company=Company("Shop Ltd"), certificates=shown
    )
    return Qualification.objects.get()


def test_the_clock_warns_once_and_suspends_once(mall: Mall) -> None:
    at = clock.now()
    lapsing(7)
    assert [licences.look(at) for _turn in range(2)] == [0, 0]
    assert {one.party.slug: one.kind for one in Notice.objects.filter(kind__startswith="licence")} == {
        "shop": "licence.expiring", "platform": "licence.expiring",
    }  # fmt: skip
    assert "Business licence" in text(mall.client("shop").get("/console/notices/"))
    assert "licences that end soon" in text(mall.client("shop").get("/console/"))
    assert "licences that end soon" in text(mall.client("operator").get("/console/"))
    lapsing(-1)
    assert [licences.look(at) for _turn in range(2)] == [1, 0]
    assert party("shop").status == "suspended"
    page = text(mall.client("shop").get("/console/licences/"))
    assert "Ended" in page
    assert mall.client("ann").get("/basket/").status_code == 200


def test_a_licence_is_renewed_in_the_console(mall: Mall) -> None:
    lapsing(-1)
    licences.look(clock.now())
    shop, operator = mall.client("shop"), mall.client("operator")
    given = {
        "key": "n",
        "item": "business_licence",
        "number": "SECRET-9",
        "valid_until": "2099-01-01",
        "file": upload(),
    }
    assert "Business licence" in text(shop.get("/console/licences/renew/"))
    assert shop.post("/console/licences/renew/", {**given, "valid_until": "2020-01-01"}).status_code == 422
    assert shop.post("/console/licences/renew/", {**given, "file": upload()}).status_code == 302
    waiting = Approval.objects.get(kind="licence")
    page = f"/console/approvals/{waiting.code}/"
    shown = text(operator.get(page))
    for said in ("SECRET-9", f"/papers/{Paper.objects.get().code}/", "Business licence", "Jan 1, 2099"):
        assert said in shown
    operator.post(f"{page}do/tick/", {"key": "t", "item": "business_licence", "done": "on"})
    assert operator.post(f"{page}do/approve/", {"key": "a"}).status_code == 302
    assert party("shop").status == "active"
    assert Qualification.objects.get().valid_until == date(2099, 1, 1)
    for narrowed in ("", "?stands=good"):
        assert "SECRET-9" in text(operator.get(f"/console/platform/licences/{narrowed}"))
    for narrowed in ("?stands=over", "?stands=ending"):
        assert "SECRET-9" not in text(operator.get(f"/console/platform/licences/{narrowed}"))


def test_operators_say_what_applicants_show(mall: Mall) -> None:
    operator = mall.client("operator")
    page = "/console/platform/requirements/leader/"
    assert "Identity of the representative" in text(operator.get("/console/platform/requirements/"))
    assert operator.get("/console/platform/requirements/consumer/").status_code == 404
    given = {
        "key": "q",
        "representative_identity": "no",
        "further": "food_licence | 食品经营许可证 | Food licence | required",
    }
    assert operator.post(page, {**given, "further": "food_licence | 食品"}).status_code == 422
    assert operator.post(page, {**given, "further": "a | x | y | required"}).status_code == 422
    assert operator.post(page, given).status_code == 302
    assert "food_licence | 食品经营许可证 | Food licence | required" in text(operator.get(page))
    bob = mall.client("bob")
    assert "Food licence" in text(bob.get(HERE))
    assert "食品经营许可证" in text(mall.client("bob", "zh-hans").get(HERE))
    assert Party.objects.filter(kind="leader").count() == 0

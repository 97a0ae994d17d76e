"""In a real browser: a factory brings in a file with broken rows, mends it, and ships in batch by file."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from hanse.goods.catalogue.models import Product
from hanse.interfaces.jobs.works import running
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.models import Work
from hanse.network.approvals.models import Approval
from hanse.trade.logistics.models import Parcel
from tests.interfaces.web.faces import Mall
from tests.interfaces.works.conftest import pack, picture
from tests.journeys.test_browser import DESK, PHONE, TOO_WIDE, Visitor, chromium, mall
from tests.journeys.test_storefront_faces import faults

__all__ = ["chromium", "mall"]
ROWS = """商品编号,规格编号,名称,规格名称,重量克,图片
hat,hat-s,遮阳帽,小号,100,hat.jpg
hat,hat-m,,中号,110,
bag,bag,帆布包,,三百,
cup,cup,保温杯,,250,cup.jpg
"""


def work_done(page: Page) -> Work:
    """Let a worker do what was asked for last, while the page looks on."""
    expect(page.locator("#progress")).to_be_visible()
    work = Work.objects.latest("pk")
    running.run(work.code, KINDS)
    work.refresh_from_db()
    return work


def sent(page: Page, kind: str, file: Path) -> None:
    """Send a file by the form."""
    page.select_option("[name=kind]", kind)
    page.set_input_files("[name=file]", file)
    page.locator("main form .btn:not(.btn-quiet)").first.click()


def ships(page: Page, orders: list[str], tmp_path: Path) -> None:
    """Ship these orders by a file."""
    parcels = tmp_path / "parcels.csv"
    parcels.write_text("订单号,快递公司,快递单号\n" + "".join(f"{code},SF,SF{n}\n" for n, code in enumerate(orders)))
    page.goto("/console/import/?kind=shipments")
    sent(page, "shipments", parcels)
    assert work_done(page).good == 2
    expect(page.get_by_text("全部导入成功。")).to_be_visible(timeout=20_000)
    assert set(Parcel.objects.values_list("tracking", flat=True)) == {"SF0", "SF1"}


def looks_on_a_phone(phone: Visitor, work: Work) -> None:
    """Look at the same pages on a phone."""
    phone.sign_in("factory")
    for path in ("/console/works/", f"/console/works/{work.code}/", "/console/import/"):
        phone.page.goto(path)
        assert not phone.page.evaluate(TOO_WIDE), path
        assert faults(phone.page) == []
    assert phone.complaints == []


@pytest.mark.django_db(transaction=True)
def test_a_factory_imports_mends_and_ships_by_file(
    live_server: Any, mall: Mall, chromium: Browser, settings: Settings, tmp_path: Path
) -> None:
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    orders = [mall.leg(mall.ordered(), "factory").code for _n in range(2)]
    maker = Visitor(chromium, live_server.url, DESK, "zh-CN")
    page = maker.page
    maker.sign_in("factory")

    page.goto("/console/goods/")
    page.get_by_role("link", name="从文件导入").first.click()
    assert faults(page) == []
    with page.expect_download() as template:
        page.get_by_role("link", name="CSV 商品").click()
    assert template.value.path().read_text("utf-8-sig").startswith("商品编号,规格编号,名称")

    archive = tmp_path / "goods.zip"
    raw = ROWS.encode("gbk")
    archive.write_bytes(pack(goods__csv=raw, hat__jpg=picture(), cup__jpg=picture("blue")))
    sent(page, "products", archive)
    expect(page.locator("#progress progress")).to_be_visible()
    work = work_done(page)
    assert (work.status, work.good, work.bad) == ("done", 2, 1)
    expect(page.get_by_role("link", name="下载有误的行")).to_be_visible(timeout=20_000)
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="下载有误的行").click()
    rows = list(csv.reader(StringIO(download.value.path().read_text("utf-8-sig"))))
    assert rows[0] == ["哪里不对", "商品编号", "规格编号", "名称", "规格名称", "重量克", "图片"]
    assert [row[1:6] for row in rows[1:]] == [["bag", "bag", "帆布包", "", "三百"]]
    assert rows[1][0].startswith("重量克")

    mended = tmp_path / "mended.csv"
    mended.write_text(download.value.path().read_text("utf-8-sig").replace("三百", "300"), "utf-8-sig")
    page.get_by_role("link", name="上传改好的文件").click()
    expect(page.locator("[name=kind]")).to_have_value("products")
    sent(page, "products", mended)
    assert work_done(page).good == 1
    expect(page.get_by_text("全部导入成功。")).to_be_visible(timeout=20_000)
    assert set(Product.objects.filter(status="in_review").values_list("name", flat=True)) == {
        "遮阳帽",
        "帆布包",
        "保温杯",
    }
    assert Approval.objects.filter(kind="product", status="submitted").count() == 3
    page.goto("/console/goods/?status=in_review")
    expect(page.locator("tbody tr")).to_have_count(3)

    ships(page, orders, tmp_path)
    assert maker.complaints == []

    looks_on_a_phone(Visitor(chromium, live_server.url, PHONE, "en-GB"), work)

"""What enterprises, promoters and operators do by their pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from hanse.goods.catalogue.models import Category, Product
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.submit_product import submit_product
from hanse.goods.offers.operations.change_offer import change_offer
from hanse.goods.offers.queries import offer
from hanse.interfaces.jobs import failed
from hanse.interfaces.jobs.due import run_due
from hanse.kernel import clock
from hanse.kernel.actor import STRANGER
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.kernel.history import requests, trail
from hanse.kernel.models import Claim
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.apply import apply
from hanse.network.parties.models import Link, Party
from hanse.network.parties.operations.describe_party import Company
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Certificate
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.quotes.queries import basket_of
from hanse.value.books.models import Account, Entry
from hanse.value.settlement.models import Payout
from tests.interfaces.web.faces import Mall, key, text


def closed(mall: Mall) -> str:
    order = mall.ordered()
    mall.call(ship, order=order.code)
    mall.call(receive, order=order.code)
    run_due(clock.now())
    return order.code


def test_an_enterprise_orders_by_paste_at_its_prices(mall: Mall) -> None:
    client = mall.client("works")
    prices = text(client.get("/console/prices/"))
    assert "CN¥80.00" in prices
    assert "CN¥60.00" not in prices
    code, sku = offer("tee@west").code, offer("tee_l@factory").sku.code
    rows = f"商品\t数量\n{code}\t12\n{sku}\t3\nno-such\t1\n{code}\t-1"
    page = text(client.post("/console/quick-order/", {"key": key(), "rows": rows}))
    assert "2 rows went in" in page
    assert "There is no such offer" in page
    assert "a whole number of pieces" in page
    lines = {line.offer.code: line.quantity for line in basket_of(party("works").pk)}
    assert lines == {code: 12, offer("tee_l@factory").code: 3}
    bulk = {"key": key(2), "pick": offer("tee@west").code, "quantity": "2"}
    assert client.post("/console/prices/do/put/", bulk).status_code == 302
    assert {line.quantity for line in basket_of(party("works").pk)} == {14, 3}
    done = text(client.post("/console/quick-order/", {"key": key(3), "rows": f"{code} 1"}))
    assert "To the basket" in done


def test_an_enterprise_sees_its_credit_and_what_falls_due(mall: Mall) -> None:
    mall.deal("works", {"tee@west": 5}, with_="credit")
    client = mall.client("works")
    page = text(client.get("/console/credit/"))
    for shown in ("CN¥5,000.00", "CN¥400.00", "CN¥4,600.00", "west"):
        assert shown in page, shown
    assert "CN¥400.00" in text(client.get("/console/due/"))
    home = text(client.get("/console/"))
    for shown in ("purchases to repay", "CN¥4,600.00", "Purchases by day"):
        assert shown in home


def test_a_promoter_shares_earns_and_is_paid(mall: Mall) -> None:
    mall.call(change_offer, offer=offer("tee@shop").code, commission=[1000])
    lea = mall.client("lea")
    code = party("lea").code
    assert f"/console/join/{code}/" in text(lea.get("/console/share/"))
    bob = mall.client("bob")
    assert "You were invited" in text(bob.get(f"/console/join/{code}/"))
    assert bob.post(f"/console/join/{code}/", {"key": key()}).status_code == 302
    assert Link.objects.filter(kind="promotes", upstream__code=code).count() == 2
    assert lea.get(f"/console/join/{code}/").status_code == 404
    assert bob.get("/console/join/P-00000-00000/").status_code == 404
    team = text(lea.get("/console/team/"))
    assert "b**" in team
    order = mall.ordered()
    assert "CN¥20.00" in text(lea.get("/console/commission/?fate=pending"))
    assert "CN¥20.00" in text(lea.get("/console/"))
    mall.call(ship, order=order.code)
    mall.call(receive, order=order.code)
    run_due(clock.now())
    assert "Confirmed" in text(lea.get("/console/commission/?fate=confirmed"))
    assert text(lea.get("/console/commission/?fate=lost")).count('<th scope="row"') == 0
    assert "lea" in text(mall.client("shop").get("/console/promoters/"))
    much = lea.post("/console/withdraw/", {"key": key(2), "amount": "20.01"})
    assert much.status_code == 422
    assert "There is not that much" in text(much)
    assert lea.post("/console/withdraw/", {"key": key(3), "amount": "0"}).status_code == 422
    for _ in range(2):
        assert lea.post("/console/withdraw/", {"key": key(4), "amount": ""}).status_code == 302
    assert Payout.objects.get().amount == 2000
    assert "CN¥20.00" in text(lea.get("/console/payouts/"))


def test_an_operator_rejects_and_then_approves_an_applicant(mall: Mall) -> None:
    company = Company(legal_name="New Mill Ltd")
    code = mall.call(
        apply, kind="retailer", name="Mill", company=company, certificates=[Certificate("business_licence")]
    )
    operator = mall.client("operator")
    assert "submissions to decide" in text(operator.get("/console/"))
    at = f"/console/approvals/{code}/"
    for shown in ("New Mill Ltd", "Business licence", "Mill"):
        assert shown in text(operator.get(at)), shown
    empty = operator.post(f"{at}do/reject/", {"key": key(), "reasons": " \n "})
    assert empty.status_code == 422
    operator.post(f"{at}do/reject/", {"key": key(2), "reasons": "The licence cannot be read\nNo telephone"})
    assert Approval.objects.get(code=code).reasons == ["The licence cannot be read", "No telephone"]
    assert Party.objects.get(name="Mill").status == "rejected"
    assert operator.post(f"{at}do/approve/", {"key": key(3), "note": ""}).status_code == 409
    assert mall.client("shop").get(at).status_code == 404


def test_a_reviewer_sees_approvals_and_nothing_else(mall: Mall) -> None:
    mall.user("rev", "platform", "reviewer")
    product = mall.call(create_product, owner="factory", name="Mug", name_en="Mug")
    approval = mall.call(submit_product, product=product)
    client = mall.client("rev")
    assert "submissions to decide" in text(client.get("/console/"))
    assert "Mug" in text(client.get("/console/approvals/"))
    for item in ("name_and_category", "pictures", "description", "qualification"):
        given = {"key": f"{key()}{item}", "item": item, "done": "on", "note": "seen"}
        assert client.post(f"/console/approvals/{approval}/do/tick/", given).status_code == 302
    assert client.post(f"/console/approvals/{approval}/do/approve/", {"key": key(), "note": ""}).status_code == 302
    assert Product.objects.get(code=product).status == "listed"
    for page in ("platform/books/", "platform/parties/", "platform/audit/", "platform/policy/"):
        assert client.get(f"/console/{page}").status_code == 403, page


def confirmed(client: Client, page: str, given: dict[str, str]) -> int:
    """Send a change, look at what it does, and confirm it."""
    mark = text(client.post(page, given)).split('name="confirmed" value="')[1].split('"')[0]
    return client.post(page, {**given, "confirmed": mark}).status_code


def test_an_operator_keeps_parties_links_policy_and_categories(mall: Mall) -> None:
    client = mall.client("operator")
    given = {"key": key(), "kind": "supplier", "name": "New Works", "name_en": "", "region": "", "slug": "factory"}
    taken = client.post("/console/platform/parties/new/", given)
    assert taken.status_code == 422
    assert "The short name factory is taken" in text(taken)
    at = client.post("/console/platform/parties/new/", {**given, "slug": ""}).headers["Location"]
    assert "New Works" in text(client.get(at))
    terms = {"key": key(2), "platform_fee": "3.5%", "settlement": "15, 31", "hold": "2h"}
    assert confirmed(client, f"{at}do/terms/", terms) == 302
    assert Party.objects.get(name="New Works").terms == {
        "platform_fee": 350,
        "settlement": {"days": [15, 31]},
        "hold": 7200,
    }
    page = text(client.get(at))
    for shown in ("Platform fee: 3.5%", "on the days 15, 31 of the month", "2 hours"):
        assert shown in page, shown
    for wrong in ({"platform_fee": "101%"}, {"settlement": "32"}, {"point_value": "0"}):
        assert client.post(f"{at}do/terms/", {"key": key(3), **wrong}).status_code == 422, wrong
    client.post(f"{at}do/suspend/", {"key": key(4), "why": "no papers"})
    assert "no papers" in text(client.get(at))
    client.post(f"{at}do/reinstate/", {"key": key(5), "why": "papers came"})
    assert Party.objects.get(name="New Works").status == "active"
    ends = {"key": key(6), "kind": "supply", "upstream": "factory", "downstream": "works"}
    link = client.post("/console/platform/links/new/", ends).headers["Location"]
    assert "factory → works" in text(client.get(link))
    assert client.post("/console/platform/links/new/", {**ends, "key": key(7)}).status_code == 422
    assert client.post(f"{link}do/close/", {"key": key(8)}).status_code == 302
    category = {"key": key(9), "name": "杯", "name_en": "Mugs", "slug": "mugs", "parent": "clothes"}
    assert client.post("/console/platform/categories/new/", category).status_code == 302
    assert Category.objects.get(slug="mugs").parent.slug == "clothes"  # type: ignore[union-attr]
    assert "Mugs" in text(client.get("/console/platform/categories/"))
    assert confirmed(client, "/console/platform/policy/", {"key": key(10), "platform_fee": "6"}) == 302
    assert Party.objects.get(kind="platform").terms == {"platform_fee": 600}


def test_the_books_lead_from_account_to_entry_to_document(mall: Mall) -> None:
    code = closed(mall)
    client = mall.client("operator")
    account = Account.objects.get(holder=party("factory"), purpose="owed")
    assert "CN¥120.00" in text(client.get("/console/platform/books/?q=factory"))
    page = text(client.get(f"/console/platform/books/{account.pk}/"))
    entry = Entry.objects.get(kind="close")
    assert f"/console/platform/entries/{entry.pk}/" in page
    shown = text(client.get(f"/console/platform/entries/{entry.pk}/"))
    assert f"/console/platform/orders/{code}/" in shown
    assert "held in trust" in shown
    assert client.get("/console/platform/entries/999999/").status_code == 404
    assert client.get(f"/console/platform/books/{10**30}/").status_code == 404
    assert "Completed" in text(client.get("/console/platform/audit/?subject=order"))
    assert "trade.place" in text(client.get("/console/platform/requests/?q=trade.place"))


def test_a_payout_is_sent_paid_and_returned_by_hand(mall: Mall) -> None:
    closed(mall)
    assert mall.client("factory").post("/console/withdraw/", {"key": key(), "amount": "100"}).status_code == 302
    payout = Payout.objects.get()
    client = mall.client("operator")
    at = f"/console/platform/payouts/{payout.code}/"
    assert "payouts not sent to the bank" in text(client.get("/console/"))
    client.post(f"{at}do/sent/", {"key": key(2), "reference": "B-1"})
    client.post(f"{at}do/paid/", {"key": key(3), "reference": ""})
    client.post(f"{at}do/returned/", {"key": key(4), "why": "account closed"})
    payout.refresh_from_db()
    assert (payout.status, payout.reference, payout.reason) == ("returned", "B-1", "account closed")
    entry = Entry.objects.get(kind="payout")
    assert at in text(client.get(f"/console/platform/entries/{entry.pk}/"))


def test_failed_jobs_are_seen_and_begun_again(mall: Mall) -> None:
    actor = mall.actor("shop", frozenset({"platform.operate"}))
    with pytest.raises(NotAllowed):
        failed.failed(STRANGER)
    with pytest.raises(NotFound):
        failed.retry(actor, 1)
    client = mall.client("operator")
    assert "hanse.follow" not in text(client.get("/console/platform/jobs/"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('facts', 'hanse.follow', '{}', 'failed', 20) RETURNING id"
        )
        job = cursor.fetchone()[0]
    assert "hanse.follow" in text(client.get("/console/platform/jobs/"))
    assert "hanse.follow" not in text(client.get("/console/platform/jobs/?status=doing"))
    assert client.post("/console/platform/jobs/do/retry/", {"key": key(), "pick": job}).status_code == 302
    assert ProcrastinateJob.objects.get(pk=job).status == "todo"


def test_the_trail_tells_before_and_after_and_is_narrowed_by_who_what_and_when(mall: Mall) -> None:
    closed(mall)
    client = mall.client("operator")
    moved = {"key": key(), "name": "Clothing", "name_en": "Clothing", "parent": "", "position": "3"}
    assert client.post("/console/platform/categories/clothes/edit/", moved).status_code == 302
    at = "/console/platform/requests/"
    me = mall.users["operator"].pk
    page = text(client.get(f"{at}?what=catalogue&who={me}&when=1"))
    assert "catalogue.change_category" in page
    assert "clothes name: 服饰" in page
    assert "clothes name: Clothing" in page
    assert "trade.place" not in page
    assert "catalogue.change_category" not in text(client.get(f"{at}?what=trade"))
    assert "trade.place" in text(client.get(f"{at}?what=trade"))
    assert "catalogue.change_category" not in text(client.get(f"{at}?who=engine"))
    assert "catalogue.change_category" not in text(client.get(f"{at}?who=key:"))
    Claim.objects.filter(scope__startswith="catalogue.change_category").update(at=clock.now() - timedelta(days=40))
    assert "catalogue.change_category" not in text(client.get(f"{at}?when=30"))
    assert "catalogue.change_category" in text(client.get(f"{at}?when=90"))
    assert "Completed" in text(client.get("/console/platform/audit/?subject=order&who=engine&when=7"))
    assert client.get(f"{at}?who=nobody&when=x").status_code == 200


def test_the_trail_is_the_operators_alone(mall: Mall) -> None:
    for read in (trail, requests):
        with pytest.raises(NotAllowed):
            read(mall.actor("shop"))

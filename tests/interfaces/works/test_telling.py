"""Whoever asked for long work is told by the bell when it is over, and nobody else is."""

from django.core import mail

from hanse.interfaces import notices
from hanse.interfaces.jobs.subscriptions import mail_notices
from hanse.interfaces.jobs.works import running
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.begin import begin
from hanse.interfaces.jobs.works.operations.retry import retry
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.access.queries import actor_for
from hanse.network.notices.models import Notice
from hanse.network.notices.operations.choose_mail import choose_mail
from hanse.network.notices.operations.read_notices import read_notices
from hanse.network.notices.queries import unread
from hanse.network.parties.queries import party
from tests.interfaces.web.faces import text
from tests.interfaces.works.conftest import Works

PIECES = "reference,sku,quantity\nR1,tee,1\nR2,tee,1\nR3,nothing,1\n"


def test_the_bell_says_that_work_is_done_and_leads_to_it(works: Works) -> None:
    works.mall.user("keeper", "factory")
    work = works.bring("stock", "factory", PIECES)
    notice = Notice.objects.get()
    assert (notice.kind, notice.user, notice.subject.partition("|")[0]) == (
        "work.done", works.mall.users["factory"], work.code,
    )  # fmt: skip
    client = works.mall.client("factory")
    page = text(client.get("/console/notices/"))
    assert 'aria-label="Notices: 1 new"' in page
    assert "done. 2 in, 0 there before, 1 not in." in page
    led = client.get(f"/console/notices/{notice.code}/").headers["Location"]
    assert led == f"/console/works/{work.code}/"
    assert client.get(led).status_code == 200
    Work.objects.all().delete()
    assert notices.address(notice) == "/console/works/", "once the work is forgotten its notice leads to the list"


def test_a_colleague_hears_nothing_of_it(works: Works) -> None:
    works.mall.user("keeper", "factory")
    works.bring("stock", "factory", PIECES)
    notice = Notice.objects.get()
    keeper = actor_for(works.mall.users["keeper"])
    assert (unread(keeper), unread(actor_for(works.mall.users["factory"]))) == (0, 1)
    assert works.mall.client("keeper").get(f"/console/notices/{notice.code}/").status_code == 404
    assert read_notices(key="all", at=clock.now(), by=keeper) == 0
    assert not Notice.objects.visible_to(actor_for(works.mall.users["operator"])).exists()
    for name in ("keeper", "factory"):
        choose_mail(key=name, at=clock.now(), by=actor_for(works.mall.users[name]), kinds=["work.done"])
    mail_notices({"notices": [notice.pk]}, clock.now())
    assert [sent.to for sent in mail.outbox] == [["factory@example.com"]]


def test_work_that_is_given_up_says_so_each_time(works: Works) -> None:
    work = works.bring("stock", "factory", "nothing,that,fits\n1,2,3\n")
    assert work.status == "failed"
    retry(key="again", at=clock.now(), by=actor_for(works.mall.users["factory"]), work=work.code)
    assert works.do(work).status == "failed"
    told = Notice.objects.order_by("pk")
    assert [row.kind for row in told] == ["work.failed", "work.failed"]
    assert "given up" in notices.text(told[0])


def test_what_nobody_asked_for_is_told_nobody(works: Works) -> None:
    engine = Actor(party=party("platform").pk, permissions=frozenset({"platform.operate"}), name="engine")
    code = begin(key="night", at=clock.now(), by=engine, kind="settlement", given={}, language="en")
    running.run(code, KINDS)
    assert Work.objects.get().is_over
    assert not Notice.objects.exists()

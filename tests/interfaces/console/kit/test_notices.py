"""The bell and what is behind it."""

import pytest
from django.core import mail

from hanse.interfaces import notices
from hanse.interfaces.jobs.subscriptions import mail_notices
from hanse.kernel import clock
from hanse.network.notices.models import Notice
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.models import Party
from hanse.network.parties.queries import party
from tests.interfaces.web.faces import Mall, key, text

SAID = {"goods": "Tee <b>", "available": 3, "least": 10}


@pytest.fixture
def told(mall: Mall) -> Mall:
    mall.call(
        notify, parties=[party("factory").pk], kind="stock.low", subject="K-1", said=SAID, needs="stock.see"
    )  # fmt: skip
    return mall


def test_the_bell_counts_what_is_new_and_leads_to_it(told: Mall) -> None:
    client = told.client("factory")
    page = text(client.get("/console/notices/"))
    assert 'aria-label="Notices: 1 new"' in page
    assert "Tee &lt;b&gt;: only 3 left (low at 10)." in page
    notice = Notice.objects.get()
    assert client.get(f"/console/notices/{notice.code}/").headers["Location"] == "/console/low-stock/"
    assert 'aria-label="Notices: 0 new"' in text(client.get("/console/notices/"))
    assert text(client.get("/console/notices/?unread=1")).count('<th scope="row"') == 0
    for other in ("west", "clerk"):
        assert told.client(other).get(f"/console/notices/{notice.code}/").status_code == 404


def test_a_notice_that_leads_nowhere_leads_back_to_the_list(mall: Mall) -> None:
    for kind in ("stock.low", "order.delayed"):
        mall.call(notify, parties=[party("lea").pk], kind=kind, subject=f"K-{kind}", said=SAID)
    for notice in Notice.objects.all():
        answer = mall.client("lea").get(f"/console/notices/{notice.code}/")
        assert answer.headers["Location"] == "/console/notices/"


def test_all_or_some_are_read(told: Mall) -> None:
    client = told.client("factory")
    code = Notice.objects.get().code
    assert client.post("/console/notices/do/read/", {"key": key(), "pick": code}).status_code == 302
    assert Notice.objects.get().read_at is not None
    told.call(notify, parties=[party("factory").pk], kind="stock.short", subject="K-1", said={}, needs="stock.see")
    assert client.post("/console/notices-read/", {"key": key(2)}).status_code == 302
    assert not Notice.objects.unread().exists()


def test_an_email_in_the_readers_language_if_chosen(told: Mall) -> None:
    client = told.client("factory")
    rows = list(Notice.objects.values_list("pk", flat=True))
    mail_notices({"notices": rows}, clock.now())
    assert mail.outbox == []
    assert client.post("/console/notice-mail/", {"key": key(), "kinds": ["stock.low"]}).status_code == 302
    assert "checked" in text(client.get("/console/notice-mail/"))
    assert client.post("/console/notice-mail/", {"key": key(2), "kinds": ["no-such"]}).status_code == 422
    mail_notices({"notices": rows}, clock.now())
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["factory@example.com"], "Low stock · factory")
    assert sent.body == "Tee <b>: only 3 left (low at 10)."


def test_every_kind_says_something_even_of_an_older_notice(db: None) -> None:
    for kind in [*notices.KINDS, "from.the.future"]:
        notice = Notice(party=party_of("retailer"), kind=kind, subject="O-1|K-2", said={})
        assert notices.text(notice)
        assert notices.title(kind)
        assert notices.address(notice).startswith("/") or kind not in notices.KINDS
    sale = Notice(party=party_of("consumer"), kind="order.delayed", subject="O-1")
    assert notices.address(sale) == "/orders/"
    bought = Notice(party=party_of("retailer"), kind="order.delayed", subject="O-1", said={"side": "purchase"})
    assert notices.address(bought) == "/console/purchases/O-1/"


def party_of(kind: str) -> Party:
    return Party(kind=kind, name="x")

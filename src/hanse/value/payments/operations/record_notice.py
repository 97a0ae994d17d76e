"""Keep what a provider told us before anything is done about it."""

from datetime import datetime
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput
from hanse.value.payments import queries
from hanse.value.payments.models import LONGEST_BODY, Notice
from hanse.value.payments.rules import Told, Verdict, judge, judge_refund


class Recorded(TypedDict):
    """The notice's id, and whether to `act` on it; if not, its `outcome` says why and stands already."""

    notice: int
    act: bool
    outcome: str


@once.operation("payments.record_notice")
def record_notice(
    *, key: str, at: datetime, by: Actor, notice_id: str, kind: str, about: str, told: Told, body: str
) -> Recorded:
    """Record one notice of a provider and judge it against our own records.

    `kind` is `payment`, `refund`, or anything else (such as `payout`), which is only kept: its own context judges.
    The provider's notice id is unique: a repeated notice gets the first answer, so that acting on it again repeats
    operations that know their keys, and an interrupted one is taken up where it was left.
    """
    by.require(OPERATE)
    if not (0 < len(notice_id) <= 128 and 0 < len(about) <= 80):
        raise MalformedInput("notice", _("an id and the code of what it is about"))
    before = Notice.objects.filter(provider=told.provider, notice_id=notice_id).first()
    if before is not None:
        return {"notice": before.pk, "act": not before.outcome, "outcome": before.outcome}
    verdict = _verdict(kind, about, told)
    notice = Notice.objects.create(
        provider=told.provider, notice_id=notice_id, kind=f"{kind}.{told.status}"[:40], about=about,
        body=body[:LONGEST_BODY], received_at=at, outcome=verdict.why,
    )  # fmt: skip
    return {"notice": notice.pk, "act": verdict.act, "outcome": verdict.why}


def _verdict(kind: str, about: str, told: Told) -> Verdict:
    if kind == "payment":
        return judge(told, queries.known_payment(about))
    if kind == "refund":
        return judge_refund(told, queries.known_refund(about))
    return Verdict(act=True)

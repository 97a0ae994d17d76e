"""Parties are told something: each once, however often whoever noticed it looks again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, events, money, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.notices.models import Notice
from hanse.network.parties.rules import check_json, check_text


@once.operation("notices.notify", step=True)
def notify(
    *,
    key: str,
    at: datetime,
    by: Actor,
    parties: Collection[int] | Mapping[int, str],
    kind: str,
    subject: str = "",
    said: Mapping[str, Any] | None = None,
    needs: str = "",
    user: int | None = None,
) -> int:
    """Tell parties (ids) of one kind of thing about a subject, and return how many of them were not told before.

    `subject` is the code of what it is about; where each party knows it by another, `parties` maps them to subjects.
    `said` are the values that the words of this kind name, `needs` the permission without which nobody sees it,
    `user` (id) the only one of the party's people for whom it is. Raises MalformedInput.
    """
    if user is not None and not money.whole(user, most=money.LARGEST):
        raise MalformedInput("user", _("the number of a person"))
    subjects = dict(parties) if isinstance(parties, Mapping) else dict.fromkeys(parties, subject)
    values = dict(check_json(said or {}, "said"))
    rows = [
        Notice(
            code=codes.new("M"),
            party_id=party,
            user_id=user,
            kind=check_text(kind, "kind", 40),
            subject=check_text(about, "subject", 120),
            said=values,
            needs=check_text(needs, "needs", 40, blank=True),
            at=at,
        )
        for party, about in sorted(subjects.items())
    ]
    if not rows:
        return 0
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    told = list(Notice.objects.filter(code__in=[row.code for row in rows]).order_by("pk").values_list("pk", flat=True))
    if told:
        events.announce("notice.given", notices=told)
    return len(told)

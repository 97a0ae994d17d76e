"""What the acting party was told: low stock, late orders, deliveries that differ."""

from collections.abc import Sequence
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from hanse.interfaces import notices as words
from hanse.interfaces.api.auth import KNOWN, Key, actor_of, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.schemas import notices as schemas
from hanse.interfaces.api.schemas.words import In, one_word_of
from hanse.interfaces.api.schemas.words import Page as Listed
from hanse.kernel import clock
from hanse.network.notices.models import Notice, NoticeMail
from hanse.network.notices.operations.choose_mail import choose_mail
from hanse.network.notices.operations.read_notices import read_notices

router = Router(tags=["notices"], auth=KNOWN)
SEE = "party.see"
Kind = Annotated[str, one_word_of(sorted(words.KINDS))]


class NoticeFilter(In):
    """Which notices are wanted."""

    kind: Annotated[str | None, one_word_of(sorted(words.KINDS))] = None
    unread: Annotated[bool, Field(description="Only those that nobody of the party has read.")] = False


class MailedIn(In):
    """The kinds of notices of which the caller wants an e-mail."""

    kinds: Annotated[list[Kind], Field(max_length=100, examples=[["stock.low"]])]


def show(rows: Sequence[Notice]) -> list[schemas.Notice]:
    """Return notices in the caller's language."""
    plain = ("code", "kind", "subject", "at", "read_at")
    return [schemas.Notice(**{name: getattr(row, name) for name in plain}, text=words.text(row)) for row in rows]


@router.get("/notices", response=Listed[schemas.Notice])
def list_notices(request: HttpRequest, part: Part, wanted: Annotated[NoticeFilter, Query()]) -> dict[str, Any]:
    """List what the acting party was told, the latest first."""
    actor = permitted(request, SEE)
    rows = Notice.objects.visible_to(actor).filter(party=actor.party).select_related("party")
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    return page_of(rows.unread() if wanted.unread else rows, part, show)


@router.post("/notices/read", response=schemas.Read)
def mark_notices_read(request: HttpRequest, body: schemas.NoticesRead, key: Key) -> dict[str, Any]:
    """Mark notices of the acting party as read, or all of them."""
    actor = permitted(request, SEE)
    return {"read": read_notices(key=key, at=clock.now(), by=actor, notices=body.notices)}


@router.get("/notices/mail", response=schemas.Mailed)
def get_notice_mail(request: HttpRequest) -> dict[str, Any]:
    """Say of which kinds of notices the caller gets an e-mail."""
    found = NoticeMail.objects.visible_to(actor_of(request)).first()
    return {"kinds": found.kinds if found else []}


@router.put("/notices/mail", response=schemas.Mailed)
def choose_notice_mail(request: HttpRequest, body: MailedIn, key: Key) -> dict[str, Any]:
    """Choose of which kinds of notices the caller gets an e-mail, and of no others."""
    actor = permitted(request, SEE)
    return {"kinds": choose_mail(key=key, at=clock.now(), by=actor, kinds=body.kinds)}

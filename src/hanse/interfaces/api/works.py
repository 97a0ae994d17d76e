"""Long work: imports from files, exports, many listings, settlement runs; asked for here, done in the background."""

from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Annotated, Any

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from hanse.interfaces.api.auth import KNOWN, Key, acting_party, actor_of, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import works as schemas
from hanse.interfaces.api.schemas.words import Code, Page
from hanse.interfaces.cli.imports import templates
from hanse.interfaces.cli.imports.kinds import KINDS as ROWS
from hanse.interfaces.console.kit.page import Desk
from hanse.interfaces.console.pages import list_named
from hanse.interfaces.console.pages.works import handed
from hanse.interfaces.jobs.works import importing, store
from hanse.interfaces.jobs.works.exporting import EXPORT
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.listing import LISTING
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.begin import begin
from hanse.interfaces.jobs.works.operations.cancel import cancel
from hanse.interfaces.jobs.works.operations.retry import retry
from hanse.interfaces.jobs.works.queries import actions
from hanse.interfaces.jobs.works.settling import SETTLEMENT
from hanse.interfaces.web.spreadsheets import MEDIA_TYPES
from hanse.kernel import clock
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed, NotFound

router = Router(tags=["works"], auth=KNOWN)
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}, "example": "product,sku,name"}
FILE: dict[str, Any] = {
    "responses": {
        200: {"description": "The file.", "content": {kind.partition(";")[0]: BINARY for kind in MEDIA_TYPES.values()}}
    }
}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"application/octet-stream": BINARY}}}
_CHUNK = 1 << 20


class FileTooLarge(DomainError):
    """The body is larger than any file that is taken."""

    code = "too_big"
    status = 413
    message = _("This file is too large: at most 64 MB. Divide it into several.")


def rows(actor: Actor) -> "QuerySet[Work]":
    """Return the works that the actor may see."""
    return Work.objects.visible_to(actor)


def show(actor: Actor, row: Work) -> dict[str, Any]:
    """Return a work as its asker may know it."""
    plain = ("code", "kind", "status", "done", "total", "good", "known", "bad", "message", "created_at", "finished_at")
    files = [name for name in ("result", "errors") if getattr(row, name)]
    return {name: getattr(row, name) for name in plain} | {
        "name": row.source_name, "files": files, "actions": list(actions(row, actor)),
    }  # fmt: skip


def begun(actor: Actor, key: str, response: HttpResponse, kind: str, **said: Any) -> dict[str, Any]:
    """Ask for the work, and say where one sees how far it is."""
    if not any(actor.may(need) for need in KINDS[kind].needs):
        raise NotAllowed(permission=KINDS[kind].needs[0])
    code = begin(key=key, at=clock.now(), by=actor, kind=kind, language=get_language() or "en", **said)
    response.headers["Location"] = reverse("api:get_work", args=[code])
    return show(actor, one_of(rows(actor), code, _("work")))


@router.post("/works/imports", response={202: schemas.Work}, openapi_extra=BODY)
def import_file(
    request: HttpRequest, response: HttpResponse, asked: Annotated[schemas.ImportAsked, Query()], key: Key
) -> dict[str, Any]:
    """Bring in the rows of a file: CSV (UTF-8, UTF-16, GB 18030), XLSX, or a ZIP of one with pictures, as the body."""
    actor = actor_of(request)
    party = acting_party(actor)
    kind = f"{importing.PREFIX}{asked.kind}"
    if not any(actor.may(need) for need in KINDS[kind].needs):
        raise NotAllowed(permission=KINDS[kind].needs[0])
    if asked.whole and asked.kind in importing.NEVER_WHOLE:
        raise MalformedInput("whole", _("false: parcels leave one by one"))
    given = {"encoding": asked.encoding, "follow": asked.submit, "whole": asked.whole}
    with TemporaryFile() as file:
        _received(request, file)
        source = store.keep_upload(file, party.code)
    return begun(actor, key, response, kind, given=given, source=source, source_name=asked.name)


def _received(request: HttpRequest, file: IO[bytes]) -> None:
    """Take the body as a stream: it is never held whole."""
    size = 0
    while chunk := request.read(_CHUNK):
        size += len(chunk)
        if size > importing.LARGEST:
            raise FileTooLarge
        file.write(chunk)
    if not size:
        raise MalformedInput("body", _("a file"))


@router.get("/works/imports/template", openapi_extra=FILE)
def get_import_template(
    request: HttpRequest, asked: Annotated[schemas.TemplateAsked, Query()]
) -> HttpResponse | FileResponse:
    """Return a file with the columns of a kind of rows, in the caller's language, and a row that shows how."""
    actor = actor_of(request)
    kind = ROWS[asked.kind]
    if not any(actor.may(need) for need in kind.needs):
        raise NotAllowed(permission=kind.needs[0])
    file = BytesIO()
    templates.write(kind, asked.form, file, owned=not actor.operates)
    return HttpResponse(file.getvalue(), content_type=MEDIA_TYPES[asked.form])


@router.post("/works/exports", response={202: schemas.Work})
def export_list(request: HttpRequest, response: HttpResponse, body: schemas.ExportIn, key: Key) -> dict[str, Any]:
    """Write a list of the console into a file, as its filters narrow it down."""
    actor = actor_of(request)
    page = list_named(body.list)
    if page is None or not page.open_to(Desk(actor, acting_party(actor))):
        raise NotFound(_("list"), name=body.list)
    return begun(actor, key, response, EXPORT, given=body.model_dump())


@router.post("/works/listings", response={202: schemas.Work})
def list_many_offers(request: HttpRequest, response: HttpResponse, body: schemas.ListingIn, key: Key) -> dict[str, Any]:
    """List many offers of others in the acting party's name, each at a margin on its cost within its band."""
    return begun(permitted(request, "offers.edit"), key, response, LISTING, given=body.model_dump())


@router.post("/works/settlements", response={202: schemas.Work})
def run_settlement(
    request: HttpRequest, response: HttpResponse, body: schemas.SettlementRunIn, key: Key
) -> dict[str, Any]:
    """Do everything that is due by now, as the clock would: orders close, parties are settled. Operators only."""
    return begun(permitted(request, OPERATE), key, response, SETTLEMENT, given=body.model_dump())


@router.get("/works", response=Page[schemas.Work])
def list_works(request: HttpRequest, part: Part, wanted: Annotated[schemas.WorkFilter, Query()]) -> dict[str, Any]:
    """List the works that the caller asked for (operators: all), the latest first."""
    actor = actor_of(request)
    found = rows(actor).filter(**wanted.model_dump(exclude_none=True))
    return page_of(found, part, lambda page: [show(actor, row) for row in page])


@router.get("/works/{code}", response=schemas.Work)
def get_work(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Show how far a work is; poll it with `If-None-Match`, or wait for the webhook `work.finished`."""
    actor = actor_of(request)
    return show(actor, one_of(rows(actor), code, _("work")))


@router.post("/works/{code}/cancel", response=schemas.Work)
def cancel_work(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Stop a work before its next batch; what is done stays done."""
    actor = actor_of(request)
    cancel(key=key, at=clock.now(), by=actor, work=code)
    return show(actor, one_of(rows(actor), code, _("work")))


@router.post("/works/{code}/retry", response=schemas.Work)
def retry_work(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Let a work that failed or was stopped go on where it had come to."""
    actor = actor_of(request)
    retry(key=key, at=clock.now(), by=actor, work=code)
    return show(actor, one_of(rows(actor), code, _("work")))


@router.get("/works/{code}/result", openapi_extra=FILE)
def get_work_result(request: HttpRequest, code: Code) -> FileResponse:
    """Download what a work has made."""
    return _file(actor_of(request), code, "result")


@router.get("/works/{code}/errors", openapi_extra=FILE)
def get_work_errors(request: HttpRequest, code: Code) -> FileResponse:
    """Download the rows that did not go in, as they were, with what is wrong: mend them and bring that file."""
    return _file(actor_of(request), code, "errors")


def _file(actor: Actor, code: str, which: str) -> FileResponse:
    try:
        return handed(one_of(rows(actor), code, _("work")), which)
    except Http404 as reason:
        raise NotFound(_("file"), code=code) from reason

"""Refusals as RFC 9457 problems: a stable code, the field where there is one, the sentence in the caller's language."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from hanse.kernel.errors import DomainError, MalformedInput

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
SHOWN = (
    "fingerprint", "total", "currency", "available", "wanted", "reason", "due", "left", "items", "offer", "changes",
)  # fmt: skip
"""Details of a refusal that a program can act on; the others are for the sentence alone."""
PLACES = {"body", "query", "path", "header", "cookie"}


class Unreadable(HttpError):
    """The body is not JSON."""

    def __init__(self) -> None:
        super().__init__(422, "body")


class StrictParser(Parser):
    """Reads JSON as RFC 8259 has it: UTF-8, no NaN, no numbers beyond reading."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return what the body says."""
        try:
            found: dict[str, Any] = json.loads(request.body.decode(), parse_constant=_no_number)
        except (ValueError, RecursionError) as reason:
            raise Unreadable from reason
        return found


def _no_number(name: str) -> None:
    raise ValueError(name)


def problem(status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
    """Return a problem; `title` is the status in English, `detail` the sentence for the person."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **more}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=status, content_type=MEDIA_TYPE, headers=headers
    )


def refused(refusal: DomainError) -> HttpResponse:
    """Return what a refusal of the engine says."""
    more: dict[str, Any] = {}
    if isinstance(refusal, MalformedInput):
        more = {"field": refusal.details["field"], "errors": [_told(refusal.details["field"], refusal)]}
    details = {name: refusal.details[name] for name in SHOWN if name in refusal.details}
    return problem(refusal.status, refusal.code, str(refusal), **more, **({"details": details} if details else {}))


def _told(field: str, message: object) -> dict[str, str]:
    return {"field": field, "message": str(message)}


def malformed(errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Return which fields of a request do not fit, all of them, the first by name."""
    told = [_told(_field(error["loc"]), error["msg"]) for error in errors]
    detail = _("%(field)s: %(message)s") % told[0]
    return problem(422, MalformedInput.code, detail, field=told[0]["field"], errors=told)


def _field(place: Sequence[object]) -> str:
    """Return the name of a field as the caller wrote it: without the place and the parameter that it was read into."""
    parts = [str(part) for part in place]
    if parts[:2] == ["body", "body"]:
        parts = parts[2:] or ["body"]
    elif len(parts) > 1 and parts[0] in PLACES:
        parts = parts[1:]
    return ".".join(parts)[:200].encode("utf-8", "replace").decode()


def install(api: NinjaAPI) -> None:
    """Let every refusal and every fault be answered as a problem."""
    answers: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        DomainError: lambda _request, error: refused(error),
        ValidationError: lambda _request, error: malformed(error.errors),
        AuthenticationError: lambda _request, _error: unknown(),
        HttpError: lambda _request, error: _http(error),
        Http404: lambda _request, _error: nowhere(),
        RequestDataTooBig: lambda _request, _error: too_big(),
        Exception: _fault,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def unknown() -> HttpResponse:
    """Return that the caller has not said who it is."""
    headers = {"WWW-Authenticate": 'Bearer realm="Hanse"'}
    return problem(401, "not_signed_in", _("Say who you are: with an API key, or by signing in."), headers)


def too_big() -> HttpResponse:
    """Return that the body is longer than any request needs to be."""
    return problem(413, "too_big", _("This is more than one request may carry."))


def nowhere(*_args: object, **_kwargs: object) -> HttpResponse:
    """Return that there is nothing at this address."""
    return problem(404, "not_found", _("There is nothing here."))


def _http(error: HttpError) -> HttpResponse:
    if isinstance(error, Unreadable):
        return malformed([{"loc": ["body"], "msg": _("expected JSON in UTF-8")}])
    if error.status_code == 400:
        return problem(422, MalformedInput.code, _("The request cannot be read."), field="body")
    code = "csrf_failed" if error.status_code == 403 else HTTPStatus(error.status_code).name.lower()
    return problem(error.status_code, code, error.message)


def _fault(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, "fault", _("Something went wrong on our side. It has been noted."))

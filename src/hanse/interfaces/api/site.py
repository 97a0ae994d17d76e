"""The API as one site: its routers, its refusals, its description."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from hanse.interfaces.api import (
    approvals,
    books,
    catalogue,
    changes,
    checkouts,
    content,
    documents,
    errors,
    imports,
    keeping,
    licences,
    members,
    money,
    notices,
    offers,
    orders,
    parties,
    payments,
    people,
    pictures,
    presales,
    receipts,
    stock,
    webhooks,
    works,
)
from hanse.interfaces.api.openapi import complete

DESCRIPTION = """\
Everything that the consoles can do. One order passes through any number of tiers; each caller sees its own legs of it.

* **Who calls**: an API key as a bearer token (`Authorization: Bearer hanse_…`), issued for a membership, with scopes.
* **Amounts** are whole numbers in the smallest unit: `{"amount": 1230, "currency": "CNY"}` is 12.30 yuan.
* **Moments** are RFC 3339. **Ids** are public codes.
* **Writes** need an `Idempotency-Key`: repeated with the same request, a thing is done once.
* **Lists** come in parts; `next` is the cursor of the following part.
* **Reads** carry an `ETag`; ask again with `If-None-Match`.
* **Refusals** are problems (RFC 9457) with a stable `code`, and the sentence in the language of `Accept-Language`.
"""
MODULES = (
    parties,
    people,
    approvals,
    licences,
    catalogue,
    offers,
    presales,
    stock,
    checkouts,
    orders,
    changes,
    payments,
    money,
    books,
    imports,
    works,
    webhooks,
    notices,
    documents,
    members,
    content,
    pictures,
    receipts,
    keeping,
)
ROUTERS: Sequence[Router] = tuple(module.router for module in MODULES)


class Site(NinjaAPI):
    """The API; every read carries an ETag, and is not sent again to who has it."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation as its function, without the word that keeps that apart from the verb it calls."""
        return operation.view_func.__name__.replace("_one_", "_").replace("_new_", "_")

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Describe the API."""
        schema = super().get_openapi_schema(**kwargs)
        complete(schema)
        return schema

    def create_response(self, request: HttpRequest, data: Any, **kwargs: Any) -> HttpResponse:
        """Answer; a read that has not changed since the caller got it is not sent again."""
        response = super().create_response(request, data, **kwargs)
        response.headers["Cache-Control"] = "private, no-cache"
        if request.method == "GET" and response.status_code == 200:
            tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            if tag in request.headers.get("If-None-Match", ""):
                response = HttpResponse(status=304, headers={"Cache-Control": "private, no-cache"})
            response.headers["ETag"] = tag
        return response


def build() -> Site:
    """Put the API together."""
    site = Site(
        title="Hanse",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        openapi_url="/openapi.json",
        urls_namespace="api",
        parser=errors.StrictParser(),
    )
    errors.install(site)
    for router in ROUTERS:
        site.add_router("", router)
    return site


api = build()


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show the description as a page to read and try: Swagger UI, served from here, within the content policy."""
    return render(request, "api/reference.html", {"title": api.title})


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/reference/", reference, name="api-reference"),
    path("v1/", api.urls),
    re_path("^v1(/.*)?$", csrf_exempt(errors.nowhere)),
]

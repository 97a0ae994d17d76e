"""Where the acting party is told facts, and what was told."""

import json
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from hanse.interfaces.api.auth import KNOWN, Key, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import webhooks as schemas
from hanse.interfaces.api.schemas.words import Code, In, Page, one_word_of
from hanse.interfaces.web.fresh import signing_secret
from hanse.interfaces.webhooks.facts import ASKABLE, FACTS
from hanse.interfaces.webhooks.telling import send_again, send_test
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import Secret
from hanse.network.webhooks.models import DELIVERY, ENDPOINT, Delivery, Endpoint
from hanse.network.webhooks.operations.add_endpoint import add_endpoint
from hanse.network.webhooks.operations.change_endpoint import change_endpoint
from hanse.network.webhooks.operations.disable_endpoint import disable_endpoint
from hanse.network.webhooks.operations.enable_endpoint import enable_endpoint
from hanse.network.webhooks.operations.remove_endpoint import remove_endpoint
from hanse.network.webhooks.operations.rotate_secret import rotate_secret
from hanse.network.webhooks.rules import PERMISSION

router = Router(tags=["webhooks"], auth=KNOWN)


def endpoint_rows(actor: Actor) -> "QuerySet[Endpoint]":
    """Return the endpoints that the actor may see."""
    return Endpoint.objects.visible_to(actor).exclude(status="removed")


def show_endpoint(row: Endpoint) -> dict[str, Any]:
    """Return an endpoint without its secret."""
    plain = ("code", "url", "facts", "status", "failing_since", "created_at")
    return {name: getattr(row, name) for name in plain} | {"actions": list(ENDPOINT.actions(row.status, ["owner"]))}


@router.get("/webhooks/facts", response=list[schemas.FactOut])
def list_facts(request: HttpRequest) -> list[schemas.FactOut]:
    """List every kind of fact that can be waited for."""
    permitted(request, PERMISSION)
    return [schemas.FactOut(fact=name, means=FACTS[name].means) for name in ASKABLE]


@router.get("/webhooks", response=Page[schemas.Endpoint])
def list_endpoints(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the acting party's endpoints (operators: all)."""
    rows = endpoint_rows(permitted(request, PERMISSION))
    return page_of(rows, part, lambda found: [show_endpoint(row) for row in found])


@router.post("/webhooks", response={201: schemas.EndpointWithSecret})
def add_new_endpoint(request: HttpRequest, body: schemas.EndpointIn, key: Key) -> dict[str, Any]:
    """Have the acting party told facts at an address. The secret that signs them is told here and never again."""
    actor, secret = permitted(request, PERMISSION), signing_secret()
    code = add_endpoint(
        key=key, at=clock.now(), by=actor, url=body.url, facts=body.facts, known=ASKABLE, secret=Secret(secret),
        plain=settings.HANSE_DEMO,
    )  # fmt: skip
    return _with_secret(one_of(endpoint_rows(actor), code, _("endpoint")), secret)


def _with_secret(row: Endpoint, secret: str) -> dict[str, Any]:
    return {**show_endpoint(row), "secret": secret if row.secret == secret else None}


@router.get("/webhooks/{code}", response=schemas.Endpoint)
def get_endpoint(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Show one endpoint."""
    return show_endpoint(one_of(endpoint_rows(permitted(request, PERMISSION)), code, _("endpoint")))


@router.patch("/webhooks/{code}", response=schemas.Endpoint)
def change_one_endpoint(request: HttpRequest, code: Code, body: schemas.EndpointChangesIn, key: Key) -> dict[str, Any]:
    """Change the address or the facts of an endpoint."""
    actor = permitted(request, PERMISSION)
    change_endpoint(
        key=key, at=clock.now(), by=actor, endpoint=code, known=ASKABLE, url=body.url, facts=body.facts,
        plain=settings.HANSE_DEMO,
    )  # fmt: skip
    return show_endpoint(one_of(endpoint_rows(actor), code, _("endpoint")))


@router.delete("/webhooks/{code}", response={204: None})
def remove_one_endpoint(request: HttpRequest, code: Code, key: Key) -> None:
    """Remove an endpoint for good."""
    remove_endpoint(key=key, at=clock.now(), by=permitted(request, PERMISSION), endpoint=code)


@router.post("/webhooks/{code}/disable", response=schemas.Endpoint)
def disable_one_endpoint(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Stop telling facts at an endpoint; what is on its way can be replayed later."""
    actor = permitted(request, PERMISSION)
    disable_endpoint(key=key, at=clock.now(), by=actor, endpoint=code)
    return show_endpoint(one_of(endpoint_rows(actor), code, _("endpoint")))


@router.post("/webhooks/{code}/enable", response=schemas.Endpoint)
def enable_one_endpoint(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Tell facts at a disabled endpoint again."""
    actor = permitted(request, PERMISSION)
    enable_endpoint(key=key, at=clock.now(), by=actor, endpoint=code)
    return show_endpoint(one_of(endpoint_rows(actor), code, _("endpoint")))


@router.post("/webhooks/{code}/secret", response=schemas.EndpointWithSecret)
def rotate_endpoint_secret(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Have everything signed with another secret from now on; it is told here and never again."""
    actor, secret = permitted(request, PERMISSION), signing_secret()
    rotate_secret(key=key, at=clock.now(), by=actor, endpoint=code, secret=Secret(secret))
    return _with_secret(one_of(endpoint_rows(actor), code, _("endpoint")), secret)


@router.post("/webhooks/{code}/test", response={201: schemas.Delivery})
def test_endpoint(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Send an endpoint a `webhook.test`, whatever facts it waits for."""
    actor = permitted(request, PERMISSION)
    delivery = send_test(key=key, at=clock.now(), by=actor, endpoint=code)
    return show_delivery(one_of(delivery_rows(actor), delivery, _("delivery")))


class DeliveryFilter(In):
    """Which deliveries are wanted."""

    endpoint: Code | None = None
    status: Annotated[str | None, one_word_of(DELIVERY.states)] = None


def delivery_rows(actor: Actor) -> "QuerySet[Delivery]":
    """Return the deliveries that the actor may see."""
    return Delivery.objects.visible_to(actor).select_related("endpoint")


def show_delivery(row: Delivery) -> dict[str, Any]:
    """Return a delivery without what was sent."""
    plain = ("code", "event", "fact", "status", "attempts", "created_at", "next_at")
    return {name: getattr(row, name) for name in plain} | {"endpoint": row.endpoint.code}


@router.get("/deliveries", response=Page[schemas.Delivery])
def list_deliveries(request: HttpRequest, part: Part, wanted: Annotated[DeliveryFilter, Query()]) -> dict[str, Any]:
    """List what was sent to the acting party's endpoints, or is on its way; the latest first."""
    rows = delivery_rows(permitted(request, PERMISSION))
    if wanted.endpoint is not None:
        rows = rows.filter(endpoint__code=wanted.endpoint)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    return page_of(rows, part, lambda found: [show_delivery(row) for row in found])


@router.get("/deliveries/{code}", response=schemas.DeliveryInFull)
def get_delivery(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Show one delivery: what was sent, and what came of every try."""
    row = one_of(delivery_rows(permitted(request, PERMISSION)), code, _("delivery"))
    tries = [schemas.Attempt.model_validate(one) for one in row.tries.order_by("pk")]
    return {**show_delivery(row), "body": json.loads(row.body), "tries": tries}


@router.post("/deliveries/{code}/replay", response=schemas.Delivery)
def replay_one_delivery(request: HttpRequest, code: Code, key: Key) -> dict[str, Any]:
    """Send the same event again, under the same id."""
    actor = permitted(request, PERMISSION)
    send_again(key=key, at=clock.now(), by=actor, delivery=code)
    return show_delivery(one_of(delivery_rows(actor), code, _("delivery")))

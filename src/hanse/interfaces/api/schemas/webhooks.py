"""Endpoints and deliveries."""

from typing import Annotated, Any

from pydantic import Field

from hanse.interfaces.api.schemas.words import Actions, At, Id, In, Out, Status, Whole

Url = Annotated[str, Field(max_length=500, pattern=r"^https?://[!-~]+$", examples=["https://erp.example.com/hanse"])]
Facts = Annotated[
    list[Annotated[str, Field(max_length=40, pattern=r"^[a-z_.]+$")]],
    Field(max_length=100, description="None named: all of them.", examples=[["order.paid", "order.shipped"]]),
]


class FactOut(Out):
    """A kind of fact that can be waited for."""

    fact: Annotated[str, Field(examples=["order.paid"])]
    means: Annotated[str, Field(examples=["An order was paid: it can be shipped."])]


class EndpointIn(In):
    """Where facts are to be told."""

    url: Url
    facts: Facts = []


class EndpointChangesIn(In):
    """What is to change; what is left out stays."""

    url: Url | None = None
    facts: Facts | None = None


class Endpoint(Out):
    """An address at which the acting party is told facts."""

    code: Id
    url: Annotated[str, Field(examples=["https://erp.example.com/hanse"])]
    facts: Annotated[list[str], Field(examples=[["order.paid"]])]
    status: Status
    failing_since: At | None
    created_at: At
    actions: Actions


class EndpointWithSecret(Endpoint):
    """An endpoint with the secret that signs what it is told; null when the request was repeated."""

    secret: Annotated[str | None, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])]


class Delivery(Out):
    """One event on its way to an endpoint."""

    code: Id
    endpoint: Id
    event: Annotated[str, Field(description="The webhook-id that it is sent under.", examples=["E-7K2M9-QX4TD"])]
    fact: Annotated[str, Field(examples=["order.paid"])]
    status: Status
    attempts: Whole
    created_at: At
    next_at: At | None


class Attempt(Out):
    """One try."""

    at: At
    answered: Annotated[int | None, Field(description="The HTTP status that was answered.", examples=[200])]
    error: Annotated[str, Field(examples=[""])]
    took_ms: Whole


class DeliveryInFull(Delivery):
    """One event with what was sent, and every try."""

    body: Annotated[dict[str, Any], Field(examples=[{"type": "order.paid", "data": {"orders": ["O-7K2M9-QX4TD"]}}])]
    tries: list[Attempt]

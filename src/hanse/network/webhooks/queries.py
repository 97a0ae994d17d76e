"""Reads over endpoints: who waits for which facts, and what there is to send."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from hanse.network.webhooks.models import Delivery, Endpoint


def wanted(facts: Collection[str]) -> set[str]:
    """Return those of the facts that some endpoint waits for: one statement over a small table.

    It is asked within the transaction that announces the facts, so that what nobody waits for costs no job.
    """
    sql = """
        SELECT DISTINCT fact FROM unnest(%s::text[]) AS fact
          JOIN network_endpoint e ON e.status = 'active' AND (e.facts = '{}' OR fact = ANY(e.facts))
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(facts)])
        return {row[0] for row in cursor.fetchall()}


def listeners(fact: str, parties: Collection[int]) -> list[Endpoint]:
    """Return the active endpoints of these parties (ids) that want to hear of the fact."""
    rows = Endpoint.objects.filter(status="active", party__in=parties).order_by("pk")
    return [row for row in rows if not row.facts or fact in row.facts]


@dataclass(frozen=True, slots=True)
class Sendable:
    """What is to be sent where, and how often it was tried."""

    event: str
    url: str
    secret: str
    body: str
    attempts: int


def sendable(delivery: str) -> Sendable | None:
    """Return what is to be sent for a delivery (code), None if it is done with or its endpoint no longer listens."""
    found = Delivery.objects.filter(code=delivery, status="pending", endpoint__status="active")
    row = found.select_related("endpoint").first()
    if row is None:
        return None
    return Sendable(row.event, row.endpoint.url, str(row.endpoint.secret), row.body, row.attempts)

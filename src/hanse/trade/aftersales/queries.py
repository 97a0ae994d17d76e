"""Reads over what buyers asked back."""

from collections.abc import Collection

from django.db.models import QuerySet

from hanse.kernel.actor import Actor
from hanse.network.approvals.models import Approval

KIND = "refund"
SUBJECT = "order"


def requests(actor: Actor) -> "QuerySet[Approval]":
    """Return what was asked of the actor's party, or by it, the latest first."""
    found = Approval.objects.visible_to(actor).filter(kind=KIND, subject_kind=SUBJECT)
    return found.select_related("party").order_by("-pk")


def asked_of(orders: Collection[int], actor: Actor) -> dict[int, list[Approval]]:
    """Return for each of these first legs (ids) what its buyer asked back, the latest first; one statement."""
    found: dict[int, list[Approval]] = {pk: [] for pk in orders}
    for row in requests(actor).filter(subject_id__in=orders):
        found[row.subject_id or 0].append(row)
    return found

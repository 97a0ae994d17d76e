"""Say which certificates parties of one kind have to show."""

from collections.abc import Sequence
from datetime import datetime

from hanse.kernel import audit, events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.approvals import queries, rules
from hanse.network.approvals.models import Requirement


@once.operation("network.set_requirements")
def set_requirements(*, key: str, at: datetime, by: Actor, kind: str, items: Sequence[rules.Item]) -> str:
    """Say what whoever applies as this kind of party shows from now on, and return the kind; operators only.

    Who is in business already is asked for nothing new; a required certificate that it did show must not lapse.
    """
    by.require(OPERATE)
    before = {one.item: one.required for one in queries.items_of(kind)}
    kept = rules.check_items(items)
    Requirement.objects.update_or_create(kind=kind, defaults={"items": kept, "at": at, "by": str(by)[:80]})
    audit.changed("requirements", kind, {"items": before}, {"items": {one["item"]: one["required"] for one in kept}})
    events.announce("requirements.changed", kind=kind)
    return kind

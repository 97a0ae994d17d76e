"""Steps that the verbs share: find a change that waits, whose word it waits for, and end what nobody need answer."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import NotAllowed, NotFound
from hanse.kernel.intake import storable
from hanse.kernel.states import WrongState
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.trade.changes import rules
from hanse.trade.changes.models import Change, Consent
from hanse.trade.changes.queries import KIND


def open_change(code: str, by: Actor) -> Change:
    """Return the change of that code; NotFound if it is not for the actor to see.

    Read it again once its checkout is locked: until then others may decide it.
    """
    rows = Change.objects.visible_to(by).select_related("checkout__buyer", "leg")
    found = rows.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("change"))
    return found


def require_mine(change: Change, by: Actor, action: str) -> list[Consent]:
    """Return what waits for the actor's word; WrongState if nothing waits any more, NotAllowed if not for it."""
    consents = list(change.consents.select_related("approval").order_by("pk"))
    ours = [one for one in consents if by.operates or one.approval.decider_id == by.party]
    if not ours or not by.may(rules.CHANGES):
        raise NotAllowed(action=action)
    waits = [one for one in ours if one.approval.status == "submitted"]
    if change.status != "asked" or not waits:
        raise WrongState(what="order_change", event=action)
    return waits


def end_others(change: Change, at: datetime) -> None:
    """Take back what still waits for somebody's word."""
    for code in change.consents.filter(approval__status="submitted").values_list("approval__code", flat=True):
        withdraw(key=f"{change.code}:{code}", at=at, by=ENGINE, approval=code, kind=KIND)

"""Reads over approvals."""

from hanse.kernel.actor import Actor
from hanse.network.approvals import rules
from hanse.network.approvals.models import APPROVAL, Approval, Requirement


def actions(approval: Approval, actor: Actor) -> tuple[str, ...]:
    """Return the events the actor may cause on it now; consoles and API offer just these."""
    return APPROVAL.actions(approval.status, rules.roles(approval.kind, approval.party_id, actor, approval.decider_id))


def latest(kind: str, party: int, subject_kind: str, subject_id: int) -> Approval | None:
    """Return the newest approval of this kind about a party's subject, whoever asks; for operations of other floors."""
    found = Approval.objects.filter(kind=kind, party=party, subject_kind=subject_kind, subject_id=subject_id)
    return found.order_by("-pk").first()


def items_of(party_kind: str) -> tuple[rules.Item, ...]:
    """Return the certificates that a party of this kind shows; MalformedInput for a kind that never applies."""
    usual = rules.usual_items(party_kind)
    said = Requirement.objects.filter(kind=party_kind).values_list("items", flat=True).first()
    return usual if said is None else tuple(rules.Item(**one) for one in said)

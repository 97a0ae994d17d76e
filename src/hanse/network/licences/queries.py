"""Reads over certificates that end."""

from datetime import date, timedelta

from hanse.kernel.history import changes
from hanse.network.approvals.queries import items_of
from hanse.network.approvals.rules import ONBOARDING_ITEMS
from hanse.network.licences import rules
from hanse.network.parties.models import PARTY, Party, Qualification


def required_of(party_kind: str) -> set[str]:
    """Return the certificates without which a party of this kind may not sell; those that never apply need none."""
    if party_kind not in ONBOARDING_ITEMS:
        return set()
    return {one.item for one in items_of(party_kind) if one.required}


def endings(upto: date, *, party: int | None = None) -> list[rules.Ending]:
    """Return the required certificates of active parties (or of one, whatever its status) that end by that day."""
    rows = Qualification.objects.filter(valid_until__lte=upto)
    rows = rows.filter(party__status="active") if party is None else rows.filter(party=party)
    found = rows.select_related("party").order_by("valid_until", "pk")
    required = {kind: required_of(kind) for kind in {row.party.kind for row in found}}
    return [
        rules.Ending(row.pk, row.party_id, row.party.kind, row.item, row.valid_until)
        for row in found
        if row.valid_until is not None and row.item in required[row.party.kind]
    ]


def lapsed_of(party: Party, day: date) -> list[str]:
    """Return which certificates that a party must have ended before this day."""
    return rules.lapsed(endings(day, party=party.pk), required_of(party.kind), day)


def has_lapsed(party: Party) -> bool:
    """Say whether a party is suspended because a certificate ended, and for no other reason."""
    if party.status != "suspended":
        return False
    history = changes(PARTY.name, [party.pk])
    return bool(history) and history[-1].event == "lapse"


def to_do(day: date) -> tuple[list[rules.Ending], list[int]]:
    """Return of which certificates one is to warn on this day, and the parties (ids) in which one has lapsed."""
    found = endings(day + timedelta(days=max(rules.WARN)))
    over = sorted({one.party for one in found if one.until < day})
    return [one for one in found if rules.warning(one, day) is not None], over


def told(party: Party) -> dict[str, str]:
    """Return how a notice names a party, in both languages."""
    return {"party": party.name, "party_en": party.name_en or party.name}

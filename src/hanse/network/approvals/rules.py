"""What is reviewed, by whom, and what has to be checked first. Pure functions."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotFound
from hanse.network.parties import rules as parties

ONBOARDING = "onboarding"
Checklist = list[dict[str, Any]]
"""Rows of item, required, done, note, and once it was looked at: by, at."""


class ChecklistIncomplete(DomainError):
    """Something that must be checked before approval was not."""

    code = "checklist_incomplete"
    message = _("Not checked yet: %(items)s.")


class ReasonsMissing(DomainError):
    """Who is turned down must be told why."""

    code = "reasons_missing"
    status = 422
    message = _("Say why: at least one reason.")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of review: the permission to decide and the permission to submit.

    What goes `to_partner` is decided by the people of the party that it was submitted to, not by the platform's.
    """

    review: str
    submit: str
    to_partner: bool = False


KINDS: Mapping[str, Kind] = {
    ONBOARDING: Kind("parties.review", "party.edit"),
    "product": Kind("goods.review", "goods.edit"),
    "product_edit": Kind("goods.review", "goods.edit"),
    "withdrawal": Kind("money.review", "money.payout"),
    "licence": Kind("parties.review", "party.licences"),
    "refund": Kind("aftersales.decide", "aftersales.claim", to_partner=True),
    "order_change": Kind("orders.cancel", "orders.cancel", to_partner=True),
}
PARTNER_KINDS = tuple(name for name, kind in KINDS.items() if kind.to_partner)

_COMPANY = (("business_licence", True), ("representative_identity", True))
ONBOARDING_ITEMS: Mapping[str, Sequence[tuple[str, bool]]] = {
    parties.SUPPLIER: (*_COMPANY, ("production_licence", True), ("quality_report", False)),
    parties.WHOLESALER: (*_COMPANY, ("brand_authorisation", False)),
    parties.RETAILER: (*_COMPANY, ("brand_authorisation", False)),
    parties.ENTERPRISE: _COMPANY,
    parties.LEADER: (("representative_identity", True),),
}
"""Who may apply, and what has to be checked of them; the flag says whether it is required."""

LABELS = {
    "business_licence": _("Business licence"),
    "representative_identity": _("Identity of the representative"),
    "production_licence": _("Production licence"),
    "quality_report": _("Quality report"),
    "brand_authorisation": _("Brand authorisation"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One certificate that a party of some kind shows: what it is called, and whether it must be shown."""

    item: str
    required: bool
    label: str = ""
    label_en: str = ""


def usual_items(party_kind: str) -> tuple[Item, ...]:
    """Return what a party of this kind shows where the platform's policy says nothing else."""
    parties.check_choice(party_kind, "kind", tuple(ONBOARDING_ITEMS))
    return tuple(Item(item, must) for item, must in ONBOARDING_ITEMS[party_kind])


def check_items(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the items of a policy as they are kept; MalformedInput names what is wrong."""
    if not 0 < len(items) <= 20 or len({one.item for one in items}) < len(items):
        raise MalformedInput("items", _("one to twenty items, each once"))
    kept = []
    for one in items:
        if not isinstance(one.item, str) or not re.fullmatch(r"[a-z][a-z0-9_]{1,29}", one.item):
            raise MalformedInput("item", _("2 to 30 small letters, digits and underscores, beginning with a letter"))
        label = parties.check_text(one.label, "label", 60, blank=one.item in LABELS)
        english = parties.check_text(one.label_en, "label_en", 60, blank=True)
        kept.append({"item": one.item, "required": bool(one.required), "label": label, "label_en": english})
    return kept


def onboarding_checklist(items: Sequence[Item]) -> Checklist:
    """Return what is checked when a party applies that shows these certificates."""
    return check_checklist([{"item": one.item, "required": one.required} for one in items])


def unseen(checklist: Checklist, changed: datetime) -> list[str]:
    """Return the items that were ticked before the applicant changed what it shows: somebody must look again."""
    return [row["item"] for row in checklist if row["done"] and datetime.fromisoformat(row["at"]) < changed]


def check_checklist(rows: Sequence[Mapping[str, Any]]) -> Checklist:
    """Return a fresh checklist, nothing of it done; raise MalformedInput if it cannot be one."""
    fresh: Checklist = []
    for row in rows:
        if not isinstance(row, Mapping) or not set(row) <= {"item", "required", "note"}:
            raise MalformedInput("checklist", _("rows of item, required and note"))
        fresh.append({
            "item": parties.check_text(row.get("item"), "item", 60),
            "required": bool(row.get("required", True)),
            "done": False,
            "note": parties.check_text(row.get("note", ""), "note", 500, blank=True),
        })  # fmt: skip
    if len({row["item"] for row in fresh}) < len(fresh):
        raise MalformedInput("checklist", _("each item once"))
    return fresh


def tick(checklist: Checklist, item: str, *, done: bool, note: str, at: datetime, by: str) -> Checklist:
    """Return the checklist with one item marked as done or not, and who looked at it when."""
    if item not in {row["item"] for row in checklist}:
        raise NotFound(_("item"), item=item)
    mark = {"done": done, "note": note, "at": at.isoformat(), "by": by}
    return [row | mark if row["item"] == item else row for row in checklist]


def unticked(checklist: Checklist) -> Checklist:
    """Return the checklist as it was before anyone looked: what is submitted anew is checked anew."""
    return check_checklist([{key: row[key] for key in ("item", "required")} for row in checklist])


def require_complete(checklist: Checklist) -> None:
    """Raise ChecklistIncomplete naming what is required and not done."""
    missing = [row["item"] for row in checklist if row["required"] and not row["done"]]
    if missing:
        raise ChecklistIncomplete(items=", ".join(missing))


def check_reasons(reasons: Sequence[str]) -> list[str]:
    """Return the reasons as they will be told; at least one, at most twenty."""
    if isinstance(reasons, str) or not isinstance(reasons, Sequence) or len(reasons) > 20:
        raise MalformedInput("reasons", _("a list of one to twenty texts"))
    if not reasons:
        raise ReasonsMissing
    return [parties.check_text(reason, "reasons", 500) for reason in reasons]


def roles(kind: str, party: int, actor: Actor, decider: int | None = None) -> Collection[str]:
    """Return what the actor is to a review of this kind for this party: its reviewer, its applicant, both, neither.

    What goes to a partner (`decider`) is reviewed by that party's people and by operators.
    """
    decides = not KINDS[kind].to_partner or actor.operates or (actor.party is not None and actor.party == decider)
    held = {"reviewer"} if decides and actor.may(KINDS[kind].review) else set[str]()
    if actor.operates or (actor.party == party and actor.may(KINDS[kind].submit)):
        held.add("applicant")
    return held

"""The step in which change_terms and change_link write new terms and remember the old ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hanse.kernel.actor import Actor
from hanse.network.parties import rules
from hanse.network.parties.models import Link, Party, TermsChange


def write_terms(
    subject: Party | Link, terms: Mapping[str, Any], forget: Sequence[str], *, at: datetime, by: Actor
) -> bool:
    """Merge the terms into the locked row; return whether that changed anything."""
    before, after = subject.terms, rules.merge(subject.terms, terms, forget)
    rules.require_terms([*terms, *forget], by)
    if after == before:
        return False
    subject.terms = after
    subject.save(update_fields=["terms"])
    TermsChange.objects.create(
        party=subject if isinstance(subject, Party) else None,
        link=subject if isinstance(subject, Link) else None,
        before=before,
        after=after,
        at=at,
        by_party=by.party,
        by_user=by.user,
        by_name=by.name[:40],
    )
    return True

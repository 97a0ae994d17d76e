"""The step in which register_party, register_parties and found_platform write parties."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.kernel import codes, states
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties import rules
from hanse.network.parties.models import PARTY, Party


class SlugTaken(DomainError):
    """Another party has this short name, or two of those to be registered want the same."""

    code = "slug_taken"
    message = _("The short name %(slug)s is taken.")


class PlatformExists(DomainError):
    """There is exactly one platform."""

    code = "platform_exists"
    message = _("There is one platform already.")


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party to be."""

    kind: str
    name: str
    name_en: str = ""
    slug: str | None = None
    region: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)


def insert(parties: Sequence[NewParty], *, at: datetime, by: Actor, active: bool) -> list[str]:
    """Write checked parties within the operation that calls."""
    rows = [row_of(new, at, by) for new in parties]
    wanted = [row.slug for row in rows if row.slug is not None]
    if twice := [slug for slug, times in Counter(wanted).items() if times > 1]:
        raise SlugTaken(slug=twice[0])
    taken = Party.objects.filter(slug__in=wanted).values_list("slug", flat=True).order_by("slug").first()
    if taken is not None:
        raise SlugTaken(slug=taken)
    try:
        with transaction.atomic():
            Party.objects.bulk_create(rows, batch_size=2_000)
    except IntegrityError as refusal:
        if "party_one_platform" in str(refusal):
            raise PlatformExists from refusal
        raise SlugTaken(slug=", ".join(wanted)) from refusal
    if active:
        states.move(PARTY, Party, [row.pk for row in rows], "accept", at=at, by=by)
    return [row.code for row in rows]


def row_of(new: NewParty, at: datetime, by: Actor) -> Party:
    """Return the party of a new one's particulars, checked; MalformedInput names what is wrong."""
    terms = rules.check_terms(new.terms)
    rules.require_terms(terms, by)
    return Party(
        code=codes.new("P"),
        slug=rules.check_slug(new.slug),
        kind=rules.check_choice(new.kind, "kind", rules.PARTY_KINDS),
        name=rules.check_text(new.name, "name", 200),
        name_en=rules.check_text(new.name_en, "name_en", 200, blank=True),
        region=rules.check_text(new.region, "region", 80, blank=True),
        terms=terms,
        created_at=at,
        created_by=str(by)[:80],
    )

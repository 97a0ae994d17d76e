"""Record who stands behind a party and which certificates it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import audit, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.network.parties import queries, rules
from hanse.network.parties.models import Particulars, Qualification

PERMISSION = "party.edit"
NOTHING = rules.Secret("")
SECRETS = ("licence_number", "identity_number", "phone")
_SHOWN = ("legal_name", "representative", "contact", "address")


@dataclass(frozen=True, slots=True)
class Company:
    """Who stands behind a party; numbers that identify a person or company come wrapped as secrets."""

    legal_name: str
    licence_number: rules.Secret = NOTHING
    representative: str = ""
    identity_number: rules.Secret = NOTHING
    contact: str = ""
    phone: rules.Secret = NOTHING
    address: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as shown: `item` is one of the checklist's."""

    item: str
    number: rules.Secret = NOTHING
    valid_until: date | None = None
    attachment: str = ""


@once.operation("network.describe_party")
def describe_party(
    *, key: str, at: datetime, by: Actor, party: str, company: Company, certificates: Sequence[Certificate] = ()
) -> str:
    """Replace what is known of the company, and the certificates named; return the party's code."""
    found = queries.party(party)
    if not by.operates and (by.party != found.pk or not by.may(PERMISSION)):
        raise NotAllowed(permission=PERMISSION)
    if len({one.item for one in certificates}) < len(certificates):
        raise MalformedInput("certificates", _("each item once"))
    new = _company(company)
    before = Particulars.objects.filter(party=found).values(*new).first() or {}
    Particulars.objects.update_or_create(party=found, defaults={**new, "at": at, "by": str(by)[:80]})
    audit.changed("party", found.code, _told(before, new, "old"), _told(new, before, "new"))
    Qualification.objects.bulk_create(
        [_certificate(found.pk, one) for one in certificates],
        update_conflicts=True,
        unique_fields=["party", "item"],
        update_fields=["number", "valid_until", "attachment"],
    )
    events.announce("party.described", party=found.code)
    return found.code


def _company(new: Company) -> dict[str, str]:
    def text(field: str, value: str, limit: int) -> str:
        return rules.check_text(value, field, limit, blank=True)

    return {
        "legal_name": rules.check_text(new.legal_name, "legal_name", 200),
        "licence_number": text("licence_number", new.licence_number.reveal(), 60),
        "representative": text("representative", new.representative, 100),
        "identity_number": text("identity_number", new.identity_number.reveal(), 60),
        "contact": text("contact", new.contact, 100),
        "phone": text("phone", new.phone.reveal(), 40),
        "address": text("address", new.address, 300),
    }


def _told(one: Mapping[str, str], other: Mapping[str, str], word: str) -> dict[str, str | None]:
    """Return what the audit trail tells; of numbers that identify somebody only whether they were replaced."""
    hidden = {name: word if one.get(name) else "none" for name in SECRETS if one.get(name) != other.get(name)}
    return {**{name: one.get(name) for name in _SHOWN}, **hidden}


def _certificate(party: int, new: Certificate) -> Qualification:
    return Qualification(
        party_id=party,
        item=rules.check_text(new.item, "item", 60),
        number=rules.check_text(new.number.reveal(), "number", 60, blank=True),
        valid_until=new.valid_until,
        attachment=rules.check_text(new.attachment, "attachment", 300, blank=True),
    )

"""Record who stands behind a party and which certificates it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import audit, events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.network.parties import queries, rules
from hanse.network.parties.models import Particulars, Party, Qualification
from hanse.network.parties.operations._certificates import keep_certificate
from hanse.network.parties.rules import NOTHING, Certificate

PERMISSION = "party.edit"
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


@once.operation("network.describe_party")
def describe_party(
    *, key: str, at: datetime, by: Actor, party: str, company: Company, certificates: Sequence[Certificate] = ()
) -> str:
    """Replace what is known of the company, and the certificates named; return the party's code.

    A party in business has its certificates renewed instead (`renew_licence`): somebody looks at them first.
    """
    found = queries.party(party)
    if not by.operates and (by.party != found.pk or not by.may(PERMISSION)):
        raise NotAllowed(permission=PERMISSION)
    if certificates and not by.operates and found.status not in ("applied", "rejected"):
        raise NotAllowed(permission=OPERATE)
    if len({one.item for one in certificates}) < len(certificates):
        raise MalformedInput("certificates", _("each item once"))
    new = _company(company)
    before = Particulars.objects.filter(party=found).values(*new).first() or {}
    Particulars.objects.update_or_create(party=found, defaults={**new, "at": at, "by": str(by)[:80]})
    audit.changed("party", found.code, _told(before, new, "old"), _told(new, before, "new"))
    _show(found, certificates, at, by)
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


def _show(party: Party, certificates: Sequence[Certificate], at: datetime, by: Actor) -> None:
    known = {one.item: one for one in Qualification.objects.filter(party=party)}
    for certificate in certificates:
        keep_certificate(known.get(certificate.item) or Qualification(party=party), certificate, at=at, by=by)

"""Show a certificate anew."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanse.kernel import clock, events, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotAllowed
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.submit import submit
from hanse.network.approvals.queries import items_of
from hanse.network.licences.models import Renewal
from hanse.network.parties.operations._certificates import keep_file
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import PAPERS, Certificate, check_choice, check_days, check_text

KIND = "licence"


@once.operation("network.renew_licence")
def renew_licence(*, key: str, at: datetime, by: Actor, party: str, certificate: Certificate) -> str:
    """Show a certificate of a party in business anew, for review, and return the approval's code.

    Until it is approved the old one counts. It must be one of those that parties of this kind show, and still good.
    """
    owner = find_party(party)
    if not by.operates and (by.party != owner.pk or not by.may(PAPERS)):
        raise NotAllowed(permission=PAPERS)
    if owner.status not in ("active", "suspended"):
        raise NotAllowed(action="renew")
    item = check_choice(certificate.item, "item", [one.item for one in items_of(owner.kind)])
    first, last = check_days(certificate.valid_from, certificate.valid_until)
    if last is not None and last < clock.day_of(at, settings.HANSE_ZONE):
        raise MalformedInput("valid_until", _("a day that is not over"))
    paper = keep_file(owner.pk, certificate.file, at=at, by=by) if certificate.file else None
    said = {"item": item, "valid_from": first, "valid_until": last, "paper": paper and paper.code}
    code = submit(
        key=key, at=at, by=by, kind=KIND, party=owner.code, subject_kind=f"licence:{item}", subject_id=owner.pk,
        payload={name: str(value) for name, value in said.items() if value},
        checklist=[{"item": item, "required": True}],
    )  # fmt: skip
    Renewal.objects.create(
        approval=Approval.objects.get(code=code),
        party=owner,
        item=item,
        number=check_text(certificate.number.reveal(), "number", 60, blank=True),
        valid_from=first,
        valid_until=last,
        paper=paper,
    )
    events.announce("licence.submitted", party=owner.code, item=item, approval=code)
    return code

"""Apply to join the network."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.network.access.models import User
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.approvals import rules
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations._write import facts, insert
from hanse.network.approvals.queries import items_of
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import Certificate


@once.operation("network.apply")
def apply(
    *,
    key: str,
    at: datetime,
    by: Actor,
    kind: str,
    name: str,
    company: Company,
    certificates: Sequence[Certificate] = (),
    name_en: str = "",
    slug: str | None = None,
    region: str = "",
) -> str:
    """Apply with a business of this kind, which anyone may, and return the approval's code.

    The party exists from now on as `applied` and can do nothing but amend its application. Whoever is signed in
    becomes its owner; for a stranger an operator appoints one later.
    """
    checklist = rules.onboarding_checklist(items_of(kind))
    clerk = replace(by, permissions=by.permissions | {OPERATE})
    code = register_party(
        key=key, at=at, by=clerk, kind=kind, name=name, name_en=name_en, slug=slug, region=region, active=False
    )
    describe_party(key=key, at=at, by=clerk, party=code, company=company, certificates=certificates)
    if by.user is not None:
        grant_role(key=key, at=at, by=clerk, user=User.objects.get(pk=by.user).code, party=code, role="owner")
    approval = Approval(
        kind=rules.ONBOARDING,
        party=find_party(code),
        payload={"certificates": sorted(one.item for one in certificates)},
        checklist=checklist,
    )
    filed = insert(approval, at=at, by=by)
    events.announce("approval.submitted", **facts(approval))
    return filed

"""Certificates that run out: showing one anew, its file, and what applicants are asked for."""

import base64
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from hanse.interfaces.api.approvals import seen, show
from hanse.interfaces.api.auth import KNOWN, OPEN, Key, actor_of, permitted
from hanse.interfaces.api.parties import certificate_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import licences as papers
from hanse.interfaces.api.schemas import network as schemas
from hanse.interfaces.api.schemas.words import Code, In
from hanse.kernel import clock
from hanse.network.approvals.operations.set_requirements import set_requirements
from hanse.network.approvals.queries import items_of
from hanse.network.approvals.rules import Item
from hanse.network.licences.operations.renew_licence import renew_licence
from hanse.network.parties.models import Paper, Party
from hanse.network.parties.rules import PAPER_KINDS, PAPERS

router = Router(tags=["network"], auth=KNOWN)


class RequirementFilter(In):
    """Of which kind of party."""

    kind: papers.Business


@router.post("/parties/{code}/licences", response={201: schemas.Approval})
def renew_one_licence(request: HttpRequest, code: Code, body: papers.Certificate, key: Key) -> dict[str, Any]:
    """Show a certificate of a party in business anew, for review; the old one counts until it is approved."""
    actor = permitted(request, PAPERS)
    one_of(Party.objects.visible_to(actor), code, _("party"))
    filed = renew_licence(key=key, at=clock.now(), by=actor, party=code, certificate=certificate_of(body))
    return show(actor, [seen(actor, filed)])[0]


@router.get("/papers/{code}", response=papers.Paper)
def get_paper(request: HttpRequest, code: Code) -> papers.Paper:
    """Return a certificate's file, to its party and to reviewers."""
    actor = actor_of(request)
    found = one_of(Paper.objects.visible_to(actor), code, _("file"))
    content = base64.b64encode(found.content).decode()
    return papers.Paper(code=found.code, name=found.name, type=PAPER_KINDS[found.kind][1], content=content)


@router.get("/requirements", auth=OPEN, response=papers.Requirements)
def get_requirements(request: HttpRequest, wanted: Annotated[RequirementFilter, Query()]) -> papers.Requirements:
    """Say which certificates whoever applies as this kind of party shows."""
    actor_of(request)
    return _asked(wanted.kind)


@router.put("/requirements", response=papers.Requirements)
def set_new_requirements(request: HttpRequest, body: papers.RequirementsIn, key: Key) -> papers.Requirements:
    """Say which certificates are asked for from now on. Operators only."""
    actor = permitted(request, "platform.operate")
    items = [Item(one.item, one.required, one.label, one.label_en) for one in body.items]
    set_requirements(key=key, at=clock.now(), by=actor, kind=body.kind, items=items)
    return _asked(body.kind)


def _asked(kind: papers.Business) -> papers.Requirements:
    items = [
        papers.Requirement(item=one.item, required=one.required, label=one.label, label_en=one.label_en)
        for one in items_of(kind)
    ]
    return papers.Requirements(kind=kind, items=items)

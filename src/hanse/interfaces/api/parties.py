"""Parties, the links between them, and the terms they trade on."""

import base64
import binascii
from typing import Annotated, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router

from hanse.interfaces.api.auth import KNOWN, Key, acting_party, actor_of, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import licences as papers
from hanse.interfaces.api.schemas import network as schemas
from hanse.interfaces.api.schemas.words import Code, In, Page, one_word_of, said, who
from hanse.interfaces.web.papers import file_of
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.network.parties.models import PARTY, REVIEW, Link, LinkInvitation, Particulars, Party, Qualification
from hanse.network.parties.operations.accept_link import accept_link
from hanse.network.parties.operations.change_link import change_link
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.close_link import close_link
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.operations.invite_link import invite_link
from hanse.network.parties.operations.open_link import open_link
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.operations.reinstate_party import reinstate_party
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.rules import Certificate, File, Secret

router = Router(tags=["network"], auth=KNOWN)
SEE = "party.see"


def show_party(row: Party, actor: Actor) -> schemas.Party:
    """Return a party; what it agreed on is its own and the operators' to know."""
    own = actor.may(REVIEW) or actor.party == row.pk
    fields = {name: getattr(row, name) for name in ("code", "slug", "kind", "name", "name_en", "region", "status")}
    return schemas.Party(**fields, terms=row.terms if own else None)


@router.get("/me", response=schemas.Me)
def get_me(request: HttpRequest) -> schemas.Me:
    """Say for whom the caller acts, and what it may do."""
    actor = actor_of(request)
    party = acting_party(actor)
    return schemas.Me(party=who(party), kind=party.kind, permissions=sorted(actor.permissions))


class PartyFilter(In):
    """Which parties are wanted."""

    kind: schemas.Kind | None = None
    status: Annotated[str | None, one_word_of(PARTY.states)] = None


@router.get("/parties", response=Page[schemas.Party])
def list_parties(request: HttpRequest, part: Part, wanted: Annotated[PartyFilter, Query()]) -> dict[str, Any]:
    """List the acting party, those it is linked with and the platform (operators and reviewers: all)."""
    actor = permitted(request, SEE) if not actor_of(request).may(REVIEW) else actor_of(request)
    rows = Party.objects.visible_to(actor)
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    return page_of(rows, part, lambda found: [show_party(row, actor) for row in found])


@router.post("/parties", response={201: schemas.Party})
def register_new_party(request: HttpRequest, body: schemas.PartyIn, key: Key) -> schemas.Party:
    """Register a party as an operator, active at once."""
    actor = actor_of(request)
    code = register_party(
        key=key,
        at=clock.now(),
        by=actor,
        kind=body.kind,
        name=body.name,
        name_en=body.name_en,
        slug=body.slug,
        region=body.region,
        terms=said(body.terms),
    )
    return show_party(one_of(Party.objects.visible_to(actor), code, _("party")), actor)


@router.get("/parties/{code}", response=schemas.Party)
def get_party(request: HttpRequest, code: Code) -> schemas.Party:
    """Show a party that the caller trades with, or may review."""
    actor = actor_of(request)
    if not actor.may(REVIEW):
        actor.require(SEE)
    return show_party(one_of(Party.objects.visible_to(actor), code, _("party")), actor)


@router.patch("/parties/{code}/terms", response=schemas.Party)
def change_party_terms(request: HttpRequest, code: Code, body: schemas.TermsIn, key: Key) -> schemas.Party:
    """Set what a party trades on from now on; the platform's own terms are the policy. Open orders keep theirs."""
    actor = permitted(request, "party.edit")
    one_of(Party.objects.visible_to(actor), code, _("party"))
    change_terms(key=key, at=clock.now(), by=actor, party=code, terms=said(body.terms), forget=body.forget)
    return show_party(one_of(Party.objects.visible_to(actor), code, _("party")), actor)


@router.post("/parties/{code}/suspend", response=schemas.Party)
def suspend_one_party(request: HttpRequest, code: Code, body: schemas.WhyIn, key: Key) -> schemas.Party:
    """Keep a party from new business; it may finish what it owes. Operators only."""
    actor = actor_of(request)
    suspend_party(key=key, at=clock.now(), by=actor, party=code, why=body.why)
    return show_party(one_of(Party.objects.visible_to(actor), code, _("party")), actor)


@router.post("/parties/{code}/reinstate", response=schemas.Party)
def reinstate_one_party(request: HttpRequest, code: Code, body: schemas.MaybeWhyIn, key: Key) -> schemas.Party:
    """Let a suspended party do business again. Operators only."""
    actor = actor_of(request)
    reinstate_party(key=key, at=clock.now(), by=actor, party=code, why=body.why)
    return show_party(one_of(Party.objects.visible_to(actor), code, _("party")), actor)


@router.get("/parties/{code}/company", response=schemas.ShownCompany)
def get_company(request: HttpRequest, code: Code) -> schemas.ShownCompany:
    """Show who stands behind a party, to itself and to reviewers."""
    actor = actor_of(request)
    if not actor.may(REVIEW):
        actor.require(SEE)
    found = Particulars.objects.visible_to(actor).filter(party__code=code).first()
    if found is None:
        raise NotFound(_("company"))
    fields = {name: getattr(found, name) for name in ("legal_name", "representative", "contact", "address")}
    shown = Qualification.objects.visible_to(actor).filter(party=found.party_id).order_by("item")
    return schemas.ShownCompany(
        **fields,
        licence_number=_ending(found.licence_number),
        phone=_ending(found.phone),
        certificates=[
            papers.ShownCertificate(
                item=one.item,
                number=_ending(one.number),
                valid_from=one.valid_from,
                valid_until=one.valid_until,
                paper=one.paper.code if one.paper else None,
            )
            for one in shown.select_related("paper")
        ],
    )


def _ending(number: str) -> str:
    return "****" + number[-4:] if number else ""


@router.put("/parties/{code}/company", response=schemas.Documented)
def describe_company(request: HttpRequest, code: Code, body: schemas.CompanyIn, key: Key) -> dict[str, str]:
    """Say who stands behind a party and which certificates it shows; numbers are kept encrypted."""
    actor = permitted(request, "party.edit")
    one_of(Party.objects.visible_to(actor), code, _("party"))
    describe_party(
        key=key,
        at=clock.now(),
        by=actor,
        party=code,
        company=company_of(body),
        certificates=certificates_of(body),
    )
    return {"code": code}


def company_of(body: schemas.CompanyIn) -> Company:
    """Return the company that a request describes; numbers wrapped, so that no digest or log holds them."""
    return Company(
        legal_name=body.legal_name,
        licence_number=Secret(body.licence_number),
        representative=body.representative,
        identity_number=Secret(body.identity_number),
        contact=body.contact,
        phone=Secret(body.phone),
        address=body.address,
    )


def certificates_of(body: schemas.CompanyIn) -> list[Certificate]:
    """Return the certificates that a request shows."""
    return [certificate_of(one) for one in body.certificates]


def certificate_of(one: papers.Certificate) -> Certificate:
    """Return a certificate that a request shows."""
    file = read_file(one.file) if one.file else None
    return Certificate(one.item, Secret(one.number), one.valid_until, valid_from=one.valid_from, file=file)


def read_file(sent: papers.PaperIn) -> File:
    """Return a file that a request brings, looked at as one that is uploaded."""
    try:
        raw = base64.b64decode(sent.content, validate=True)
    except binascii.Error as broken:
        raise MalformedInput("content", _("Base64")) from broken
    return file_of(SimpleUploadedFile(sent.name, raw))


class LinkFilter(In):
    """Which links are wanted."""

    kind: schemas.LinkKind | None = None


def show_link(row: Link) -> schemas.Link:
    """Return an open link as both its ends see it."""
    return schemas.Link.model_validate(
        {
            "kind": row.kind,
            "upstream": who(row.upstream),
            "downstream": who(row.downstream),
            "terms": row.terms,
            "opened_at": row.opened_at,
        }
    )


def link_rows(actor: Actor) -> "QuerySet[Link]":
    """Return the open links that the actor may see."""
    return Link.objects.visible_to(actor).open().select_related("upstream", "downstream")


def link_of(actor: Actor, kind: str, upstream: str, downstream: str) -> Link:
    """Return the open link of that kind between two parties (codes); NotFound if the actor may not see one."""
    found = link_rows(actor).filter(kind=kind, upstream__code=upstream, downstream__code=downstream).first()
    if found is None:
        raise NotFound(_("link"))
    return found


@router.get("/links", response=Page[schemas.Link])
def list_links(request: HttpRequest, part: Part, wanted: Annotated[LinkFilter, Query()]) -> dict[str, Any]:
    """List the open links of the acting party (operators: all), the latest first."""
    rows = link_rows(permitted(request, SEE))
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    return page_of(rows, part, lambda found: [show_link(row) for row in found])


@router.post("/links", response={201: schemas.Link})
def open_new_link(request: HttpRequest, body: schemas.LinkIn, key: Key) -> schemas.Link:
    """Link two parties as an operator, or step into the link of the promoter or leader whose code one was given."""
    actor = permitted(request, "links.edit")
    ends = {"upstream": body.upstream, "downstream": body.downstream}
    pk = open_link(key=key, at=clock.now(), by=actor, kind=body.kind, terms=said(body.terms), **ends)
    found = link_rows(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("link"))
    return show_link(found)


@router.post("/links/invitations", response={201: schemas.LinkInvitation})
def invite_into_new_link(request: HttpRequest, body: schemas.LinkInvitationIn, key: Key) -> schemas.LinkInvitation:
    """Offer a link to a party, or to whoever is given the code; good once and for a week."""
    actor = permitted(request, "links.edit")
    how: dict[str, Any] = {"key": key, "at": clock.now(), "by": actor, "terms": said(body.terms)}
    code = invite_link(kind=body.kind, upstream=body.upstream, downstream=body.downstream, **how)
    row = LinkInvitation.objects.visible_to(actor).select_related("upstream", "downstream").get(code=code)
    return schemas.LinkInvitation.model_validate(
        {
            "code": row.code,
            "kind": row.kind,
            "upstream": who(row.upstream),
            "downstream": None if row.downstream is None else who(row.downstream),
            "terms": row.terms,
            "expires_at": row.expires_at,
        }
    )


@router.post("/links/accept", response={201: schemas.Link})
def accept_new_link(request: HttpRequest, body: schemas.AcceptIn, key: Key) -> schemas.Link:
    """Step into the link that an invitation offers."""
    actor = permitted(request, "links.edit")
    pk = accept_link(key=key, at=clock.now(), by=actor, invitation=body.invitation)
    return show_link(link_rows(actor).get(pk=pk))


@router.get("/links/{kind}/{upstream}/{downstream}", response=schemas.Link)
def get_link(request: HttpRequest, kind: schemas.LinkKind, upstream: Code, downstream: Code) -> schemas.Link:
    """Show the open link of that kind between two parties."""
    return show_link(link_of(permitted(request, SEE), kind, upstream, downstream))


@router.patch("/links/{kind}/{upstream}/{downstream}", response=schemas.Link)
def change_link_terms(
    request: HttpRequest, kind: schemas.LinkKind, upstream: Code, downstream: Code, body: schemas.TermsIn, key: Key
) -> schemas.Link:
    """Set the terms of a link from now on, which its upstream party may; open orders keep theirs."""
    actor = permitted(request, "links.edit")
    found = link_of(actor, kind, upstream, downstream)
    change_link(key=key, at=clock.now(), by=actor, link=found.pk, terms=said(body.terms), forget=body.forget)
    return show_link(link_of(actor, kind, upstream, downstream))


@router.delete("/links/{kind}/{upstream}/{downstream}", response={204: None})
def close_one_link(request: HttpRequest, kind: schemas.LinkKind, upstream: Code, downstream: Code, key: Key) -> None:
    """Close a link; what was traded under it keeps its terms."""
    actor = permitted(request, "links.edit")
    found = link_of(actor, kind, upstream, downstream)
    close_link(key=key, at=clock.now(), by=actor, link=found.pk)

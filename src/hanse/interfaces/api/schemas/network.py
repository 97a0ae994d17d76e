"""Parties, links, terms, staff, keys and approvals."""

from typing import Annotated, Any, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.licences import Certificate, ShownCertificate
from hanse.interfaces.api.schemas.words import (
    CODE,
    PLAIN,
    Actions,
    At,
    Flag,
    Id,
    In,
    Label,
    Minor,
    Out,
    PartyName,
    Phrase,
    Rate,
    Seconds,
    Slug,
    Status,
    Who,
    Word,
)

Kind = Annotated[
    Literal["supplier", "wholesaler", "retailer", "leader", "enterprise", "consumer"], Field(examples=["retailer"])
]
Business = Annotated[
    Literal["supplier", "wholesaler", "retailer", "leader", "enterprise"], Field(examples=["retailer"])
]
LinkKind = Annotated[Literal["supply", "promotes", "community", "employs"], Field(examples=["supply"])]
Term = Literal[
    "platform_fee", "hold", "auto_receive", "return_window", "settlement", "pay", "limit", "period", "level",
    "point_value", "advance", "urgent_fee", "ship_within", "sender",
]  # fmt: skip
Line80 = Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["330100"])]
Line60 = Annotated[str, Field(max_length=60, pattern=PLAIN, examples=["91330100MA27XXXXXX"])]
Reason = Annotated[
    str,
    Field(
        min_length=1,
        max_length=500,
        pattern=r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$",
        examples=["The licence is out of date"],
    ),
]
Nothing = Annotated[dict[str, Any], Field(examples=[{}])]


class Every(In):
    """Pays out every day, week (Monday) or month (the 1st)."""

    every: Annotated[Literal["day", "week", "month"], Field(examples=["week"])]


class Days(In):
    """Pays out after these days of the month."""

    days: Annotated[
        list[Annotated[int, Field(strict=True, ge=1, le=31)]], Field(min_length=1, max_length=31, examples=[[15, 31]])
    ]


class Terms(In):
    """What is agreed on; what is not said is left to the farther layer (platform, party, link, offer)."""

    platform_fee: Rate = 0
    hold: Seconds = 0
    auto_receive: Seconds = 0
    return_window: Seconds = 0
    settlement: Annotated[Every | Days | None, Field(examples=[{"every": "week"}])] = None
    pay: Annotated[Literal["prepaid", "credit"], Field(examples=["credit"])] = "prepaid"
    limit: Minor = 0
    period: Seconds = 0
    level: Annotated[str, Field(max_length=40, pattern=r"^[^\u0000-\u001f\u007f]*$", examples=["gold"])] = ""
    point_value: Annotated[int, Field(strict=True, ge=1, le=10**15, examples=[1])] = 1
    advance: Annotated[Minor | None, Field(description="How far payouts may exceed the cash that came in.")] = None
    urgent_fee: Annotated[
        Minor | None, Field(description="What an urgent order costs on top; null: no urgent orders are taken.")
    ] = None
    ship_within: Annotated[Seconds, Field(description="From payment; what leaves later is late.")] = 0
    sender: Annotated[
        Literal["shop", "shipper"], Field(description="Who stands as sender on delivery notes.", examples=["shop"])
    ] = "shop"


SaidTerms = Annotated[dict[str, Any], Field(examples=[{"pay": "credit", "limit": 100000}])]


class TermsIn(In):
    """Terms to be set from now on, and terms to be left to the farther layer again."""

    terms: Terms = Terms()
    forget: Annotated[list[Term], Field(max_length=20)] = []


class Me(Out):
    """For whom the caller acts, and what it may do there."""

    party: Who
    kind: Label
    permissions: Annotated[list[str], Field(examples=[["orders.see"]])]


class Party(Out):
    """A party; its terms are told to itself and to operators."""

    code: Id
    slug: Annotated[str | None, Field(examples=["shop"])]
    kind: Annotated[str, Field(examples=["retailer"])]
    name: Label
    name_en: Label
    region: Annotated[str, Field(examples=["330100"])]
    status: Status
    terms: SaidTerms | None


class PartyIn(In):
    """A party to be registered by operators; businesses apply instead."""

    kind: Kind
    name: Word
    name_en: Annotated[str, Field(max_length=200, pattern=PLAIN, examples=["Hanse"])] = ""
    slug: Slug | None = None
    region: Line80 = ""
    terms: Terms = Terms()


class WhyIn(In):
    """Why it is done."""

    why: Reason


class MaybeWhyIn(In):
    """Why it is done, if there is something to say."""

    why: Phrase = ""


class Company(In):
    """Who stands behind a party; numbers are kept encrypted."""

    legal_name: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN, examples=["杭州汉萨贸易有限公司"])]
    licence_number: Line60 = ""
    representative: Annotated[str, Field(max_length=100, pattern=PLAIN, examples=["王小明"])] = ""
    identity_number: Line60 = ""
    contact: Annotated[str, Field(max_length=100, pattern=PLAIN, examples=["王小明"])] = ""
    phone: Annotated[str, Field(max_length=40, pattern=PLAIN, examples=["13812345678"])] = ""
    address: Annotated[str, Field(max_length=300, pattern=PLAIN, examples=["浙江省杭州市"])] = ""


class CompanyIn(Company):
    """Who stands behind a party, with its certificates."""

    certificates: Annotated[list[Certificate], Field(max_length=20)] = []


class ShownCompany(Out):
    """Who stands behind a party, as itself and reviewers see it; of numbers only the last four characters."""

    legal_name: Label
    licence_number: Annotated[str, Field(examples=["****XXXX"])]
    representative: Label
    contact: Label
    phone: Annotated[str, Field(examples=["****5678"])]
    address: Label
    certificates: list[ShownCertificate]


class ApplicationIn(CompanyIn):
    """An application to join."""

    kind: Business
    name: Word
    name_en: Annotated[str, Field(max_length=200, pattern=PLAIN, examples=["Hanse"])] = ""
    slug: Slug | None = None
    region: Line80 = ""


class Link(Out):
    """An open link between two parties, with its terms."""

    kind: LinkKind
    upstream: Who
    downstream: Who
    terms: SaidTerms
    opened_at: At


class LinkIn(In):
    """A link to be opened; parties by code or short name."""

    kind: LinkKind
    upstream: PartyName
    downstream: PartyName
    terms: Terms = Terms()


class LinkInvitation(Out):
    """A link on offer: who is given the code accepts it, once, until it expires."""

    code: Id
    kind: LinkKind
    upstream: Who
    downstream: Who | None
    terms: SaidTerms
    expires_at: At


class LinkInvitationIn(In):
    """A link on offer; with a downstream party only that one may accept."""

    kind: LinkKind
    upstream: PartyName
    downstream: PartyName | None = None
    terms: Terms = Terms()


class AcceptIn(In):
    """The code of an invitation."""

    invitation: Annotated[str, Field(pattern=CODE, examples=["L-7K2M9-QX4TD"])]


class Staff(Out):
    """Somebody's role within a party."""

    user: Annotated[str, Field(examples=["U-7K2M9-QX4TD"])]
    name: Label
    party: Who
    role: Annotated[str, Field(examples=["seller_clerk"])]
    since: At


class RoleIn(In):
    """A role to be given."""

    user: Annotated[str, Field(pattern=r"^U-[0-9A-Z]{5}-[0-9A-Z]{5}$", examples=["U-7K2M9-QX4TD"])]
    role: Annotated[str, Field(max_length=20, pattern=r"^[a-z_]+$", examples=["seller_clerk"])]
    party: PartyName | None = None


class KeyIn(In):
    """A key to be issued for the caller itself, within scopes it holds."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=80,
            pattern=r"^[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$",
            examples=["warehouse system"],
        ),
    ]
    scopes: Annotated[
        list[Annotated[str, Field(max_length=40, pattern=r"^[a-z.]+$")]],
        Field(min_length=1, max_length=40, examples=[["orders.see", "orders.ship"]]),
    ]


class ApiKey(Out):
    """A key, without its secret."""

    code: Id
    name: Label
    prefix: Annotated[str, Field(examples=["hanse_Zk3xPq8a"])]
    scopes: Annotated[list[str], Field(examples=[["orders.see"]])]
    user: Annotated[str, Field(examples=["U-7K2M9-QX4TD"])]
    created_at: At
    created_by: Label
    revoked_at: At | None
    last_used_at: At | None


class IssuedKey(ApiKey):
    """A key as it was just issued: the one moment at which its secret is told (null when the request was repeated)."""

    secret: Annotated[str | None, Field(examples=["hanse_Zk3xPq8a…"])]


class Check(Out):
    """One item of a checklist."""

    item: Annotated[str, Field(examples=["business_licence"])]
    required: bool
    done: bool
    note: Label


class Approval(Out):
    """Something that was submitted, and what the reviewer says."""

    code: Id
    kind: Annotated[str, Field(examples=["onboarding"])]
    party: Who
    subject: Annotated[str | None, Field(description="The product's code, for one.", examples=["G-7K2M9-QX4TD"])]
    status: Status
    payload: Annotated[dict[str, Any], Field(examples=[{}])]
    checklist: list[Check]
    reasons: Annotated[list[str], Field(examples=[[]])]
    submitted_at: At
    submitted_by: Label
    decided_at: At | None
    decided_by: Label
    actions: Actions


class TickIn(In):
    """An item of the list that was looked at."""

    item: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z_]+$", examples=["business_licence"])]
    done: Flag = True
    note: Phrase = ""


class NoteIn(In):
    """A note to a decision."""

    note: Phrase = ""


class ReasonsIn(In):
    """Why it is turned down, for the applicant to read."""

    reasons: Annotated[list[Reason], Field(min_length=1, max_length=20)]


class Documented(Out):
    """The document that a request made or changed."""

    code: Annotated[str, Field(examples=["A-7K2M9-QX4TD"])]

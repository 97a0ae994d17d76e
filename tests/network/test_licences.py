"""Certificates that run out: asked for by policy, kept as encrypted files, warned of, lapsed, renewed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from hanse.kernel.actor import ENGINE, STRANGER
from hanse.kernel.errors import MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim, StateChange
from hanse.kernel.states import WrongState
from hanse.network.approvals import queries as approvals
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations._write import AlreadySubmitted
from hanse.network.approvals.operations.amend import amend
from hanse.network.approvals.operations.apply import apply
from hanse.network.approvals.operations.approve import QualificationExpired, approve
from hanse.network.approvals.operations.reject import reject
from hanse.network.approvals.operations.set_requirements import set_requirements
from hanse.network.approvals.operations.tick import tick
from hanse.network.approvals.rules import ChecklistIncomplete, Item, check_items
from hanse.network.licences import queries, rules
from hanse.network.licences.models import Renewal
from hanse.network.licences.operations.approve_renewal import approve_renewal
from hanse.network.licences.operations.lapse_licence import lapse_licence
from hanse.network.licences.operations.renew_licence import renew_licence
from hanse.network.licences.operations.warn_licence import warn_licence
from hanse.network.notices.models import Notice
from hanse.network.parties.models import Paper, Party, Qualification
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.operations.suspend_party import suspend_party
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Certificate, File, Secret, check_file
from tests.network.conftest import AT, LATER, acting

COMPANY = Company(legal_name="杭州某某有限公司", licence_number=Secret("91330106"))
PDF = File("../../执照 扫描.exe", b"%PDF-1.7 certificate")
TODAY = date(2026, 3, 1)
PAPER = Certificate("business_licence", Secret("SECRET-1"), TODAY, valid_from=date(2020, 1, 1), file=PDF)
RENEWED = Certificate("business_licence", Secret("SECRET-2"), date(2031, 1, 1), valid_from=TODAY)


def shown(slug: str = "shop", certificate: Certificate = PAPER) -> Qualification:
    describe_party(key=f"d{slug}", at=AT, by=ENGINE, party=slug, company=COMPANY, certificates=[certificate])
    return Qualification.objects.get(party__slug=slug, item=certificate.item)


def lapsed(slug: str = "shop") -> Party:
    shown(slug)
    assert lapse_licence(key="lapse", at=LATER, by=ENGINE, party=party(slug).pk) == ["business_licence"]
    return party(slug)


def renewed(key: str = "r", certificate: Certificate = RENEWED, **given: Any) -> str:
    return renew_licence(
        **{"key": key, "at": LATER, "by": acting("shop"), "party": "shop", "certificate": certificate, **given}
    )


def granted(approval: str, item: str = "business_licence") -> None:
    tick(key=f"t{approval}", at=LATER, by=ENGINE, approval=approval, item=item)
    approve_renewal(key=f"a{approval}", at=LATER, by=acting("platform", "reviewer"), approval=approval)


def test_a_file_is_known_by_what_it_holds() -> None:
    assert check_file(PDF) == ("执照 扫描.pdf", "pdf")
    assert check_file(File("C:\\x\\a.png", b"\x89PNG\r\n\x1a\n.")) == ("a.png", "png")
    assert check_file(File("..", b"\xff\xd8\xff.")) == ("file.jpg", "jpg")
    assert check_file(File("a", b"RIFF1234WEBPVP8 ")) == ("a.webp", "webp")
    assert str(PDF) == repr(PDF)[5:-1]
    assert "certificate" not in str(PDF)
    for raw in (b"", b"MZ.exe", b"<svg onload=1>", b"RIFF1234WAVE", b"%PDF-" + b"0" * 4 * 1024 * 1024):
        with pytest.raises(MalformedInput) as refusal:
            check_file(File("a.pdf", raw))
        assert refusal.value.details["field"] == "file"


def test_the_database_holds_no_file_in_the_clear(parties: dict[str, str]) -> None:
    row = shown()
    assert row.paper is not None
    assert (row.paper.name, row.paper.kind, row.paper.size, str(row.paper)) == (
        "执照 扫描.pdf",
        "pdf",
        20,
        row.paper.name,
    )
    assert Paper.objects.get().content == PDF.raw
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM network_paper")
        assert b"certificate" not in bytes(cursor.fetchone()[0])
    assert (row.valid_from, row.valid_until) == (date(2020, 1, 1), TODAY)
    describe_party(
        key="2", at=LATER, by=ENGINE, party="shop", company=COMPANY, certificates=[Certificate(row.item, Secret("new"))]
    )
    row.refresh_from_db()
    assert row.paper is not None
    assert (row.number, row.valid_until) == ("new", None)
    (change,) = [one for one in Claim.objects.get(key="2").changes or [] if one["subject"] == "qualification"]
    assert change["was"] == {"valid_from": "2020-01-01", "valid_until": "2026-03-01", "number": "old"}
    assert "SECRET" not in str(list(Claim.objects.values_list("changes", "result")))


def test_who_sees_the_papers_of_a_party(parties: dict[str, str]) -> None:
    shown()
    seen = [acting("shop"), acting("platform", "reviewer"), ENGINE]
    unseen = [acting("shop", "seller_clerk"), acting("rival"), acting("west"), STRANGER]
    assert [Paper.objects.visible_to(by).count() for by in seen] == [1, 1, 1]
    assert [Paper.objects.visible_to(by).count() for by in unseen] == [0, 0, 0, 0]


def test_a_party_in_business_does_not_write_its_own_certificates(parties: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        describe_party(key="1", at=AT, by=acting("shop"), party="shop", company=COMPANY, certificates=[PAPER])
    wrong = Certificate("business_licence", valid_from=TODAY, valid_until=TODAY - timedelta(1))
    with pytest.raises(MalformedInput):
        describe_party(key="1", at=AT, by=ENGINE, party="shop", company=COMPANY, certificates=[wrong])
    assert not Qualification.objects.exists()


def test_policy_says_what_an_applicant_shows(platform: str) -> None:
    items = [Item("business_licence", True), Item("food_licence", True, "食品经营许可证", "Food licence")]
    with pytest.raises(NotAllowed):
        set_requirements(key="p", at=AT, by=acting("platform", "reviewer"), kind="retailer", items=items)
    assert set_requirements(key="p", at=AT, by=ENGINE, kind="retailer", items=items) == "retailer"
    assert approvals.items_of("retailer") == tuple(items)
    assert [one.item for one in approvals.items_of("leader")] == ["representative_identity"]
    (change,) = Claim.objects.get(key="p").changes or []
    assert change["is"] == {"items": {"business_licence": True, "food_licence": True}}
    code = apply(key="a", at=AT, by=STRANGER, kind="retailer", name="新店", company=COMPANY)
    assert [row["item"] for row in Approval.objects.get(code=code).checklist] == ["business_licence", "food_licence"]
    with pytest.raises(MalformedInput):
        approvals.items_of("consumer")


@pytest.mark.parametrize("items", [[], [Item("a b", True, "x")], [Item("x1", True)], [Item("ab", True, "x")] * 2])
def test_a_bad_policy_is_named(items: list[Item]) -> None:
    with pytest.raises(MalformedInput):
        check_items(items)


def test_an_application_is_mended_and_submitted_again(platform: str) -> None:
    code = apply(key="a", at=AT, by=STRANGER, kind="leader", name="团长", slug="new", company=COMPANY)
    tick(key="t", at=LATER, by=ENGINE, approval=code, item="representative_identity")
    owner = acting("new")
    shown_now = [Certificate("representative_identity", Secret("1"), valid_until=date(2030, 1, 1), file=PDF)]
    amend(key="m", at=LATER, by=owner, approval=code, company=COMPANY, certificates=shown_now)
    approval = Approval.objects.get(code=code)
    assert (approval.status, approval.checklist[0]["done"]) == ("submitted", False)
    assert approval.payload == {"certificates": ["representative_identity"]}
    reject(key="r", at=LATER, by=ENGINE, approval=code, reasons=["blurred"])
    amend(key="m2", at=LATER, by=owner, approval=code, company=COMPANY, certificates=shown_now)
    approval.refresh_from_db()
    assert (approval.status, approval.party.status, len(approval.history)) == ("submitted", "applied", 1)
    tick(key="t2", at=LATER, by=ENGINE, approval=code, item="representative_identity")
    describe_party(key="d", at=LATER + timedelta(hours=1), by=owner, party="new", company=COMPANY)
    with pytest.raises(ChecklistIncomplete):
        approve(key="ok", at=LATER, by=ENGINE, approval=code)
    tick(key="t3", at=LATER + timedelta(hours=2), by=ENGINE, approval=code, item="representative_identity")
    approve(key="ok", at=LATER, by=ENGINE, approval=code)
    with pytest.raises(WrongState):
        amend(key="m3", at=LATER, by=ENGINE, approval=code, company=COMPANY)


def test_when_one_is_warned() -> None:
    ending = rules.Ending(1, 1, "retailer", "business_licence", TODAY)
    days = {left: rules.warning(ending, TODAY - timedelta(left)) for left in (31, 30, 8, 7, 2, 1, 0, -1)}
    assert days == {31: None, 30: 30, 8: 30, 7: 7, 2: 7, 1: 1, 0: 1, -1: None}
    assert rules.lapsed([ending], {"business_licence"}, TODAY) == []
    assert rules.lapsed([ending], {"business_licence"}, TODAY + timedelta(1)) == ["business_licence"]
    assert rules.lapsed([ending], set(), TODAY + timedelta(1)) == []


def test_what_the_clock_has_to_do(parties: dict[str, str]) -> None:
    row = shown()
    shown("rival", Certificate("brand_authorisation", valid_until=TODAY))  # which nobody must have
    warned, over = queries.to_do(TODAY - timedelta(10))
    assert ([one.id for one in warned], over) == ([row.pk], [])
    for number in (1, 2):
        asked: dict[str, Any] = {"at": AT, "by": ENGINE, "qualification": row.pk, "until": TODAY, "days": 30}
        assert warn_licence(key=f"w{number}", **asked) == row.pk
    assert warn_licence(key="w3", **{**asked, "until": TODAY + timedelta(1)}) == row.pk
    notices = Notice.objects.order_by("party__kind")
    assert [(one.party.kind, one.kind, one.said["item"]) for one in notices] == [
        ("platform", "licence.expiring", "business_licence"),
        ("retailer", "licence.expiring", "business_licence"),
    ]
    assert queries.to_do(TODAY + timedelta(1)) == ([], [row.party_id])
    assert queries.required_of("consumer") == set()
    some: dict[str, Any] = {"qualification": row.pk, "until": TODAY, "days": 1}
    other: dict[str, Any] = {"party": row.party_id}
    for verb, given in ((warn_licence, some), (lapse_licence, other)):
        with pytest.raises(NotAllowed):
            verb(key="n", at=AT, by=acting("shop"), **given)


def test_a_lapsed_licence_suspends_until_it_was_renewed(parties: dict[str, str]) -> None:
    shop = lapsed()
    assert shop.status == "suspended"
    assert StateChange.objects.get(subject="party", event="lapse").why == "business_licence"
    assert queries.has_lapsed(shop)
    assert Notice.objects.filter(kind="licence.lapsed", party=shop).count() == 1
    assert lapse_licence(key="again", at=LATER, by=ENGINE, party=shop.pk) == []
    with pytest.raises(MalformedInput):
        renewed("past", Certificate("business_licence", valid_until=TODAY))
    with pytest.raises(MalformedInput):
        renewed("other", Certificate("pilot_licence"))
    code = renewed(certificate=Certificate("business_licence", Secret("SECRET-2"), date(2031, 1, 1), file=PDF))
    with pytest.raises(AlreadySubmitted):
        renewed("twice")
    waiting = Renewal.objects.get()
    assert (waiting.number, str(waiting)) == ("SECRET-2", "business_licence 2031-01-01")
    assert "SECRET" not in str(Approval.objects.get(code=code).payload)
    assert Qualification.objects.get(party=shop).number == "SECRET-1"
    granted(code)
    row = Qualification.objects.get(party=shop)
    assert (row.number, row.valid_until, row.paper) == ("SECRET-2", date(2031, 1, 1), waiting.paper)
    assert party("shop").status == "active"
    assert not queries.has_lapsed(party("shop"))
    assert StateChange.objects.filter(subject="party", event="renew", why=code).count() == 1


def test_who_was_suspended_by_an_operator_stays_so(parties: dict[str, str]) -> None:
    shown()
    suspend_party(key="s", at=AT, by=ENGINE, party="shop", why="fraud")
    assert lapse_licence(key="l", at=LATER, by=ENGINE, party=party("shop").pk) == []
    granted(renewed())
    assert party("shop").status == "suspended"


def test_one_renewed_of_two_that_lapsed_is_not_enough(parties: dict[str, str]) -> None:
    shown(certificate=Certificate("representative_identity", valid_until=TODAY))
    describe_party(key="2", at=AT, by=ENGINE, party="shop", company=COMPANY, certificates=[PAPER])
    lapse_licence(key="l", at=LATER, by=ENGINE, party=party("shop").pk)
    granted(renewed())
    assert party("shop").status == "suspended"
    granted(renewed("second", Certificate("representative_identity")), "representative_identity")
    assert party("shop").status == "active"


def test_a_licence_never_shown_before_is_shown_by_renewing(parties: dict[str, str]) -> None:
    granted(renewed(certificate=Certificate("brand_authorisation", file=PDF)), "brand_authorisation")
    row = Qualification.objects.get(party__slug="shop")
    assert (row.item, row.valid_until) == ("brand_authorisation", None)
    assert Renewal.objects.visible_to(acting("shop")).count() == 1
    assert Renewal.objects.visible_to(acting("platform", "reviewer")).count() == 1
    assert not Renewal.objects.visible_to(acting("rival")).exists()


def test_what_ended_while_it_waited_is_not_approved(parties: dict[str, str]) -> None:
    code = renewed(certificate=Certificate("business_licence", valid_until=date(2026, 3, 3)))
    tick(key="t", at=LATER, by=ENGINE, approval=code, item="business_licence")
    with pytest.raises(QualificationExpired):
        approve_renewal(key="a", at=LATER + timedelta(5), by=ENGINE, approval=code)
    reject(key="r", at=LATER, by=ENGINE, approval=code, kind="licence", reasons=["it has ended"])
    assert not Qualification.objects.exists()


def test_who_may_not_renew(parties: dict[str, str]) -> None:
    for by in (acting("rival"), acting("shop", "finance"), STRANGER):
        with pytest.raises(NotAllowed):
            renewed(by=by)
    code = apply(key="a", at=AT, by=STRANGER, kind="leader", name="团长", slug="new", company=COMPANY)
    with pytest.raises(NotAllowed):
        renewed(by=ENGINE, party="new")
    with pytest.raises(NotFound):  # an application is no renewal
        approve_renewal(key="x", at=LATER, by=ENGINE, approval=code)

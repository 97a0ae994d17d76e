"""Approvals: what is submitted, checked, turned down, submitted again and approved."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hanse.kernel import once
from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim, StateChange
from hanse.kernel.states import WrongState
from hanse.network.access import queries as access
from hanse.network.access.models import User
from hanse.network.approvals import queries, rules
from hanse.network.approvals.models import APPROVAL, Approval
from hanse.network.approvals.operations._write import AlreadySubmitted
from hanse.network.approvals.operations.apply import apply
from hanse.network.approvals.operations.approve import QualificationExpired, approve
from hanse.network.approvals.operations.reject import reject
from hanse.network.approvals.operations.resubmit import resubmit
from hanse.network.approvals.operations.submit import submit
from hanse.network.approvals.operations.tick import tick
from hanse.network.approvals.operations.withdraw import withdraw
from hanse.network.parties.models import Particulars, Party, Qualification
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import Certificate, Secret
from tests.network.conftest import AT, LATER, acting, person

COMPANY = Company(legal_name="杭州某某有限公司", licence_number=Secret("91330106"), phone=Secret("13800138000"))
ITEMS = ["business_licence", "representative_identity"]


def knock(key: str = "apply", by: Actor = STRANGER, **given: Any) -> str:
    asked: dict[str, Any] = {"kind": "retailer", "name": "新店", "slug": "new", "company": COMPANY}
    return apply(key=key, at=AT, by=by, **(asked | given))


@once.operation("test.submitting")
def submitting(*, key: str, at: Any, by: Actor, **asked: Any) -> str:
    """Stands for the verb of a kind, of which submitting is a step."""
    return submit(key=key, at=at, by=by, **asked)


def reviewer() -> Actor:
    return acting("platform", "reviewer")


def check(approval: str, *items: str, by: Actor = ENGINE) -> None:
    for item in items:
        tick(key=f"{approval}{item}", at=LATER, by=by, approval=approval, item=item)


def edit(key: str = "s", by: Actor = ENGINE, **given: Any) -> str:
    asked: dict[str, Any] = {"kind": "product_edit", "party": "shop", "subject_kind": "product", "subject_id": 7}
    return submitting(key=key, at=AT, by=by, **(asked | given))


def test_a_stranger_applies(platform: str) -> None:
    shown = [Certificate("business_licence", Secret("9133"), date(2027, 1, 1))]
    code = knock(certificates=shown, name_en="New shop", region="浙江")
    approval = Approval.objects.get(code=code)
    party = approval.party
    assert code.startswith("A-")
    assert str(approval) == code
    assert (party.status, party.name, party.name_en, party.kind) == ("applied", "新店", "New shop", "retailer")
    assert (approval.status, approval.kind, approval.submitted_at, approval.submitted_by) == (
        "submitted", "onboarding", AT, "stranger",
    )  # fmt: skip
    assert approval.payload == {"certificates": ["business_licence"]}
    assert [(row["item"], row["required"], row["done"]) for row in approval.checklist] == [
        ("business_licence", True, False),
        ("representative_identity", True, False),
        ("brand_authorisation", False, False),
    ]
    assert Particulars.objects.get(party=party).licence_number == "91330106"
    assert Qualification.objects.get(party=party).number == "9133"
    assert not party.memberships.exists()
    assert list(Approval.objects.waiting()) == [approval]


def test_who_is_signed_in_becomes_the_owner(platform: str) -> None:
    person("ann")
    user = User.objects.get()
    code = knock(by=access.actor_for(user))
    owner = access.actor_for(user)
    assert owner.party == find_party("new").pk
    assert owner.permissions == {"party.see", "party.edit", "party.licences"}
    assert Approval.objects.visible_to(owner).get().code == code
    assert not Approval.objects.visible_to(STRANGER).exists()


def test_applying_twice_with_one_key_is_one_application(platform: str) -> None:
    assert knock() == knock()
    assert Party.objects.filter(kind="retailer").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "platform"}, "kind"),
        ({"kind": "consumer"}, "kind"),
        ({"name": "a\x00"}, "name"),
        ({"slug": "a b"}, "slug"),
        ({"company": Company("")}, "legal_name"),
        ({"certificates": [Certificate("x" * 61)]}, "item"),
    ],
)
def test_a_bad_application_leaves_no_trace(platform: str, given: dict[str, Any], field: str) -> None:
    claims = Claim.objects.count()
    with pytest.raises(MalformedInput) as refusal:
        knock(**given)
    assert refusal.value.details["field"] == field
    assert Party.objects.count() == 1
    assert (Approval.objects.count(), Particulars.objects.count(), Claim.objects.count()) == (0, 0, claims)


@pytest.mark.parametrize("kind", rules.ONBOARDING_ITEMS)
def test_every_business_has_a_checklist_with_labels(kind: str) -> None:
    items = rules.onboarding_checklist(rules.usual_items(kind))
    assert any(row["required"] for row in items)
    assert all(str(rules.LABELS[row["item"]]) for row in items)


def test_approved_once_all_that_is_required_was_checked(platform: str) -> None:
    code, by = knock(), reviewer()
    with pytest.raises(rules.ChecklistIncomplete) as refusal:
        approve(key="1", at=LATER, by=by, approval=code)
    assert str(refusal.value) == "Not checked yet: business_licence, representative_identity."
    check(code, "business_licence", by=by)
    tick(key="t", at=LATER, by=by, approval=code, item="representative_identity", note=" seen ")
    tick(key="u", at=LATER, by=by, approval=code, item="business_licence", done=False, note="blurred")
    with pytest.raises(rules.ChecklistIncomplete, match=r"checklist_incomplete|business_licence"):
        approve(key="2", at=LATER, by=by, approval=code)
    tick(key="v", at=LATER, by=by, approval=code, item="business_licence")
    assert approve(key="3", at=LATER, by=by, approval=code, note="welcome") == code
    approval = Approval.objects.get()
    assert (approval.status, approval.decided_at, approval.decided_by) == ("approved", LATER, str(by))
    assert approval.checklist[1] == {
        "item": "representative_identity", "required": True, "done": True, "note": "seen",
        "at": LATER.isoformat(), "by": str(by),
    }  # fmt: skip
    assert find_party("new").status == "active"
    party_story = StateChange.objects.get(subject="party", subject_id=find_party("new").pk)
    assert (party_story.event, party_story.why, party_story.by_party) == ("accept", code, by.party)
    assert StateChange.objects.get(subject="approval").why == "welcome"


def test_rejected_with_reasons_mended_and_approved(platform: str) -> None:
    person("ann")
    user = User.objects.get()
    code = knock(by=access.actor_for(user))
    check(code, *ITEMS)
    reject(key="r", at=LATER, by=reviewer(), approval=code, reasons=["执照模糊", "name differs"])
    first = Approval.objects.get()
    assert (first.status, first.reasons, find_party("new").status) == (
        "rejected", ["执照模糊", "name differs"], "rejected",
    )  # fmt: skip
    owner = access.actor_for(user)
    assert queries.actions(first, owner) == ("resubmit", "withdraw")
    mended = Company("上海某某有限公司")
    describe_party(key="d", at=LATER, by=owner, party="new", company=mended)
    resubmit(key="s", at=LATER, by=owner, approval=code, payload={"certificates": [], "remark": "now readable"})
    again = Approval.objects.get()
    assert (again.status, again.reasons, again.decided_at, again.decided_by) == ("submitted", [], None, "")
    assert (again.submitted_at, again.submitted_by) == (LATER, str(owner))
    assert again.payload == {"certificates": [], "remark": "now readable"}
    assert not any(row["done"] for row in again.checklist)
    (earlier,) = again.history
    assert (earlier["reasons"], earlier["payload"], earlier["submitted_at"]) == (
        ["执照模糊", "name differs"], {"certificates": []}, AT.isoformat(),
    )  # fmt: skip
    assert [row["done"] for row in earlier["checklist"]] == [True, True, False]
    assert find_party("new").status == "applied"
    check_again = [tick(key=f"2{i}", at=LATER, by=ENGINE, approval=code, item=i) for i in ITEMS]
    assert approve(key="a", at=LATER, by=reviewer(), approval=code) in check_again
    story = StateChange.objects.filter(subject="approval").order_by("pk")
    assert [(change.event, change.why) for change in story] == [
        ("reject", "执照模糊; name differs"),
        ("resubmit", ""),
        ("approve", ""),
    ]
    assert access.actor_for(user).may("offers.edit")


def test_nobody_is_accepted_on_a_certificate_that_has_ended(platform: str) -> None:
    code = knock(certificates=[Certificate("business_licence", valid_until=date(2026, 3, 1))])
    check(code, *ITEMS)
    # LATER is the 2nd of March 10:00 in the business zone, AT the 1st.
    with pytest.raises(QualificationExpired) as refusal:
        approve(key="a", at=LATER, by=ENGINE, approval=code)
    assert str(refusal.value) == "No longer valid: business_licence."
    assert Approval.objects.get().status == "submitted"
    approve(key="b", at=AT, by=ENGINE, approval=code)


@pytest.mark.parametrize("reasons", [[], ()])
def test_who_is_turned_down_is_told_why(platform: str, reasons: Any) -> None:
    with pytest.raises(rules.ReasonsMissing):
        reject(key="r", at=LATER, by=ENGINE, approval=knock(), reasons=reasons)


@pytest.mark.parametrize("reasons", ["no", None, 5, [""], ["a\x00"], ["x" * 501], ["x"] * 21, [None]])
def test_reasons_that_are_none(platform: str, reasons: Any) -> None:
    with pytest.raises(MalformedInput) as refusal:
        reject(key="r", at=LATER, by=ENGINE, approval=knock(), reasons=reasons)
    assert refusal.value.details["field"] == "reasons"


def test_many_long_reasons_are_all_told(platform: str) -> None:
    told = [str(n) * 500 for n in range(3)]
    reject(key="r", at=LATER, by=ENGINE, approval=knock(), reasons=told)
    assert Approval.objects.get().reasons == told
    assert len(StateChange.objects.get(subject="approval").why) == 500


def test_other_subjects_go_through_the_same_mechanism(parties: dict[str, str]) -> None:
    owner = acting("shop")
    code = edit(by=owner, payload={"name": "新名"}, checklist=[{"item": "texts"}, {"item": "x", "required": False}])
    approval = Approval.objects.get()
    assert queries.latest("product_edit", approval.party_id, "product", 7) == approval
    assert queries.latest("product", approval.party_id, "product", 7) is None
    assert queries.latest("product_edit", find_party("rival").pk, "product", 7) is None
    for verb in (approve, withdraw, resubmit):
        with pytest.raises(NotFound):
            verb(key="1", at=LATER, by=ENGINE, approval=code)
    with pytest.raises(NotFound):
        reject(key="1", at=LATER, by=ENGINE, approval=code, reasons=["no"])
    reject(key="2", at=LATER, by=reviewer(), approval=code, reasons=["no"], kind="product_edit")
    resubmit(key="3", at=LATER, by=owner, approval=code, kind="product_edit")
    assert Approval.objects.get().payload == {"name": "新名"}
    check(code, "texts")
    approve(key="4", at=LATER, by=reviewer(), approval=code, kind="product_edit")
    assert Approval.objects.get().status == "approved"
    assert find_party("shop").status == "active"


def test_parties_submit_by_the_verb_of_the_kind_alone(parties: dict[str, str]) -> None:
    for kind in ("product", "product_edit", "withdrawal"):
        with pytest.raises(NotAllowed):
            submit(key="1", at=AT, by=acting("shop"), kind=kind, party="shop", subject_kind="product", subject_id=7)
    assert not Approval.objects.exists()


def test_one_submission_about_a_subject_waits_at_a_time(parties: dict[str, str]) -> None:
    first = edit()
    with pytest.raises(AlreadySubmitted):
        edit("t")
    edit("u", subject_id=8)
    reject(key="r", at=LATER, by=ENGINE, approval=first, reasons=["no"], kind="product_edit")
    second = edit("v")
    with pytest.raises(AlreadySubmitted):
        resubmit(key="w", at=LATER, by=ENGINE, approval=first, kind="product_edit")
    withdraw(key="x", at=LATER, by=acting("shop"), approval=second, kind="product_edit")
    resubmit(key="w", at=LATER, by=ENGINE, approval=first, kind="product_edit")
    edit("y", subject_kind="", subject_id=None)
    with pytest.raises(AlreadySubmitted):
        edit("z", subject_kind="", subject_id=None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "onboarding"}, "kind"),
        ({"kind": "marriage"}, "kind"),
        ({"subject_kind": ""}, "subject_kind"),
        ({"subject_kind": "x" * 41}, "subject_kind"),
        ({"payload": {"a": "b\x00"}}, "payload"),
        ({"payload": {"a": 1.5}}, "payload"),
        ({"checklist": ["texts"]}, "checklist"),
        ({"checklist": [{"item": "a", "done": True}]}, "checklist"),
        ({"checklist": [{"item": "a"}, {"item": "a"}]}, "checklist"),
        ({"checklist": [{}]}, "item"),
        ({"checklist": [{"item": "a", "note": 5}]}, "note"),
    ],
)
def test_a_bad_submission_is_named(parties: dict[str, str], given: dict[str, Any], field: str) -> None:
    with pytest.raises(MalformedInput) as refusal:
        edit(**given)
    assert refusal.value.details["field"] == field


def test_who_may_do_what(parties: dict[str, str]) -> None:
    for by in (acting("rival"), acting("shop", "stock_keeper"), reviewer(), STRANGER):
        with pytest.raises(NotAllowed):
            edit(by=by)
    code = edit(checklist=[{"item": "texts"}])
    owner, at = acting("shop"), LATER
    for verb in (approve, withdraw):
        with pytest.raises(NotFound):
            verb(key="1", at=at, by=acting("rival"), approval=code, kind="product_edit")
    with pytest.raises(NotAllowed):
        approve(key="1", at=at, by=owner, approval=code, kind="product_edit")
    with pytest.raises(NotAllowed):
        reject(key="1", at=at, by=owner, approval=code, kind="product_edit", reasons=["no"])
    with pytest.raises(NotAllowed):
        tick(key="1", at=at, by=owner, approval=code, item="texts")
    with pytest.raises(NotAllowed):
        withdraw(key="1", at=at, by=reviewer(), approval=code, kind="product_edit")


def test_what_was_decided_stays_decided(parties: dict[str, str]) -> None:
    code = edit(checklist=[{"item": "texts", "required": False}])
    about: dict[str, Any] = {"at": LATER, "by": ENGINE, "approval": code, "kind": "product_edit"}
    approve(key="1", **about)
    for verb in (approve, resubmit, withdraw):
        with pytest.raises(WrongState):
            verb(key="2", **about)
    with pytest.raises(WrongState):
        reject(key="2", reasons=["no"], **about)
    with pytest.raises(WrongState):
        tick(key="2", at=LATER, by=ENGINE, approval=code, item="texts")
    assert Approval.objects.get().reasons == []


def test_a_tick_names_an_item_that_is_there(parties: dict[str, str]) -> None:
    code = edit(checklist=[{"item": "texts"}])
    with pytest.raises(NotFound):
        tick(key="1", at=LATER, by=ENGINE, approval=code, item="pictures")
    with pytest.raises(MalformedInput):
        tick(key="1", at=LATER, by=ENGINE, approval=code, item="texts", note="x" * 501)
    for unknown in ("A-00000-00000", "A\x00", "x" * 500):
        with pytest.raises(NotFound):
            tick(key="1", at=LATER, by=ENGINE, approval=unknown, item="texts")


def test_the_buttons_are_what_may_be_done(parties: dict[str, str]) -> None:
    edit()
    approval = Approval.objects.get()
    assert queries.actions(approval, reviewer()) == ("approve", "reject")
    assert queries.actions(approval, acting("shop")) == ("withdraw",)
    assert queries.actions(approval, acting("rival")) == queries.actions(approval, STRANGER) == ()
    assert queries.actions(approval, ENGINE) == ("approve", "reject", "withdraw")
    assert APPROVAL.states == ("submitted", "approved", "rejected", "withdrawn")


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "marriage"},
        {"subject_kind": "product"},
        {"subject_id": 7},
        {"status": "lost"},
        {"decided_at": AT},
        {"decided_by": "engine"},
        {"decided_at": AT, "decided_by": "engine"},
        {"status": "approved"},
    ],
)
def test_the_database_itself_refuses(platform: str, bad: dict[str, Any]) -> None:
    row = {"code": "A", "kind": "product", "party": find_party("platform"), "submitted_at": AT, "submitted_by": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(**(row | bad))


def test_every_refusal_says_something() -> None:
    for refusal in (AlreadySubmitted(), rules.ReasonsMissing()):
        assert isinstance(refusal, DomainError)
        assert str(refusal)

"""Products and their later edits pass through one review; nothing is seen before, nothing is lost after."""

from typing import Any

import pytest

from hanse.goods.catalogue.models import Product, Sku
from hanse.goods.catalogue.operations.approve_edit import approve_edit
from hanse.goods.catalogue.operations.approve_product import approve_product
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.operations.list_directly import list_directly
from hanse.goods.catalogue.operations.reject_edit import reject_edit
from hanse.goods.catalogue.operations.reject_product import reject_product
from hanse.goods.catalogue.operations.submit_product import submit_product
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.catalogue.queries import product, sku
from hanse.goods.catalogue.rules import CHECKLIST, NewSku
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim
from hanse.kernel.states import WrongState
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations._write import AlreadySubmitted
from hanse.network.approvals.operations.approve import approve
from hanse.network.approvals.operations.submit import submit as submit_step
from hanse.network.approvals.operations.tick import tick
from hanse.network.approvals.rules import ChecklistIncomplete, ReasonsMissing
from tests.goods.market import acting, call, parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def tee(db: None) -> str:
    """The code of a draft of the factory."""
    parties("factory", "shop")
    code: str = call(create_product, owner="factory", name="Tee", skus=[NewSku(slug="tee")])
    return code


def submit(code: str) -> str:
    """Submit the product in its owner's name and return the approval's code."""
    approval: str = call(submit_product, by=acting("factory"), product=code)
    return approval


def checked(approval: str, *items: str) -> str:
    """Tick everything on the approval's list and return its code."""
    for item in items or CHECKLIST:
        call(tick, approval=approval, item=item)
    return approval


def listed(code: str) -> str:
    """Bring a draft through its review."""
    call(approve_product, approval=checked(submit(code)))
    return code


def status(code: str) -> str:
    """Return the product's status."""
    return product(code).status


def test_a_product_is_listed_once_everything_was_checked(tee: str) -> None:
    approval = submit(tee)
    assert status(tee) == "in_review"
    with pytest.raises(ChecklistIncomplete):
        call(approve_product, approval=approval)
    assert status(tee) == "in_review"
    assert call(approve_product, approval=checked(approval), note="fine") == tee
    assert status(tee) == "listed"
    row = Approval.objects.get()
    assert (row.kind, row.status, row.payload["name"], row.payload["skus"][0]["code"]) == (
        "product", "approved", "Tee", sku("tee").code,
    )  # fmt: skip


def test_a_rejected_product_is_mended_and_submitted_again(tee: str) -> None:
    approval = submit(tee)
    with pytest.raises(ReasonsMissing):
        call(reject_product, approval=approval, reasons=[])
    call(reject_product, approval=approval, reasons=["blurred pictures"])
    assert status(tee) == "rejected"
    assert Approval.objects.get().reasons == ["blurred pictures"]
    assert call(edit_product, product=tee, changes={"name": "Better tee"}) == tee
    assert submit(tee) == approval
    row = Approval.objects.get()
    assert (row.status, row.payload["name"], row.history[0]["reasons"]) == (
        "submitted", "Better tee", ["blurred pictures"],
    )  # fmt: skip
    call(approve_product, approval=checked(approval))
    assert status(tee) == "listed"


def test_reviews_are_decided_once_by_those_who_may_and_by_the_right_verb(tee: str) -> None:
    approval = checked(submit(tee))
    for by in (acting("factory"), acting("shop")):
        with pytest.raises((NotAllowed, NotFound)):
            call(approve_product, by=by, approval=approval)
    for verb in (approve_edit, approve):
        with pytest.raises(NotFound):
            call(verb, approval=approval)
    reviewer = Actor(permissions=frozenset({"goods.review"}), name="reviewer")
    call(approve_product, by=reviewer, approval=approval)
    with pytest.raises(WrongState):
        call(reject_product, by=reviewer, approval=approval, reasons=["late"])
    assert status(tee) == "listed"


def test_a_product_in_review_stays_as_it_was_submitted(tee: str) -> None:
    submit(tee)
    with pytest.raises(WrongState):
        call(edit_product, product=tee, changes={"name": "Other"})
    with pytest.raises(WrongState):
        submit(tee)
    assert product(tee).name == "Tee"


def test_an_edit_of_a_listed_product_waits_for_its_review(tee: str) -> None:
    call(create_category, slug="tees", name="Tees")
    listed(tee)
    changes: dict[str, Any] = {
        "name": "Tee 2", "category": "tees", "attributes": {"material": "linen"}, "skus": [NewSku("XL", slug="tee-xl")],
    }  # fmt: skip
    approval = call(edit_product, by=acting("factory"), product=tee, changes=changes)
    assert (product(tee).name, status(tee), Sku.objects.count()) == ("Tee", "listed", 1)
    payload = Approval.objects.get(code=approval).payload
    assert payload["before"] == {"name": "Tee", "category": None, "attributes": {}}
    assert payload["changes"]["name"] == "Tee 2"
    with pytest.raises(AlreadySubmitted):
        call(edit_product, product=tee, changes={"name": "Tee 3"})
    with pytest.raises(ChecklistIncomplete):
        call(approve_edit, approval=approval)
    assert product(tee).name == "Tee"
    assert call(approve_edit, approval=checked(approval, "changes")) == tee
    after = product(tee)
    assert (after.name, after.attributes) == ("Tee 2", {"material": "linen"})
    assert after.category is not None
    assert (after.category.slug, sku("tee-xl").position, status(tee)) == ("tees", 1, "listed")
    back = call(edit_product, product=tee, changes={"category": None})
    call(approve_edit, approval=checked(back, "changes"))
    assert product(tee).category is None


def test_a_rejected_edit_changes_nothing_and_another_may_follow(tee: str) -> None:
    listed(tee)
    approval = call(edit_product, product=tee, changes={"name": "Tee 2"})
    assert call(reject_edit, approval=approval, reasons=["no"]) == tee
    assert (product(tee).name, status(tee)) == ("Tee", "listed")
    again = call(edit_product, product=tee, changes={"name": "Tee 3"})
    assert again != approval


def test_operators_edit_and_list_without_review(tee: str) -> None:
    assert call(list_directly, product=tee) == tee
    assert status(tee) == "listed"
    assert call(edit_product, product=tee, changes={"name": "Tee 2"}, review=False) == tee
    assert product(tee).name == "Tee 2"
    (noted,) = Claim.objects.get(scope__startswith="catalogue.edit").changes or []
    assert (noted["subject"], noted["was"]["name"], noted["is"]) == ("product", "Tee", {"name": "Tee 2"})
    every: dict[Any, dict[str, Any]] = {list_directly: {}, edit_product: {"changes": {"name": "x"}, "review": False}}
    for operation, said in every.items():
        with pytest.raises(NotAllowed):
            call(operation, by=acting("factory"), product=tee, **said)


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"price": 5}, {"skus": []}, {"skus": [{"name": 5}]}, {"attributes": {"a": 1}}, {"category": 5}],
)
def test_unfit_edits_are_refused_before_anyone_reviews_them(tee: str, changes: dict[str, Any]) -> None:
    listed(tee)
    with pytest.raises(MalformedInput):
        call(edit_product, product=tee, changes=changes)
    assert not Approval.objects.filter(kind="product_edit").exists()


def test_edits_into_unknown_categories_and_taken_short_names(tee: str) -> None:
    with pytest.raises(NotFound):
        call(edit_product, product=tee, changes={"category": "nothing"})
    with pytest.raises(DomainError) as refusal:
        call(edit_product, product=tee, changes={"skus": [NewSku("b", slug="tee")]})
    assert refusal.value.code == "slug_taken"
    assert Sku.objects.count() == 1


def test_withdrawing_takes_a_product_out_of_any_review(tee: str) -> None:
    first = submit(tee)
    call(withdraw_product, by=acting("factory"), product=tee, why="a mistake")
    assert (status(tee), Approval.objects.get(code=first).status) == ("withdrawn", "withdrawn")
    listed(tee)
    edit = call(edit_product, product=tee, changes={"name": "Tee 2"})
    call(withdraw_product, product=tee)
    assert (status(tee), Approval.objects.get(code=edit).status) == ("withdrawn", "withdrawn")
    assert product(tee).name == "Tee"
    with pytest.raises(WrongState):
        call(withdraw_product, product=tee)
    assert listed(tee) == tee


def test_only_the_owner_edits_submits_and_withdraws(tee: str) -> None:
    every: tuple[tuple[Any, dict[str, Any]], ...] = (
        (submit_product, {}), (edit_product, {"changes": {"name": "x"}}), (withdraw_product, {}),
    )  # fmt: skip
    for operation, said in every:
        with pytest.raises(NotFound):
            call(operation, by=acting("shop"), product=tee, **said)
        with pytest.raises(NotAllowed):
            call(operation, by=acting("factory", "finance"), product=tee, **said)
    assert (status(tee), Product.objects.get().name, ENGINE.party) == ("draft", "Tee", None)


@pytest.mark.parametrize(
    "payload",
    [
        {"changes": {"owner_id": 1}},
        {"changes": {"pk": 1, "name": "Taken"}},
        {"changes": {"status": "listed"}},
        {"changes": {"code": "G-00000-00000"}},
        {"changes": {"name": ""}},
        {"changes": ["name"]},
        {},
    ],
)
def test_what_is_approved_is_checked_again_whatever_was_submitted(tee: str, payload: dict[str, Any]) -> None:
    listed(tee)
    approval = checked(call(edit_product, by=acting("factory"), product=tee, changes={"name": "Tee 2"}), "changes")
    Approval.objects.filter(code=approval).update(payload=payload)
    with pytest.raises(MalformedInput):
        call(approve_edit, approval=approval)
    before = Product.objects.get(code=tee)
    assert (before.name, before.owner.slug, status(tee)) == ("Tee", "factory", "listed")


def test_nobody_has_the_product_of_another_changed_listed_or_its_review_taken_over(tee: str) -> None:
    listed(tee)
    about: dict[str, Any] = {"party": "shop", "subject_kind": "product", "subject_id": Product.objects.get().pk}
    for kind, decide in (("product_edit", approve_edit), ("product", approve_product)):
        with pytest.raises(NotAllowed):
            call(submit_step, by=acting("shop"), kind=kind, **about)
        foreign = call(submit_step, kind=kind, payload={"changes": {"name": "Taken"}}, **about)
        with pytest.raises(NotFound):
            call(decide, approval=foreign)
    assert Product.objects.get().name == "Tee"
    call(withdraw_product, by=acting("factory"), product=tee)
    assert set(Approval.objects.filter(party__slug="shop").values_list("status", flat=True)) == {"submitted"}

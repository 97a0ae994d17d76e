"""What a buyer keeps: its own, encrypted where it is personal, bounded, and gone when it is removed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from hanse.goods.catalogue.models import Product
from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties.queries import party
from hanse.network.parties.rules import Secret
from hanse.relations.members import queries, rules
from hanse.relations.members.models import Address, Visit
from hanse.relations.members.operations.forget_visits import forget_visits
from hanse.relations.members.operations.mark_favourite import mark_favourite
from hanse.relations.members.operations.note_visit import note_visit
from hanse.relations.members.operations.remove_address import remove_address
from hanse.relations.members.operations.save_address import save_address
from tests.interfaces.web.conftest import mall
from tests.interfaces.web.faces import Mall

__all__ = ["mall"]
HOME = {"name": "安", "phone": "13800000000", "place": "江苏省 苏州市 姑苏区", "street": "平江路 18 号"}


class Keeper:
    """One party that keeps things."""

    def __init__(self, mall: Mall, who: str) -> None:
        self.by, self.at, self.n = Actor(party=party(who).pk), mall.at, 0

    def do(self, operation: Any, **given: Any) -> Any:
        self.n += 1
        return operation(key=f"k{self.n}", at=self.at + timedelta(seconds=self.n), by=self.by, **given)

    def save(self, address: int | None = None, default: bool = False, **parts: Any) -> int:
        said = {part: Secret(text) for part, text in (HOME | parts).items()}
        return int(self.do(save_address, address=address, default=default, **said))


@pytest.fixture
def ann(mall: Mall) -> Keeper:
    return Keeper(mall, "ann")


def test_an_address_is_encrypted_and_its_owners_alone(mall: Mall, ann: Keeper) -> None:
    ann.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM relations_address a")
        stored = cursor.fetchone()[0]
    assert not any(text in stored for text in HOME.values())
    (kept,) = queries.addresses(ann.by)
    assert {part: getattr(kept, part) for part in HOME} == HOME
    for other in (Keeper(mall, "bob").by, ENGINE, STRANGER):
        assert queries.addresses(other) == []


def test_the_first_is_the_default_and_there_is_one_default(ann: Keeper) -> None:
    first, second = ann.save(), ann.save(street="观前街 1 号")
    assert [one.pk for one in queries.addresses(ann.by)] == [first, second]
    ann.save(second, default=True, street="观前街 1 号")
    assert [one.is_default for one in queries.addresses(ann.by)] == [True, False]
    assert queries.addresses(ann.by)[0].pk == second
    ann.do(remove_address, address=second)
    assert queries.addresses(ann.by)[0].is_default


def test_the_same_address_is_kept_once_and_a_full_book_says_so(ann: Keeper) -> None:
    assert ann.save() == ann.save()
    for number in range(rules.MOST_ADDRESSES - 1):
        ann.save(street=f"{number} 号")
    with pytest.raises(DomainError) as refused:
        ann.save(street="too many")
    assert refused.value.code == "too_many_addresses"


def test_nobody_changes_or_removes_anothers(mall: Mall, ann: Keeper) -> None:
    row, bob = ann.save(), Keeper(mall, "bob")
    for attempt in (lambda: bob.save(row), lambda: bob.do(remove_address, address=row)):
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.code == "not_found"
    bob.by = STRANGER
    with pytest.raises(DomainError) as refused:
        bob.save()
    assert refused.value.code == "not_allowed"
    assert Address.objects.count() == 1


@pytest.mark.parametrize("part", list(HOME))
@pytest.mark.parametrize("text", ["", "x" * 201, "\x00"])
def test_a_part_that_is_missing_or_unfit_is_named(ann: Keeper, part: str, text: str) -> None:
    with pytest.raises(DomainError) as refused:
        ann.save(None, False, **{part: text})
    assert (refused.value.code, refused.value.details["field"]) == ("malformed", part)


def test_the_longest_address_fits_its_columns(ann: Keeper) -> None:
    longest = {part: "龘" * most for part, most in rules.PARTS.items()}
    ann.save(None, False, **longest)
    (kept,) = queries.addresses(ann.by)
    assert {part: getattr(kept, part) for part in longest} == longest


def test_favourites_are_marked_once_and_taken_back(mall: Mall, ann: Keeper) -> None:
    tee = Product.objects.get()
    for _twice in range(2):
        assert ann.do(mark_favourite, product=tee.code, marked=True) is True
    assert queries.marked(ann.by) == [tee.pk]
    assert queries.is_marked(ann.by, tee.pk)
    assert not queries.is_marked(Keeper(mall, "bob").by, tee.pk)
    assert ann.do(mark_favourite, product=tee.code, marked=False) is False
    assert queries.marked(ann.by) == []
    with pytest.raises(DomainError):
        ann.do(mark_favourite, product="G-0", marked=True)


def test_of_visits_only_the_latest_are_kept_until_they_are_forgotten(
    mall: Mall, ann: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse.relations.members.operations.note_visit.MOST_VISITS", 2)
    for number in range(3):
        mall.product(f"cap{number}", f"帽子 {number}", "Cap", **{f"cap{number}": 1})
    products = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    for product in [*products, products[2]]:
        ann.do(note_visit, product=product)
    assert queries.visited(ann.by) == [products[2], products[3]]
    with pytest.raises(DomainError):
        ann.do(note_visit, product=0)
    assert ann.do(forget_visits) == 2
    assert not Visit.objects.exists()


def test_chinas_divisions_from_the_province_down() -> None:
    assert len(rules.divisions()) >= 31
    assert ("320000", "江苏省") in rules.divisions()
    assert ("320500", "苏州市") in rules.divisions("320000")
    assert ("320508", "姑苏区") in rules.divisions("320500")
    assert ("110101", "东城区") in rules.divisions("110000")
    assert rules.divisions("110101") == rules.divisions("nonsense") == ()
    for province, _name in rules.divisions():
        if province[:2] not in {"71", "81", "82"}:
            assert rules.divisions(province), province


def test_removing_another_address_leaves_the_default(ann: Keeper) -> None:
    first, second = ann.save(), ann.save(street="观前街 1 号")
    ann.do(remove_address, address=second)
    assert [(one.pk, one.is_default) for one in queries.addresses(ann.by)] == [(first, True)]


def test_a_full_list_of_favourites_says_so(ann: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanse.relations.members.operations.mark_favourite.MOST_MARKED", 0)
    with pytest.raises(DomainError) as refused:
        ann.do(mark_favourite, product=Product.objects.earliest("pk").code, marked=True)
    assert refused.value.code == "too_many_favourites"

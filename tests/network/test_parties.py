"""Parties through their public operations."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import DomainError, MalformedInput, NotAllowed, NotFound
from hanse.kernel.models import Claim, StateChange
from hanse.kernel.once import KeyReused
from hanse.kernel.states import WrongState
from hanse.network.parties import queries
from hanse.network.parties.models import Particulars, Party, Qualification, TermsChange
from hanse.network.parties.operations._insert import NewParty, PlatformExists, SlugTaken
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.register_parties import register_parties
from hanse.network.parties.operations.register_party import register_party
from hanse.network.parties.operations.reinstate_party import reinstate_party
from hanse.network.parties.operations.suspend_party import PlatformStays, suspend_party
from hanse.network.parties.rules import Certificate, Secret
from tests.network.conftest import AT, LATER, acting

COMPANY = Company(
    legal_name="杭州某某有限公司",
    licence_number=Secret("91330106MA2XXXXX0K"),
    representative="王小明",
    identity_number=Secret("110101199003078888"),
    contact="李雷",
    phone=Secret("+8613800138000"),
    address="杭州市西湖区文三路 1 号",
)


def register(key: str = "k", **given: Any) -> str:
    defaults: dict[str, Any] = {"key": key, "at": AT, "by": ENGINE, "kind": "supplier", "name": "工厂"}
    return register_party(**(defaults | given))


def test_a_registered_party_is_active_and_says_since_when(db: None) -> None:
    code = register(name=" 工厂 ", name_en="Factory", slug="factory", region="浙江", terms={"hold": 60})
    party = queries.party(code)
    assert code.startswith("P-")
    assert (party.kind, party.name, party.name_en, party.slug) == ("supplier", "工厂", "Factory", "factory")
    assert (party.status, party.terms, party.region) == ("active", {"hold": 60}, "浙江")
    assert (party.created_at, party.created_by, str(party)) == (AT, "engine", "工厂")
    change = StateChange.objects.get(subject="party", subject_id=party.pk)
    assert (change.event, change.source, change.target, change.by_name) == ("accept", "applied", "active", "engine")


def test_one_that_is_not_active_waits(db: None) -> None:
    assert queries.party(register(active=False)).status == "applied"
    assert not Party.objects.active().exists()


def test_the_same_request_twice_is_one_party(db: None) -> None:
    assert register() == register()
    assert Party.objects.count() == 1
    with pytest.raises(KeyReused):
        register(name="Other")


def test_a_short_name_is_given_once(parties: dict[str, str]) -> None:
    with pytest.raises(SlugTaken, match="factory"):
        register(slug="factory")


def test_a_race_for_a_short_name_is_lost_with_the_same_words(
    parties: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Party.objects.__class__, "filter", lambda self, **_: self.none())
    with pytest.raises(SlugTaken):
        register(slug="factory")


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "bank"), ("kind", 5), ("name", ""), ("name", "x" * 201), ("name_en", "a\x00"), ("region", "x" * 81)],
)
def test_a_bad_field_is_named(db: None, field: str, value: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        register("k", **{field: value})
    assert refusal.value.details["field"] == field
    assert not Party.objects.exists()
    assert not Claim.objects.exists()


def test_only_who_may_registers_and_only_the_platform_sets_reserved_terms(parties: dict[str, str]) -> None:
    desk = Actor(name="desk", permissions=frozenset({"parties.register"}))
    assert queries.party(register(by=desk, kind="consumer", terms={"hold": 60})).created_by == "desk"
    attempts: list[dict[str, Any]] = [
        {"by": STRANGER},
        {"by": acting("shop")},
        {"by": desk, "terms": {"platform_fee": 0}},
    ]
    for refused in attempts:
        with pytest.raises(NotAllowed):
            register("l", **refused)


def test_an_import_registers_many_at_once(db: None, django_assert_max_num_queries: Any) -> None:
    rows = [NewParty(kind="supplier", name=f"工厂 {n}", slug=f"f{n}") for n in range(50)]
    with django_assert_max_num_queries(9):
        codes = register_parties(key="k", at=AT, by=ENGINE, parties=rows)
    assert [queries.party(code).slug for code in codes] == [f"f{n}" for n in range(50)]
    assert Party.objects.active().count() == 50
    with pytest.raises(SlugTaken, match="twice"):
        register_parties(key="l", at=AT, by=ENGINE, parties=[NewParty("supplier", "A", slug="twice")] * 2)
    assert register_parties(key="m", at=AT, by=ENGINE, parties=[]) == []


def test_there_is_one_platform(platform: str) -> None:
    again = found_platform(key="again", at=LATER, by=ENGINE, name="Other", terms={"hold": 1})
    assert again == platform
    assert queries.party("platform").name == "汉萨"
    assert queries.platform_id() == queries.party(platform).pk
    with pytest.raises(PlatformExists):
        register(kind="platform")
    with pytest.raises(NotAllowed):
        found_platform(key="x", at=AT, by=STRANGER)


def test_a_party_that_has_the_platforms_short_name(db: None) -> None:
    register(slug="platform")
    with pytest.raises(SlugTaken):
        found_platform(key="x", at=AT, by=ENGINE)


def test_before_the_platform_was_founded(db: None) -> None:
    with pytest.raises(NotFound):
        queries.platform_id()


def test_parties_are_found_by_code_or_short_name(parties: dict[str, str], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = queries.parties(["shop", parties["west"], "shop"])
    assert [party.name for party in found.values()] == ["Shop", "West"]
    for unknown in ("P-00000-00000", "", "a\x00"):
        with pytest.raises(NotFound):
            queries.party(unknown)


def test_changed_terms_are_merged_and_remembered(parties: dict[str, str]) -> None:
    change_terms(key="1", at=AT, by=ENGINE, party="platform", terms={"platform_fee": 500, "hold": 60})
    change_terms(key="2", at=LATER, by=ENGINE, party="platform", terms={"hold": 30}, forget=["platform_fee"])
    change_terms(key="3", at=LATER, by=ENGINE, party="platform", terms={"hold": 30})
    assert queries.party("platform").terms == {"hold": 30}
    changes = TermsChange.objects.order_by("pk")
    assert [(c.before, c.after, c.at, c.by_name) for c in changes] == [
        ({}, {"platform_fee": 500, "hold": 60}, AT, "engine"),
        ({"platform_fee": 500, "hold": 60}, {"hold": 30}, LATER, "engine"),
    ]
    assert "{'hold': 30}" in str(changes[1])


def test_a_party_changes_its_own_terms_but_the_reserved_ones(parties: dict[str, str]) -> None:
    shop = acting("shop", user=None)
    change_terms(key="1", at=AT, by=shop, party="shop", terms={"hold": 60})
    attempts: list[tuple[Actor, str, dict[str, Any]]] = [
        (shop, "rival", {"terms": {"hold": 60}}),
        (acting("shop", "buyer"), "shop", {"terms": {"hold": 60}}),
        (shop, "shop", {"terms": {"platform_fee": 0}}),
        (shop, "shop", {"forget": ["platform_fee"]}),
    ]
    for by, party, given in attempts:
        with pytest.raises(NotAllowed):
            change_terms(key="2", at=AT, by=by, party=party, **given)
    assert TermsChange.objects.get().by_party == shop.party
    with pytest.raises(MalformedInput):
        change_terms(key="2", at=AT, by=shop, party="shop", forget=["discount"])


def test_suspended_and_reinstated_for_a_reason(parties: dict[str, str]) -> None:
    suspend_party(key="1", at=AT, by=ENGINE, party="shop", why="假货")
    assert queries.party("shop").status == "suspended"
    with pytest.raises(WrongState):
        suspend_party(key="2", at=AT, by=ENGINE, party="shop", why="again")
    reinstate_party(key="3", at=LATER, by=ENGINE, party="shop", why="rectified")
    assert queries.party("shop").status == "active"
    with pytest.raises(WrongState):
        reinstate_party(key="4", at=LATER, by=ENGINE, party="shop")
    story = StateChange.objects.filter(subject_id=queries.party("shop").pk, subject="party").order_by("pk")
    assert [(change.event, change.why) for change in story] == [
        ("accept", ""),
        ("suspend", "假货"),
        ("reinstate", "rectified"),
    ]


def test_who_may_not_suspend(parties: dict[str, str]) -> None:
    with pytest.raises(PlatformStays):
        suspend_party(key="1", at=AT, by=ENGINE, party="platform", why="no")
    with pytest.raises(MalformedInput):
        suspend_party(key="1", at=AT, by=ENGINE, party="shop", why=" ")
    for verb in (suspend_party, reinstate_party):
        with pytest.raises(NotAllowed):
            verb(key="1", at=AT, by=acting("rival"), party="shop", why="a competitor")


def test_particulars_are_replaced_and_certificates_added(parties: dict[str, str]) -> None:
    shop = acting("shop")
    first = [Certificate("business_licence", Secret("91330106"), date(2027, 1, 1), "licence.jpg")]
    describe_party(key="0", at=AT, by=shop, party="shop", company=COMPANY)
    describe_party(key="1", at=AT, by=ENGINE, party="shop", company=COMPANY, certificates=first)
    second = [Certificate("business_licence", Secret("91330107")), Certificate("brand_authorisation")]
    company = Company(legal_name="上海某某有限公司")
    describe_party(key="2", at=LATER, by=ENGINE, party="shop", company=company, certificates=second)
    known = Particulars.objects.get(party__slug="shop")
    assert (known.legal_name, known.licence_number, known.at, known.by) == ("上海某某有限公司", "", LATER, "engine")
    assert str(known) == "上海某某有限公司"
    shown = Qualification.objects.filter(party__slug="shop").order_by("item")
    assert [(one.item, one.number, one.valid_until) for one in shown] == [
        ("brand_authorisation", "", None),
        ("business_licence", "91330107", None),
    ]
    assert str(shown[0]) == "brand_authorisation ∞"


@pytest.mark.parametrize(
    ("company", "certificates", "field"),
    [
        (Company(legal_name=""), [], "legal_name"),
        (Company("A", identity_number=Secret("1" * 61)), [], "identity_number"),
        (Company("A", address="x\x00"), [], "address"),
        (COMPANY, [Certificate("")], "item"),
        (COMPANY, [Certificate("a", Secret("1\x00"))], "number"),
        (COMPANY, [Certificate("a", attachment="x" * 301)], "attachment"),
        (COMPANY, [Certificate("a"), Certificate("a")], "certificates"),
    ],
)
def test_bad_particulars_are_named(parties: dict[str, str], company: Company, certificates: Any, field: str) -> None:
    with pytest.raises(MalformedInput) as refusal:
        describe_party(key="1", at=AT, by=ENGINE, party="shop", company=company, certificates=certificates)
    assert refusal.value.details["field"] == field
    assert not Particulars.objects.exists()


def test_nobody_describes_another(parties: dict[str, str]) -> None:
    for by in (acting("rival"), acting("shop", "buyer"), STRANGER):
        with pytest.raises(NotAllowed):
            describe_party(key="1", at=AT, by=by, party="shop", company=COMPANY)


def test_the_database_holds_no_number_in_the_clear(parties: dict[str, str]) -> None:
    shown = [Certificate("business_licence", Secret("91330106MA2XXXXX0K"))]
    describe_party(key="1", at=AT, by=ENGINE, party="shop", company=COMPANY, certificates=shown)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.licence_number, p.identity_number, p.phone, q.number"
            " FROM network_particulars p JOIN network_qualification q USING (party_id)"
        )
        (row,) = cursor.fetchall()
    assert all(text.startswith("gAAAA") and len(text) <= 500 for text in row)
    known = Particulars.objects.get()
    assert (known.licence_number, known.identity_number) == ("91330106MA2XXXXX0K", "110101199003078888")
    assert known.phone == "+8613800138000"


def test_the_longest_number_fits_encrypted(parties: dict[str, str]) -> None:
    company = Company("A", licence_number=Secret("𠮷" * 60))
    describe_party(key="1", at=AT, by=ENGINE, party="shop", company=company)
    assert Particulars.objects.get().licence_number == "𠮷" * 60


def test_keys_change_while_the_old_one_is_kept(parties: dict[str, str]) -> None:
    old, new = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=", "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="
    with override_settings(HANSE_FIELD_KEYS=[old]):
        describe_party(key="1", at=AT, by=ENGINE, party="shop", company=COMPANY)
    with override_settings(HANSE_FIELD_KEYS=[new, old]):
        assert Particulars.objects.get().identity_number == "110101199003078888"
    with override_settings(HANSE_FIELD_KEYS=[new]), pytest.raises(ImproperlyConfigured):
        Particulars.objects.get()


def test_nothing_is_looked_up_by_an_encrypted_field(db: None) -> None:
    assert not Particulars.objects.filter(phone__isnull=True).exists()
    with pytest.raises(FieldError):
        Particulars.objects.filter(phone="+8613800138000").exists()


def test_certificates_that_end(parties: dict[str, str]) -> None:
    for slug, day in (("shop", date(2026, 3, 1)), ("rival", date(2026, 3, 31))):
        shown = [Certificate("business_licence", valid_until=day)]
        describe_party(key=slug, at=AT, by=ENGINE, party=slug, company=COMPANY, certificates=shown)
    shop = queries.party("shop").pk
    assert queries.expired_qualifications(shop, date(2026, 3, 1)) == []
    assert queries.expired_qualifications(shop, date(2026, 3, 2)) == ["business_licence"]
    ending = queries.expiring_qualifications(date(2026, 3, 31))
    assert [one.party.slug for one in ending] == ["shop", "rival"]
    suspend_party(key="s", at=AT, by=ENGINE, party="shop", why="closed")
    assert [one.party.slug for one in queries.expiring_qualifications(date(2026, 3, 31))] == ["rival"]


def test_every_refusal_says_something() -> None:
    for refusal in (SlugTaken(slug="a"), PlatformExists(), PlatformStays()):
        assert isinstance(refusal, DomainError)
        assert str(refusal)

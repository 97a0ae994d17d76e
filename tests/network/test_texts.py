"""Texts, short names and JSON: what PostgreSQL cannot hold is refused by name before it gets there."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse.kernel.actor import ENGINE
from hanse.kernel.errors import MalformedInput
from hanse.network.parties import rules
from hanse.network.parties.models import Party
from hanse.network.parties.operations.register_party import register_party
from tests.network.conftest import AT

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=300)


@pytest.mark.parametrize("bad", ["", "  ", "x" * 11, "a\x00b", "a\x07b", "a\x7fb", "a\ud800b", None, 5, b"a", ["a"]])
def test_a_text_that_does_not_fit(bad: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.check_text(bad, "name", 10)
    assert refusal.value.details["field"] == "name"
    assert refusal.value.status == 422


def test_a_text_that_fits() -> None:
    assert rules.check_text("  汉萨 Hanse\n", "name", 10) == "汉萨 Hanse"
    assert rules.check_text("a\n\tb", "note", 10) == "a\n\tb"
    assert rules.check_text("   ", "note", 10, blank=True) == ""


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "a@b", "x" * 81, "a\x00", "P-7K2M9-QX4TD", 5])
def test_a_short_name_that_does_not_fit(bad: object) -> None:
    with pytest.raises(MalformedInput):
        rules.check_slug(bad)


@pytest.mark.parametrize("good", [None, "west", "west_2.a-b", "工厂"])
def test_a_short_name_that_fits(good: str | None) -> None:
    assert rules.check_slug(good) == good


@pytest.mark.parametrize("good", [None, True, 0, -(2**63) + 1, "文", [1, ("a", None)], {"a": {"b": [{"c": "d"}]}}])
def test_json_that_fits(good: object) -> None:
    assert rules.check_json(good, "payload") == good


@pytest.mark.parametrize(
    "bad", [1.5, float("nan"), 2**63, "a\x00", {"a\x00": 1}, {1: 2}, {"": 1}, b"a", [["\ud800"]], [[[[[[[[[1]]]]]]]]]]
)
def test_json_that_does_not_fit(bad: object) -> None:
    with pytest.raises(MalformedInput) as refusal:
        rules.check_json(bad, "payload")
    assert refusal.value.details["field"] == "payload"


@given(name=ANY_TEXT, name_en=ANY_TEXT, slug=st.none() | ANY_TEXT, region=ANY_TEXT)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_text_is_either_kept_as_it_is_or_refused_by_name(
    db: None, name: str, name_en: str, slug: str | None, region: str
) -> None:
    fields: dict[str, Any] = {"name": name, "name_en": name_en, "slug": slug, "region": region}
    refused = ""
    with transaction.atomic():
        try:
            code = register_party(key="k", at=AT, by=ENGINE, kind="consumer", **fields)
            kept = Party.objects.values("name", "name_en", "slug", "region").get(code=code)
        except MalformedInput as refusal:
            refused = refusal.details["field"]
        transaction.set_rollback(True)
    if refused:
        assert refused in fields
    else:
        assert kept == {key: text.strip() if text is not None else None for key, text in fields.items()}


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = rules.Secret("110101199003078888")
    assert (str(secret), repr(secret), f"{secret}") == ("•••", "Secret(•••)", "•••")
    assert secret.reveal() == "110101199003078888"

"""What SQL can state is a constraint: these tests look for the missing ones, over all models."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

import hanse

OURS = [model for model in apps.get_models() if model.__module__.startswith("hanse.")]
DECISIONS = Path(__file__).resolve().parents[2] / "docs" / "decisions"
PERIODS = {"granted_by": "since", "revoked_by": "until"}  # who opens a period and who ends it
AMOUNTS = {"amount", "balance", "cost", "credit", "fee", "floor", "freight", "limit", "price", "quantity", "total"}


def _fields(*kinds: type["models.Field[Any, Any]"]) -> list[object]:
    found = [(model, field) for model in OURS for field in model._meta.concrete_fields if isinstance(field, kinds)]
    return [pytest.param(model, field, id=f"{model.__name__}.{field.name}") for model, field in found]


def _mentioned(model: type[models.Model]) -> Iterator[set[str]]:
    """Yield the names of the columns that each check of a model speaks of."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            assert isinstance(constraint.condition, models.Q)
            yield {name.split("__")[0] for name in _names(constraint.condition)}


def _names(condition: models.Q) -> Iterator[str]:
    for child in condition.flatten():
        if isinstance(child, tuple):
            yield str(child[0])
    for part in condition.children:
        if isinstance(part, models.Q):
            yield from _names(part)
        elif isinstance(part, tuple):
            yield str(part[0])


def test_every_table_of_a_context_is_known_to_django() -> None:
    modules = [module.name for module in pkgutil.walk_packages(hanse.__path__, "hanse.")]
    for name in modules:
        if ".models" in name and ".migrations" not in name:
            importlib.import_module(name)
    written = {
        cls for cls in _subclasses(models.Model) if cls.__module__.startswith("hanse.") and not cls._meta.abstract
    }
    assert written == set(OURS)


def _subclasses(cls: type[models.Model]) -> Iterator[type[models.Model]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _subclasses(sub)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_belongs_to_the_floor_that_it_lies_in(model: type[models.Model]) -> None:
    assert model._meta.app_label == model.__module__.split(".")[1]


@pytest.mark.parametrize(("model", "field"), _fields(models.ForeignKey))
def test_a_row_never_vanishes_with_one_of_another_context(
    model: type[models.Model], field: "models.ForeignKey[models.Model, models.Model]"
) -> None:
    rule = field.remote_field.on_delete
    inside = field.related_model.__module__ == model.__module__
    assert rule in {models.PROTECT, models.RESTRICT, models.DO_NOTHING} or (inside and rule is models.CASCADE)


@pytest.mark.django_db
def test_the_database_holds_every_reference() -> None:
    """Or the model says which decision explains why not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey) WHERE c.contype = 'f'"""
        )
        held = set(cursor.fetchall())
    for model in OURS:
        loose = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and (model._meta.db_table, field.column) not in held
        }
        explained = re.search(r"docs/decisions/(\d{4})", model.__doc__ or "")
        assert not loose or (explained and list(DECISIONS.glob(f"{explained[1]}-*.md"))), f"{model.__name__}: {loose}"


@pytest.mark.parametrize(("model", "field"), _fields(models.CharField))
def test_a_column_of_few_words_is_held_to_them(model: type[models.Model], field: "models.CharField[str, str]") -> None:
    if field.choices or field.name in {"status", "state"}:
        assert any(field.name in names for names in _mentioned(model)), "add a CheckConstraint (states.status_check)"


@pytest.mark.parametrize(("model", "field"), _fields(models.CharField, models.TextField))
def test_a_text_has_a_greatest_length(model: type[models.Model], field: "models.Field[str, str]") -> None:
    if isinstance(field, models.TextField):
        assert any(field.name in names for names in _mentioned(model)), "add a CheckConstraint on its length"
    else:
        assert field.max_length


@pytest.mark.parametrize(("model", "field"), _fields(models.IntegerField))
def test_amounts_have_64_bits(model: type[models.Model], field: "models.IntegerField[int, int]") -> None:
    if AMOUNTS.intersection(field.name.split("_")):
        assert isinstance(field, models.BigIntegerField)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_who_and_when_come_in_pairs(model: type[models.Model]) -> None:
    fields = {field.name: field for field in model._meta.concrete_fields}
    for name, field in fields.items():
        if name == "by" or name.startswith("by_"):
            assert "at" in fields
        if name.endswith("_by"):
            when = fields[PERIODS.get(name) or name.removesuffix("by") + "at"]
            if when.null:
                assert any({name, when.name} <= names for names in _mentioned(model)), f"{name} and {when.name}"
            else:
                assert not field.null


@pytest.mark.django_db
def test_every_check_is_in_force() -> None:
    """A check that was added NOT VALID and forgotten guards new rows only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated")
        assert cursor.fetchall() == []


def test_no_code_names_a_schema() -> None:
    """The same code must later run once per tenant schema."""
    files = [path for path in Path(hanse.__path__[0]).rglob("*.py") if "migrations" not in path.parts]
    assert [path.name for path in files if '"public".' in path.read_text() or " public." in path.read_text()] == []

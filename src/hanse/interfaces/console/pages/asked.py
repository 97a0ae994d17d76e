"""What goods of a category have to say, as fields of the form in which goods are described."""

from collections.abc import Mapping
from typing import Any

from django import forms

from hanse.goods.catalogue.models import Category, Product
from hanse.goods.catalogue.queries import offered, properties, tree
from hanse.goods.catalogue.rules import NUMBER, labelled
from hanse.interfaces.console.kit.cells import NOTHING
from hanse.interfaces.console.kit.forms import choice, text
from hanse.interfaces.storefront.goods import spoken

Properties = dict[str, dict[str, Any]]
"""Properties by the names of their fields."""


def choosable(product: Product | None) -> list[Category]:
    """Return the categories that goods can be put into: those offered, and the one in which this product is."""
    shown = offered()
    own = product.category if product else None
    return shown if own is None or own in shown else [*shown, own]


def add_fields(form: forms.Form) -> tuple[Properties, bool]:
    """Add a field for each property of the chosen category, filled from the properties that the form begins with.

    Also say whether there is any that whoever sent the form has not seen yet: the category has only just been chosen.
    """
    slug = str((form.data if form.is_bound else form.initial).get("category") or "")
    category = next((one.pk for one in tree() if one.slug == slug), 0)
    found = {f"asked-{n}": one for n, one in enumerate(properties([category]).get(category, ()))}
    rows = form.initial.get("attributes") or []
    begun = {row["name"]: row["said"] for row in rows}
    for name, one in found.items():
        form.fields[name] = _field(one, begun.pop(labelled(one), ""))
    if rows:
        form.initial["attributes"] = [row for row in rows if row["name"] in begun]
    unseen = form.is_bound and form.data.get("shown", "") != slug
    if unseen:
        data: Any = form.data
        data = data.copy()
        data["shown"] = slug
        form.data = data
    form.fields["shown"].initial = slug
    form.order_fields(["name", "name_en", "category", *found])
    return found, unseen and bool(found)


def _field(one: Mapping[str, Any], begun: str) -> forms.Field:
    label, required = spoken(labelled(one)), one["required"]
    if one["kind"] == "choice":
        choices = [("", NOTHING), *((said, spoken(said)) for said in one["choices"])]
        return choice(label, choices, required=required, initial=begun)
    if one["kind"] == "number":
        field = forms.RegexField(rf"^{NUMBER}\Z", label=label, required=required, initial=begun)
        field.widget.attrs["inputmode"] = "decimal"
        return field
    return text(label, 500, required=required, initial=begun)


def filled(found: Properties, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, as goods say it, and what is said besides."""
    said = {labelled(one): given[name] for name, one in found.items() if given.get(name)}
    return {**said, **given.get("attributes", {}), **said}

"""Rename a category or move it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Category
from hanse.goods.catalogue.operations.create_category import LAST
from hanse.goods.catalogue.queries import below, categories
from hanse.goods.catalogue.rules import check_properties
from hanse.kernel import audit, events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.network.parties.rules import check_text


@once.operation("catalogue.change_category")
def change_category(
    *, key: str, at: datetime, by: Actor, category: str, name: str, name_en: str, parent: str | None, position: int,
    hidden: bool | None = None, properties: Sequence[Mapping[str, Any]] | None = None,
) -> str:  # fmt: skip
    """Give a category (slug) another name, parent (slug, None for the top) or place, and return its slug.

    The slug stays: it stands in addresses that others have kept. Nothing is moved below itself. Whether it is `hidden`
    and which `properties` its goods say stay unless they are said.
    """
    by.require(OPERATE)
    tree = {row.slug: row for row in Category.objects.select_for_update().order_by("pk")}  # two moves make no circle
    found = tree.get(category)
    if found is None:
        raise NotFound(_("category"), category=category)
    above = None if parent is None else categories([parent])[parent]
    if above is not None and above.pk in below(found.pk):
        raise MalformedInput("parent", _("a category that does not lie below this one"))
    if type(position) is not int or not 0 <= position <= LAST:
        raise MalformedInput("position", _("a whole number from 0 to %(last)d") % {"last": LAST})
    before = _told(found)
    found.name = check_text(name, "name", 80)
    found.name_en = check_text(name_en, "name_en", 80, blank=True)
    found.parent, found.position = above, position
    found.hidden = found.hidden if hidden is None else bool(hidden)
    found.properties = found.properties if properties is None else check_properties(properties)
    found.save(update_fields=["name", "name_en", "parent", "position", "hidden", "properties"])
    audit.changed("category", found.slug, before, _told(found))
    events.announce("category.changed", category=found.slug)
    return found.slug


def _told(row: Category) -> dict[str, object]:
    parent = row.parent.slug if row.parent else None
    said = {name: getattr(row, name) for name in ("name", "name_en", "position", "hidden", "properties")}
    return said | {"parent": parent}

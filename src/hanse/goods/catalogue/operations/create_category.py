"""The platform extends the category tree."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Category
from hanse.goods.catalogue.queries import categories
from hanse.goods.catalogue.rules import check_properties
from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.rules import check_text

LAST = 10_000


class CategoryExists(DomainError):
    """There is already a category of this slug."""

    code = "category_exists"
    message = _("There is already a category %(slug)s.")


@once.operation("catalogue.create_category")
def create_category(
    *,
    key: str,
    at: datetime,
    by: Actor,
    slug: str,
    name: str,
    name_en: str = "",
    parent: str | None = None,
    position: int = 0,
    hidden: bool = False,
    properties: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Create a category under a parent (slug), or at the top, and return its slug.

    `properties` are what its goods, and those below it, have to say; a hidden one is not offered.
    """
    by.require(OPERATE)
    if not isinstance(slug, str) or not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", slug) or len(slug) > 80:
        raise MalformedInput("slug", _("up to 80 small letters, digits, dashes and underscores"))
    if type(position) is not int or not 0 <= position <= LAST:
        raise MalformedInput("position", _("a whole number from 0 to %(last)d") % {"last": LAST})
    category = Category(
        slug=slug,
        name=check_text(name, "name", 80),
        name_en=check_text(name_en, "name_en", 80, blank=True),
        parent=None if parent is None else categories([parent])[parent],
        position=position,
        hidden=bool(hidden),
        properties=check_properties(properties),
    )
    try:
        with transaction.atomic():
            category.save(force_insert=True)
    except IntegrityError as refusal:
        raise CategoryExists(slug=slug) from refusal
    events.announce("category.created", category=slug)
    return slug

"""A brand is made known, by the platform or by the party that it belongs to."""

import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Brand
from hanse.goods.catalogue.rules import check_picture, require_own
from hanse.kernel import events, once
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.queries import party as find_party
from hanse.network.parties.rules import check_text


class BrandExists(DomainError):
    """There is already a brand of this slug."""

    code = "brand_exists"
    message = _("There is already a brand %(slug)s.")


@once.operation("catalogue.create_brand")
def create_brand(
    *, key: str, at: datetime, by: Actor, slug: str, name: str, name_en: str = "", logo: str = "",
    owner: str | None = None,
) -> str:  # fmt: skip
    """Make a brand known and return its slug; only the platform makes one that has no owner (party code)."""
    if owner is None:
        by.require(OPERATE)
    holder = None if owner is None else find_party(owner)
    if holder is not None:
        require_own(by, holder.pk, "goods.edit")
    if not isinstance(slug, str) or not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", slug) or len(slug) > 80:
        raise MalformedInput("slug", _("up to 80 small letters, digits, dashes and underscores"))
    brand = Brand(
        slug=slug,
        name=check_text(name, "name", 80),
        name_en=check_text(name_en, "name_en", 80, blank=True),
        logo=check_picture(logo, "logo", blank=True),
        owner=holder,
    )
    try:
        with transaction.atomic():
            brand.save(force_insert=True)
    except IntegrityError as refusal:
        raise BrandExists(slug=slug) from refusal
    events.announce("brand.created", brand=slug)
    return slug

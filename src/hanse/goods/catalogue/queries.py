"""Reads over categories, products and SKUs."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Sku
from hanse.kernel.errors import NotFound


def sku(code: str) -> Sku:
    """Return the SKU of that code or slug with its product, whoever asks; NotFound if there is none."""
    return skus([code])[code]


def skus(codes: Iterable[str]) -> dict[str, Sku]:
    """Return the SKUs of these codes or slugs by what was asked for; NotFound names the first missing one."""
    wanted = list(dict.fromkeys(codes))
    if any(not isinstance(code, str) or "\x00" in code for code in wanted):
        raise NotFound(_("SKU"))
    rows = (Sku.objects.filter(code__in=wanted) | Sku.objects.filter(slug__in=wanted)).select_related("product")
    found: dict[str, Sku] = {}
    for row in rows:
        found |= {name: row for name in (row.slug, row.code) if name is not None}
    for code in wanted:
        if code not in found:
            raise NotFound(_("SKU"), code=code)
    return {code: found[code] for code in wanted}

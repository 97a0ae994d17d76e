"""Reads over categories, products and SKUs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import Brand, Category, Product, Sku
from hanse.goods.catalogue.rules import check_brand, check_category
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.kernel.intake import storable


def sku(code: str) -> Sku:
    """Return the SKU of that code or slug with its product, whoever asks; NotFound if there is none."""
    return skus([code])[code]


def skus(codes: Iterable[str]) -> dict[str, Sku]:
    """Return the SKUs of these codes or slugs by what was asked for; NotFound names the first missing one."""
    wanted = list(dict.fromkeys(codes))
    askable = storable(wanted)
    rows = (Sku.objects.filter(code__in=askable) | Sku.objects.filter(slug__in=askable)).select_related("product")
    found: dict[str, Sku] = {}
    for row in rows:
        found |= {name: row for name in (row.slug, row.code) if name is not None}
    for code in wanted:
        if code not in found:
            raise NotFound(_("SKU"), code=code)
    return {code: found[code] for code in wanted}


def categories(slugs: Iterable[str]) -> dict[str, Category]:
    """Return the categories of these slugs; NotFound names the first missing one."""
    wanted = [str(check_category(slug)) for slug in dict.fromkeys(slugs)]
    found = {row.slug: row for row in Category.objects.filter(slug__in=wanted)} if wanted else {}
    for slug in wanted:
        if slug not in found:
            raise NotFound(_("category"), slug=slug)
    return found


def tree() -> list[Category]:
    """Return every category with its parent, those at the top first, then by position: anyone may read the tree."""
    return list(
        Category.objects.select_related("parent").order_by(
            F("parent__position").asc(nulls_first=True), "position", "pk"
        )
    )


def offered() -> list[Category]:
    """Return the categories that are offered: neither hidden nor below one that is."""
    rows = tree()
    hidden = {row.pk for row in rows if row.hidden}
    above = {row.pk: row.parent_id for row in rows}
    return [row for row in rows if hidden.isdisjoint(_way_up(row.pk, above))]


def properties(categories: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what goods of each of these categories (ids) have to say: what those above it ask for first."""
    wanted = set(categories)
    if not wanted:
        return {}
    rows = {row: (parent, asked) for row, parent, asked in Category.objects.values_list("pk", "parent", "properties")}
    above = {row: parent for row, (parent, _asked) in rows.items()}
    found = {}
    for category in wanted & set(rows):
        asked = [one for row in reversed(_way_up(category, above)) for one in rows[row][1]]
        found[category] = list({one["name"]: one for one in asked}.values())
    return found


def _way_up(category: int, above: Mapping[int, int | None]) -> list[int]:
    way, row = [category], above.get(category)
    while row is not None:
        way.append(row)
        row = above.get(row)
    return way


def brands(slugs: Iterable[str]) -> dict[str, Brand]:
    """Return the brands of these slugs; NotFound names the first missing one."""
    wanted = [str(check_brand(slug)) for slug in dict.fromkeys(slugs)]
    found = {row.slug: row for row in Brand.objects.filter(slug__in=wanted)} if wanted else {}
    for slug in wanted:
        if slug not in found:
            raise NotFound(_("brand"), slug=slug)
    return found


def all_brands() -> "QuerySet[Brand]":
    """Return every brand: anyone may know which there are."""
    return Brand.objects.all()


def brands_for(actor: Actor) -> list[Brand]:
    """Return the brands that the actor's party may put on its goods, by name: those of nobody and its own."""
    found = all_brands() if actor.operates else Brand.objects.filter(Q(owner=None) | Q(owner=actor.party))
    return list(found.order_by("name", "pk"))


def product(code: str) -> Product:
    """Return the product of that code, whoever asks; NotFound if there is none. For operations, not for faces."""
    found = Product.objects.filter(code__in=storable([code])).first()
    if found is None:
        raise NotFound(_("product"), code=code)
    return found


def below(category: int) -> list[int]:
    """Return the category and everything under it, for browsing a whole branch of the tree; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE branch AS (SELECT id FROM goods_category WHERE id = %s"
            " UNION SELECT c.id FROM branch b JOIN goods_category c ON c.parent_id = b.id) SELECT id FROM branch",
            [category],
        )
        return [row[0] for row in cursor.fetchall()]


def snapshot(product: Product) -> dict[str, Any]:
    """Return what a reviewer is shown of a product: all that it says, and its variants."""
    category = product.category.slug if product.category else None
    fields = ("name", "name_en", "summary", "summary_en", "attributes", "images")
    variants = product.skus.order_by("position", "id")
    said = {name: getattr(product, name) for name in fields}
    return said | {
        "category": category,
        "brand": product.brand.slug if product.brand else None,
        "skus": [
            {"code": sku.code, "name": sku.name, "options": sku.options, "weight_g": sku.weight_g} for sku in variants
        ],
    }

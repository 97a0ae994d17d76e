"""Bring in products with their variants from elsewhere, each variant by its short name; what is there already stays."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue import rules
from hanse.goods.catalogue.models import PRODUCT, Brand, Category, Product, Sku
from hanse.goods.catalogue.operations._insert import require_brand, row_of
from hanse.goods.catalogue.queries import properties
from hanse.goods.catalogue.rules import NewProduct, NewSku
from hanse.kernel import codes, once, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.kernel.intake import Intake, named, stage, storable
from hanse.network.parties.models import Party

PRODUCT_COLUMNS = {
    "n": "int",
    "code": "text",
    "owner_id": "bigint",
    "category_id": "bigint",
    "brand_id": "bigint",
    "name": "text",
    "name_en": "text",
    "summary": "text",
    "summary_en": "text",
    "attributes": "jsonb",
    "images": "jsonb",
    "sought": "text",
}
SKU_COLUMNS = {
    "n": "int",
    "product": "text",
    "code": "text",
    "slug": "text",
    "name": "text",
    "name_en": "text",
    "options": "jsonb",
    "weight_g": "int",
    "barcode": "text",
    "position": "int",
}
_PRODUCTS = """
    INSERT INTO goods_product (code, owner_id, category_id, brand_id, name, name_en, summary, summary_en, attributes,
                               images, sought, status, created_at)
    SELECT code, owner_id, category_id, brand_id, name, name_en, summary, summary_en, attributes, images, sought, %s, %s
      FROM incoming_product ORDER BY n RETURNING id
"""
_SKUS = """
    INSERT INTO goods_sku (code, slug, product_id, name, name_en, options, weight_g, barcode, position)
    SELECT s.code, s.slug, p.id, s.name, s.name_en, s.options, s.weight_g, s.barcode, s.position
      FROM incoming_sku s JOIN goods_product p ON p.code = s.product ORDER BY s.n, s.position
"""


class KeyTaken(DomainError):
    """A variant of this short name exists and says something else, or belongs to another product."""

    code = "key_taken"
    message = _("There is a variant of the short name %(slug)s that says something else.")


@once.operation("catalogue.import_products")
def import_products(
    *, key: str, at: datetime, by: Actor, products: Sequence[NewProduct], review: bool = True
) -> dict[str, Any]:
    """Create products by the slugs of their variants and say what became of each (`Intake.plain`, by position).

    A product whose variants are all there with the same particulars is known; if only some are, or they differ, it is
    refused. Without review (for operators) the new ones are listed at once. Facts are not announced.
    """
    if not review:
        by.require(OPERATE)
    intake, wanted = Intake(), _checked(products, at, by)
    there = _there([sku.slug for found in wanted.values() if not isinstance(found, DomainError) for sku in found[1]])
    fresh: dict[int, tuple[Product, list[NewSku]]] = {}
    for position, found in wanted.items():
        if isinstance(found, DomainError):
            intake.refuse(position, found)
        elif taken := [sku.slug for sku in found[1] if sku.slug in there]:
            if len(taken) == len(found[1]) and _same(*found, [there[slug] for slug in taken]):
                intake.known += 1
            else:
                intake.refuse(position, KeyTaken(slug=taken[0]), "sku")
        else:
            fresh[position] = found
            there |= {sku.slug: _as_row(found[0], sku, place) for place, sku in enumerate(found[1])}
    _write(fresh, at, by, review=review)
    intake.imported = len(fresh)
    return intake.plain()


def _checked(
    products: Sequence[NewProduct], at: datetime, by: Actor
) -> Mapping[int, tuple[Product, list[NewSku]] | DomainError]:
    """Return each product with its variants in their one form, or why it cannot be one."""
    owners = named(Party, (new.owner for new in products))
    categories = {row.slug: row for row in Category.objects.filter(slug__in=storable(new.category for new in products))}
    branded = {row.slug: row for row in Brand.objects.filter(slug__in=storable(new.brand for new in products))}
    asked = properties(row.pk for row in categories.values())
    found: dict[int, tuple[Product, list[NewSku]] | DomainError] = {}
    for position, new in enumerate(products):
        try:
            row, skus = _row(new, owners, categories, branded, at, by)
            rules.check_said(asked.get(row.category_id or 0, ()), row.attributes)
            found[position] = row, skus
        except DomainError as refusal:
            found[position] = refusal
    return found


def _row(
    new: NewProduct,
    owners: Mapping[str, Party],
    categories: dict[str, Category],
    branded: Mapping[str, Brand],
    at: datetime,
    by: Actor,
) -> tuple[Product, list[NewSku]]:
    if new.owner not in owners:
        raise MalformedInput("owner", _("a party that exists"))
    rules.require_own(by, owners[new.owner].pk, "goods.edit")
    if new.category is not None and new.category not in categories:
        raise MalformedInput("category", _("a category that exists"))
    if new.brand is not None and new.brand not in branded:
        raise MalformedInput("brand", _("a brand that exists"))
    require_brand(branded.get(new.brand or ""), owners[new.owner].pk)
    skus = rules.check_skus(new.skus)
    if len({sku.slug for sku in skus} - {None}) < len(skus):
        raise MalformedInput("sku", _("a short name for every variant, each another one"))
    return row_of(new, owners[new.owner].pk, categories, at, branded), skus


def _there(slugs: Sequence[str | None]) -> dict[str | None, Sku]:
    return {sku.slug: sku for sku in Sku.objects.filter(slug__in=slugs).select_related("product")}


def _as_row(product: Product, sku: NewSku, position: int) -> Sku:
    return Sku(
        code=codes.new("K"),
        slug=sku.slug,
        product=product,
        name=sku.name,
        name_en=sku.name_en,
        options=dict(sku.options),
        weight_g=sku.weight_g,
        barcode=sku.barcode,
        position=position,
    )


def _same(product: Product, skus: Sequence[NewSku], there: Sequence[Sku]) -> bool:
    """Say whether the variants that are there are these, of this very product."""
    fields = ("owner_id", "category_id", "brand_id", "name", "name_en", "summary", "summary_en", "attributes", "images")
    return (
        len({row.product.code for row in there}) == 1
        and all(getattr(product, name) == getattr(there[0].product, name) for name in fields)
        and [_said(_as_row(product, sku, 0)) for sku in skus] == [_said(row) for row in there]
    )


def _said(sku: Sku) -> tuple[object, ...]:
    return sku.slug, sku.name, sku.name_en, sku.options, sku.weight_g, sku.barcode


def _write(fresh: Mapping[int, tuple[Product, list[NewSku]]], at: datetime, by: Actor, *, review: bool) -> None:
    stage("incoming_product", PRODUCT_COLUMNS, ([n, *_product(row)] for n, (row, _skus) in fresh.items()))
    variants = [(n, row, sku, i) for n, (row, skus) in fresh.items() for i, sku in enumerate(skus)]
    stage("incoming_sku", SKU_COLUMNS, ([n, row.code, *_sku(_as_row(row, sku, i))] for n, row, sku, i in variants))
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCTS, [PRODUCT.initial, at])
        made = [row[0] for row in cursor.fetchall()]
        try:
            cursor.execute(_SKUS)
        except IntegrityError as refusal:  # somebody was quicker: the next look finds theirs
            raise once.Stale(KeyTaken(slug="")) from refusal
    if not review:
        states.move(PRODUCT, Product, made, "list_directly", at=at, by=by, roles=rules.roles_of(by))


def _product(row: Product) -> list[Any]:
    texts = [row.name, row.name_en, row.summary, row.summary_en]
    said = [json.dumps(row.attributes), json.dumps(row.images), row.sought]
    return [row.code, row.owner_id, row.category_id, row.brand_id, *texts, *said]


def _sku(row: Sku) -> list[Any]:
    numbers = [row.weight_g, row.barcode, row.position]
    return [row.code, row.slug, row.name, row.name_en, json.dumps(row.options), *numbers]

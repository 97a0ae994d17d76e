"""The step in which operations write products and SKUs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue import rules
from hanse.goods.catalogue.models import PRODUCT, Brand, Category, Product, Sku
from hanse.goods.catalogue.queries import brands, categories, properties
from hanse.goods.catalogue.rules import NewProduct, NewSku, require_own
from hanse.kernel import codes, states
from hanse.kernel.actor import OPERATE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.parties.queries import parties


class SlugTaken(DomainError):
    """Another SKU has this short name, or two of those to be made want the same."""

    code = "slug_taken"
    message = _("The short name %(slug)s is taken.")


class BrandOfAnother(DomainError):
    """The brand belongs to another party."""

    code = "brand_of_another"
    message = _("The brand %(brand)s belongs to somebody else.")


def insert(products: Sequence[NewProduct], *, at: datetime, by: Actor, review: bool) -> list[str]:
    """Check and write products within the operation that calls; without review they are listed at once."""
    owners = parties([new.owner for new in products])
    for owner in owners.values():
        require_own(by, owner.pk, "goods.edit")
    if not review:
        by.require(OPERATE)
    known = categories([new.category for new in products if new.category is not None])
    branded = brands([new.brand for new in products if new.brand is not None])
    for new in products:
        require_brand(branded.get(new.brand or ""), owners[new.owner].pk)
    rows = [row_of(new, owners[new.owner].pk, known, at, branded) for new in products]
    asked = properties(row.pk for row in known.values())
    for row in rows:
        rules.check_said(asked.get(row.category_id or 0, ()), row.attributes)
    skus = [rules.check_skus(new.skus) for new in products]
    Product.objects.bulk_create(rows, batch_size=2_000)
    insert_skus([(row, sku, place) for row, ones in zip(rows, skus, strict=True) for place, sku in enumerate(ones)])
    if not review:
        states.move(PRODUCT, Product, [row.pk for row in rows], "list_directly", at=at, by=by, roles=rules.roles_of(by))
    return [row.code for row in rows]


def require_brand(brand: Brand | None, owner: int) -> None:
    """Raise BrandOfAnother unless goods of this owner (party id) may bear the brand."""
    if brand is not None and brand.owner_id not in (None, owner):
        raise BrandOfAnother(brand=brand.slug)


def row_of(
    new: NewProduct,
    owner: int,
    known: Mapping[str, Category],
    at: datetime,
    branded: Mapping[str, Brand] = MappingProxyType({}),
) -> Product:
    """Return the product to be, checked but for its SKUs; MalformedInput names what is wrong."""
    said = rules.check_fields(
        {
            "name": new.name,
            "name_en": new.name_en,
            "summary": new.summary,
            "summary_en": new.summary_en,
            "attributes": new.attributes,
            "images": new.images,
        }
    )
    category = None if new.category is None else known[new.category]
    sought = rules.sought(said["name"], said["name_en"])
    brand = None if new.brand is None else branded[new.brand]
    return Product(
        code=codes.new("G"), owner_id=owner, category=category, brand=brand, created_at=at, sought=sought, **said
    )


def insert_skus(skus: Sequence[tuple[Product, NewSku, int]]) -> None:
    """Write checked SKUs, each at its position in its product."""
    rows = [
        Sku(
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
        for product, sku, position in skus
    ]
    wanted = [row.slug for row in rows if row.slug is not None]
    twice = [slug for slug, times in Counter(wanted).items() if times > 1]
    taken = (
        Sku.objects.filter(slug__in=wanted).values_list("slug", flat=True).order_by("slug").first() if wanted else None
    )
    if twice or taken:
        raise SlugTaken(slug=taken or twice[0])
    try:
        with transaction.atomic():
            Sku.objects.bulk_create(rows, batch_size=2_000)
    except IntegrityError as refusal:
        raise SlugTaken(slug=", ".join(wanted)) from refusal

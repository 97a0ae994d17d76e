"""Categories, brands, products and their variants."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import Field

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations.change_category import change_category
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.catalogue.operations.create_category import create_category
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.operations.list_directly import list_directly
from hanse.goods.catalogue.operations.submit_product import submit_product
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.catalogue.queries import all_brands, below, categories, offered, tree
from hanse.goods.catalogue.rules import REVIEW, NewSku
from hanse.interfaces.api.auth import KNOWN, OPEN, Key, actor_of, named_party, permitted
from hanse.interfaces.api.pages import Part, page_of
from hanse.interfaces.api.reads import one_of
from hanse.interfaces.api.schemas import goods as schemas
from hanse.interfaces.api.schemas.network import Documented
from hanse.interfaces.api.schemas.words import Code, In, Page, one_word_of, said, who
from hanse.kernel import clock
from hanse.kernel.actor import Actor

router = Router(tags=["goods"], auth=KNOWN)


@router.get("/categories", response=list[schemas.Category], auth=OPEN)
def list_categories(request: HttpRequest) -> list[schemas.Category]:
    """List the tree of categories, those at the top first; operators see the hidden ones, too."""
    return [
        schemas.Category(
            slug=row.slug,
            name=row.name,
            name_en=row.name_en,
            parent=row.parent.slug if row.parent else None,
            position=row.position,
            hidden=row.hidden,
            properties=[schemas.Property(**one) for one in row.properties],
        )
        for row in (tree() if actor_of(request).operates else offered())
    ]


@router.post("/categories", response={201: Documented})
def create_new_category(request: HttpRequest, body: schemas.CategoryIn, key: Key) -> dict[str, str]:
    """Extend the tree of categories. Operators only."""
    code = create_category(
        key=key,
        at=clock.now(),
        by=actor_of(request),
        slug=body.slug,
        name=body.name,
        name_en=body.name_en,
        parent=body.parent,
        position=body.position,
        hidden=bool(body.hidden),
        properties=[one.model_dump() for one in body.properties or ()],
    )
    return {"code": code}


@router.put("/categories/{slug}", response=Documented)
def change_one_category(
    request: HttpRequest, slug: schemas.CategorySlug, body: schemas.CategoryPlaceIn, key: Key
) -> dict[str, str]:
    """Rename a category, move it, hide it, or say what its goods have to say; its slug stays. Operators only."""
    actor = permitted(request, "platform.operate")
    code = change_category(key=key, at=clock.now(), by=actor, category=slug, **body.model_dump())
    return {"code": code}


@router.get("/brands", response=Page[schemas.Brand], auth=OPEN)
def list_brands(request: HttpRequest, part: Part) -> dict[str, Any]:
    """List the brands that goods are known by, the latest first."""
    del request
    return page_of(all_brands(), part, lambda found: [schemas.Brand.model_validate(row) for row in found])


@router.post("/brands", response={201: Documented})
def create_new_brand(request: HttpRequest, body: schemas.BrandIn, key: Key) -> dict[str, str]:
    """Make a brand known: one's own, or as an operator one that stands on anybody's goods. Returns its slug."""
    actor = permitted(request, "goods.edit")
    said = body.model_dump(exclude={"owner"})
    owner = named_party(actor, body.owner) if body.owner or not actor.operates else None
    return {"code": create_brand(key=key, at=clock.now(), by=actor, owner=owner, **said)}


class ProductFilter(In):
    """Which products are wanted."""

    brand: Annotated[schemas.CategorySlug | None, Field(description="Of this brand.")] = None
    category: Annotated[schemas.CategorySlug | None, Field(description="In it or below it.")] = None
    status: Annotated[str | None, one_word_of(PRODUCT.states)] = None
    mine: Annotated[bool, Field(description="Only what the acting party owns.")] = False


def product_rows(actor: Actor) -> "QuerySet[Product]":
    """Return the products that the actor may see, with all that showing them reads."""
    return Product.objects.visible_to(actor).select_related("category", "brand", "owner").prefetch_related("skus")


def show_product(row: Product, actor: Actor) -> schemas.Product:
    """Return a product; who makes it is the seller's to tell, not ours."""
    inside = actor.may(REVIEW) or actor.party == row.owner_id
    plain = ("code", "status", "name", "name_en", "summary", "summary_en", "attributes", "images")
    variants = sorted(row.skus.all(), key=lambda sku: (sku.position, sku.pk))
    return schemas.Product(
        **{name: getattr(row, name) for name in plain},
        category=row.category.slug if row.category else None,
        brand=row.brand.slug if row.brand else None,
        owner=who(row.owner) if inside else None,
        skus=[schemas.Sku.model_validate(sku) for sku in variants],
    )


@router.get("/products", response=Page[schemas.Product], auth=OPEN)
def list_products(request: HttpRequest, part: Part, wanted: Annotated[ProductFilter, Query()]) -> dict[str, Any]:
    """List what is on the market, and what the acting party owns (reviewers: all), the latest first."""
    actor = actor_of(request)
    rows = product_rows(actor)
    if wanted.category is not None:
        rows = rows.filter(category__in=below(categories([wanted.category])[wanted.category].pk))
    if wanted.brand is not None:
        rows = rows.filter(brand__slug=wanted.brand)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    if wanted.mine:
        rows = rows.filter(owner=actor.party or 0)
    return page_of(rows, part, lambda found: [show_product(row, actor) for row in found])


@router.get("/products/{code}", response=schemas.Product, auth=OPEN)
def get_product(request: HttpRequest, code: Code) -> schemas.Product:
    """Show one product with its variants."""
    actor = actor_of(request)
    return show_product(one_of(product_rows(actor), code, _("product")), actor)


@router.post("/products", response={201: schemas.Product})
def create_new_product(request: HttpRequest, body: schemas.ProductIn, key: Key) -> schemas.Product:
    """Describe a product with its variants as a draft; submit it to have it listed."""
    actor = permitted(request, "goods.edit")
    code = create_product(
        key=key,
        at=clock.now(),
        by=actor,
        owner=named_party(actor, body.owner),
        skus=[NewSku(**sku.model_dump()) for sku in body.skus],
        review=body.review,
        **body.model_dump(exclude={"owner", "skus", "review"}),
    )
    return show_product(one_of(product_rows(actor), code, _("product")), actor)


@router.patch("/products/{code}", response=Documented)
def edit_one_product(request: HttpRequest, code: Code, body: schemas.ProductChangesIn, key: Key) -> dict[str, str]:
    """Change what a product says. What is listed changes when a reviewer approves: then the approval's code returns."""
    actor = permitted(request, "goods.edit")
    one_of(Product.objects.visible_to(actor).kept_by(actor), code, _("product"))
    return {"code": edit_product(key=key, at=clock.now(), by=actor, product=code, changes=said(body))}


@router.post("/products/{code}/submit", response=Documented)
def submit_one_product(request: HttpRequest, code: Code, key: Key) -> dict[str, str]:
    """Submit a draft, or again what was turned down; returns the approval's code."""
    actor = permitted(request, "goods.edit")
    one_of(Product.objects.visible_to(actor).kept_by(actor), code, _("product"))
    return {"code": submit_product(key=key, at=clock.now(), by=actor, product=code)}


@router.post("/products/{code}/list", response=Documented)
def list_one_product(request: HttpRequest, code: Code, key: Key) -> dict[str, str]:
    """List a product without a review. Operators only."""
    return {"code": list_directly(key=key, at=clock.now(), by=actor_of(request), product=code)}


@router.post("/products/{code}/withdraw", response=Documented)
def withdraw_one_product(request: HttpRequest, code: Code, body: schemas.WhyNot, key: Key) -> dict[str, str]:
    """Take a product off the market and out of any review."""
    actor = permitted(request, "goods.edit")
    one_of(Product.objects.visible_to(actor).kept_by(actor), code, _("product"))
    return {"code": withdraw_product(key=key, at=clock.now(), by=actor, product=code, why=body.why)}

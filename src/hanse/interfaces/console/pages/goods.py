"""A maker's goods: what there is, something new, a change, and where each stands in review."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.operations.submit_product import submit_product
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.catalogue.queries import brands_for
from hanse.goods.catalogue.rules import NewSku
from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, NAME, NUMBER, STATUS, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, LinesField, Reason, choice, fill, text
from hanse.interfaces.console.kit.grid import GridColumn, GridField, as_pieces
from hanse.interfaces.console.kit.lists import Bulk, ListPage, by_state
from hanse.interfaces.console.kit.operations.keep_pictures import keep_pictures
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.kit.pictures import PicturesField
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.asked import add_fields, choosable, filled
from hanse.interfaces.console.pages.review import SAYS, spoken
from hanse.interfaces.console.pages.works import IMPORT
from hanse.network.approvals.models import Approval

EDIT = "goods.edit"
MARK = " / "
"""Between the options that make up a variant's name."""
MOST_WORDS = 20
PROPERTIES = (
    GridColumn("name", _("Property"), attrs={"maxlength": "60"}), GridColumn("said", _("What it is")),
)  # fmt: skip
VARIANTS = (
    GridColumn("name", _("Variant")), GridColumn("name_en", _("English name")),
    GridColumn("weight_g", _("Grams"), as_pieces, attrs={"inputmode": "numeric"}), GridColumn("barcode", _("Bar code")),
)  # fmt: skip
STAYING = (
    GridColumn("path", _("Picture"), type="picture"),
    GridColumn("place", _("Place"), as_pieces, type="number", attrs={"min": "1", "inputmode": "numeric"}),
    GridColumn("alt", _("What it shows")), GridColumn("alt_en", _("What it shows, in English")),
    GridColumn("drop", _("Remove"), type="checkbox"),
)  # fmt: skip


def usual(desk: Desk, category: int | None) -> list[str]:
    """Return the names of properties that goods have, those of the category first, the most frequent before others."""
    found = Product.objects.visible_to(desk.actor).filter(status="listed").order_by("-pk")
    rows = found.values_list("category", "attributes")[:500]
    counted = Counter((own != category, name) for own, said in rows for name in said)
    names = sorted(counted, key=lambda pair: (pair[0], -counted[pair], pair[1]))
    return list(dict.fromkeys(name for _other, name in names))[:MOST_WORDS]


def parted(options: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the values of each option, one after the other."""
    return {
        name: [one.strip() for one in re.split(r"[,，、;；/]", said) if one.strip()] for name, said in options.items()
    }  # fmt: skip


def skus(rows: list[dict[str, Any]], options: Mapping[str, list[str]]) -> list[NewSku]:
    """Return the variants that the rows say; without rows every combination of the options is one."""
    combined = {MARK.join(parts): dict(zip(options, parts, strict=True)) for parts in product(*options.values())}
    if not rows:
        rows = [{"name": name} for name in combined] if options else []
    return [NewSku(**row, options=combined.get(row["name"], {}) if options else {}) for row in rows] or [NewSku()]


class GoodsForm(ConsoleForm):
    """What a product says."""

    blames = {
        "skus": "variants", "images": "pictures", "sku_name": "variants", "barcode": "variants",
        "weight_g": "variants", "sku_name_en": "variants", "brand_of_another": "brand",
    }  # fmt: skip

    name = text(_("Name"), 200)
    name_en = text(_("English name"), 200, required=False)
    category = choice(_("Category"), required=False)
    brand = choice(_("Brand"), required=False)
    summary = text(_("Description"), 5000, required=False, rows=4)
    summary_en = text(_("English description"), 5000, required=False, rows=4)
    attributes = GridField(PROPERTIES, label=_("Properties"), required=False)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    pictures = PicturesField(label=_("Pictures"), help_text=_("PNG, JPEG or WebP, up to 4 MB each."))

    def prepare(self) -> None:
        """Offer the categories, the brands and the names of properties that goods like this have."""
        fill(self, "category", ((one.slug, named(one)) for one in choosable(self.thing)), blank=_("none"))
        fill(self, "brand", ((one.slug, named(one)) for one in brands_for(self.desk.actor)), blank=_("none"))
        words = usual(self.desk, self.thing.category_id if self.thing else None)
        field = self.fields["attributes"]
        assert isinstance(field, GridField)
        field.columned((replace(PROPERTIES[0], words=words), *PROPERTIES[1:]))
        self.asked, self.unseen = add_fields(self)

    def clean_attributes(self) -> dict[str, str]:
        """Return the properties by name."""
        return {row["name"]: row["said"] for row in self.cleaned_data["attributes"] if row["name"]}

    def images(self, before: list[dict[str, str]], party: str) -> list[dict[str, str]]:
        """Return the pictures that stay and those that came."""
        paths = keep_pictures(uploads=self.cleaned_data["pictures"], party=party)
        said = {"alt": self.cleaned_data["name"], "alt_en": self.cleaned_data["name_en"]}
        return [*before, *({"path": path, **said} for path in paths)]

    def clean(self) -> dict[str, Any]:
        """Keep the pictures once everything else is right."""
        given = dict(super().clean() or {})
        given["attributes"] = filled(self.asked, given)
        if self.unseen:
            self.add_error("category", _("Now fill in what goods of this category say."))
        if not self.errors:
            given["images"] = self.images(self._staying(given.get("keep")), self.desk.party.code)
        return given

    def _staying(self, rows: list[dict[str, Any]] | None) -> list[dict[str, str]]:
        """Return the pictures there are, as they were ordered and named; some are dropped, none is added."""
        known = {one["path"]: one for one in (self.thing.images if self.thing else [])}
        if rows is None:
            return list(known.values())
        stay = [row for row in rows if row["path"] in known and not row["drop"]]
        stay.sort(key=lambda row: row["place"])
        return [{"path": row["path"], "alt": row["alt"], "alt_en": row["alt_en"]} for row in stay]


class NewGoods(GoodsForm):
    """A product to be, with its variants."""

    options = LinesField(
        label=_("Kinds of variants"), required=False,
        help_text=_("One on each line, such as Colour: red, blue. Every combination becomes a variant below."),
    )  # fmt: skip
    variants = GridField(VARIANTS, label=_("Variants"), required=False, blank=2, help_text=_(
        "Without any there is one variant. Rows left empty are filled in from the kinds above."
    ))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Make the variants that are meant."""
        given = super().clean()
        if "options" in given and "variants" in given:
            given["skus"] = skus(given["variants"], parted(given["options"] or {}))
        return given


class ChangedGoods(GoodsForm):
    """What a product is to say from now on."""

    keep = GridField(STAYING, label=_("Pictures there are"), required=False, blank=0)

    def prepare(self) -> None:
        """Offer what can be chosen, and the pictures there are."""
        super().prepare()
        if not self.thing.images:
            del self.fields["keep"]


class MoreVariants(ConsoleForm):
    """Further variants of a product."""

    blames = {"sku_name": "skus", "barcode": "skus", "weight_g": "skus"}
    skus = GridField(VARIANTS, label=_("Variants"))

    def clean_skus(self) -> list[NewSku]:
        """Return the variants."""
        return skus(self.cleaned_data["skus"], {})


FIELDS = ("name", "name_en", "category", "brand", "summary", "summary_en", "attributes", "images")


def said(ask: Ask) -> dict[str, Any]:
    """Return what the form says of a product, as the operations want it."""
    found = {name: ask.data.get(name) for name in FIELDS}
    chosen = {"category": found["category"] or None, "brand": found["brand"] or None}
    return found | chosen | {"attributes": found["attributes"] or {}}


def own(desk: Desk) -> Any:
    """Return the goods that the party owns."""
    return Product.objects.visible_to(desk.actor).filter(owner=desk.party).select_related("category", "brand")


def one(desk: Desk, code: str) -> Product | None:
    """Return one of them."""
    found: Product | None = own(desk).filter(code=code).first()
    return found


def reviews(desk: Desk, product: Product) -> Any:
    """Return what reviewers said of it, the latest first."""
    found = Approval.objects.visible_to(desk.actor).filter(subject_kind="product", subject_id=product.pk)
    return found.order_by("-pk")


def edit(ask: Ask) -> str:
    """Change what the form changes and leave the rest."""
    before = {name: getattr(ask.thing, name) for name in FIELDS if name not in ("category", "brand")}
    before |= chosen(ask.thing)
    changes = {name: value for name, value in said(ask).items() if value != before[name]}
    return edit_product(**ask.how, product=ask.thing.code, changes=changes) if changes else ask.thing.code


def chosen(found: Product) -> dict[str, str | None]:
    """Return category and brand of a product by their slugs."""
    return {
        "category": found.category.slug if found.category else None, "brand": found.brand.slug if found.brand else None,
    }  # fmt: skip


def as_typed(_desk: Desk, product: Product) -> dict[str, Any]:
    """Return what the product says now."""
    found = {name: getattr(product, name) for name in FIELDS}
    return found | {name: slug or "" for name, slug in chosen(product).items()} | {
        "attributes": [{"name": name, "said": said} for name, said in product.attributes.items()],
        "keep": [{**image, "place": place} for place, image in enumerate(product.images, start=1)],
    }  # fmt: skip


def waiting(desk: Desk, product: Product) -> Any:
    """Return what a change that waits for its review says: each field, before and after."""
    found = reviews(desk, product).filter(kind="product_edit", status="submitted").first()
    if found is None:
        return []
    old, new = found.payload.get("before", {}), found.payload.get("changes", {})
    return [(SAYS.get(name, name), _spoken(name, old.get(name)), _spoken(name, said)) for name, said in new.items()]


def _spoken(name: str, value: Any) -> str:
    if name != "images":
        return spoken(value)
    alts = [str(one.get("alt") or "") for one in value or ()]
    return f"{len(alts)}: {' / '.join(filter(None, alts))}" if alts else "0"


def refused(desk: Desk, product: Product) -> dict[str, Any]:
    """Return why a reviewer said no, as long as that is the last word."""
    last = reviews(desk, product).first()
    return {"reasons": last.reasons if last and last.status == "rejected" else [], "pictures": product.images}


NEW: FormPage = FormPage(
    name="goods-new",
    route="goods/new/",
    title=_("New product"),
    icon="plus",
    needs=(EDIT,),
    form=NewGoods,
    run=lambda ask: create_product(**ask.how, owner=ask.party, skus=ask.data["skus"], **said(ask)),
    leads=lambda _ask, code: ONE.url(code),
    button=_("Create as a draft"),
    done=_("The draft is there. Submit it when it is complete."),
)
CHANGE: FormPage = FormPage(
    name="goods-edit",
    route="goods/<str:code>/edit/",
    title=_("Change"),
    icon="tag",
    needs=(EDIT,),
    hint=_("A product that is on sale changes as soon as a reviewer has approved."),
    form=ChangedGoods,
    find=one,
    initial=as_typed,
    run=edit,
    leads=lambda ask, _code: ONE.url(ask.thing.code),
    button=_("Save"),
)
LIST: ListPage = ListPage(
    name="goods",
    title=_("Goods"),
    icon="boxes",
    needs=("goods.see",),
    rows=lambda desk: own(desk).annotate(variants=Count("skus")),
    columns=(
        Column(_("Product"), "self", NAME, sort="name"),
        Column(_("Status"), "status", STATUS, sort="status"),
        Column(_("Category"), "category", NAME),
        Column(_("Brand"), "brand", NAME),
        Column(_("Variants"), "variants", NUMBER, sort="variants"),
        Column(_("Since when"), "created_at", DAY, sort="created_at"),
    ),
    picture=lambda one: one.images, search=("name", "name_en", "code", "skus__code", "skus__barcode"),
    filters=(by_state(PRODUCT),),
    bulk=(
        Bulk(
            "submit", _("Submit for review"), lambda ask: submit_product(**ask.how, product=ask.thing.code),
            may=lambda desk, _thing: desk.may(EDIT),
        ),
    ),
    links=(NEW, IMPORT),
    open=lambda product: ONE.url(product.code),
    empty=_("You have no goods yet. Create the first: name, pictures and variants."),
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="goods-one",
    route="goods/<str:code>/",
    title=_("Product"),
    needs=("goods.see",),
    parent=LIST,
    find=one,
    heading=named,
    states=PRODUCT,
    template="console/kit/goods.html",
    more=refused,
    facts=(
        Column(_("Number"), "code", CODE),
        Column(_("English name"), "name_en"),
        Column(_("Category"), "category", NAME),
        Column(_("Brand"), "brand", NAME),
        Column(_("Description"), "summary"),
        Column(_("Properties"), lambda product: [f"{k}: {v}" for k, v in product.attributes.items()], LINES),
    ),
    tables=(
        Table(
            _("Waits for a reviewer"),
            (
                Column(_("Field"), lambda row: str(row[0])),
                Column(_("Before"), lambda row: row[1]),
                Column(_("After"), lambda row: row[2]),
            ),
            waiting,
        ),
        Table(
            _("Variants"),
            (
                Column(_("Variant"), lambda sku: named(sku) or sku.code),
                Column(_("Number"), "code", CODE),
                Column(_("Bar code"), "barcode"),
                Column(_("Grams"), "weight_g", NUMBER),
            ),
            lambda _desk, product: product.skus.order_by("position", "pk"),
        ),
        Table(
            _("Reviews"),
            (
                Column(_("Submitted"), "submitted_at", MOMENT),
                Column(_("Status"), "status", STATUS),
                Column(_("Reasons"), "reasons", LINES),
            ),
            reviews,
        ),
    ),
    links=((CHANGE, by_event(PRODUCT, "withdraw", EDIT, also=lambda _desk, product: product.status != "in_review")),),
    acts=(
        Act(
            name="submit", label=_("Submit for review"), tone="go",
            run=lambda ask: submit_product(**ask.how, product=ask.thing.code),
            may=by_event(PRODUCT, "submit", EDIT),
            done=_("A reviewer looks at it now."),
        ),
        Act(
            name="variants", label=_("Add variants"), icon="plus", form=MoreVariants,
            run=lambda ask: edit_product(**ask.how, product=ask.thing.code, changes={"skus": ask.data["skus"]}),
            may=lambda desk, product: desk.may(EDIT) and product.status not in ("in_review", "withdrawn"), wide=True,
        ),
        Act(
            name="withdraw", label=_("Take off the market"), icon="x", tone="stop", form=Reason,
            run=lambda ask: withdraw_product(**ask.how, product=ask.thing.code, why=ask.data["why"]),
            may=by_event(PRODUCT, "withdraw", EDIT),
        ),
    ),
)  # fmt: skip
PAGES = (NEW, CHANGE, LIST, ONE)

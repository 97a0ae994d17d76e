"""A maker's goods: what there is, something new, a change, and where each stands in review."""

from typing import Any

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.models import PRODUCT, Product
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.catalogue.operations.edit_product import edit_product
from hanse.goods.catalogue.operations.submit_product import submit_product
from hanse.goods.catalogue.operations.withdraw_product import withdraw_product
from hanse.goods.catalogue.queries import tree
from hanse.goods.catalogue.rules import NewSku
from hanse.interfaces.console.kit.cells import CODE, DAY, LINES, MOMENT, NAME, NUMBER, PICTURE, STATUS, Column, named
from hanse.interfaces.console.kit.details import Act, DetailPage, by_event
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, LinesField, Reason, choice, fill, text
from hanse.interfaces.console.kit.lists import Bulk, ListPage, by_state
from hanse.interfaces.console.kit.operations.keep_pictures import keep_pictures
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.kit.pictures import PicturesField
from hanse.interfaces.console.kit.rowpages import split
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.works import IMPORT
from hanse.network.approvals.models import Approval

EDIT = "goods.edit"


class SkusField(forms.CharField):
    """Variants, one a line: name, English name, grams, bar code."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        """Read the variants; none typed is a single one without a name."""
        lines = [
            split(line) if _parted(line) else [line.strip()]
            for line in super().clean(value).splitlines()
            if line.strip()
        ]
        found = []
        for words in lines:
            name, name_en, grams, barcode = [*words, "", "", "", ""][:4]
            if grams and not (grams.isascii() and grams.isdecimal() and len(grams) < 10):
                raise forms.ValidationError(_("The third word of a line is its weight in whole grams."))
            found.append(NewSku(name=name, name_en=name_en, weight_g=int(grams or 0), barcode=barcode))
        return found or [NewSku()]


def _parted(line: str) -> bool:
    return any(mark in line for mark in "\t;,")


class GoodsForm(ConsoleForm):
    """What a product says."""

    blames = {
        "skus": "variants",
        "images": "pictures",
        "sku_name": "variants",
        "barcode": "variants",
        "weight_g": "variants",
    }

    name = text(_("Name"), 200)
    name_en = text(_("English name"), 200, required=False)
    category = choice(_("Category"), required=False)
    summary = text(_("Description"), 5000, required=False, rows=4)
    summary_en = text(_("English description"), 5000, required=False, rows=4)
    attributes = LinesField(
        label=_("Properties"), required=False, help_text=_("One on each line, such as Material: cotton")
    )
    pictures = PicturesField(label=_("Pictures"), help_text=_("PNG, JPEG or WebP, up to 4 MB each."))

    def prepare(self) -> None:
        """Offer the categories."""
        fill(self, "category", ((one.slug, named(one)) for one in tree()), blank=_("none"))

    def images(self, before: list[dict[str, str]], party: str) -> list[dict[str, str]]:
        """Return the pictures that stay and those that came."""
        paths = keep_pictures(uploads=self.cleaned_data["pictures"], party=party)
        said = {"alt": self.cleaned_data["name"], "alt_en": self.cleaned_data["name_en"]}
        return [*before, *({"path": path, **said} for path in paths)]

    def clean(self) -> dict[str, Any]:
        """Keep the pictures once everything else is right."""
        given = dict(super().clean() or {})
        if not self.errors:
            stay = given.get("keep")
            before = self.thing.images if self.thing else []
            before = before if stay is None else [one for one in before if one["path"] in stay]
            given["images"] = self.images(before, self.desk.party.code)
        return given


class NewGoods(GoodsForm):
    """A product to be, with its variants."""

    variants = SkusField(
        label=_("Variants"),
        required=False,
        help_text=_("One on each line: name, English name, grams, bar code. Without any there is one variant."),
    )


class ChangedGoods(GoodsForm):
    """What a product is to say from now on."""

    keep = forms.MultipleChoiceField(label=_("Pictures that stay"), required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        """Offer the categories and the pictures there are."""
        super().prepare()
        field = self.fields["keep"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one["path"], one["path"].rsplit("/", 1)[-1]) for one in self.thing.images]
        if not self.thing.images:
            del self.fields["keep"]


class MoreVariants(ConsoleForm):
    """Further variants of a product."""

    blames = {"sku_name": "skus", "barcode": "skus", "weight_g": "skus"}
    skus = SkusField(label=_("Variants"), help_text=_("One on each line: name, English name, grams, bar code."))


FIELDS = ("name", "name_en", "category", "summary", "summary_en", "attributes", "images")


def said(ask: Ask) -> dict[str, Any]:
    """Return what the form says of a product, as the operations want it."""
    found = {name: ask.data.get(name) for name in FIELDS}
    return found | {"category": found["category"] or None, "attributes": found["attributes"] or {}}


def own(desk: Desk) -> Any:
    """Return the goods that the party owns."""
    return Product.objects.visible_to(desk.actor).filter(owner=desk.party).select_related("category")


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
    before = {name: getattr(ask.thing, name) for name in FIELDS if name != "category"}
    before["category"] = ask.thing.category.slug if ask.thing.category else None
    changes = {name: value for name, value in said(ask).items() if value != before[name]}
    return edit_product(**ask.how, product=ask.thing.code, changes=changes) if changes else ask.thing.code


def as_typed(_desk: Desk, product: Product) -> dict[str, Any]:
    """Return what the product says now."""
    found = {name: getattr(product, name) for name in FIELDS}
    return found | {
        "category": product.category.slug if product.category else "",
        "keep": [image["path"] for image in product.images],
    }


NEW: FormPage = FormPage(
    name="goods-new",
    route="goods/new/",
    title=_("New product"),
    icon="plus",
    needs=(EDIT,),
    form=NewGoods,
    run=lambda ask: create_product(**ask.how, owner=ask.party, skus=ask.data["variants"], **said(ask)),
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
        Column(_("Picture"), "images", PICTURE),
        Column(_("Status"), "status", STATUS, sort="status"),
        Column(_("Category"), "category", NAME),
        Column(_("Variants"), "variants", NUMBER, sort="variants"),
        Column(_("Since when"), "created_at", DAY, sort="created_at"),
    ),
    search=("name", "name_en", "code", "skus__code", "skus__barcode"),
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
    facts=(
        Column(_("Picture"), "images", PICTURE),
        Column(_("Number"), "code", CODE),
        Column(_("English name"), "name_en"),
        Column(_("Category"), "category", NAME),
        Column(_("Description"), "summary"),
        Column(_("Properties"), lambda product: [f"{k}: {v}" for k, v in product.attributes.items()], LINES),
    ),
    tables=(
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
            may=lambda desk, product: desk.may(EDIT) and product.status not in ("in_review", "withdrawn"),
        ),
        Act(
            name="withdraw", label=_("Take off the market"), icon="x", tone="stop", form=Reason,
            run=lambda ask: withdraw_product(**ask.how, product=ask.thing.code, why=ask.data["why"]),
            may=by_event(PRODUCT, "withdraw", EDIT),
        ),
    ),
)  # fmt: skip
PAGES = (NEW, CHANGE, LIST, ONE)

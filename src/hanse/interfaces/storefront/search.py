"""Looking for something: by words, in a category, in a shop, within bounds; and what is suggested while one types."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hanse.goods.catalogue.models import Brand, Category
from hanse.goods.catalogue.queries import all_brands
from hanse.goods.search.queries import MOST, Found, Place, brands, find, sellers, shop, suggest
from hanse.goods.search.rules import LONGEST, SORTS, Wish
from hanse.interfaces.storefront import goods, leafing, seo
from hanse.interfaces.templatetags.hanse import said
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock, money
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.models import Party

CURRENCY = "CNY"
"""In which prices are bounded; offers in other currencies are compared by their bare number."""
SORTED_BY = dict(
    zip(
        SORTS,
        (_("Best match"), _("Price, lowest first"), _("Price, highest first"), _("Newest"), _("Most sold")),
        strict=True,
    )
)


class Price(forms.CharField):
    """An amount of money as one types it, or nothing."""

    def clean(self, value: Any) -> int | None:
        """Return minor units; what cannot be read is said beside the field."""
        text = super().clean(value)
        try:
            amount = money.parse(text, CURRENCY) if text else None
        except MalformedInput as unreadable:
            raise forms.ValidationError(str(unreadable.details["expected"])) from unreadable
        if amount is not None and amount < 0:
            raise forms.ValidationError(_("An amount of at least 0."))
        return amount


@dataclass(frozen=True, slots=True)
class Within:
    """What the address itself says: a category or a brand that all of the list is of."""

    category: Category | None = None
    brand: Brand | None = None


class Filters(forms.Form):
    """The bounds of a search; whatever is not understood bounds nothing and is said."""

    q = forms.CharField(max_length=LONGEST, required=False, widget=forms.HiddenInput)
    category = forms.ChoiceField(label=_("Category"), required=False)
    seller = forms.ChoiceField(label=_("Seller"), required=False)
    brand = forms.ChoiceField(label=_("Brand"), required=False)
    least = Price(label=_("Price from"), max_length=15, required=False)
    most = Price(label=_("Price to"), max_length=15, required=False)
    sort = forms.ChoiceField(label=_("Sorted by"), choices=list(SORTED_BY.items()), required=False)
    stock = forms.BooleanField(label=_("In stock only"), required=False)

    def __init__(self, given: Any, shown: list[goods.Shown]) -> None:
        super().__init__({**given.dict(), "sort": given.get("sort") or SORTS[0]}, auto_id="f-%s")
        everything: Any = [("", _("All"))]
        self.choice("category").choices = everything + [(one.slug, said(one, "name")) for one in shown]
        self.choice("seller").choices = self.choice("brand").choices = everything
        for name in ("least", "most"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"

    def choice(self, name: str) -> forms.ChoiceField:
        """Return a field of choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def offer(self, shops: list[Party], names: list[Brand]) -> None:
        """Let one choose among these shops and brands."""
        self.choice("seller").choices = [("", _("All")), *((shop.code, said(shop, "name")) for shop in shops)]
        self.choice("brand").choices = [("", _("All")), *((one.slug, said(one, "name")) for one in names)]
        if not names:
            del self.fields["brand"]

    def wish(self, actor: Actor, within: Within) -> tuple[Wish, Party | None, Brand | None]:
        """Return what is looked for, and the seller and the brand that were chosen."""
        self.full_clean()
        given = self.cleaned_data
        slug = given.get("category")
        category = within.category or (get_object_or_404(Category, slug=slug) if slug else None)
        code, named = self.data.get("seller"), self.data.get("brand")
        chosen = shop(actor, code) if code else None
        brand = within.brand or (all_brands().filter(slug=named).first() if named else None)
        wish = Wish(
            words=given.get("q", ""), category=category.pk if category else None, brand=brand.pk if brand else None,
            seller=chosen.pk if chosen else None, sort=given.get("sort") or SORTS[0], least=given.get("least"),
            most=given.get("most"), in_stock=bool(given.get("stock")),
        )  # fmt: skip
        return wish, chosen, brand


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what a search finds; for htmx the list alone."""
    return _show(request, Within())


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is on sale in one category and those right below it."""
    return _show(request, Within(category=get_object_or_404(Category, slug=slug)))


@require_safe
def brand(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is on sale of one brand."""
    return _show(request, Within(brand=get_object_or_404(Brand, slug=slug)))


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Offer names that begin as what has been typed so far."""
    begun = request.GET.get("q", "").replace("\x00", "")
    return render(request, "storefront/suggestions.html", {"products": suggest(actor_of(request), begun)})


def _show(request: HttpRequest, within: Within) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    shown = goods.categories(actor)
    filters = Filters(request.GET, shown)
    wish, chosen, named = filters.wish(actor, within)
    after = _place(leafing.opened(request))
    part = find(actor, wish, at, after=after, limit=goods.PAGE + 1) if after else None
    if part and leafing.rest_only(request):
        return render(request, "storefront/more.html", _leaf(part, actor, at, wish, begun=True))
    found = find(actor, wish, at)
    shops, names = sellers(actor, found.products), brands(actor, found.products)
    filters.offer(
        shops if not chosen or chosen in shops else [chosen, *shops],
        names if not named or named in names else [named, *names],
    )
    filters.full_clean()
    what = within.category or within.brand
    context = {
        **_leaf(part or found, actor, at, wish, begun=part is not None), "count": len(found.products), "most": MOST,
        "filters": filters, "q": wish.words.strip(), "categories": shown, "category": within.category,
        "brand": within.brand, "what": what, "about": seo.about_list(request, said(what, "name")) if what else None,
    }  # fmt: skip
    alone = request.headers.get("HX-Target") == "found"
    return render(request, "storefront/found.html" if alone else "storefront/search.html", context)


def _leaf(found: Found, actor: Actor, at: datetime, wish: Wish, *, begun: bool) -> dict[str, Any]:
    """Return the cards of the first products that were found, and where the list goes on behind them."""
    places, last = leafing.cut(found.places, goods.PAGE)
    cards = goods.best(actor, at, found.products[: len(places)], wish.seller)
    behind = leafing.sealed([last.sort, last.alike, *last.values]) if last else None
    return {"cards": cards, "found": found, "leaf": leafing.Leaf(begun, behind)}


def _place(said: list[Any] | None) -> Place | None:
    """Return the place that stands in the address, if one of such a list does."""
    if said is None or len(said) < 3:
        return None
    sort, alike, *values = said
    return Place(str(sort), bool(alike), tuple(values))

"""What other machines read of the mall: addresses, languages, descriptions, the list of all pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hanse.goods.catalogue.models import Product
from hanse.goods.search.queries import buyable, sellers
from hanse.interfaces.storefront.goods import Card, categories
from hanse.interfaces.templatetags.hanse import media, said
from hanse.kernel.actor import STRANGER, Actor
from hanse.kernel.money import plain
from hanse.network.parties.models import Party

ASKED = "hl"
CONTEXT = "https://schema.org"
CLOSED = (
    "basket/",
    "checkout/",
    "pay/",
    "orders/",
    "console/",
    "api/",
    "addresses/",
    "favourites/",
    "history/",
    "search/",
)
PART = 5_000


class AskedLanguage:
    """Lets an address say in which language it is to be read (`?hl=en`), and remembers it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the language that its address asks for, if it is one of ours."""
        asked = request.GET.get(ASKED, "")
        if asked not in dict(settings.LANGUAGES):
            return self.answer(request)
        translation.activate(asked)
        request.LANGUAGE_CODE = asked
        response = self.answer(request)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, asked, samesite="Lax", httponly=True,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )  # fmt: skip
        return response


Thing = dict[str, Any]
"""One thing in the words of schema.org."""


@dataclass(frozen=True, slots=True)
class About:
    """What a page tells other machines of itself; a page without it is not to be found by search engines."""

    title: str
    text: str
    address: str
    kind: str = "website"
    picture: str = ""
    things: tuple[Thing, ...] = ()

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """Return the page's address in each language, and the one that asks the reader's browser."""
        base, _mark, asked = self.address.partition("?")
        kept = "&".join(part for part in asked.split("&") if part and not part.startswith(f"{ASKED}="))
        plain = f"{base}?{kept}" if kept else base
        mark = "&" if kept else "?"
        spoken = [(TAGS[code], f"{plain}{mark}{ASKED}={code}") for code, _name in settings.LANGUAGES]
        return [*spoken, ("x-default", plain)]


TAGS = {"zh-hans": "zh-Hans", "en": "en"}


def address_of(request: HttpRequest, path: str | None = None) -> str:
    """Return the one full address of a page: of what was asked only the language and the page's number belong to it."""
    kept = {name: request.GET[name] for name in ("page", ASKED) if path is None and request.GET.get(name)}
    if not kept.get("page", "1").isdecimal() or kept.get("page") == "1":
        kept.pop("page")
    if kept.get(ASKED) not in TAGS:
        kept.pop(ASKED, None)
    bare = request.build_absolute_uri(path or request.path)
    return f"{bare}?{urlencode(kept)}" if kept else bare


def about_home(request: HttpRequest) -> About:
    """Describe the mall itself."""
    home, name = request.build_absolute_uri("/"), _("Hanse")
    logo = request.build_absolute_uri(static("hanse/icon-512.png"))
    search = request.build_absolute_uri(reverse("search"))
    asked = {"@type": "EntryPoint", "urlTemplate": search + "?q={search_term_string}"}
    found = {"@type": "SearchAction", "target": asked, "query-input": "required name=search_term_string"}
    things = (
        {"@context": CONTEXT, "@type": "Organization", "name": name, "url": home, "logo": logo},
        {"@context": CONTEXT, "@type": "WebSite", "name": name, "url": home, "potentialAction": found},
    )
    text = _("Factories, wholesalers, shops and households in one mall.")
    return About(_("Mall"), text, address_of(request), picture=logo, things=things)


def about_list(request: HttpRequest, title: str, text: str = "", *, seller: Party | None = None) -> About:
    """Describe a category or a shop."""
    things = [trail(request, [(title, request.path)])]
    if seller:
        things.append({"@context": CONTEXT, **_seller(request, seller)})
    picture = request.build_absolute_uri(static("hanse/icon-512.png"))
    return About(title, text or title, address_of(request), picture=picture, things=tuple(things))


def about_product(request: HttpRequest, product: Product, offers: Sequence[Card]) -> About:
    """Describe a product with every offer that the reader could take."""
    title, text = said(product, "name"), said(product, "summary") or said(product, "name")
    pictures = [request.build_absolute_uri(media(one["path"])) for one in product.images]
    thing: Thing = {
        "@context": CONTEXT, "@type": "Product", "name": title, "description": text, "sku": product.code,
        "url": address_of(request, request.path), "image": pictures,
    }  # fmt: skip
    if product.brand:
        thing["brand"] = {"@type": "Brand", "name": said(product.brand, "name")}
    if offers:
        thing["offers"] = [_offer(request, card) for card in offers]
    steps = [(title, request.path)]
    if product.category:
        steps.insert(0, (said(product.category, "name"), reverse("category", args=[product.category.slug])))
    things = (thing, trail(request, steps))
    return About(title, text[:200], address_of(request), "product", pictures[0] if pictures else "", things)


def trail(request: HttpRequest, steps: Sequence[tuple[str, str]]) -> Thing:
    """Return the way from the mall to a page."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": request.build_absolute_uri(path)}
        for place, (name, path) in enumerate([(_("Mall"), "/"), *steps], start=1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": items}


def _offer(request: HttpRequest, card: Card) -> Thing:
    where = reverse("product", args=[card.product.code])
    return {
        "@type": "Offer", "sku": card.sku.code, "price": plain(card.price, card.currency),
        "priceCurrency": card.currency, "itemCondition": f"{CONTEXT}/NewCondition",
        "availability": f"{CONTEXT}/{'InStock' if card.available else 'OutOfStock'}",
        "url": request.build_absolute_uri(f"{where}?offer={card.offer.code}"), "seller": _seller(request, card.seller),
    }  # fmt: skip


def _seller(request: HttpRequest, seller: Party) -> Thing:
    url = request.build_absolute_uri(reverse("shop", args=[seller.code]))
    return {"@type": "Organization", "name": said(seller, "name"), "url": url}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is worth their time."""
    where = request.build_absolute_uri(reverse("sitemap"))
    closed = "".join(f"Disallow: /{part}\n" for part in CLOSED)
    return HttpResponse(f"User-agent: *\n{closed}\nSitemap: {where}\n", content_type="text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the parts of the list of all pages."""
    products = found_by(STRANGER).aggregate(last=Max("pk"))["last"] or 0
    parts = range(products // PART + 1)
    found = [request.build_absolute_uri(reverse("sitemap-part", args=[part])) for part in parts]
    return render(request, "storefront/sitemaps.xml", {"parts": found}, content_type="application/xml")


@require_safe
def sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """List the products of one part that everybody may buy; the first part has the other pages too."""
    within = found_by(STRANGER).filter(pk__gte=part * PART, pk__lt=(part + 1) * PART).order_by("pk")
    paths = [reverse("product", args=[code]) for code in within.values_list("code", flat=True)]
    if part == 0:
        slugs = [one.slug for one in categories(STRANGER)]
        shops = sellers(STRANGER, list(found_by(STRANGER).values_list("pk", flat=True)[:PART]), PART)
        others = [reverse("category", args=[slug]) for slug in slugs] + [reverse("shop", args=[s.code]) for s in shops]
        paths = ["/", *others, *paths]
    pages = [About("", "", request.build_absolute_uri(path)) for path in paths]
    return render(request, "storefront/sitemap.xml", {"pages": pages}, content_type="application/xml")


def found_by(actor: Actor) -> QuerySet[Product]:
    """Return the products that the actor could buy."""
    return Product.objects.visible_to(actor).filter(pk__in=buyable(actor).values("sku__product"))

"""Looking around: the mall, a category, a product, a price."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hanse.goods.catalogue.models import Product
from hanse.goods.search.queries import find
from hanse.goods.search.queries import shop as shop_of
from hanse.goods.search.rules import Wish
from hanse.interfaces.storefront import goods, seo
from hanse.interfaces.storefront.arriving import coming
from hanse.interfaces.storefront.basket import NOBODY
from hanse.interfaces.storefront.decor import blocks
from hanse.interfaces.templatetags.hanse import said
from hanse.interfaces.web.fields import quantity_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.actor import STRANGER
from hanse.kernel.errors import DomainError, NotFound
from hanse.network.parties.queries import platform_id, terms_for
from hanse.relations.members.queries import is_marked
from hanse.trade.quotes.queries import Line, quote_for

DAY = 86_400


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is on sale: the categories, and everything in the order of the catalogue."""
    actor, at = actor_of(request), clock.now()
    cards, page = goods.page_of(actor, at, find(actor, Wish(), at).products, request.GET.get("page", "1"))
    context = {
        "cards": cards, "page": page, "categories": goods.categories(actor), "about": seo.about_home(request),
        "blocks": blocks(request, platform_id(), actor, at) if page.number == 1 else [],
    }  # fmt: skip
    return render(request, "storefront/home.html", context)


@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """Show one product: pictures, variants, price by quantity, who sells it. For htmx only the part that changes."""
    actor = actor_of(request)
    shown = get_object_or_404(Product.objects.visible_to(actor).select_related("category", "brand"), code=code)
    offers = goods.of_product(actor, shown, clock.now())
    chosen, variants, others = goods.choose(offers, request.GET.get("offer", ""))
    context = {
        "product": shown,
        "chosen": chosen,
        "variants": variants,
        "others": others,
        "quantity": 1,
        "about": seo.about_product(request, shown, offers),
        "attributes": goods.attributes(shown),
        "promised": promised(chosen.seller.pk, actor.party) if chosen else None,
        "coming": coming(actor, chosen, clock.now()) if chosen and chosen.available else None,
    }
    part = request.headers.get("HX-Target") == "buy" and chosen is not None
    if actor.party and not part:
        context["marked"] = is_marked(actor, shown.pk)
    return render(request, "storefront/buy.html" if part else "storefront/product.html", context)


@require_safe
def shop(request: HttpRequest, code: str) -> HttpResponse:
    """Show one seller and what it sells to the one who looks."""
    actor, at = actor_of(request), clock.now()
    seller = shop_of(actor, code)
    if seller is None:
        seller, actor = shop_of(STRANGER, code), STRANGER  # a shop looks at its own page as everybody sees it
        if seller is None or seller.pk != actor_of(request).party:
            raise NotFound(_("shop"))
    found = find(actor, Wish(seller=seller.pk, sort="sold"), at)
    cards, page = goods.page_of(actor, at, found.products, request.GET.get("page", "1"), seller.pk)
    name = said(seller, "name")
    about = seo.about_list(request, name, str(_("What %(name)s sells in the mall.")) % {"name": name}, seller=seller)
    context = {"seller": seller, "cards": cards, "page": page, "promised": promised(seller.pk, actor.party)}
    context["about"] = about
    context["blocks"] = blocks(request, seller.pk, actor_of(request), at) if page.number == 1 else []
    return render(request, "storefront/shop.html", context)


def promised(seller: int, buyer: int | None) -> dict[str, int]:
    """Return, in days, within what time a seller takes goods back and a parcel nobody confirmed counts as received."""
    terms = terms_for([(seller, buyer)])[seller, buyer]
    return {"returns": terms.return_window // DAY, "receipt": terms.auto_receive // DAY}


@require_safe
def price(request: HttpRequest, code: str) -> HttpResponse:
    """Say what so many pieces come to, or why they cannot be had."""
    actor = actor_of(request)
    try:
        lines = [Line(code, quantity_of(request.GET))]
        quote = quote_for(actor.party or NOBODY, lines, clock.now())
        total = {"amount": quote.total, "currency": quote.currency}
    except DomainError as refused:
        total = {"refused": str(refused)}
    return render(request, "storefront/sum.html", {"sum": total})

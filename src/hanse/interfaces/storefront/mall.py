"""Looking around: the mall, a category, a product, a price."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from hanse.goods.catalogue.models import Product
from hanse.goods.search.queries import find
from hanse.goods.search.rules import Wish
from hanse.interfaces.storefront import goods
from hanse.interfaces.storefront.basket import NOBODY
from hanse.interfaces.web.fields import quantity_of
from hanse.interfaces.web.who import actor_of
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.trade.quotes.queries import Line, quote_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is on sale: the categories, and everything in the order of the catalogue."""
    actor, at = actor_of(request), clock.now()
    cards, page = goods.page_of(actor, at, find(actor, Wish(), at).products, request.GET.get("page", "1"))
    return render(
        request, "storefront/home.html", {"cards": cards, "page": page, "categories": goods.categories(actor)}
    )


@require_safe
def product(request: HttpRequest, code: str) -> HttpResponse:
    """Show one product: pictures, variants, price by quantity, who sells it. For htmx only the part that changes."""
    actor = actor_of(request)
    shown = get_object_or_404(Product.objects.visible_to(actor).select_related("category"), code=code)
    offers = goods.of_product(actor, shown, clock.now())
    chosen, variants, others = goods.choose(offers, request.GET.get("offer", ""))
    context = {
        "product": shown,
        "chosen": chosen,
        "variants": variants,
        "others": others,
        "quantity": 1,
        "attributes": goods.attributes(shown),
    }
    part = request.headers.get("HX-Target") == "buy" and chosen is not None
    return render(request, "storefront/buy.html" if part else "storefront/product.html", context)


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

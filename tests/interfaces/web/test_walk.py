"""Every address as every role and as a stranger: what is not meant for them answers 403 or 404, or asks to sign in."""

import pytest
from django.urls import URLPattern
from django.urls.resolvers import RoutePattern

from hanse.goods.catalogue.models import Product
from hanse.goods.catalogue.operations.create_brand import create_brand
from hanse.goods.offers.queries import offer
from hanse.interfaces.urls import urlpatterns
from tests.interfaces.web.faces import Mall, text

# What each may open with GET; the rest must answer in REFUSED. {order}, {sale}, … are filled in below.
ANYONE = {
    "/",
    "/search/?q=tee",
    "/search/suggestions/?q=te",
    "/c/clothes/",
    "/p/{product}/",
    "/b/ours/",
    "/offers/{offer}/price/?quantity=1",
    "/basket/",
    "/sign-in/",
}
SIGNED_IN = ANYONE | {"/console/", "/orders/", "/checkout/"}
SALES, MONEY = "/console/orders/", "/console/money/"
MAY = {
    "": ANYONE,
    "bob": SIGNED_IN,
    "ann": SIGNED_IN | {"/orders/{order}/", "/pay/{order}/"},
    "shop": SIGNED_IN | {SALES, MONEY, "/console/offers/", "/console/orders/{sale}/"},
    "factory": SIGNED_IN | {SALES, MONEY, "/console/offers/"},
    "clerk": SIGNED_IN | {"/console/offers/"},
    "operator": SIGNED_IN | {MONEY, "/console/platform/orders/", "/console/platform/orders/{order}/"},
}
ALL = set().union(*MAY.values())
FORMS = {
    "/p/{product}/seen/",
    "/orders/claims/A-00000-00000/drop/",
    "/orders/changes/H-00000-00000/agree/",
    "/orders/changes/H-00000-00000/decline/",
    "/basket/put/",
    "/pay/{order}/start/",
    "/pay/{order}/within/",
    "/orders/{sale}/receive/",
    "/sign-out/",
    "/act-for/",
    "/console/orders/{sale}/do/ship/",
    "/console/orders/{sale}/do/refund/",
    "/console/offers/{offer}/do/suspend/",
    "/language/",
}
REFUSED = {302, 403, 404}


@pytest.mark.parametrize("who", MAY)
def test_pages_open_for_whom_they_are_meant(mall: Mall, who: str) -> None:
    order = mall.ordered(paid=False)
    mall.call(create_brand, slug="ours", name="青禾")
    names = {
        "order": order.code,
        "paid": mall.leg(mall.ordered(), "shop").code,
        "sale": mall.leg(order, "shop").code,
        "offer": offer("tee@shop").code,
        "product": Product.objects.get().code,
    }
    client = mall.client(who)
    for page in sorted(ALL):
        response = client.get(page.format(**names))
        if page in MAY[who]:
            assert response.status_code in {200, 302}, (who, page)
            assert "/sign-in/" not in response.headers.get("Location", ""), (who, page)
        else:
            assert response.status_code in REFUSED, (who, page, response.status_code)
            assert "Pingjiang" not in text(response)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
    for form in sorted(FORMS):
        assert client.get(form.format(**names)).status_code in {302, 404, 405}, (who, form)


@pytest.mark.parametrize("who", ["", "bob"])
def test_forms_of_others_change_nothing(mall: Mall, who: str) -> None:
    order = mall.ordered(paid=False)
    names = {
        "order": order.code,
        "sale": mall.leg(order, "shop").code,
        "offer": offer("tee@shop").code,
        "product": "none",
    }
    client = mall.client(who)
    for form in sorted(FORMS - {"/basket/put/", "/sign-out/", "/language/"}):
        response = client.post(form.format(**names), {"key": "walk", "with": "wallet"})
        assert response.status_code in REFUSED, (who, form)


def test_no_address_is_forgotten() -> None:
    known = {page.split("?")[0].strip("/") for page in ALL | FORMS}
    shapes = {tuple(part if "{" not in part else "*" for part in page.split("/")) for page in known}
    extra = {"media/*", "orders/*/*", "console/offers/*/*", "pay/*/back/*", "c/*"}
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern) and isinstance(pattern.pattern, RoutePattern):
            route = str(pattern.pattern).strip("/")
            shape = tuple("*" if part.startswith("<") else part for part in route.split("/"))
            assert shape in shapes or "/".join(shape) in extra, route

"""Every address of every face."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hanse.interfaces.console import platform
from hanse.interfaces.console.pages import home
from hanse.interfaces.storefront import basket, checkout, mall, orders, payment, search
from hanse.interfaces.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", mall.home, name="home"),
    path("search/", search.results, name="search"),
    path("search/suggestions/", search.suggestions, name="suggestions"),
    path("c/<slug:slug>/", search.category, name="category"),
    path("p/<str:code>/", mall.product, name="product"),
    path("offers/<str:code>/price/", mall.price, name="product-price"),
    path("", include("hanse.interfaces.storefront.urls")),
    path("basket/", basket.show, name="basket"),
    path("basket/put/", basket.put, name="basket-put"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("pay/<str:code>/", payment.choose, name="pay"),
    path("pay/<str:code>/start/", payment.start, name="pay-start"),
    path("pay/<str:code>/back/<str:payment>/", payment.back, name="pay-back"),
    path("pay/<str:code>/within/", payment.within, name="pay-within"),
    path("orders/", orders.index, name="orders"),
    path("orders/<str:code>/", orders.show, name="order"),
    path("orders/<str:code>/<slug:event>/", orders.act, name="order-act"),
    path("console/", home.begin, name="console"),
    path("console/", include("hanse.interfaces.console.urls")),
    path("console/print/", include("hanse.interfaces.documents.views")),
    path("console/platform/orders/", platform.orders, name="platform-orders"),
    path("console/platform/orders/<str:code>/", platform.draw, name="platform-chain"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("act-for/", views.act_for, name="act-for"),
    path("language/", set_language, name="set_language"),
    path("media/<path:path>", views.media, name="media"),
    path("", include("hanse.interfaces.accounts.urls")),
    path("gateways/", include("hanse.interfaces.gateway_views")),
    path("api/", include("hanse.interfaces.api.site")),
]

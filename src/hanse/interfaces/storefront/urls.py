"""The addresses of the mall that came after its first pages."""

from django.urls import path

from hanse.interfaces.storefront import claims, installing, mall, mine, search, seo

urlpatterns = [
    path("s/<str:code>/", mall.shop, name="shop"),
    path("b/<slug:slug>/", search.brand, name="brand"),
    path("p/<str:code>/mark/", mine.mark, name="mark"),
    path("orders/<str:code>/money-back/", claims.claim, name="claim"),
    path("orders/claims/<str:request_code>/drop/", claims.drop_claim, name="claim-drop"),
    path("orders/<str:code>/change/", claims.change, name="change"),
    path("orders/changes/<str:code>/<slug:verb>/", claims.answer_change, name="change-answer"),
    path("p/<str:code>/seen/", mine.seen, name="seen"),
    path("favourites/", mine.favourites, name="favourites"),
    path("history/", mine.visits, name="visits"),
    path("history/forget/", mine.forget, name="forget"),
    path("addresses/", mine.addresses, name="addresses"),
    path("addresses/new/", mine.address, name="address-new"),
    path("addresses/<int:pk>/", mine.address, name="address"),
    path("addresses/<int:pk>/remove/", mine.drop_address, name="address-remove"),
    path("robots.txt", seo.robots, name="robots"),
    path("sitemap.xml", seo.sitemap, name="sitemap"),
    path("sitemap-<int:part>.xml", seo.sitemap_part, name="sitemap-part"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("worker.js", installing.worker, name="worker"),
    path("offline/", installing.offline, name="offline"),
    path("divisions/", mine.below, name="divisions"),
]

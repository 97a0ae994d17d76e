"""Finds every page that somebody can reach: from a few addresses on along the links, one page for each view.

Whatever is added to the storefront, to the accounts or to `console.pages.PAGES` is found by itself, as people find it:
by a link.
"""

import os
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import django
from django.apps import apps
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

STARTS = ("/console/", "/", "/account/", "/basket/", "/orders/", "/favourites/", "/history/", "/addresses/")
LINKS = "[...document.querySelectorAll('a[href]')].filter(a => !a.hasAttribute('download')).map(a => a.href)"
DEPTH = 5
SKIPPED = frozenset({
    "worker", "manifest", "sitemap", "sitemap-part", "robots", "media", "suggestions", "divisions", "product-price",
    "account_logout", "invitation", "console-share-picture",
})  # fmt: skip
"""Answers that are no pages, and the doors out."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page: the name of its view, and an address at which somebody sees it."""

    name: str
    path: str


def name_of(path: str) -> str:
    """Return the name of the view behind a path, "" for none."""
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")
        django.setup()
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    return "" if found.namespace else found.url_name or ""


def walk(
    page: Page, base: str, starts: Sequence[str] = STARTS, known: Collection[str] = (), within: tuple[str, ...] = ("/",)
) -> Iterator[Found]:
    """Yield one page of every view that is reached from the starts, in the order in which they are met.

    The page stands at what is yielded. Views in `known` are gone through for their links and not yielded; what does
    not lie `within` these paths is not looked at.
    """
    seen: set[str] = set()
    waiting = deque((path, 0) for path in starts)
    while waiting:
        path, depth = waiting.popleft()
        name = name_of(urlsplit(path).path)
        if not name or name in seen or name in SKIPPED or name.startswith("pdf-") or not path.startswith(within):
            continue
        answer = page.goto(path)
        html = answer is not None and answer.ok and "text/html" in answer.headers.get("content-type", "")
        if not html or urlsplit(page.url).path != urlsplit(path).path:
            continue
        seen.add(name)
        if name not in known:
            yield Found(name, path)
        if depth < DEPTH:
            waiting.extend((link, depth + 1) for link in _links(page, base))


def _links(page: Page, base: str) -> list[str]:
    """Return the addresses within this site to which the page leads, without what only sorts or leafs."""
    found = [link.removeprefix(base) for link in page.evaluate(LINKS) if link.startswith(base)]
    return list(dict.fromkeys(link for link in found if "export=" not in link and "hl=" not in link))

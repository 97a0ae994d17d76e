"""Which pages there are, and in which order and under which headings each role finds them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import URLPattern, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.finding import FindPage
from hanse.interfaces.console.kit.lists import ListPage
from hanse.interfaces.console.kit.page import EVERYONE, OPERATORS, Desk, Page
from hanse.interfaces.console.pages import (
    content,
    enterprise,
    goods,
    home,
    ledger,
    licences,
    lowstock,
    market,
    money,
    notices,
    offers,
    partners,
    picking,
    pickups,
    platform,
    privacy,
    programs,
    promoter,
    receiving,
    refunds,
    review,
    sales,
    staff,
    stock,
    stocktake,
    trade,
    trail,
    webhooks,
    works,
)


@dataclass(frozen=True, kw_only=True)
class Elsewhere(Page):
    """A page whose views and address are made by hand, for the menu's sake."""

    at: str

    def url(self, *codes: object) -> str:
        """Return its address."""
        return reverse(self.at, args=codes)

    def leads_to(self, href: str, paths: Sequence[str]) -> bool:
        """Say whether the entry stands for one of these paths; the overview stands for none but its own."""
        return href in paths if self.at == "console" else super().leads_to(href, paths)

    def urls(self) -> list[URLPattern]:
        """Return nothing: its address stands where its views do."""
        return []


HOME = Elsewhere(name="home", at="console", title=_("Overview"), icon="house", needs=home.ANY, kinds=EVERYONE)
ALL = Elsewhere(name="platform", at="platform-orders", title=_("All orders"), icon="network", **OPERATORS)

GROUPS: tuple[tuple[str | Promise, tuple[Page, ...]], ...] = (
    ("", (HOME, notices.LIST, review.LIST, ALL)),
    (_("Selling"), (
        sales.LIST, refunds.LIST, picking.TO_PICK, pickups.LIST, trade.BY_FILE, offers.LIST, partners.LIST,
        trade.CUSTOMERS, trade.FURTHER, trade.SOLD, content.LIST,
    )),
    (_("Goods and stock"), (goods.LIST, stock.LIST, lowstock.LIST, stocktake.LIST, stock.HOUSES)),
    (_("Buying"), (
        market.LIST, enterprise.PRICES, enterprise.QUICK, trade.PURCHASES, receiving.ARRIVING, receiving.RECEIPTS,
        partners.SUPPLIERS, enterprise.CREDIT, enterprise.DEBTS,
    )),
    (_("Promoting"), (promoter.SHARE, promoter.TEAM, promoter.COMMISSION, trade.PROMOTERS)),
    (_("Network"), (
        platform.PARTIES, platform.LINKS, platform.CATEGORIES, platform.POLICY, licences.ASKED, licences.ALL,
    )),
    (_("Money"), (
        money.OVERVIEW, money.STATEMENTS, money.PAYOUTS, ledger.BOOKS, ledger.SETTLEMENTS, ledger.ALL_PAYOUTS,
    )),
    (_("House"), (
        works.LIST, staff.LIST, licences.OWN, programs.LIST, webhooks.LIST, webhooks.LOG, ledger.JOBS, trail.AUDIT,
        trail.REQUESTS, privacy.LIST,
    )),
)  # fmt: skip
"""The menu of all roles together; each finds what is there for it."""

FIND = FindPage(
    name="find", title=_("Find"), icon="search", needs=home.ANY, kinds=EVERYONE,
    lists=lambda desk: [page for section in menu(desk) for _href, page in section.pages],
)  # fmt: skip

TABS: tuple[Page, ...] = (
    HOME, review.LIST, ALL, sales.LIST, enterprise.PRICES, trade.PURCHASES, offers.LIST, promoter.SHARE, money.OVERVIEW,
)  # fmt: skip
"""What a phone shows at its foot: the first four of these that are there for who looks."""

PAGES: tuple[Page, ...] = (
    FIND, *works.PAGES, *programs.PAGES, *webhooks.PAGES, *refunds.PAGES, *content.PAGES,
    *goods.PAGES, *stock.PAGES, *lowstock.PAGES, *stocktake.PAGES, *pickups.PAGES,
    *money.PAGES, *partners.PAGES, *market.PAGES, *offers.PAGES,
    *sales.PAGES, *picking.PAGES, *receiving.PAGES, *trade.PAGES, *enterprise.PAGES, *promoter.PAGES,
    *review.PAGES, *licences.PAGES, *staff.PAGES, *privacy.PAGES, *notices.PAGES, *platform.PAGES, *ledger.PAGES,
    *trail.PAGES,
)  # fmt: skip
"""Every page that is declared as data."""


@dataclass(frozen=True, slots=True)
class Section:
    """Some entries of the menu under a heading."""

    title: str | Promise
    pages: list[tuple[str, Page]]


def menu(desk: Desk) -> list[Section]:
    """Return the entries that are there for who sits at this desk."""
    found = [Section(title, [(page.url(), page) for page in pages if page.open_to(desk)]) for title, pages in GROUPS]
    return [section for section in found if section.pages]


def tabs(desk: Desk) -> list[tuple[str, Page]]:
    """Return the few pages that are always at hand on a phone."""
    return [(page.url(), page) for page in TABS if page.open_to(desk)][:4]


def list_named(name: str) -> ListPage | None:
    """Return the list of that name."""
    return next((page for page in PAGES if page.name == name and isinstance(page, ListPage)), None)

"""What notices say: one row for each kind, with its words, its symbol, and where it leads.

Values come from the notice (`said`); the address from its subject, as the party knows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.jobs.works.kinds import label as work_label
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.templatetags.hanse import locale
from hanse.interfaces.web.papers import label
from hanse.kernel.actor import ENGINE
from hanse.network.notices.models import Notice
from hanse.network.parties.rules import CONSUMER, PLATFORM, RETAILER, SUPPLIER, WHOLESALER

ELSEWHERE = _("Something happened")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice: its name in lists, its sentence, and where whoever reads it goes on."""

    title: str | Promise
    text: str | Promise
    leads: Callable[[Notice], str] = lambda _notice: ""
    icon: str = "info"


STOCKED = frozenset({SUPPLIER, WHOLESALER, RETAILER})
"""Who has pages for stock and sales; a community leader is told, and there is nowhere to lead it."""


def _stock(notice: Notice) -> str:
    return reverse("console-low-stock") if notice.party.kind in STOCKED else ""


def _sale(notice: Notice) -> str:
    """Return the order's page: a household's own, or the sale or purchase of a business."""
    if notice.party.kind == CONSUMER:
        return reverse("orders")
    if notice.party.kind not in STOCKED and notice.said.get("side") != "purchase":
        return ""
    return reverse(
        "console-order" if notice.said.get("side") != "purchase" else "console-purchase", args=[_code(notice)]
    )


def _code(notice: Notice) -> str:
    return notice.subject.partition("|")[0]


def _licence(notice: Notice) -> str:
    return reverse("console-all-licences" if notice.party.kind == PLATFORM else "console-licences")


def _work(notice: Notice) -> str:
    """Return the page of the work, or that of all works once this one is forgotten."""
    there = Work.objects.visible_to(ENGINE).filter(code=_code(notice)).exists()
    return reverse("console-work", args=[_code(notice)]) if there else reverse("console-works")


KINDS: Mapping[str, Kind] = {
    "stock.low": Kind(
        _("Low stock"), _("%(goods)s: only %(available)s left (low at %(least)s)."), _stock, "boxes"
    ),
    "stock.low_many": Kind(
        _("Low stock"), _("%(count)s goods run low, among them %(goods)s."), _stock, "boxes"
    ),
    "stock.low_downstream": Kind(
        _("A partner runs low"), _("%(party)s runs low on %(goods)s, which it draws from you."),
        lambda _notice: reverse("console-stock"), "boxes",
    ),
    "stock.short": Kind(
        _("Promised pieces are missing"),
        _("%(goods)s: %(missing)s pieces that were promised to buyers were not found in %(warehouse)s."),
        lambda _notice: reverse("console-stock"), "circle-alert",
    ),
    "order.delayed": Kind(_("An order is late"), _("Order %(order)s should have left by now."), _sale, "clock"),
    "order.short": Kind(
        _("An order may come short"), _("Pieces promised to order %(order)s were not found in the warehouse."),
        _sale, "circle-alert",
    ),
    "receipt.discrepancy": Kind(
        _("A delivery differs"),
        _("%(buyer)s counted order %(order)s: %(damaged)s damaged, %(missing)s missing, %(extra)s too many."),
        _sale, "list-checks",
    ),
    "licence.expiring": Kind(
        _("A licence ends soon"), _("%(party)s: %(item)s ends on %(until)s. Show the renewed one in time."), _licence,
        "receipt-text",
    ),
    "licence.lapsed": Kind(
        _("A licence has ended"), _("%(party)s sells nothing new until a renewed one is approved: %(item)s."), _licence,
        "circle-alert",
    ),
    "change.asked": Kind(
        _("A change is asked for"), _("Somebody asks for a change of order %(order)s. It waits for your answer."),
        _sale, "list-checks",
    ),
    "change.applied": Kind(_("A change is done"), _("Everybody agreed: order %(order)s was changed."), _sale, "check"),
    "change.declined": Kind(
        _("A change was declined"), _("Order %(order)s stays as it is."), _sale, "circle-alert"
    ),
    "work.done": Kind(
        _("Work is done"), _("%(work)s: done. %(good)s in, %(known)s there before, %(bad)s not in."), _work, "check"
    ),
    "work.failed": Kind(
        _("Work was given up"), _("%(work)s: given up. %(good)s in, %(bad)s not in. Look why, then let it go on."),
        _work, "circle-alert",
    ),
}  # fmt: skip
"""Whoever tells a new kind of thing gives it its words here."""


class _Values(dict[str, Any]):
    """The values of a notice; for one that an older notice does not hold stands a dash."""

    def __getitem__(self, name: str) -> Any:
        """Return the value in the reader's language where there are several."""
        return (locale() == "en" and self.get(f"{name}_en")) or self.get(name, "–")


def title(kind: str) -> str:
    """Return what a kind of notice is called."""
    return str(KINDS[kind].title if kind in KINDS else ELSEWHERE)


def text(notice: Notice) -> str:
    """Return the sentence of a notice in the reader's language."""
    known = KINDS.get(notice.kind)
    return (
        str(known.text) % _Values(_worded(notice), subject=_code(notice), order=_code(notice)) if known else title("")
    )


def _worded(notice: Notice) -> dict[str, Any]:
    """Return the values in the reader's language: certificates and work by name, a party by its English one."""
    said = dict(notice.said)
    if "item" in said:
        said["item"] = label(said["item"])
    if "work" in said:
        said["work"] = work_label(said["work"])
    if "party_en" in said and get_language() == "en":
        said["party"] = said["party_en"]
    return said


def address(notice: Notice) -> str:
    """Return where whoever reads the notice goes on, "" for nowhere."""
    known = KINDS.get(notice.kind)
    return known.leads(notice) if known else ""

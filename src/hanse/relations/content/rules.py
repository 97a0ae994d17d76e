"""What a block may say, and when it is shown: pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.rules import check_category, check_picture
from hanse.kernel import money
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.network.parties.rules import check_choice, check_text

BANNER, GOODS, TEXT, NOTICE = KINDS = ("banner", "goods", "text", "notice")
CHOICES = ("newest", "best", "category", "offers")
"""How a row of goods is chosen."""
EDIT = "offers.edit"
MOST_BLOCKS = 20
MOST_GOODS = 12
Said = dict[str, Any]
_WITHIN = re.compile(r"/(?!/)[^\s\\]*")


def check_block(kind: str, given: Mapping[str, Any]) -> Said:
    """Return what a block of this kind says in its one form; MalformedInput names what does not fit."""
    check_choice(kind, "kind", KINDS)
    return {BANNER: _banner, GOODS: _goods, TEXT: _text, NOTICE: _notice}[kind](given)


def check_times(starts: datetime | None, ends: datetime | None) -> None:
    """Raise MalformedInput unless it is shown for some time."""
    if starts is not None and ends is not None and starts >= ends:
        raise MalformedInput("ends", _("a moment after the beginning"))


def require_editor(by: Actor, party: int) -> None:
    """Let only people of that party with the permission (or operators) through; to others the page has no drafts."""
    if by.party != party and not by.operates:
        raise NotFound(_("block"))
    by.require(EDIT)


def _words(given: Mapping[str, Any], field: str, most: int, *, blank: bool) -> Said:
    """Return a text in both languages; the English one may always be left out."""
    return {
        field: check_text(given.get(field, ""), field, most, blank=blank),
        f"{field}_en": check_text(given.get(f"{field}_en", ""), f"{field}_en", most, blank=True),
    }


def _link(given: Mapping[str, Any]) -> str:
    link = check_text(given.get("link", ""), "link", 300, blank=True)
    if link and not _WITHIN.fullmatch(link):
        raise MalformedInput("link", _("an address within the mall, such as /c/tea/"))
    return link


def _banner(given: Mapping[str, Any]) -> Said:
    picture = check_picture(given.get("picture", ""), "picture", blank=True)
    said = _words(given, "title", 60, blank=False) | _words(given, "text", 200, blank=True)
    return said | {"picture": picture, "link": _link(given)}


def _goods(given: Mapping[str, Any]) -> Said:
    choose = check_choice(given.get("choose"), "choose", CHOICES)
    category = check_category(given.get("category") or None) if choose == "category" else None
    if choose == "category" and category is None:
        raise MalformedInput("category", _("a category"))
    offers = _offers(given.get("offers", [])) if choose == "offers" else []
    count = given.get("count", 8)
    if not money.whole(count, most=MOST_GOODS):
        raise MalformedInput("count", _("a whole number from 1 to %(most)d") % {"most": MOST_GOODS})
    chosen = {"choose": choose, "category": category, "offers": offers, "count": count}
    return _words(given, "title", 60, blank=False) | chosen


def _offers(given: Any) -> list[str]:
    if not isinstance(given, (list, tuple)) or not 0 < len(given) <= MOST_GOODS:
        raise MalformedInput("offers", _("1 to %(most)d offers") % {"most": MOST_GOODS})
    return [check_text(one, "offers", 120) for one in given]


def _text(given: Mapping[str, Any]) -> Said:
    return _words(given, "title", 60, blank=True) | _words(given, "text", 2000, blank=False)


def _notice(given: Mapping[str, Any]) -> Said:
    return _words(given, "text", 200, blank=False) | {"link": _link(given)}

"""The decorated part of home pages: blocks of content with the goods that they choose, as the reader meets them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from hanse.goods.catalogue.queries import categories
from hanse.goods.offers.models import Offer
from hanse.goods.search.queries import buyable, find
from hanse.goods.search.rules import Wish
from hanse.interfaces.storefront import goods
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.relations.content import rules
from hanse.relations.content.models import Block
from hanse.relations.content.queries import shown, written

PREVIEW = "preview"
SORT = {"newest": "new", "best": "sold", "category": "relevance"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One block as the reader sees it: its words in the reader's language, and the goods of a row."""

    kind: str
    said: Mapping[str, Any]
    cards: Sequence[goods.Card] = ()

    @property
    def title(self) -> str:
        """Return the heading."""
        return self._spoken("title")

    @property
    def text(self) -> str:
        """Return the text."""
        return self._spoken("text")

    def _spoken(self, field: str) -> str:
        english = self.said.get(f"{field}_en", "") if (get_language() or "").startswith("en") else ""
        return str(english or self.said.get(field, ""))


def blocks(request: HttpRequest, party: int, actor: Actor, at: datetime) -> list[Shown]:
    """Return what stands on a party's page now; `?preview` shows its own people the drafts."""
    own = actor.operates or actor.party == party
    if PREVIEW in request.GET and own and actor.may(rules.EDIT):
        return [shape(one.kind, one.draft, one, actor, at) for one in written(party, actor)]
    return [shape(one.kind, one.live or {}, one, actor, at) for one in shown(party, actor, at)]


def shape(kind: str, said: Mapping[str, Any], block: Block, actor: Actor, at: datetime) -> Shown:
    """Return one block with its goods; on a shop's page only what that shop sells."""
    if kind != rules.GOODS:
        return Shown(kind, said)
    seller = None if block.party.kind == "platform" else block.party_id
    if said["choose"] == "offers":
        named = Offer.objects.visible_to(actor).by_name(said["offers"]).values("pk")
        rows = buyable(actor).filter(pk__in=named).select_related("seller", "sku__product")
        order = {name: place for place, name in enumerate(said["offers"])}
        found = sorted(rows.prefetch_related("sku__product__skus"), key=lambda row: _place(order, row))
        return Shown(kind, said, goods.cards(actor, found[: said["count"]], at))
    wish = Wish(seller=seller, sort=SORT[said["choose"]], category=_category(said))
    return Shown(kind, said, goods.best(actor, at, find(actor, wish, at, limit=said["count"]).products, seller))


def _place(order: Mapping[str, int], offer: Offer) -> int:
    return order.get(offer.code, order.get(offer.slug or "", len(order)))


def _category(said: Mapping[str, Any]) -> int | None:
    if said["category"] is None:
        return None
    try:
        return categories([said["category"]])[said["category"]].pk
    except NotFound:  # a category that is gone chooses nothing
        return 0

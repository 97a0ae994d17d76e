"""A party writes a block of its home page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.queries import party as find_party
from hanse.relations.content.models import Block
from hanse.relations.content.operations._own_block import lock_page, own_block
from hanse.relations.content.rules import MOST_BLOCKS, check_block, check_times, require_editor


class PageFull(DomainError):
    """There is no room for another block."""

    code = "page_full"
    message = _("A page has at most %(most)d blocks. Remove one first.")


@once.operation("content.save")
def save_block(
    *,
    key: str,
    at: datetime,
    by: Actor,
    party: str,
    kind: str,
    said: Mapping[str, Any],
    block: int | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
) -> int:
    """Write the draft of a block (a new one at the foot of the party's page unless `block` says which); return its id.

    Its time holds at once, also for what is published.
    """
    draft = check_block(kind, said)
    check_times(starts, ends)
    if block is not None:
        found = own_block(block, by)
        if found.kind != kind or found.party.code != find_party(party).code:
            raise MalformedInput("kind", _("the kind that the block is of"))
    else:
        found = _added(find_party(party).pk, kind, by)
    found.draft, found.starts, found.ends, found.changed_at = draft, starts, ends, at
    found.save()
    return found.pk


def _added(party: int, kind: str, by: Actor) -> Block:
    require_editor(by, party)
    lock_page(party)
    mine = Block.objects.filter(party=party)
    if mine.count() >= MOST_BLOCKS:
        raise PageFull(most=MOST_BLOCKS)
    last: int = mine.aggregate(last=Max("position"))["last"] or 0
    return Block(party_id=party, kind=kind, position=last + 1)

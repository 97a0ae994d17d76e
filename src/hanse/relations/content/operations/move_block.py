"""A party moves a block up or down its page."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.parties.rules import check_choice
from hanse.relations.content.models import Block
from hanse.relations.content.operations._own_block import own_block

WAYS = ("up", "down")


@once.operation("content.move")
def move_block(*, key: str, at: datetime, by: Actor, block: int, way: str) -> int:
    """Let the block change places with the one above or below it, if there is one, and return its id."""
    check_choice(way, "way", WAYS)
    found = own_block(block, by)
    page = list(Block.objects.filter(party=found.party_id).order_by("position", "pk"))
    here = [one.pk for one in page].index(found.pk)
    there = here + (1 if way == "down" else -1)
    if 0 <= there < len(page):
        page[here], page[there] = page[there], page[here]
    for place, one in enumerate(page, start=1):
        one.position = place
    Block.objects.bulk_update(page, ["position"])
    return found.pk

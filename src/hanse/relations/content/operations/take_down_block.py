"""A party takes a block off its page and keeps the draft."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.relations.content.operations._own_block import own_block


@once.operation("content.take_down")
def take_down_block(*, key: str, at: datetime, by: Actor, block: int) -> int:
    """Show the block to nobody any more, and return its id."""
    found = own_block(block, by)
    found.live, found.changed_at = None, at
    found.save(update_fields=["live", "changed_at"])
    events.announce("content.taken_down", party=found.party.code, block=found.pk)
    return found.pk

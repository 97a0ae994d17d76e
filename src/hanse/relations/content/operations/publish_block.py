"""A party publishes what it wrote."""

from datetime import datetime

from hanse.kernel import events, once
from hanse.kernel.actor import Actor
from hanse.relations.content.operations._own_block import own_block


@once.operation("content.publish")
def publish_block(*, key: str, at: datetime, by: Actor, block: int) -> int:
    """Show everybody what the block's draft says from now on, and return its id."""
    found = own_block(block, by)
    found.live, found.changed_at = found.draft, at
    found.save(update_fields=["live", "changed_at"])
    events.announce("content.published", party=found.party.code, block=found.pk)
    return found.pk

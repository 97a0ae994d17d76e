"""A party throws a block away."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.relations.content.operations._own_block import own_block


@once.operation("content.remove")
def remove_block(*, key: str, at: datetime, by: Actor, block: int) -> None:
    """Remove the block with its draft."""
    own_block(block, by).delete()

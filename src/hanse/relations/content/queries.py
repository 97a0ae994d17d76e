"""Reads of what home pages show."""

from datetime import datetime

from django.db.models import Q

from hanse.kernel.actor import Actor
from hanse.relations.content.models import Block


def shown(party: int, actor: Actor, at: datetime) -> list[Block]:
    """Return what is published on a party's page at a moment, from the top."""
    now = (Q(starts=None) | Q(starts__lte=at)) & (Q(ends=None) | Q(ends__gt=at))
    found = Block.objects.visible_to(actor).filter(now, party=party, live__isnull=False)
    return list(found.order_by("position", "pk"))


def written(party: int, actor: Actor) -> list[Block]:
    """Return all blocks of a party's page that the actor may see, drafts included, from the top."""
    return list(Block.objects.visible_to(actor).filter(party=party).order_by("position", "pk"))

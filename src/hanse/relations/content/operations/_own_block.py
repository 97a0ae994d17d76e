"""The step in which operations find a block, its page locked, if the actor may change it."""

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.network.parties.models import Party
from hanse.relations.content.models import Block
from hanse.relations.content.rules import require_editor


def own_block(block: int, by: Actor) -> Block:
    """Return the block (its id); the party whose page it stands on is locked, so that places stay in order."""
    found = Block.objects.filter(pk=block).first()
    if found is None:
        raise NotFound(_("block"))
    require_editor(by, found.party_id)
    lock_page(found.party_id)
    return Block.objects.get(pk=block)


def lock_page(party: int) -> None:
    """Let nobody else change this party's page until the operation ends."""
    Party.objects.select_for_update(no_key=True).only("pk").get(pk=party)

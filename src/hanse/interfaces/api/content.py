"""The home page of the acting party: its blocks, drafted, put in order, published."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router
from pydantic import Field

from hanse.interfaces.api.auth import KNOWN, Key, named_party, permitted
from hanse.interfaces.api.schemas import content as schemas
from hanse.kernel import clock
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotFound
from hanse.relations.content.models import Block
from hanse.relations.content.operations.move_block import move_block
from hanse.relations.content.operations.publish_block import publish_block
from hanse.relations.content.operations.remove_block import remove_block
from hanse.relations.content.operations.save_block import save_block
from hanse.relations.content.operations.take_down_block import take_down_block
from hanse.relations.content.queries import written
from hanse.relations.content.rules import EDIT

router = Router(tags=["content"], auth=KNOWN)
BlockId = Annotated[int, Path(), Field(ge=1, le=2**53 - 1, examples=[7])]


def own(actor: Actor, block: int) -> Block:
    """Return a block of the actor's own page."""
    found = Block.objects.visible_to(actor).filter(pk=block)
    row = (found if actor.operates else found.filter(party=actor.party)).first()
    if row is None:
        raise NotFound(_("block"))
    return row


@router.get("/blocks", response=list[schemas.Block])
def list_blocks(request: HttpRequest) -> Any:
    """List the blocks of the acting party's page from the top, drafts included."""
    actor = permitted(request, EDIT)
    return [schemas.Block.model_validate(row) for row in written(actor.party or 0, actor)]


@router.post("/blocks", response={201: schemas.Block})
def write_block(request: HttpRequest, body: schemas.BlockIn, key: Key) -> Any:
    """Write a block at the foot of the page; nobody else sees it before it is published."""
    return _saved(request, body, key, None)


@router.put("/blocks/{block}", response=schemas.Block)
def rewrite_block(request: HttpRequest, block: BlockId, body: schemas.BlockIn, key: Key) -> Any:
    """Write the next draft of a block; what is published stays until this is."""
    own(permitted(request, EDIT), block)
    return _saved(request, body, key, block)


@router.post("/blocks/{block}/publish", response=schemas.Block)
def publish_one_block(request: HttpRequest, block: BlockId, key: Key) -> Any:
    """Show everybody the draft."""
    actor = permitted(request, EDIT)
    own(actor, block)
    publish_block(key=key, at=clock.now(), by=actor, block=block)
    return own(actor, block)


@router.post("/blocks/{block}/take-down", response=schemas.Block)
def take_down_one_block(request: HttpRequest, block: BlockId, key: Key) -> Any:
    """Show the block to nobody any more; its draft stays."""
    actor = permitted(request, EDIT)
    own(actor, block)
    take_down_block(key=key, at=clock.now(), by=actor, block=block)
    return own(actor, block)


@router.post("/blocks/{block}/move", response=list[schemas.Block])
def move_one_block(request: HttpRequest, block: BlockId, body: schemas.MoveIn, key: Key) -> Any:
    """Let the block change places with the one above or below; returns the page in its new order."""
    actor = permitted(request, EDIT)
    page = own(actor, block).party_id
    move_block(key=key, at=clock.now(), by=actor, block=block, way=body.way)
    return [schemas.Block.model_validate(row) for row in written(page, actor)]


@router.delete("/blocks/{block}", response={204: None})
def remove_one_block(request: HttpRequest, block: BlockId, key: Key) -> None:
    """Remove a block with its draft."""
    actor = permitted(request, EDIT)
    own(actor, block)
    remove_block(key=key, at=clock.now(), by=actor, block=block)


def _saved(request: HttpRequest, body: schemas.BlockIn, key: str, block: int | None) -> Any:
    actor = permitted(request, EDIT)
    times = {"starts": body.starts, "ends": body.ends}
    said = body.said.model_dump()
    party = own(actor, block).party.code if block else named_party(actor, None)
    pk = save_block(key=key, at=clock.now(), by=actor, party=party, kind=body.kind, said=said, block=block, **times)
    return own(actor, pk)

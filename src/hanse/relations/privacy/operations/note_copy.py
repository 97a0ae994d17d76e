"""Note that somebody had a copy of what is kept about them."""

from datetime import datetime

from hanse.kernel import codes, once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import NotAllowed
from hanse.relations.privacy.models import COPY, DataRequest


@once.operation("privacy.note_copy")
def note_copy(*, key: str, at: datetime, by: Actor) -> str:
    """Note that the actor has a copy of its data handed out, and return the request's code."""
    if by.user is None:
        raise NotAllowed(action="copy")
    return DataRequest.objects.create(code=codes.new("V"), user_id=by.user, kind=COPY, at=at, by=str(by)[:80]).code

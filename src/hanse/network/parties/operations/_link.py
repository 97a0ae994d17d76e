"""The step in which change_link and close_link find and lock an open link."""

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotFound
from hanse.network.parties.models import Link


class LinkClosed(DomainError):
    """The link has ended; a new one may be opened."""

    code = "link_closed"
    message = _("This link has been closed.")


def lock_link(link: int, by: Actor) -> Link:
    """Return the open link, locked, if it is for the actor to see."""
    found = Link.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=link).first()
    if found is None:
        raise NotFound(_("link"), id=link)
    if found.closed_at is not None:
        raise LinkClosed(link=link)
    return found

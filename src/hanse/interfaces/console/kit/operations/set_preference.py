"""Keep something for oneself or for the whole party, or forget it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.models import Preference
from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.network.parties.rules import check_text

MOST = 500


@once.operation("console.set_preference")
def set_preference(
    *, key: str, at: datetime, by: Actor, party: int, name: str, said: Mapping[str, str | None], of_party: bool = False
) -> int:
    """Keep each text under its name, forget those that are None, and return how many there are now."""
    if by.party != party or by.user is None:
        raise NotFound(_("party"))
    user = None if of_party else by.user
    checked = {
        check_text(k, "name", 60): v if v is None else check_text(v, k, 500, blank=True) for k, v in said.items()
    }
    kept = Preference(party_id=party, user_id=user, name=check_text(name, "name", 60))
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError:
        mine = Preference.objects.visible_to(by).filter(name=name, user__isnull=of_party)
        kept = mine.select_for_update(of=["self"]).get()
    merged = {k: v for k, v in {**kept.value, **checked}.items() if v is not None}
    if len(merged) > MOST:
        raise MalformedInput("name", _("at most %(most)d of them") % {"most": MOST})
    kept.value = merged
    kept.save(update_fields=["value"])
    return len(merged)

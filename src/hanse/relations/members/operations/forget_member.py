"""Forget what a buyer kept for itself."""

from datetime import datetime

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.network.notices.models import Notice, NoticeMail
from hanse.relations.members.models import Address, Favourite, Visit
from hanse.trade.quotes.models import BasketLine


@once.operation("members.forget_member", step=True)
def forget_member(*, key: str, at: datetime, by: Actor, party: int) -> int:
    """Delete the addresses, favourites, visits, basket and notices of a party (id), and return how many they were."""
    del at, by
    owned = (Address, Favourite, Visit, BasketLine, Notice, NoticeMail)
    return sum(model.objects.filter(party=party).delete()[0] for model in owned)

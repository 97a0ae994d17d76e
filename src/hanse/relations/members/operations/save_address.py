"""A buyer keeps an address, or changes one that it has kept."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hanse.kernel import once
from hanse.kernel.actor import Actor
from hanse.kernel.errors import DomainError, NotFound
from hanse.network.parties.rules import Secret
from hanse.relations.members.models import Address
from hanse.relations.members.operations._owner import owner
from hanse.relations.members.rules import MOST_ADDRESSES, check_address


class TooManyAddresses(DomainError):
    """The address book is full."""

    code = "too_many_addresses"
    message = _("There is room for %(most)d addresses. Remove one that you no longer need.")


@once.operation("members.save_address")
def save_address(
    *, key: str, at: datetime, by: Actor, name: Secret, phone: Secret, place: Secret, street: Secret,
    address: int | None = None, default: bool = False,
) -> int:  # fmt: skip
    """Write the address (a new one unless `address` says which) and return its id; the first becomes the default.

    An address that is there already, word for word, is not written a second time.
    """
    party = owner(by)
    given = {"name": name, "phone": phone, "place": place, "street": street}
    said = check_address({part: secret.reveal() for part, secret in given.items()})
    mine = list(Address.objects.filter(party=party))
    same = next((one for one in mine if all(getattr(one, part) == text for part, text in said.items())), None)
    row = next((one for one in mine if one.pk == address), None) if address is not None else same
    if address is not None and row is None:
        raise NotFound(_("address"))
    if row is None and len(mine) >= MOST_ADDRESSES:
        raise TooManyAddresses(most=MOST_ADDRESSES)
    first = default or not any(one.is_default for one in mine) or bool(row and row.is_default)
    if first:
        Address.objects.filter(party=party, is_default=True).update(is_default=False)
    row = row or Address(party_id=party)
    for part, text in said.items():
        setattr(row, part, text)
    row.is_default, row.at = first, at
    row.save()
    return row.pk

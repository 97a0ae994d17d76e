"""Where goods go: the fields of an address, typed freely or put together from China's divisions."""

from collections.abc import Mapping
from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.network.parties.rules import Secret
from hanse.relations.members.models import Address
from hanse.relations.members.rules import PARTS


class Recipient(forms.Form):
    """Who receives the goods, and where."""

    name = forms.CharField(label=_("Recipient"), max_length=PARTS["name"])
    phone = forms.CharField(label=_("Telephone"), max_length=PARTS["phone"])
    place = forms.CharField(label=_("Province, city, district"), max_length=PARTS["place"])
    street = forms.CharField(label=_("Street and house"), max_length=PARTS["street"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"name": "name", "phone": "tel", "place": "address-level1", "street": "street-address"}
        for field, hint in hints.items():
            self.fields[field].widget.attrs["autocomplete"] = hint
        self.fields["phone"].widget.attrs["inputmode"] = "tel"


def fill(address: Address | None) -> dict[str, Any]:
    """Return what an address puts into the fields."""
    return {part: getattr(address, part) for part in PARTS} if address else {}


class Parts(TypedDict):
    """The parts of an address, wrapped so that no log or digest holds them."""

    name: Secret
    phone: Secret
    place: Secret
    street: Secret


def wrapped(said: Mapping[str, str]) -> Parts:
    """Return what was typed into the fields as an operation takes it."""
    name, phone, place, street = (Secret(said[part]) for part in ("name", "phone", "place", "street"))
    return Parts(name=name, phone=phone, place=place, street=street)

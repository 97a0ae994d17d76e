"""What somebody fills in who wants to do business here."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.web import papers
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.approvals.rules import Item
from hanse.network.parties.models import Particulars, Qualification
from hanse.network.parties.operations.describe_party import Company
from hanse.network.parties.rules import Certificate, Secret

_NUMBERS = ("licence_number", "identity_number", "phone")
_COMPANY = ("legal_name", "licence_number", "representative", "identity_number", "contact", "phone", "address")
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp"


def _line(label: Any, most: int, *, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PaperField(forms.FileField):
    """A picture or PDF of a certificate, looked at before anything is done with it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ACCEPT}), **more)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Read the file."""
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return papers.file_of(upload)
        except MalformedInput as refused:
            raise forms.ValidationError(
                _("Expected: %(what)s."), params={"what": refused.details["expected"]}
            ) from refused
        except DomainError as refused:
            raise forms.ValidationError(str(refused)) from refused


class Shown(forms.Form):
    """Company and certificates; of each item a number, the days between which it is valid, and a file."""

    legal_name = _line(_("Legal name"), 200)
    licence_number = _line(_("Licence number"), 60, required=False)
    representative = _line(_("Representative"), 100, required=False)
    identity_number = _line(_("Identity number of the representative"), 60, required=False)
    contact = _line(_("Contact"), 100, required=False)
    phone = _line(_("Telephone"), 40, required=False)
    address = _line(_("Address"), 300, required=False)

    def __init__(self, *args: Any, items: Sequence[Item], known: Mapping[str, Qualification], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.known = items, known
        for one in items:
            old = known.get(one.item)
            self.fields[f"{one.item}-number"] = _line(_("Number"), 60, required=False, initial=old and old.number)
            self.fields[f"{one.item}-from"] = _day(_("Valid from"))
            self.fields[f"{one.item}-until"] = _day(_("Valid until"))
            must = one.required and not (old and old.paper_id)
            self.fields[f"{one.item}-file"] = PaperField(label=_("Picture or PDF"), required=must)
            self.fields[f"{one.item}-from"].initial = old and old.valid_from
            self.fields[f"{one.item}-until"].initial = old and old.valid_until

    def clean(self) -> dict[str, Any]:
        """See that nothing ends before it begins."""
        given = super().clean() or {}
        for one in self.items:
            first, last = given.get(f"{one.item}-from"), given.get(f"{one.item}-until")
            if first and last and last < first:
                self.add_error(f"{one.item}-until", _("This is before the first day."))
        return given

    def particulars(self) -> list[BoundField]:
        """Return the fields about the company."""
        return [self[name] for name in self.fields if "-" not in name]

    def papers(self) -> Iterator[dict[str, Any]]:
        """Yield each certificate with its fields and the file that was shown before."""
        for one in self.items:
            fields = [self[f"{one.item}-{part}"] for part in ("number", "from", "until", "file")]
            old = self.known.get(one.item)
            yield {
                "label": papers.label(one.item),
                "required": one.required,
                "fields": fields,
                "paper": old.paper if old else None,
            }

    def company(self) -> Company:
        """Return the company as it was filled in."""
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in _COMPANY}
        return Company(**given | {name: Secret(given[name]) for name in _NUMBERS})

    def certificates(self) -> list[Certificate]:
        """Return the certificates of which anything was said."""
        found = [
            Certificate(
                one.item,
                Secret(self.cleaned_data[f"{one.item}-number"]),
                self.cleaned_data[f"{one.item}-until"],
                valid_from=self.cleaned_data[f"{one.item}-from"],
                file=self.cleaned_data[f"{one.item}-file"],
            )
            for one in self.items
        ]
        return [one for one in found if one.item in self.known or one.file or one.number.reveal() or one.valid_until]


class Application(Shown):
    """A business that is new here."""

    name = _line(_("Name that customers read"), 200)
    name_en = _line(_("English name"), 200, required=False)
    region = _line(_("Region"), 80, required=False)
    field_order = ("name", "name_en", "region")


def typed(known: Particulars | None) -> dict[str, str]:
    """Return what is known of a company as a form begins with it."""
    return {name: getattr(known, name) for name in _COMPANY} if known else {}

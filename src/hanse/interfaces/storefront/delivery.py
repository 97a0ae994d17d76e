"""The form of the checkout: who receives the goods, where, when, and which invoice is wanted."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.storefront.places import Recipient
from hanse.interfaces.templatetags.hanse import locale
from hanse.kernel import clock
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import Secret
from hanse.relations.invoices.rules import COMPANY, PERSONAL, check_invoice
from hanse.relations.members.rules import PARTS
from hanse.trade.logistics.queries import PickupPoint

LATEST = timedelta(days=365)


def spot(point: PickupPoint) -> str:
    """Say where goods are handed out, and when."""
    name = point.name_en if locale() == "en" and point.name_en else point.name
    said = str(_("I fetch it: %(name)s, %(address)s") % {"name": name, "address": point.address})
    return f"{said} ({point.hours})" if point.hours else said


class InvoiceFields(forms.Form):
    """Which invoice is wanted."""

    invoice = forms.ChoiceField(
        label=_("Invoice"),
        choices=[("", _("No invoice")), (PERSONAL, _("For a person")), (COMPANY, _("For a company"))],
        required=False,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("Name on the invoice"), max_length=100, required=False)
    tax_number = forms.CharField(label=_("Tax number"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail for the invoice"), max_length=254, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"title": "organization", "tax_number": "off", "email": "email"}
        for field, hint in hints.items():
            self.fields[field].widget.attrs["autocomplete"] = hint

    def clean(self) -> dict[str, Any]:
        """Check the invoice data, if an invoice is wanted; what is wrong is said beside its field."""
        given = dict(super().clean() or {})
        if given.get("invoice") and not self.errors:
            try:
                check_invoice(given["invoice"], given["title"], given["tax_number"], given["email"])
            except MalformedInput as wrong:
                self.add_error(str(wrong.details["field"]), str(_("Expected: %(expected)s.") % wrong.details))
        return given

    @property
    def wish(self) -> dict[str, Any] | None:
        """Return the invoice data as the operation takes them, None if no invoice is wanted."""
        given = self.cleaned_data
        if not given["invoice"]:
            return None
        texts = {name: Secret(given[name]) for name in ("title", "tax_number", "email")}
        return {"kind": given["invoice"], **texts}


class Delivery(InvoiceFields, Recipient):
    """Who receives the goods, where (or who fetches them), when, and what the sellers should know."""

    how = forms.ChoiceField(label=_("How it comes"), required=False, widget=forms.RadioSelect)
    wanted_on = forms.DateField(label=_("I would like to have it on"), required=False)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    note = forms.CharField(label=_("Note to the sellers"), max_length=500, required=False, widget=forms.Textarea)
    keep = forms.BooleanField(label=_("Keep this address for the next time"), required=False)

    def __init__(self, *args: Any, points: Sequence[PickupPoint] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)
        spots = [(str(one.warehouse), spot(one)) for one in points]
        how.choices = [("", _("To my address")), *spots]
        how.widget.attrs |= {"hx-post": reverse("checkout"), "hx-include": "closest form", "hx-target": "#summary"}
        if not spots:
            del self.fields["how"]
        elif self.data.get("how"):  # who fetches the goods says no address
            self.fields["place"].required = self.fields["street"].required = False
        self.fields["note"].widget.attrs["rows"] = 2
        today = clock.day_of(clock.now(), settings.HANSE_ZONE)
        day = {"min": today.isoformat(), "max": (today + LATEST).isoformat()}
        self.fields["wanted_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **day})

    @property
    def fetched_at(self) -> int | None:
        """Return where the goods are fetched (a warehouse's id), None if they are sent."""
        return int(self.cleaned_data.get("how") or 0) or None

    @property
    def address(self) -> dict[str, str]:
        """Return the address as the order keeps it."""
        return {part: self.cleaned_data[part] for part in PARTS}

"""The form of the checkout: who receives the goods, where, when, and which invoice is wanted."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.storefront.places import Recipient
from hanse.kernel import clock
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import Secret
from hanse.relations.invoices.rules import COMPANY, PERSONAL, check_invoice
from hanse.relations.members.rules import PARTS

LATEST = timedelta(days=365)


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
    """Who receives the goods, where, what the sellers should know, and whether to keep the address."""

    wanted_on = forms.DateField(label=_("I would like to have it on"), required=False)
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    note = forms.CharField(label=_("Note to the sellers"), max_length=500, required=False, widget=forms.Textarea)
    keep = forms.BooleanField(label=_("Keep this address for the next time"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["rows"] = 2
        today = clock.day_of(clock.now(), settings.HANSE_ZONE)
        day = {"min": today.isoformat(), "max": (today + LATEST).isoformat()}
        self.fields["wanted_on"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **day})

    @property
    def address(self) -> dict[str, str]:
        """Return the address as the order keeps it."""
        return {part: self.cleaned_data[part] for part in PARTS}
